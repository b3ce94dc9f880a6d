//! Reading on in a log.

use super::Seq;
use crate::{Effect, Storage, UserId};

/// The most entries that one page holds.
pub const LARGEST_PAGE: usize = 500;

/// A user wants to know what happened since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Who.
    pub user: UserId,
    /// The number of the last entry that he knows.
    pub after: Seq,
    /// How many entries at the most, 1 to [`LARGEST_PAGE`].
    pub limit: usize,
    /// How many bytes of messages at the most, unless a single one has more.
    pub bytes: usize,
}

/// How far a log reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Head {
    /// The number of its newest entry.
    pub newest: Seq,
    /// The number of the newest entry that was pruned.
    pub pruned: Seq,
}

/// What happened since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// This.
    Page(Page),
    /// Nobody can tell: the log was pruned beyond that, or it never came that far.
    Gap {
        /// The number of its newest entry.
        head: Seq,
    },
}

impl Answer {
    /// The number of the newest entry of the log.
    #[must_use]
    pub fn head(&self) -> Seq {
        match self {
            Self::Page(page) => page.head,
            Self::Gap { head } => *head,
        }
    }
}

/// Entries of a log, in order and without a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The entries, as the effects that they once were, each with its number. A message is shown as it is now.
    pub effects: Vec<Effect>,
    /// The number of the newest entry of the log.
    pub head: Seq,
    /// Whether nothing newer is left.
    pub all: bool,
}

/// What reading a log asks of a store.
pub trait Port: Storage {
    /// How far the log of this user reaches.
    ///
    /// # Errors
    /// The store's fault.
    fn log_head(&mut self, user: UserId) -> Result<Head, Self::Fault>;

    /// The entries after `after`, in order: at most `limit`, and fewer where their messages go over `bytes`, but one at
    /// least if there are any.
    ///
    /// # Errors
    /// The store's fault.
    fn log_entries(&mut self, ask: Ask) -> Result<Vec<Effect>, Self::Fault>;
}

/// Reads on.
///
/// # Errors
/// The store's fault.
pub fn run<P: Port + ?Sized>(port: &mut P, ask: Ask) -> Result<Answer, P::Fault> {
    let head = port.log_head(ask.user)?;
    if ask.after < head.pruned || ask.after > head.newest {
        return Ok(Answer::Gap { head: head.newest });
    }
    let effects = if ask.after < head.newest { port.log_entries(ask)? } else { vec![] };
    Ok(decide(ask.after, head.newest, effects))
}

/// The page, unless it was pruned while it was read. Entries that came meanwhile move the head.
fn decide(after: Seq, newest: Seq, effects: Vec<Effect>) -> Answer {
    let number = |effect: Option<&Effect>| effect.and_then(|effect| effect.seq);
    let last = number(effects.last()).unwrap_or(after);
    let head = newest.max(last);
    if after < newest && number(effects.first()) != Some(after.next()) {
        return Answer::Gap { head };
    }
    Answer::Page(Page { effects, head, all: last == head })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::{Event, MessageId};

    /// A log from one number to another.
    struct Log {
        pruned: u64,
        newest: u64,
    }

    impl Storage for Log {
        type Fault = Infallible;
    }

    impl Port for Log {
        fn log_head(&mut self, _: UserId) -> Result<Head, Infallible> {
            Ok(Head { newest: Seq(self.newest), pruned: Seq(self.pruned) })
        }

        fn log_entries(&mut self, ask: Ask) -> Result<Vec<Effect>, Infallible> {
            let event = Event::Notified(MessageId::new(1).expect("positive"));
            let entry =
                |number| Effect { seq: Some(Seq(number)), ..Effect::everywhere(ask.user, event.clone()) };
            Ok((ask.after.0.max(self.pruned) + 1..=self.newest).take(ask.limit).map(entry).collect())
        }
    }

    fn read(pruned: u64, newest: u64, after: u64) -> Answer {
        let user = UserId::new(1).expect("positive");
        run(&mut Log { pruned, newest }, Ask { user, after: Seq(after), limit: 10, bytes: usize::MAX })
            .expect("it cannot fail")
    }

    #[test]
    fn a_page_goes_on_where_the_reader_left_off() {
        for (newest, after, count, all) in
            [(0, 0, 0, true), (5, 0, 5, true), (5, 5, 0, true), (30, 3, 10, false)]
        {
            let Answer::Page(page) = read(0, newest, after) else { panic!("a gap") };
            let numbers: Vec<u64> =
                page.effects.iter().filter_map(|effect| Some(effect.seq?.get())).collect();
            assert_eq!(numbers, (after + 1..=after + count).collect::<Vec<_>>());
            assert_eq!((page.head.get(), page.all), (newest, all));
        }
    }

    #[test]
    fn whoever_is_too_far_behind_or_ahead_is_told() {
        for (pruned, newest, after, gap) in [
            (4, 9, 3, true),
            (4, 9, 4, false),
            (9, 9, 8, true),
            (9, 9, 9, false),
            (0, 9, 10, true),
            (0, 0, 1, true),
        ] {
            let answer = read(pruned, newest, after);
            assert_eq!(answer == Answer::Gap { head: Seq(newest) }, gap, "{pruned} {newest} {after}");
        }
    }

    #[test]
    fn what_was_pruned_meanwhile_is_no_silent_gap() {
        let event = Event::Notified(MessageId::new(1).expect("positive"));
        let user = UserId::new(1).expect("positive");
        let late = Effect { seq: Some(Seq(7)), ..Effect::everywhere(user, event) };
        assert_eq!(decide(Seq(3), Seq(8), vec![late]), Answer::Gap { head: Seq(8) });
        assert_eq!(decide(Seq(3), Seq(8), vec![]), Answer::Gap { head: Seq(8) });
    }
}
