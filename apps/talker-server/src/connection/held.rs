//! Messages that come while older ones are still being delivered.

use std::collections::{BTreeMap, BTreeSet};

use talker_domain::MessageId;
use talker_domain::messages::mark_notified::Handed;
use talker_domain::messages::waiting;

use crate::outgoing::Outgoing;
use crate::writer::BATCH;

/// How many bytes of live messages are held back while older ones are still being delivered.
const HELD: usize = 16 * 1_024;

/// How many messages are remembered that there was no room to hold. A client that is further behind reads too slowly.
const MISSED: usize = 4_096;

/// How many messages are remembered as sent ahead. More than the writer may have stored and not yet told: one commit, and
/// the one before.
const AHEAD: usize = 2 * BATCH + 1_024;

/// Messages in the order in which they are to be shown.
pub(crate) type Messages = BTreeMap<MessageId, (Outgoing, Handed)>;

/// What is to be read from the store for a client: messages that wait after this one, and these, which it missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) after: Option<MessageId>,
    pub(crate) missed: Vec<MessageId>,
    /// How many bytes the first of them has, if that is known; 0 otherwise.
    pub(crate) bytes: usize,
}

/// Messages that are held back while older ones are delivered.
#[derive(Default)]
pub(super) struct Held {
    /// Up to where the client has been sent what waits.
    pub(super) after: Option<MessageId>,
    messages: Messages,
    bytes: usize,
    /// How many bytes the first message has that is not held, if that is known; 0 otherwise.
    wanted: usize,
    /// Those that there was no room to hold. They are read from the store, like the older ones, but do not wait there once
    /// another connection of the user has taken them.
    missed: BTreeSet<MessageId>,
}

/// There were far too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overflow;

impl Held {
    pub(super) const fn after(last: Option<MessageId>) -> Self {
        Self { after: last, messages: Messages::new(), bytes: 0, wanted: 0, missed: BTreeSet::new() }
    }

    pub(super) fn hold(&mut self, handed: Handed, outgoing: Outgoing) -> Result<(), Overflow> {
        // Once one is missing, what is newer must not come before it.
        if self.missed.is_empty() && self.bytes + outgoing.bytes() <= HELD {
            self.bytes += outgoing.bytes();
            self.messages.insert(handed.message, (outgoing, handed));
        } else if self.missed.len() < MISSED {
            self.missed.insert(handed.message);
        } else {
            return Err(Overflow);
        }
        Ok(())
    }

    /// It was taken to be sent, and was not.
    pub(super) fn miss(&mut self, message: MessageId) {
        self.missed.insert(message);
    }

    /// The first message that is not held has so many bytes.
    pub(super) fn wants(&mut self, bytes: usize) {
        self.wanted = bytes;
    }

    /// What the client has not been sent, and is not held for it.
    pub(super) fn missing(&mut self) -> Missing {
        Missing {
            after: self.after,
            missed: self.missed.iter().take(waiting::PAGE).copied().collect(),
            bytes: std::mem::take(&mut self.wanted),
        }
    }

    /// The first message that is missed and not on this page, which is in order: what is newer must not come before it.
    pub(super) fn gap(&self, page: &[MessageId]) -> Option<MessageId> {
        self.missed.iter().find(|missed| page.binary_search(missed).is_err()).copied()
    }

    /// Takes what is held up to this message, or all of it.
    pub(super) fn take(&mut self, up_to: Option<MessageId>) -> Messages {
        let mut taken = std::mem::take(&mut self.messages);
        if let Some(next) = up_to.and_then(|last| MessageId::new(last.get() + 1)) {
            self.messages = taken.split_off(&next);
        }
        self.bytes = self.messages.values().map(|(outgoing, _)| outgoing.bytes()).sum();
        taken
    }

    /// No longer holds a message, or remembers that it is missed. Says whether it did.
    pub(super) fn remove(&mut self, message: MessageId) -> bool {
        let removed = self.messages.remove(&message);
        self.bytes -= removed.as_ref().map_or(0, |(outgoing, _)| outgoing.bytes());
        self.missed.remove(&message) || removed.is_some()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.missed.is_empty()
    }
}

/// Messages that the client was sent from the store, perhaps before they were told as news.
#[derive(Default)]
pub(super) struct Ahead(BTreeSet<MessageId>);

impl Ahead {
    /// What was stored before the newest so many is told long since.
    pub(super) fn note(&mut self, message: MessageId) {
        self.0.insert(message);
        if self.0.len() > AHEAD {
            self.0.pop_first();
        }
    }

    /// Whether the client has this message already. It is told only once.
    pub(super) fn has(&mut self, message: MessageId) -> bool {
        !self.0.is_empty() && self.0.remove(&message)
    }
}

#[cfg(test)]
mod tests {
    use talker_domain::{Event, UserId};

    use super::*;
    use crate::emit;

    fn message(number: u64) -> (Handed, Outgoing) {
        let message = MessageId::new(number).expect("positive");
        let from = UserId::new(1).expect("positive");
        (Handed { message, from }, emit::outgoing(&Event::Notified(message)))
    }

    #[test]
    fn what_there_is_no_room_to_hold_is_missed_and_all_that_is_newer() {
        let mut held = Held::after(None);
        let room = HELD / message(100).1.bytes();
        let full = 100 + room as u64;
        for number in 100..full + 2 {
            let (handed, outgoing) = message(number);
            held.hold(handed, outgoing).expect("few enough");
        }
        let up_to = MessageId::new(109);
        assert_eq!(held.take(up_to).len(), 10);
        assert_eq!(held.take(None).len(), room - 10);
        let missed: Vec<_> = [full, full + 1].into_iter().filter_map(MessageId::new).collect();
        assert_eq!(held.missing(), Missing { after: None, missed: missed.clone(), bytes: 0 });
        assert_eq!((held.gap(&missed), held.gap(&missed[..1])), (None, Some(missed[1])));
        assert!(!held.is_empty());
        assert!(missed.into_iter().all(|missed| held.remove(missed)));
        assert_eq!((held.bytes, held.is_empty()), (0, true));
    }

    #[test]
    fn whoever_misses_far_too_much_reads_too_slowly() {
        let mut held = Held::after(None);
        // All of them are equally long.
        let first = 100_000;
        let most = (MISSED + HELD / message(first).1.bytes()) as u64;
        for number in first..=first + most {
            let (handed, outgoing) = message(number);
            let expected = if number < first + most { Ok(()) } else { Err(Overflow) };
            assert_eq!(held.hold(handed, outgoing), expected, "{number}");
        }
    }

    #[test]
    fn what_was_sent_ahead_is_known_once_and_not_for_ever() {
        let mut ahead = Ahead::default();
        for number in 1..=AHEAD as u64 + 1 {
            ahead.note(message(number).0.message);
        }
        let mut has = |number| ahead.has(message(number).0.message);
        assert_eq!([has(1), has(2), has(2), has(AHEAD as u64 + 1)], [false, true, false, true]);
    }
}
