//! Room for what is large, on its way to clients or from them, all together.
//!
//! Each connection by itself is patient with a slow client. That patience must not add up to more memory than there is: a
//! large message to many connections that read nothing is a copy for each of them. So what is large goes to a client only
//! while there is room for it among all that clients have not taken; and whoever has taken nothing for some time makes room
//! for others.
//!
//! What clients send is bounded in the same way: see [`arrivals`].

mod arrivals;
mod clients;
mod hold;
mod holds;
mod share;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use tokio::time::Instant;

pub(crate) use clients::Client;
pub(crate) use hold::HoldId;
use hold::Holder;
pub(crate) use holds::Admission;
use holds::Holds;
pub(crate) use share::Share;

/// What is less does not count: every connection has buffers of that size, and there are only so many connections.
pub(crate) const LARGE: usize = 64 * 1_024;

/// Room for all that is on its way to clients, or for all that comes from them.
pub(crate) struct Room(Mutex<Holds>);

/// There is no room now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crowded;

impl Room {
    /// Room for so many bytes, and always for one thing alone; 0: any number.
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Holds::new(if most == 0 { usize::MAX } else { most }))))
    }

    /// Takes room for so many bytes that go to this client. What is not large needs none.
    pub(crate) fn take(
        self: &Arc<Self>,
        client: &Arc<Client>,
        bytes: usize,
    ) -> Result<Option<Share>, Crowded> {
        self.take_if(client, bytes, |holds| holds.make_room(bytes, Instant::now()))
    }

    /// Takes room for what goes to this client and can neither wait nor be read again: there is as much once more for that.
    /// What is not large needs none.
    pub(crate) fn take_beyond(
        self: &Arc<Self>,
        client: &Arc<Client>,
        bytes: usize,
    ) -> Result<Option<Share>, Crowded> {
        self.take_if(client, bytes, |holds| {
            holds.make_room(bytes, Instant::now()).or_else(|Crowded| holds.have_room_beyond(bytes))
        })
    }

    fn take_if(
        self: &Arc<Self>,
        client: &Arc<Client>,
        bytes: usize,
        have_room: impl FnOnce(&mut Holds) -> Result<(), Crowded>,
    ) -> Result<Option<Share>, Crowded> {
        if bytes < LARGE {
            return Ok(None);
        }
        let mut holds = self.holds();
        have_room(&mut holds)?;
        let id = holds.add(bytes, Holder::Client(client.clone()));
        Ok(Some(self.share(client, id, bytes)))
    }

    /// Takes room, whether there is some or not. What is not large needs none.
    pub(crate) fn fill(self: &Arc<Self>, client: &Arc<Client>, bytes: usize) -> Option<Share> {
        let id = (bytes >= LARGE).then(|| self.holds().add(bytes, Holder::Client(client.clone())))?;
        Some(self.share(client, id, bytes))
    }

    fn share(self: &Arc<Self>, client: &Arc<Client>, id: HoldId, bytes: usize) -> Share {
        Share { room: self.clone(), client: client.clone(), id, bytes }
    }

    /// Uses room that was taken before, if it is enough, or takes some. What is not large needs none.
    pub(crate) fn use_or_take(
        self: &Arc<Self>,
        taken: &mut Option<Share>,
        client: &Arc<Client>,
        bytes: usize,
    ) -> Result<Option<Share>, Crowded> {
        match taken.take_if(|share| bytes >= LARGE && share.is_enough(bytes)) {
            Some(share) => Ok(Some(share)),
            None => self.take(client, bytes),
        }
    }

    /// Whether there is room for so many bytes.
    pub(crate) fn has_room(&self, bytes: usize) -> Result<(), Crowded> {
        if bytes < LARGE { Ok(()) } else { self.holds().make_room(bytes, Instant::now()) }
    }

    /// A client begins not to take so much. `writer` waits until it does.
    pub(crate) fn owe(&self, bytes: usize, writer: &Waker) -> HoldId {
        let mut holds = self.holds();
        let id = holds.add(bytes, Holder::Task(writer.clone()));
        holds.offer(id, Instant::now());
        id
    }

    /// So much is left, after the client has taken something or not. Says whether it stays.
    pub(crate) fn still_owe(&self, id: HoldId, left: usize, taken: usize, writer: &Waker) -> bool {
        let (now, mut holds) = (Instant::now(), self.holds());
        let stays = holds.owe(id, left, writer, now);
        holds.take(id, taken, now);
        stays
    }

    /// The client has taken everything, and its connection goes on using so much memory. Whoever was not used for longest is
    /// let go where others need the room; `reader` then learns of it. Says whether it stays.
    pub(crate) fn keep(&self, id: HoldId, bytes: usize, reader: &Waker) -> bool {
        self.holds().keep(id, bytes, reader, Instant::now())
    }

    /// The client was heard of, and that was of use or not. Says whether it stays.
    pub(crate) fn stays(&self, id: HoldId, is_used: bool, reader: Option<&Waker>) -> bool {
        self.holds().stays(id, is_used.then(Instant::now), reader)
    }

    /// The client has taken everything and nothing is kept, or it is gone.
    pub(crate) fn settle(&self, id: HoldId) {
        self.holds().remove(id);
    }

    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.holds().bytes()
    }

    fn holds(&self) -> MutexGuard<'_, Holds> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::hold::{GRACE, LEAST_RATE, STALLED};
    use super::holds::BETWEEN_LOOKS;
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_large_waits_for_room() {
        let (unsent, client) = (Room::new(2 * LARGE), Arc::new(Client::default()));
        let first = unsent.take(&client, LARGE).expect("there is room");
        let second = unsent.take(&client, LARGE).expect("there is room");
        assert_eq!(
            (unsent.take(&client, LARGE).err(), unsent.has_room(LARGE)),
            (Some(Crowded), Err(Crowded))
        );
        assert!(unsent.take(&client, LARGE - 1).expect("what is small needs none").is_none());
        drop(first);
        assert_eq!(unsent.has_room(LARGE), Ok(()));
        drop(second);
        assert!(unsent.take(&client, usize::MAX).is_ok_and(|share| share.is_some()), "one alone always goes");
        assert_eq!(unsent.bytes(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_makes_room_and_who_takes_something_stays() {
        let unsent = Room::new(2 * LARGE);
        let (slow, stalled) = (unsent.owe(LARGE, Waker::noop()), unsent.owe(LARGE, Waker::noop()));
        tokio::time::advance(STALLED / 2).await;
        assert!(unsent.still_owe(slow, LARGE, 1, Waker::noop()));
        assert_eq!(unsent.has_room(LARGE), Err(Crowded), "nobody has stalled for long");
        tokio::time::advance(STALLED / 2).await;
        assert_eq!(unsent.has_room(LARGE), Ok(()));
        assert!(unsent.still_owe(slow, 1, 0, Waker::noop()));
        assert!(!unsent.still_owe(stalled, LARGE, 1, Waker::noop()), "it is too late for it");
        unsent.settle(slow);
        unsent.settle(stalled);
        assert_eq!(unsent.bytes(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_a_little_all_the_time_makes_room_and_who_takes_enough_stays() {
        let unsent = Room::new(2 * LARGE);
        let (enough, drip) = (unsent.owe(LARGE, Waker::noop()), unsent.owe(LARGE, Waker::noop()));
        let mut stays = [true; 2];
        for second in 0..2 * GRACE.as_secs() {
            tokio::time::advance(Duration::from_secs(1)).await;
            stays[0] &= unsent.still_owe(enough, LARGE, LEAST_RATE, Waker::noop());
            stays[1] &= unsent.still_owe(drip, LARGE, LEAST_RATE / 2, Waker::noop());
            let has_room = unsent.has_room(LARGE).is_ok();
            assert_eq!(has_room, second + 1 > GRACE.as_secs(), "after {second} seconds");
        }
        assert_eq!(stays, [true, false]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_client_does_not_take_up_makes_room_and_what_it_was_not_offered_stays() {
        let (unsent, ours, theirs) =
            (Room::new(2 * LARGE), Arc::new(Client::default()), Arc::new(Client::default()));
        let share = |client| unsent.take(client, LARGE).expect("room").expect("a share");
        let (_kept, offered) = (share(&ours), share(&theirs));
        offered.offer();
        tokio::time::advance(STALLED).await;
        assert_eq!(unsent.has_room(LARGE), Err(Crowded), "it is still there");
        assert_eq!((ours.is_let_go(), theirs.is_let_go()), (false, true));
        drop(offered);
        assert_eq!((unsent.bytes(), unsent.has_room(LARGE)), (LARGE, Ok(())));
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_behind_something_large_has_the_time_that_that_may_take() {
        let (unsent, client) = (Room::new(LARGE), Arc::new(Client::default()));
        for bytes in [10 * LEAST_RATE, LARGE] {
            unsent.take(&client, bytes).expect("room").expect("a share").hand_on();
        }
        let next = unsent.take(&client, LARGE).expect("room").expect("a share");
        next.offer();
        for (seconds, is_let_go) in [(Duration::from_secs(10), false), (STALLED, true)] {
            tokio::time::advance(seconds).await;
            assert_eq!(unsent.has_room(LARGE), Err(Crowded), "it is still there");
            assert_eq!(client.is_let_go(), is_let_go);
        }
        drop(next);
        assert_eq!(unsent.has_room(LARGE), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn who_keeps_memory_makes_room_if_that_is_enough_and_the_least_used_first() {
        let unsent = Room::new(4 * LARGE);
        let keeping = |bytes| {
            let id = unsent.owe(bytes, Waker::noop());
            assert!(unsent.keep(id, bytes, Waker::noop()));
            id
        };
        let (used, idle, owing) = (keeping(LARGE), keeping(LARGE), keeping(LARGE));
        tokio::time::advance(STALLED).await;
        assert!(unsent.stays(used, true, None) && unsent.stays(idle, false, None));
        assert!(unsent.still_owe(owing, 2 * LARGE, 1, Waker::noop()));
        assert_eq!(unsent.has_room(3 * LARGE), Err(Crowded));
        assert!([used, idle, owing].iter().all(|id| unsent.stays(*id, false, None)), "it would not help");
        assert_eq!(unsent.has_room(LARGE), Ok(()));
        assert_eq!([used, idle, owing].map(|id| unsent.stays(id, false, None)), [true, false, true]);
        assert_eq!(unsent.has_room(2 * LARGE), Ok(()));
        assert_eq!([used, owing].map(|id| unsent.stays(id, false, None)), [false, true]);
        for id in [used, idle, owing] {
            unsent.settle(id);
        }
        assert_eq!(unsent.bytes(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_not_looked_at_all_of_them_all_the_time() {
        let unsent = Room::new(2 * LARGE);
        let _first = unsent.owe(LARGE, Waker::noop());
        tokio::time::advance(BETWEEN_LOOKS / 2).await;
        let second = unsent.owe(LARGE, Waker::noop());
        tokio::time::advance(STALLED.saturating_sub(BETWEEN_LOOKS / 2)).await;
        assert_eq!(unsent.has_room(LARGE), Ok(()));
        tokio::time::advance(BETWEEN_LOOKS / 2).await;
        assert_eq!(unsent.has_room(2 * LARGE), Err(Crowded), "it was looked a moment ago");
        assert!(unsent.still_owe(second, LARGE, 0, Waker::noop()));
        tokio::time::advance(BETWEEN_LOOKS / 2).await;
        assert_eq!(unsent.has_room(2 * LARGE), Ok(()));
    }
}
