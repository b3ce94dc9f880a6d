//! What is on its way to clients and large, all together.
//!
//! Each connection by itself is patient with a slow client. That patience must not add up to more memory than there is: a
//! large message to many connections that read nothing is a copy for each of them. So what is large goes to a client only
//! while there is room for it among all that clients have not taken; and whoever has taken nothing for some time makes room
//! for others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

/// What is less does not count: every connection has buffers of that size, and there are only so many connections.
pub(crate) const LARGE: usize = 64 * 1_024;

/// How long a client may take nothing of what it is sent while others wait for room.
const STALLED: Duration = Duration::from_secs(3);

/// All that is unsent.
pub(crate) struct Unsent {
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    bytes: usize,
    debts: HashMap<DebtId, Debt>,
    next: u64,
}

/// Room for something large, until it is written. There is room again once this is dropped.
pub(crate) struct Share {
    unsent: Arc<Unsent>,
    bytes: usize,
}

/// There is no room now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crowded;

/// Tells one client's debt from another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct DebtId(u64);

/// What is being written to one client, and not taken.
struct Debt {
    bytes: usize,
    /// When it last took something.
    since: Instant,
    is_let_go: bool,
    writer: Waker,
}

impl Unsent {
    /// Room for so many bytes, and always for one thing alone; 0: any number.
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most: if most == 0 { usize::MAX } else { most }, state: Mutex::default() })
    }

    /// Takes room for so many bytes. What is not large needs none.
    pub(crate) fn take(self: &Arc<Self>, bytes: usize) -> Result<Option<Share>, Crowded> {
        if bytes < LARGE {
            return Ok(None);
        }
        let mut state = self.state();
        self.make_room(&mut state, bytes)?;
        state.bytes += bytes;
        Ok(Some(Share { unsent: self.clone(), bytes }))
    }

    /// Uses room that was taken before, if it is enough, or takes some. What is not large needs none.
    pub(crate) fn use_or_take(
        self: &Arc<Self>,
        taken: &mut Option<Share>,
        bytes: usize,
    ) -> Result<Option<Share>, Crowded> {
        match taken.take_if(|share| bytes >= LARGE && share.is_enough(bytes)) {
            Some(share) => Ok(Some(share)),
            None => self.take(bytes),
        }
    }

    /// Whether there is room for so many bytes.
    pub(crate) fn has_room(&self, bytes: usize) -> Result<(), Crowded> {
        if bytes < LARGE { Ok(()) } else { self.make_room(&mut self.state(), bytes) }
    }

    fn make_room(&self, state: &mut State, bytes: usize) -> Result<(), Crowded> {
        if state.bytes > 0 && state.bytes.saturating_add(bytes) > self.most {
            state.let_stalled_go();
        }
        let has_room = state.bytes == 0 || state.bytes.saturating_add(bytes) <= self.most;
        if has_room { Ok(()) } else { Err(Crowded) }
    }

    /// A client begins not to take so much. `writer` waits until it does.
    pub(crate) fn owe(&self, bytes: usize, writer: &Waker) -> DebtId {
        let mut state = self.state();
        let id = DebtId(state.next);
        state.next += 1;
        state.bytes += bytes;
        state
            .debts
            .insert(id, Debt { bytes, since: Instant::now(), is_let_go: false, writer: writer.clone() });
        id
    }

    /// So much is left, after the client has taken something or not. Says whether it stays.
    pub(crate) fn still_owe(&self, id: DebtId, left: usize, has_taken: bool, writer: &Waker) -> bool {
        let state = &mut *self.state();
        let Some(debt) = state.debts.get_mut(&id).filter(|debt| !debt.is_let_go) else { return false };
        state.bytes = state.bytes - debt.bytes + left;
        debt.bytes = left;
        debt.writer.clone_from(writer);
        if has_taken {
            debt.since = Instant::now();
        }
        true
    }

    /// The client has taken everything, or is gone.
    pub(crate) fn settle(&self, id: DebtId) {
        let mut state = self.state();
        let debt = state.debts.remove(&id).filter(|debt| !debt.is_let_go);
        state.bytes -= debt.map_or(0, |debt| debt.bytes);
    }

    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.state().bytes
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn let_stalled_go(&mut self) {
        for debt in self.debts.values_mut() {
            if !debt.is_let_go && debt.since.elapsed() >= STALLED {
                debt.is_let_go = true;
                self.bytes -= debt.bytes;
                debt.writer.wake_by_ref();
                tracing::debug!(
                    bytes = debt.bytes,
                    "letting go of a client that takes nothing while others wait"
                );
            }
        }
    }
}

impl Share {
    /// Whether it is room for so many bytes.
    pub(crate) fn is_enough(&self, bytes: usize) -> bool {
        self.bytes >= bytes
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.unsent.state().bytes -= self.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_large_waits_for_room() {
        let unsent = Unsent::new(2 * LARGE);
        let first = unsent.take(LARGE).expect("there is room");
        let second = unsent.take(LARGE).expect("there is room");
        assert_eq!((unsent.take(LARGE).err(), unsent.has_room(LARGE)), (Some(Crowded), Err(Crowded)));
        assert!(unsent.take(LARGE - 1).expect("what is small needs none").is_none());
        drop(first);
        assert_eq!(unsent.has_room(LARGE), Ok(()));
        drop(second);
        assert!(unsent.take(usize::MAX).is_ok_and(|share| share.is_some()), "one thing alone always goes");
        assert_eq!(unsent.bytes(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_makes_room_and_who_takes_something_stays() {
        let unsent = Unsent::new(2 * LARGE);
        let (slow, stalled) = (unsent.owe(LARGE, Waker::noop()), unsent.owe(LARGE, Waker::noop()));
        tokio::time::advance(STALLED / 2).await;
        assert!(unsent.still_owe(slow, LARGE, true, Waker::noop()));
        assert_eq!(unsent.has_room(LARGE), Err(Crowded), "nobody has stalled for long");
        tokio::time::advance(STALLED / 2).await;
        assert_eq!(unsent.has_room(LARGE), Ok(()));
        assert!(unsent.still_owe(slow, 1, false, Waker::noop()));
        assert!(!unsent.still_owe(stalled, LARGE, true, Waker::noop()), "it is too late for it");
        unsent.settle(slow);
        unsent.settle(stalled);
        assert_eq!(unsent.bytes(), 0);
    }
}
