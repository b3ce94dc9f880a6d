//! Sending to a client that reads more slowly than things happen.

use std::collections::VecDeque;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Connection, NotTaken};
use crate::outgoing::Outgoing;

/// How long a client may take to make room for one more frame.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is looked whether it has.
const PAUSE: Duration = Duration::from_millis(5);

/// How many events are kept for a client that has no room for them.
const KEPT: usize = 1_024;

/// Events for which the client's buffer had no room, in their order. While there are any, nothing else is sent.
pub(super) type Late = VecDeque<Outgoing>;

impl Connection {
    /// Sends an event, now or as soon as there is room; a client that reads far too slowly is closed.
    pub(crate) fn send(self: &Arc<Self>, outgoing: &Outgoing) {
        let mut late = self.late();
        if self.try_send_after(&late, outgoing) != Err(NotTaken::Full) {
            return;
        }
        if late.len() >= KEPT {
            drop(late);
            return self.close_slow();
        }
        late.push_back(outgoing.clone());
        if late.len() == 1 {
            tokio::spawn(self.clone().send_late());
        }
    }

    /// Sends an event if there is room for it just now.
    pub(super) fn try_send(&self, outgoing: &Outgoing) -> Result<(), NotTaken> {
        self.try_send_after(&self.late(), outgoing)
    }

    /// Sends an event, and waits a while for room.
    pub(crate) async fn send_patiently(&self, outgoing: &Outgoing) -> Result<(), NotTaken> {
        self.patiently(|| self.try_send(outgoing)).await
    }

    /// Tries to send until there is room; a client that makes none for long is closed.
    pub(super) async fn patiently(
        &self,
        mut send: impl FnMut() -> Result<(), NotTaken>,
    ) -> Result<(), NotTaken> {
        let end = Instant::now() + PATIENCE;
        loop {
            match send() {
                Err(NotTaken::Full) if Instant::now() < end => tokio::time::sleep(PAUSE).await,
                Err(NotTaken::Full) => {
                    self.close_slow();
                    return Err(NotTaken::Full);
                }
                result => return result,
            }
        }
    }

    /// Sends what is kept, as the client makes room.
    async fn send_late(self: Arc<Self>) {
        while let Ok(()) = self.patiently(|| self.send_next()).await
            && !self.late().is_empty()
        {}
    }

    /// Sends the first of what is kept, if anything is.
    fn send_next(&self) -> Result<(), NotTaken> {
        let mut late = self.late();
        let Some(outgoing) = late.front() else { return Ok(()) };
        self.send_to_door(outgoing)?;
        late.pop_front();
        Ok(())
    }

    fn try_send_after(&self, late: &Late, outgoing: &Outgoing) -> Result<(), NotTaken> {
        if late.is_empty() { self.send_to_door(outgoing) } else { Err(NotTaken::Full) }
    }

    fn send_to_door(&self, outgoing: &Outgoing) -> Result<(), NotTaken> {
        if self.closed.is_cancelled() {
            return Err(NotTaken::Gone);
        }
        self.door.try_send(outgoing)
    }

    pub(super) fn close_slow(&self) {
        tracing::debug!(connection = self.id, "closing a connection that reads too slowly");
        self.close();
    }

    fn late(&self) -> MutexGuard<'_, Late> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use talker_domain::{Event, MessageId};

    use super::super::tests::connection;
    use super::*;
    use crate::emit;

    fn event(number: usize) -> Outgoing {
        emit::outgoing(&Event::Notified(MessageId::new(number as u64).expect("positive")))
    }

    #[tokio::test]
    async fn what_has_no_room_comes_later_and_in_its_order() {
        let (connection, mut frames) = connection(2);
        let all: Vec<Outgoing> = (1..=100).map(event).collect();
        for event in &all {
            connection.send(event);
        }
        for event in &all {
            assert_eq!(frames.recv().await, Some(event.frame()));
        }
        connection.send(&event(101));
        assert_eq!(frames.recv().await, Some(event(101).frame()));
    }

    #[tokio::test]
    async fn whoever_has_room_for_nothing_is_closed() {
        let (connection, _frames) = connection(2);
        for number in 1..=KEPT + 2 {
            connection.send(&event(number));
        }
        assert!(!connection.closed.is_cancelled());
        connection.send(&event(KEPT + 3));
        assert!(connection.closed.is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_reads_nothing_for_long_is_closed() {
        let (connection, _frames) = connection(1);
        connection.send(&event(1));
        connection.send(&event(2));
        connection.closed().await;
    }
}
