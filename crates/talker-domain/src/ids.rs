//! Identifiers, and how new ones are minted.

use crate::Timestamp;

/// The largest id: the largest integer that a JavaScript number holds exactly (ECMAScript, `Number.MAX_SAFE_INTEGER`).
pub const LARGEST_ID: u64 = (1 << 53) - 1;

/// How many nodes can mint ids beside each other.
pub const NODES: u8 = 1 << NODE_BITS;

const NODE_BITS: u32 = 6;
const SEQUENCE_BITS: u32 = 6;
const SEQUENCES: u64 = 1 << SEQUENCE_BITS;
/// 2026-01-01 00:00:00 UTC. 41 bits of milliseconds from here last until 2095.
const EPOCH: i64 = 1_767_225_600_000;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The id with this number, if it is one: 1 to [`LARGEST_ID`].
            #[must_use]
            pub const fn new(number: u64) -> Option<Self> {
                if number == 0 || number > LARGEST_ID { None } else { Some(Self(number)) }
            }

            /// The number, 1 to [`LARGEST_ID`].
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }
        }
    };
}

id!(
    /// Names a user.
    UserId
);
id!(
    /// Names a message. Within a conversation a later message has the greater id.
    MessageId
);
id!(
    /// Names a registration that waits for its confirmation.
    RegistrationId
);
id!(
    /// Names a password that waits to be set anew.
    ResetId
);
id!(
    /// Names a session for as long as it lasts, whichever key it has.
    SessionId
);

/// Mints ids that grow with time: 41 bits of milliseconds since 2026, 6 bits of node, 6 bits of sequence.
///
/// Two nodes never mint the same id, and one minter never mints an id twice or a smaller one later, even if the clock
/// is set back: its own time then stands still, and past 64 ids in one millisecond it runs ahead.
#[derive(Debug)]
pub struct IdMinter {
    node: u8,
    millisecond: u64,
    sequence: u64,
}

impl IdMinter {
    /// A minter for the node with this number, below [`NODES`]; greater numbers wrap.
    #[must_use]
    pub const fn new(node: u8) -> Self {
        Self { node: node % NODES, millisecond: 1, sequence: 0 }
    }

    /// A new user's id.
    pub fn user(&mut self, now: Timestamp) -> UserId {
        UserId(self.next(now))
    }

    /// A new registration's id.
    pub fn registration(&mut self, now: Timestamp) -> RegistrationId {
        RegistrationId(self.next(now))
    }

    /// A new reset's id.
    pub fn reset(&mut self, now: Timestamp) -> ResetId {
        ResetId(self.next(now))
    }

    /// A new session's id.
    pub fn session(&mut self, now: Timestamp) -> SessionId {
        SessionId(self.next(now))
    }

    /// A new message's id, greater than the last one of its conversation, whichever node minted that.
    pub fn message(&mut self, now: Timestamp, last: Option<MessageId>) -> MessageId {
        let id = self.next(now);
        match last {
            Some(last) if last.0 >= id => {
                self.pass(last.0 >> (NODE_BITS + SEQUENCE_BITS));
                MessageId(self.next(now))
            }
            _ => MessageId(id),
        }
    }

    fn next(&mut self, now: Timestamp) -> u64 {
        let since_epoch = u64::try_from(now.0.saturating_sub(EPOCH)).unwrap_or(0);
        if since_epoch > self.millisecond {
            (self.millisecond, self.sequence) = (since_epoch, 0);
        } else if self.sequence == SEQUENCES {
            (self.millisecond, self.sequence) = (self.millisecond + 1, 0);
        }
        let id = (((self.millisecond << NODE_BITS) | u64::from(self.node)) << SEQUENCE_BITS) | self.sequence;
        self.sequence += 1;
        id
    }

    fn pass(&mut self, millisecond: u64) {
        if millisecond >= self.millisecond && millisecond << (NODE_BITS + SEQUENCE_BITS) < LARGEST_ID {
            (self.millisecond, self.sequence) = (millisecond + 1, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(EPOCH + 1_000);

    #[test]
    fn an_id_is_a_positive_integer_below_two_to_the_53() {
        for (number, is_id) in
            [(0, false), (1, true), (LARGEST_ID, true), (LARGEST_ID + 1, false), (u64::MAX, false)]
        {
            assert_eq!(UserId::new(number).is_some(), is_id, "{number}");
        }
    }

    #[test]
    fn ids_grow_when_time_stands_still_and_when_it_goes_back() {
        let mut minter = IdMinter::new(3);
        let mut last = 0;
        for step in 0..1_000 {
            let now = if step < 500 { NOW } else { NOW.plus(-5_000) };
            let id = minter.user(now).get();
            assert!(id > last && id <= LARGEST_ID);
            last = id;
        }
    }

    #[test]
    fn nodes_never_mint_the_same_id() {
        let (mut one, mut two) = (IdMinter::new(1), IdMinter::new(2));
        let ids: std::collections::HashSet<_> =
            (0..500).flat_map(|_| [one.user(NOW), two.user(NOW)]).collect();
        assert_eq!(ids.len(), 1_000);
    }

    #[test]
    fn a_message_comes_after_the_last_one_of_its_conversation() {
        let mut ahead = IdMinter::new(1);
        let mut behind = IdMinter::new(0);
        let last = ahead.message(NOW.plus(60_000), None);
        let next = behind.message(NOW, Some(last));
        assert!(next > last);
        assert!(behind.message(NOW, None) > next, "the minter itself never goes back either");
    }
}
