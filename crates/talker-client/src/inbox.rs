//! The one ordered stream of events, and taking one out of its turn.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use crate::{Error, Event};

/// What arrived and was not taken yet. It has no bound: who takes nothing keeps everything.
pub(crate) struct Inbox {
    /// What arrived before something that was taken out of its turn.
    backlog: VecDeque<Event>,
    /// What comes after that. It ends with [`Event::Disconnected`].
    arrivals: UnboundedReceiver<Event>,
    patience: Duration,
}

impl Inbox {
    pub(crate) fn new(arrivals: UnboundedReceiver<Event>, patience: Duration) -> Self {
        Self { backlog: VecDeque::new(), arrivals, patience }
    }

    /// Takes the next event; `None` after the last one. Nothing is lost if the future is dropped.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        match self.backlog.pop_front() {
            Some(event) => Some(event),
            None => self.arrivals.recv().await,
        }
    }

    /// Takes the first event that `pick` accepts, from what waits and then from what arrives. An event that `pick` hands
    /// back keeps its place.
    pub(crate) async fn take<T>(
        &mut self,
        mut pick: impl FnMut(Event) -> Result<T, Event>,
    ) -> Result<T, Error> {
        let mut waiting = std::mem::take(&mut self.backlog);
        while let Some(event) = waiting.pop_front() {
            match pick(event) {
                Ok(picked) => {
                    self.backlog.append(&mut waiting);
                    return Ok(picked);
                }
                Err(event) => self.backlog.push_back(event),
            }
        }
        self.take_arrival(pick).await
    }

    /// Counts what has arrived so far as waiting, so that [`Self::take_arrival`] does not look at it.
    pub(crate) fn set_aside(&mut self) {
        while let Ok(event) = self.arrivals.try_recv() {
            self.backlog.push_back(event);
        }
    }

    /// Like [`Self::take`], but passes over what waits.
    pub(crate) async fn take_arrival<T>(
        &mut self,
        mut pick: impl FnMut(Event) -> Result<T, Event>,
    ) -> Result<T, Error> {
        let search = async {
            while let Some(event) = self.arrivals.recv().await {
                match pick(event) {
                    Ok(picked) => return Ok(picked),
                    Err(event) => self.backlog.push_back(event),
                }
            }
            Err(Error::Disconnected)
        };
        timeout(self.patience, search).await.unwrap_or(Err(Error::TimedOut))
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

    use super::*;

    fn inbox_with(numbers: &[u16]) -> (UnboundedSender<Event>, Inbox) {
        let (sender, arrivals) = unbounded_channel();
        for number in numbers {
            sender.send(Event::Error(*number)).expect("an open channel");
        }
        (sender, Inbox::new(arrivals, Duration::from_millis(20)))
    }

    fn number(wanted: u16) -> impl FnMut(Event) -> Result<u16, Event> {
        move |event| if event == Event::Error(wanted) { Ok(wanted) } else { Err(event) }
    }

    #[tokio::test]
    async fn what_is_passed_over_keeps_its_place() {
        let (_sender, mut inbox) = inbox_with(&[1, 2, 3, 4]);
        assert_eq!(inbox.take(number(3)).await.expect("a third"), 3);
        assert_eq!(inbox.take(number(2)).await.expect("a second"), 2);
        assert_eq!(inbox.next().await, Some(Event::Error(1)));
        assert_eq!(inbox.next().await, Some(Event::Error(4)));
    }

    #[tokio::test]
    async fn an_arrival_is_not_sought_among_what_was_set_aside() {
        let (sender, mut inbox) = inbox_with(&[1, 1]);
        inbox.set_aside();
        sender.send(Event::Disconnected).expect("an open channel");
        drop(sender);
        assert!(matches!(inbox.take_arrival(number(1)).await, Err(Error::Disconnected)));
        for event in [Event::Error(1), Event::Error(1), Event::Disconnected] {
            assert_eq!(inbox.next().await, Some(event));
        }
        assert_eq!(inbox.next().await, None);
    }

    #[tokio::test]
    async fn waiting_ends_in_time() {
        let (_sender, mut inbox) = inbox_with(&[1]);
        assert!(matches!(inbox.take(number(2)).await, Err(Error::TimedOut)));
        assert_eq!(inbox.next().await, Some(Event::Error(1)));
    }
}
