//! Messages that come while older ones are still being delivered.

use std::collections::{BTreeMap, BTreeSet};

use talker_domain::MessageId;
use talker_domain::messages::mark_notified::Handed;

use crate::outgoing::Outgoing;
use crate::writer::BATCH;

/// How many live messages are held back while older ones are still being delivered. More than the writer may have stored
/// and not yet told: one commit, and the one before.
const HELD: usize = 2 * BATCH + 1_024;

/// Messages in the order in which they are to be shown.
pub(crate) type Messages = BTreeMap<MessageId, (Outgoing, Handed)>;

/// Messages that are held back while older ones are delivered.
#[derive(Default)]
pub(super) struct Held {
    /// Up to where the client has been sent what waits.
    pub(super) after: Option<MessageId>,
    pub(super) messages: Messages,
    /// Whether there were too many. Those that are not here wait in the store, like the older ones.
    pub(super) more: bool,
}

impl Held {
    pub(super) const fn after(last: Option<MessageId>) -> Self {
        Self { after: last, messages: Messages::new(), more: false }
    }

    pub(super) fn hold(&mut self, handed: Handed, outgoing: Outgoing) {
        // Once one is missing, what is newer must not come before it.
        self.more = self.more || self.messages.len() >= HELD;
        if !self.more {
            self.messages.insert(handed.message, (outgoing, handed));
        }
    }
}

/// Messages that the client was sent from the store, perhaps before they were told as news.
#[derive(Default)]
pub(super) struct Ahead(BTreeSet<MessageId>);

impl Ahead {
    /// What was stored before the newest so many is told long since.
    pub(super) fn note(&mut self, message: MessageId) {
        self.0.insert(message);
        if self.0.len() > HELD {
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
    fn what_there_is_no_room_to_hold_is_left_to_the_store_and_all_that_is_newer() {
        let mut held = Held::after(None);
        for number in 1..=HELD as u64 + 2 {
            let (handed, outgoing) = message(number);
            held.hold(handed, outgoing);
        }
        assert!(held.more);
        let newest = held.messages.keys().next_back().map(|id| id.get());
        assert_eq!(newest, Some(HELD as u64));
    }

    #[test]
    fn what_was_sent_ahead_is_known_once_and_not_for_ever() {
        let mut ahead = Ahead::default();
        for number in 1..=HELD as u64 + 1 {
            ahead.note(message(number).0.message);
        }
        let mut has = |number| ahead.has(message(number).0.message);
        assert_eq!([has(1), has(2), has(2), has(HELD as u64 + 1)], [false, true, false, true]);
    }
}
