//! Writing the log.

use std::collections::{BTreeMap, BTreeSet};

use super::Seq;
use crate::{Audience, Effect, Event, MessageId, Storage, Timestamp, UserId};

/// An entry of somebody's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Whose log it is in.
    pub owner: UserId,
    /// Its number.
    pub seq: Seq,
    /// What happened.
    pub what: Logged,
    /// When.
    pub at: Timestamp,
}

/// What an entry tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logged {
    /// The owner sent this message, or it came for him.
    Message(MessageId),
    /// The owner's message was handed to its recipient.
    Notified(MessageId),
    /// A conversation was read up to this message, by the owner or by the other one.
    Read(MessageId),
    /// The owner blocks this user from now on.
    Blocked(UserId),
    /// The owner no longer blocks this user.
    Unblocked(UserId),
}

impl Logged {
    /// What is logged of an effect. An answer to the one connection that asked is no news, and typing is soon over.
    fn of(effect: &Effect) -> Option<Self> {
        if matches!(effect.audience, Audience::Here(_)) {
            return None;
        }
        match &effect.event {
            Event::Echo(message) | Event::Delivery(message) => Some(Self::Message(message.id)),
            Event::Notified(message) => Some(Self::Notified(*message)),
            Event::Read { message, .. } => Some(Self::Read(*message)),
            Event::Blocked(user) => Some(Self::Blocked(*user)),
            Event::Unblocked(user) => Some(Self::Unblocked(*user)),
            Event::Typing { .. } => None,
        }
    }
}

/// What the log asks of a store.
pub trait Port: Storage {
    /// The number of the newest entry in the log of each of these users; none for whom nothing happened yet. From here
    /// to the end of the transaction nobody else writes into any of these logs.
    ///
    /// # Errors
    /// The store's fault.
    fn log_heads(&mut self, owners: &BTreeSet<UserId>) -> Result<BTreeMap<UserId, Seq>, Self::Fault>;

    /// Adds entries, and moves the heads of their logs.
    ///
    /// # Errors
    /// The store's fault; then none is added.
    fn append(&mut self, entries: &[Entry]) -> Result<(), Self::Fault>;
}

/// Gives each effect that is logged the next number of its user's log, in this order, and stores the entries.
///
/// # Errors
/// The store's fault.
pub fn note<'a, P: Port + ?Sized>(
    port: &mut P,
    effects: impl IntoIterator<Item = &'a mut Effect>,
    now: Timestamp,
) -> Result<(), P::Fault> {
    let logged = effects.into_iter().filter_map(|effect| Some((Logged::of(effect)?, effect)));
    let logged: Vec<(Logged, &mut Effect)> = logged.collect();
    if logged.is_empty() {
        return Ok(());
    }
    let owners = logged.iter().map(|(_, effect)| effect.audience.user()).collect();
    let mut heads = port.log_heads(&owners)?;
    let entries: Vec<Entry> =
        logged.into_iter().map(|(what, effect)| number(what, effect, &mut heads, now)).collect();
    port.append(&entries)
}

fn number(what: Logged, effect: &mut Effect, heads: &mut BTreeMap<UserId, Seq>, now: Timestamp) -> Entry {
    let owner = effect.audience.user();
    let head = heads.entry(owner).or_default();
    *head = head.next();
    effect.seq = Some(*head);
    Entry { owner, seq: *head, what, at: now }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// One log that has three entries, and what is added.
    struct Three(Vec<Entry>);

    impl Storage for Three {
        type Fault = Infallible;
    }

    impl Port for Three {
        fn log_heads(&mut self, owners: &BTreeSet<UserId>) -> Result<BTreeMap<UserId, Seq>, Infallible> {
            Ok(owners.iter().filter(|owner| owner.get() == 1).map(|owner| (*owner, Seq(3))).collect())
        }

        fn append(&mut self, entries: &[Entry]) -> Result<(), Infallible> {
            self.0.extend(entries);
            Ok(())
        }
    }

    fn user(number: u64) -> UserId {
        UserId::new(number).expect("positive")
    }

    #[test]
    fn every_log_counts_on_by_itself_and_in_order() {
        let message = MessageId::new(9).expect("positive");
        let read = Event::Read { message, at: Timestamp(5) };
        let mut effects = [
            Effect::everywhere(user(1), Event::Notified(message)),
            Effect::everywhere(user(2), read.clone()),
            Effect::elsewhere(user(1), read),
            Effect::everywhere(user(2), Event::Typing { typer: user(1), typing: true }),
            Effect::here(user(1), Event::Notified(message)),
            Effect::everywhere(user(1), Event::Blocked(user(2))),
        ];
        let mut store = Three(vec![]);
        note(&mut store, &mut effects, Timestamp(5)).expect("a store that cannot fail");
        let numbers = effects.map(|effect| effect.seq.map(Seq::get));
        assert_eq!(numbers, [Some(4), Some(1), Some(5), None, None, Some(6)]);
        let entries = store.0.iter().map(|entry| (entry.owner.get(), entry.seq.get(), entry.what));
        let expected = [
            (1, 4, Logged::Notified(message)),
            (2, 1, Logged::Read(message)),
            (1, 5, Logged::Read(message)),
            (1, 6, Logged::Blocked(user(2))),
        ];
        assert_eq!(entries.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn nothing_to_note_asks_the_store_for_nothing() {
        struct Untouchable;
        impl Storage for Untouchable {
            type Fault = &'static str;
        }
        impl Port for Untouchable {
            fn log_heads(&mut self, _: &BTreeSet<UserId>) -> Result<BTreeMap<UserId, Seq>, &'static str> {
                Err("asked")
            }
            fn append(&mut self, _: &[Entry]) -> Result<(), &'static str> {
                Err("asked")
            }
        }
        let mut typing = [Effect::everywhere(user(2), Event::Typing { typer: user(1), typing: true })];
        assert_eq!(note(&mut Untouchable, &mut typing, Timestamp(5)), Ok(()));
    }
}
