//! How far an account's stream has come in its log: nothing is shown twice, and nothing before what precedes it.

use talker_proto::Seq;

/// The place in the log up to which everything has been shown, and what is known to lie behind it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position {
    /// The number of the last entry that was shown.
    last: Seq,
    /// The greatest number that was heard of.
    newest: Seq,
    /// Something was left out that no number stands for.
    lost_count: bool,
}

/// What an entry is to a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It was shown before.
    Known,
    /// It is the next one.
    Next,
    /// Others come before it.
    Later,
}

impl Position {
    pub(crate) const fn new(last: Seq) -> Self {
        Self { last, newest: last, lost_count: false }
    }

    /// The number of the last entry that was shown.
    pub(crate) const fn last(&self) -> Seq {
        self.last
    }

    /// Hears of an entry, and says what it is.
    pub(crate) fn place(&mut self, seq: Seq) -> Place {
        self.newest = self.newest.max(seq);
        if seq <= self.last {
            Place::Known
        } else if seq.get() == self.last.get() + 1 {
            Place::Next
        } else {
            Place::Later
        }
    }

    /// Everything up to this entry has been shown.
    pub(crate) fn advance(&mut self, seq: Seq) {
        self.last = seq;
    }

    /// Goes on from here whatever was before: the log begins later than that, or never came that far.
    pub(crate) fn jump(&mut self, head: Seq) {
        *self = Self::new(head);
    }

    /// Something was left out, so only the log knows whether there is more.
    pub(crate) fn lose_count(&mut self) {
        self.lost_count = true;
    }

    /// The log has told all that it has.
    pub(crate) fn regain_count(&mut self) {
        self.lost_count = false;
    }

    /// Whether the log has to be asked for what is missing.
    pub(crate) fn is_behind(&self) -> bool {
        self.lost_count || self.newest > self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seq(number: u64) -> Seq {
        Seq::new(number).expect("a number in range")
    }

    #[test]
    fn an_entry_is_known_or_next_or_later() {
        for (last, number, place, behind) in [
            (0, 1, Place::Next, true),
            (0, 2, Place::Later, true),
            (5, 0, Place::Known, false),
            (5, 5, Place::Known, false),
            (5, 6, Place::Next, true),
            (5, 7, Place::Later, true),
        ] {
            let mut position = Position::new(seq(last));
            assert_eq!(position.place(seq(number)), place, "{number} after {last}");
            assert_eq!(position.is_behind(), behind, "{number} after {last}");
            assert_eq!(position.last(), seq(last));
        }
    }

    #[test]
    fn whoever_shows_what_is_next_is_not_behind() {
        let mut position = Position::new(seq(5));
        position.place(seq(7));
        for (number, behind) in [(6, true), (7, false)] {
            assert_eq!(position.place(seq(number)), Place::Next);
            position.advance(seq(number));
            assert_eq!(position.is_behind(), behind, "{number}");
        }
    }

    #[test]
    fn a_jump_forgets_what_was_before() {
        for head in [3, 90] {
            let mut position = Position::new(seq(5));
            position.place(seq(50));
            position.jump(seq(head));
            assert!(!position.is_behind());
            assert_eq!(position.place(seq(head + 1)), Place::Next);
        }
    }

    #[test]
    fn a_lost_count_is_behind_until_it_is_regained() {
        let mut position = Position::new(seq(5));
        position.lose_count();
        assert!(position.is_behind());
        position.regain_count();
        assert!(!position.is_behind());
    }
}
