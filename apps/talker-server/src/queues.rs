//! Bounded queues for many connections: an empty one takes next to no memory, and a full one says so.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// How much room an emptied queue keeps.
const KEPT: usize = 32;

/// How much a queue holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// So many items.
    pub(crate) items: usize,
    /// So many bytes together; an item of more goes in alone.
    pub(crate) bytes: usize,
}

impl Limits {
    /// Whether so many bytes may come to those that wait.
    pub(crate) fn have_room(&self, waiting: usize, bytes: usize) -> bool {
        waiting == 0 || waiting.saturating_add(bytes) <= self.bytes
    }
}

/// Why an item was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotQueued {
    /// There is no room for it.
    Full,
    /// Nobody receives any more.
    Ended,
}

/// The end where items go in. Once it is gone, the other one has what is left, and then nothing.
pub(crate) struct Sender<T>(Arc<Shared<T>>);

/// The end where they come out, in their order.
pub(crate) struct Receiver<T>(Arc<Shared<T>>);

struct Shared<T> {
    limits: Limits,
    state: Mutex<State<T>>,
    changed: Notify,
}

struct State<T> {
    /// With how many bytes each is.
    items: VecDeque<(T, usize)>,
    bytes: usize,
    ended: bool,
}

/// An empty queue.
pub(crate) fn bounded<T>(limits: Limits) -> (Sender<T>, Receiver<T>) {
    let state = Mutex::new(State { items: VecDeque::new(), bytes: 0, ended: false });
    let shared = Arc::new(Shared { limits, state, changed: Notify::new() });
    (Sender(shared.clone()), Receiver(shared))
}

impl<T> Sender<T> {
    /// Puts an item of so many bytes behind the others.
    pub(crate) fn try_send(&self, item: T, bytes: usize) -> Result<(), NotQueued> {
        let mut state = self.0.state();
        state.room(self.0.limits, bytes)?;
        state.bytes += bytes;
        state.items.push_back((item, bytes));
        drop(state);
        self.0.changed.notify_one();
        Ok(())
    }

    /// Whether there is room for an item of so many bytes.
    pub(crate) fn has_room(&self, bytes: usize) -> Result<(), NotQueued> {
        self.0.state().room(self.0.limits, bytes)
    }
}

impl<T> State<T> {
    fn room(&self, limits: Limits, bytes: usize) -> Result<(), NotQueued> {
        let fits = self.items.len() < limits.items && limits.have_room(self.bytes, bytes);
        match self.ended {
            true => Err(NotQueued::Ended),
            false if fits || self.items.is_empty() => Ok(()),
            false => Err(NotQueued::Full),
        }
    }
}

impl<T> Receiver<T> {
    /// Takes the first item, whenever there is one; `None` once there will be none any more. Nothing is lost if the future
    /// is dropped.
    pub(crate) async fn recv(&mut self) -> Option<T> {
        loop {
            if let Some(item) = self.try_recv() {
                return Some(item);
            }
            if self.0.state().ended {
                // Something may have come between the two looks.
                return self.try_recv();
            }
            self.0.changed.notified().await;
        }
    }

    /// Takes the first item, if there is one.
    pub(crate) fn try_recv(&mut self) -> Option<T> {
        let mut state = self.0.state();
        let (item, bytes) = state.items.pop_front()?;
        state.bytes -= bytes;
        if state.items.is_empty() && state.items.capacity() > KEPT {
            state.items = VecDeque::new();
        }
        Some(item)
    }
}

impl<T> Shared<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.state().ended = true;
        self.0.changed.notify_one();
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.ended = true;
        state.items = VecDeque::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { items: 3, bytes: 10 };

    #[tokio::test]
    async fn a_full_queue_says_so_until_something_is_taken() {
        let (sender, mut receiver) = bounded(LIMITS);
        for (item, bytes, taken) in [
            ("as many bytes as it holds", 10, Ok(())),
            ("one more", 1, Err(NotQueued::Full)),
            ("of no bytes", 0, Ok(())),
            ("of no bytes either", 0, Ok(())),
            ("one item too many", 0, Err(NotQueued::Full)),
        ] {
            assert_eq!(sender.try_send(item, bytes), taken, "{item}");
        }
        assert_eq!(receiver.recv().await, Some("as many bytes as it holds"));
        assert_eq!(sender.try_send("small", 10), Ok(()));
        assert_eq!(receiver.try_recv(), Some("of no bytes"));
    }

    #[tokio::test]
    async fn what_is_larger_than_the_queue_goes_in_alone() {
        let (sender, mut receiver) = bounded(LIMITS);
        assert_eq!(sender.try_send("large", 11), Ok(()));
        assert_eq!(sender.try_send("small", 1), Err(NotQueued::Full));
        assert_eq!(receiver.recv().await, Some("large"));
        assert_eq!(sender.try_send("small", 1), Ok(()));
        assert_eq!(sender.try_send("large", 11), Err(NotQueued::Full));
    }

    #[tokio::test]
    async fn each_end_learns_that_the_other_is_gone() {
        let (sender, mut receiver) = bounded(LIMITS);
        assert_eq!(sender.try_send("last", 1), Ok(()));
        drop(sender);
        assert_eq!((receiver.recv().await, receiver.recv().await), (Some("last"), None));
        let (sender, receiver) = bounded(LIMITS);
        drop(receiver);
        assert_eq!(sender.try_send("late", 1), Err(NotQueued::Ended));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nothing_is_lost_between_threads() {
        let (sender, mut receiver) = bounded(LIMITS);
        let sending = tokio::task::spawn_blocking(move || {
            for number in 0..10_000 {
                while sender.try_send(number, 1) == Err(NotQueued::Full) {
                    std::thread::yield_now();
                }
            }
        });
        for number in 0..10_000 {
            assert_eq!(receiver.recv().await, Some(number));
        }
        assert_eq!(receiver.recv().await, None);
        sending.await.expect("all were sent");
    }
}
