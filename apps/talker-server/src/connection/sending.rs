//! Sending to a client that reads more slowly than things happen.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::late::{Event, Late};
use super::{Connection, NotTaken};
use crate::outgoing::Outgoing;
use crate::room::{LARGE, Share};

/// How long a client may take to make room for one more frame.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is looked whether it has.
const PAUSE: Duration = Duration::from_millis(5);

/// The same for what is large, while many wait.
const CROWDED_PAUSE: Duration = Duration::from_millis(50);

impl Connection {
    /// Sends an event that cannot be read again, now or as soon as the client has room; one that reads far too slowly is
    /// closed. What is large does not wait for others, but is not kept without bounds either.
    pub(crate) fn send(self: &Arc<Self>, outgoing: &Outgoing) {
        if self.closed.is_cancelled() {
            return;
        }
        let Ok(mut room) = self.unsent.take_beyond(&self.client, outgoing.bytes()) else {
            tracing::debug!(connection = self.id, "closing a connection: others do not take what is large");
            return self.close();
        };
        let mut late = self.late();
        if let Ok(()) | Err(NotTaken::Gone) = self.try_send_after(&late, outgoing, &mut room) {
            return;
        }
        if !late.has_room(outgoing) {
            drop(late);
            return self.close_slow();
        }
        late.keep(Event { outgoing: outgoing.clone(), room });
        if late.events.len() == 1 {
            tokio::spawn(self.clone().send_late());
        }
    }

    /// Sends an event if there is room for it just now.
    pub(super) fn try_send(&self, outgoing: &Outgoing) -> Result<(), NotTaken> {
        self.try_send_after(&self.late(), outgoing, &mut None)
    }

    /// Sends an event, and waits a while for room.
    pub(crate) async fn send_patiently(&self, outgoing: &Outgoing) -> Result<(), NotTaken> {
        self.patiently(|| self.try_send(outgoing)).await
    }

    /// Sends an event that can be read again from the store. What is large is not kept while it waits: it is not taken, and
    /// worth another try once there is [room](Self::room).
    pub(crate) async fn send_stored(
        &self,
        outgoing: &Outgoing,
        room: &mut Option<Share>,
    ) -> Result<(), NotTaken> {
        let send = || self.try_send_after(&self.late(), outgoing, room);
        self.patiently_unless_large(outgoing.bytes(), send).await
    }

    pub(super) async fn patiently_unless_large(
        &self,
        bytes: usize,
        mut send: impl FnMut() -> Result<(), NotTaken>,
    ) -> Result<(), NotTaken> {
        if bytes < LARGE { self.patiently(send).await } else { send() }
    }

    /// Waits a while for room for so many bytes, and takes it. What is not large needs none.
    pub(crate) async fn room(&self, bytes: usize) -> Result<Option<Share>, NotTaken> {
        self.patiently(|| self.take_room(bytes)).await
    }

    /// Sends an event in room that was taken for it, and waits a while where other things go first.
    pub(crate) async fn send_in(
        &self,
        outgoing: &Outgoing,
        room: &mut Option<Share>,
    ) -> Result<(), NotTaken> {
        self.patiently(|| self.try_send_after(&self.late(), outgoing, room)).await
    }

    /// Takes room for so many bytes if there is some just now.
    pub(crate) fn take_room(&self, bytes: usize) -> Result<Option<Share>, NotTaken> {
        if self.closed.is_cancelled() {
            return Err(NotTaken::Gone);
        }
        self.late().lets_pass()?;
        self.door.has_room(bytes)?;
        Ok(self.unsent.take(&self.client, bytes)?)
    }

    /// Tries to send until there is room; a client that makes none for long is closed. It is not to blame for others.
    pub(super) async fn patiently<T>(
        &self,
        mut send: impl FnMut() -> Result<T, NotTaken>,
    ) -> Result<T, NotTaken> {
        let mut end = Instant::now() + PATIENCE;
        loop {
            match send() {
                Err(NotTaken::Crowded) => {
                    tokio::time::sleep(CROWDED_PAUSE).await;
                    end += CROWDED_PAUSE;
                }
                Err(NotTaken::Full) if Instant::now() < end => tokio::time::sleep(PAUSE).await,
                Err(NotTaken::Full) => {
                    self.close_slow();
                    return Err(NotTaken::Full);
                }
                result => return result,
            }
        }
    }

    pub(super) fn try_send_after(
        &self,
        late: &Late,
        outgoing: &Outgoing,
        room: &mut Option<Share>,
    ) -> Result<(), NotTaken> {
        late.lets_pass()?;
        self.send_to_door(outgoing, room)
    }

    pub(super) fn send_to_door(&self, outgoing: &Outgoing, room: &mut Option<Share>) -> Result<(), NotTaken> {
        if self.closed.is_cancelled() {
            return Err(NotTaken::Gone);
        }
        self.door.try_send(outgoing, || self.unsent.use_or_take(room, &self.client, outgoing.bytes()))
    }

    pub(super) fn close_slow(&self) {
        tracing::debug!(connection = self.id, "closing a connection that reads too slowly");
        self.close();
    }

    pub(super) fn late(&self) -> MutexGuard<'_, Late> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use talker_domain::{Event as Happening, MessageId};
    use talker_proto::sessions::Address;
    use tokio_tungstenite::tungstenite::Utf8Bytes;

    use super::super::Frame;
    use super::super::late::KEPT;
    use super::super::tests::{connection, connection_beside};
    use super::*;
    use crate::emit;
    use crate::room::Room;

    fn event(number: usize) -> Outgoing {
        emit::outgoing(&Happening::Notified(MessageId::new(number as u64).expect("positive")))
    }

    fn large(bytes: usize) -> Outgoing {
        Outgoing::new(&Address { address: (*"x".repeat(bytes)).into() })
    }

    fn text_of(frame: Option<Frame>) -> Option<Utf8Bytes> {
        frame.map(|frame| frame.text)
    }

    #[tokio::test]
    async fn what_has_no_room_comes_later_and_in_its_order() {
        let (connection, mut frames) = connection(2);
        let all: Vec<Outgoing> = (1..=100).map(event).collect();
        for event in &all {
            connection.send(event);
        }
        for event in &all {
            assert_eq!(text_of(frames.recv().await), Some(event.frame()));
        }
        connection.send(&event(101));
        assert_eq!(text_of(frames.recv().await), Some(event(101).frame()));
    }

    #[tokio::test]
    async fn whoever_has_room_for_nothing_is_closed() {
        let (connection, _frames) = connection(2);
        for number in 1..=KEPT.items + 2 {
            connection.send(&event(number));
        }
        assert!(!connection.closed.is_cancelled());
        connection.send(&event(KEPT.items + 3));
        assert!(connection.closed.is_cancelled());
    }

    #[tokio::test]
    async fn whoever_has_no_room_for_what_is_large_is_closed_sooner() {
        let (connection, _frames) = connection(1);
        let large = large(KEPT.bytes / 2);
        for _ in 0..2 {
            connection.send(&large);
        }
        assert!(!connection.closed.is_cancelled());
        connection.send(&large);
        assert!(connection.closed.is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_reads_nothing_for_long_is_closed() {
        let (connection, _frames) = connection(1);
        connection.send(&event(1));
        connection.send(&event(2));
        connection.closed().await;
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_closed_for_what_others_do_not_take() {
        let unsent = Room::new(LARGE);
        let (connection, _frames) = connection_beside(8, &unsent);
        let others = unsent.take(&Arc::default(), LARGE).expect("there is room");
        let waiting = tokio::spawn({
            let connection = connection.clone();
            async move { connection.room(LARGE).await.map(|share| share.is_some()) }
        });
        tokio::time::sleep(3 * PATIENCE).await;
        assert!(!connection.closed.is_cancelled() && !waiting.is_finished());
        drop(others);
        assert_eq!(waiting.await.expect("no panic"), Ok(true));
    }

    #[tokio::test]
    async fn what_cannot_be_read_again_waits_for_nobody_else() {
        let unsent = Room::new(2 * LARGE);
        let (connection, mut frames) = connection_beside(8, &unsent);
        let _others = unsent.take(&Arc::default(), 2 * LARGE).expect("there is room");
        let echo = large(LARGE);
        assert_eq!(connection.take_room(LARGE).err(), Some(NotTaken::Crowded));
        connection.send(&echo);
        let frame = frames.recv().await.expect("the echo");
        assert_eq!(frame.text, echo.frame());
        assert_eq!(unsent.bytes(), 2 * LARGE + echo.bytes(), "it counts until it is taken");
        drop(frame);
        assert_eq!(unsent.bytes(), 2 * LARGE);
    }

    #[tokio::test]
    async fn what_cannot_be_read_again_is_kept_for_many_and_not_without_bounds() {
        let unsent = Room::new(4 * LARGE);
        let connections: Vec<_> = (0..8).map(|_| connection_beside(1, &unsent)).collect();
        for (connection, _frames) in &connections {
            connection.send(&event(1));
            connection.send(&large(LARGE));
        }
        let is_closed = connections.iter().map(|(connection, _)| connection.closed.is_cancelled());
        assert_eq!(
            is_closed.collect::<Vec<_>>(),
            [vec![false; 7], vec![true]].concat(),
            "each has a bit more"
        );
        assert!(unsent.bytes() <= 8 * LARGE);
    }

    #[tokio::test]
    async fn one_sender_alone_is_told_however_little_room_there_is() {
        let unsent = Room::new(LARGE);
        let (connection, mut frames) = connection_beside(8, &unsent);
        let (echo, ack) = (large(3 * LARGE), large(3 * LARGE));
        for outgoing in [&echo, &ack] {
            connection.send(outgoing);
        }
        for outgoing in [echo, ack] {
            assert_eq!(text_of(frames.recv().await), Some(outgoing.frame()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_connection_keeps_no_room_from_others() {
        let unsent = Room::new(4 * LARGE);
        let (connection, _frames) = connection_beside(1, &unsent);
        connection.send(&event(1));
        connection.send(&large(LARGE));
        assert!(unsent.bytes() > LARGE);
        connection.close();
        // Whoever would send it looks now and then.
        tokio::time::sleep(2 * PAUSE).await;
        connection.send(&large(LARGE));
        assert_eq!(unsent.bytes(), 0);
    }
}
