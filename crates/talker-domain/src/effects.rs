//! Who must hear what, as values: returned by decisions, told to nobody before the store has committed.

use std::sync::Arc;

use crate::messages::Message;
use crate::sync::Seq;
use crate::{MessageId, Timestamp, UserId};

/// Somebody must hear something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Who.
    pub audience: Audience,
    /// What.
    pub event: Event,
    /// Its number in that user's log; `None` for what is not logged.
    pub seq: Option<Seq>,
}

/// The connections that must hear an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// All connections of this user.
    Everywhere(UserId),
    /// All connections of this user but the one that asked. It too hears what is logged, if it follows the log.
    Elsewhere(UserId),
    /// The connection that asked, which is this user's.
    Here(UserId),
}

impl Audience {
    /// Whose connections they are.
    #[must_use]
    pub const fn user(self) -> UserId {
        match self {
            Self::Everywhere(user) | Self::Elsewhere(user) | Self::Here(user) => user,
        }
    }
}

/// What there is to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Your message was stored.
    Echo(Arc<Message>),
    /// A message for you. Once one connection has taken it, the message counts as handed over
    /// ([`messages::mark_notified`](crate::messages::mark_notified)).
    Delivery(Arc<Message>),
    /// Your message was handed to its recipient.
    Notified(MessageId),
    /// The messages of a conversation were read, up to this one.
    Read {
        /// The newest message that was read.
        message: MessageId,
        /// When.
        at: Timestamp,
    },
    /// You block this user from now on. It is for whoever follows your log.
    Blocked(UserId),
    /// You no longer block this user. It is for whoever follows your log.
    Unblocked(UserId),
    /// Somebody starts or stops typing to you.
    Typing {
        /// Who types.
        typer: UserId,
        /// Whether typing starts or ends.
        typing: bool,
    },
}

impl Effect {
    /// All connections of `user` must hear `event`.
    #[must_use]
    pub const fn everywhere(user: UserId, event: Event) -> Self {
        Self { audience: Audience::Everywhere(user), event, seq: None }
    }

    /// All connections of `user` but the one that asked must hear `event`.
    #[must_use]
    pub const fn elsewhere(user: UserId, event: Event) -> Self {
        Self { audience: Audience::Elsewhere(user), event, seq: None }
    }

    /// The connection of `user` that asked must hear `event`.
    #[must_use]
    pub const fn here(user: UserId, event: Event) -> Self {
        Self { audience: Audience::Here(user), event, seq: None }
    }
}
