//! Room for what is large and on its way in.

use std::task::Waker;

use tokio::time::Instant;

use super::hold::{Holder, STALLED};
use super::{Admission, HoldId, Room};

impl Room {
    /// So many bytes of something have come, and it is not whole. `reader` waits for the rest.
    pub(crate) fn begin(&self, bytes: usize, reader: &Waker) -> HoldId {
        let mut holds = self.holds();
        let id = holds.add(bytes, Holder::Task(reader.clone()));
        holds.arrives(id, Instant::now());
        id
    }

    /// Whether more of it may come: while there is room, and in any case if it began first. `reader` waits for it.
    pub(crate) fn admit(&self, id: HoldId, reader: &Waker) -> Admission {
        self.holds().admit(id, reader, Instant::now())
    }

    /// Some more has come, and all that has are so many bytes.
    pub(crate) fn more(&self, id: HoldId, all: usize, came: usize) {
        let mut holds = self.holds();
        holds.grow(id, all);
        holds.take(id, came, Instant::now());
    }

    /// It was taken up, and its reader goes on using so much memory. Like [`Self::keep`]; only has the client some time to hear
    /// what became of it.
    pub(crate) fn keep_for_reader(&self, id: HoldId, bytes: usize, reader: &Waker) -> bool {
        self.holds().keep(id, bytes, reader, Instant::now() + STALLED)
    }

    /// It is whole, and no longer up to the client.
    pub(crate) fn whole(&self, id: HoldId) {
        self.holds().arrived(id);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Crowded, LARGE};
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn without_room_only_what_began_first_goes_on() {
        let room = Room::new(2 * LARGE);
        let (first, second) = (room.begin(LARGE, Waker::noop()), room.begin(LARGE, Waker::noop()));
        let admitted = || [first, second].map(|id| room.admit(id, Waker::noop()));
        assert_eq!(admitted(), [Admission::Goes, Admission::Goes]);
        room.more(first, LARGE + 1, 1);
        assert_eq!(admitted(), [Admission::Goes, Admission::Waits]);
        room.whole(first);
        assert_eq!(
            room.admit(second, Waker::noop()),
            Admission::Goes,
            "now it is the first of those that arrive"
        );
        room.settle(first);
        room.settle(second);
        assert_eq!(room.bytes(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_come_to_a_standstill_makes_room_and_what_may_not_go_on_stays() {
        let room = Room::new(2 * LARGE);
        let [stuck, waiting, whole] = [(); 3].map(|()| room.begin(LARGE, Waker::noop()));
        room.whole(whole);
        assert_eq!(room.admit(waiting, Waker::noop()), Admission::Waits);
        tokio::time::advance(STALLED).await;
        assert_eq!(room.admit(waiting, Waker::noop()), Admission::Goes);
        assert_eq!(room.admit(stuck, Waker::noop()), Admission::LetGo);
        assert_eq!(room.has_room(LARGE), Err(Crowded), "one is whole, and one goes on");
        for id in [stuck, waiting, whole] {
            room.settle(id);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_just_sent_something_is_not_let_go_at_once_and_others_wait_for_that() {
        let room = Room::new(2 * LARGE);
        let kept = room.begin(3 * LARGE, Waker::noop());
        room.whole(kept);
        assert!(room.keep_for_reader(kept, 3 * LARGE, Waker::noop()));
        let next = room.begin(LARGE, Waker::noop());
        assert_eq!(room.admit(next, Waker::noop()), Admission::Waits);
        assert!(room.stays(kept, true, None), "it is not used up earlier by being used");
        tokio::time::advance(STALLED / 2).await;
        assert_eq!(room.admit(next, Waker::noop()), Admission::Waits);
        tokio::time::advance(STALLED / 2).await;
        assert_eq!(room.admit(next, Waker::noop()), Admission::Goes);
        assert!(!room.stays(kept, false, None));
        room.settle(kept);
        room.settle(next);
        assert_eq!(room.bytes(), 0);
    }
}
