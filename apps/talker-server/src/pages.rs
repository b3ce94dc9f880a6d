//! Pages of messages that are being made, from reading them until they are on their way: few at once, and one for each who
//! asks.
//!
//! Those who wait are served in the order in which they came. Whoever asks for many waits for his own before he stands in
//! that line, so that others stand behind one of his at the most.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use talker_domain::{Digest, UserId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Asker {
    User(UserId),
    /// Whoever shows this key. It is not known yet whether it is one: nobody may wait for what others ask in his name.
    Key(Digest),
}

/// So many places.
pub(crate) struct Pages {
    places: Semaphore,
    /// Of those who make a page or wait for it.
    askers: Mutex<HashMap<Asker, Arc<Semaphore>>>,
}

/// One of them. It is free again when this is dropped.
pub(crate) struct Place<'a> {
    _permit: Option<SemaphorePermit<'a>>,
    _turn: Turn<'a>,
}

/// An asker's only one at a time.
struct Turn<'a> {
    pages: &'a Pages,
    asker: Asker,
    /// Until it is dropped.
    turns: Option<Arc<Semaphore>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Pages {
    pub(crate) fn new(places: usize) -> Self {
        Self { places: Semaphore::new(places), askers: Mutex::default() }
    }

    /// Waits for a place.
    pub(crate) async fn place(&self, asker: Asker) -> Place<'_> {
        let turns = self.askers().entry(asker).or_insert_with(|| Arc::new(Semaphore::new(1))).clone();
        let mut turn = Turn { pages: self, asker, turns: Some(turns.clone()), permit: None };
        // Neither is ever closed.
        turn.permit = turns.acquire_owned().await.ok();
        Place { _permit: self.places.acquire().await.ok(), _turn: turn }
    }

    fn askers(&self) -> MutexGuard<'_, HashMap<Asker, Arc<Semaphore>>> {
        self.askers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut askers = self.pages.askers();
        drop((self.permit.take(), self.turns.take()));
        if askers.get(&self.asker).is_some_and(|turns| Arc::strong_count(turns) == 1) {
            askers.remove(&self.asker);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::poll;

    use super::*;

    #[tokio::test]
    async fn whoever_asks_for_many_leaves_places_to_others() {
        let pages = Pages::new(2);
        let asker = |number| Asker::User(UserId::new(number).expect("positive"));
        let first = pages.place(asker(1)).await;
        let mut second = Box::pin(pages.place(asker(1)));
        let mut third = Box::pin(pages.place(asker(1)));
        assert!(poll!(&mut second).is_pending() && poll!(&mut third).is_pending());
        let other = pages.place(asker(2)).await;
        let mut another = Box::pin(pages.place(asker(3)));
        assert!(poll!(&mut another).is_pending(), "there are two places");
        drop(first);
        assert!(poll!(&mut second).is_pending(), "another was there before");
        drop((another.await, other));
        drop((second.await, third));
        assert!(pages.askers().is_empty(), "nobody is remembered");
    }
}
