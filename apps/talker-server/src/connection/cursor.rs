//! How far a client that follows its log has been sent it.

use talker_domain::sync::Seq;

/// How far a client has been sent its user's log. Nothing is held back for it: what it has not been sent is in the log.
pub(super) struct Cursor {
    /// The number of the last entry that it was sent.
    sent: Seq,
    /// The greatest number heard of.
    announced: Seq,
    /// Whether the next entry goes straight to the client. Otherwise it is read from the log.
    live: bool,
}

impl Cursor {
    /// A client that knows the log up to here.
    pub(super) const fn after(seq: Seq) -> Self {
        Self { sent: seq, announced: Seq::START, live: false }
    }

    /// Offers the client an entry as it happens. It is sent if it is the next one and there is room, and left to the log
    /// otherwise. Says whether it was sent.
    pub(super) fn offer(&mut self, seq: Seq, send: impl FnOnce() -> bool) -> bool {
        // Also if the client says that it knows more than there is: it may be sent back to an earlier one.
        self.announced = self.announced.max(seq);
        if seq <= self.sent {
            return false;
        }
        self.live = self.live && seq == self.sent.next() && send();
        if self.live {
            self.sent = seq;
        }
        self.live
    }

    /// After which entry to read on in the log; `None` while there is no need to.
    pub(super) fn behind(&self) -> Option<Seq> {
        (!self.live).then_some(self.sent)
    }

    /// The client was sent the log up to here. If that is all there is, it is live from now on, unless more was heard
    /// of meanwhile.
    pub(super) fn caught_up(&mut self, seq: Seq, all: bool) {
        self.sent = seq;
        self.live = all && self.announced <= seq;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seq(number: u64) -> Seq {
        Seq::new(number).expect("in range")
    }

    #[test]
    fn what_happens_while_the_log_is_read_is_read_as_well() {
        let mut cursor = Cursor::after(seq(3));
        assert!(!cursor.offer(seq(5), || panic!("it is not live yet")));
        cursor.caught_up(seq(4), true);
        assert_eq!(cursor.behind(), Some(seq(4)), "the fifth was heard of");
        cursor.caught_up(seq(5), true);
        assert_eq!(cursor.behind(), None);
        assert!(!cursor.offer(seq(5), || panic!("it was sent")));
        assert!(cursor.offer(seq(6), || true));
    }

    #[test]
    fn an_entry_out_of_its_turn_or_without_room_is_left_to_the_log() {
        for (number, room) in [(2, true), (1, false)] {
            let mut cursor = Cursor::after(seq(0));
            cursor.caught_up(seq(0), true);
            assert!(!cursor.offer(seq(number), || room));
            assert_eq!(cursor.behind(), Some(seq(0)));
            cursor.caught_up(seq(number), true);
            assert!(cursor.offer(seq(number + 1), || true));
        }
    }

    #[test]
    fn a_client_that_claims_to_know_more_than_there_is_misses_nothing() {
        let mut cursor = Cursor::after(seq(1_000));
        assert!(!cursor.offer(seq(8), || panic!("it is said to know it")));
        cursor.caught_up(seq(7), true);
        assert_eq!(cursor.behind(), Some(seq(7)));
    }

    #[test]
    fn a_page_that_is_not_all_keeps_the_client_behind() {
        let mut cursor = Cursor::after(seq(0));
        cursor.caught_up(seq(500), false);
        assert_eq!(cursor.behind(), Some(seq(500)));
    }
}
