//! A conversation, page by page, newest first.

use super::Message;
use crate::{MessageId, Storage, UserId};

/// The most messages of one page.
pub const PAGE: usize = 20;

/// Somebody looks at a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Who looks.
    pub viewer: UserId,
    /// With whom the conversation is.
    pub peer: UserId,
    /// The newest message wanted; the very newest if not given.
    pub from: Option<MessageId>,
}

/// A page of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The messages that the viewer may see, newest first.
    pub messages: Vec<Message>,
    /// Whether nothing older is left.
    pub all: bool,
}

/// How a store keeps conversations.
pub trait Port: Storage {
    /// At most [`PAGE`] messages, and fewer where their content goes over
    /// [`CONTENT_PER_ANSWER`](super::CONTENT_PER_ANSWER), but one at least if there is any.
    ///
    /// # Errors
    /// The store's fault.
    fn history(&mut self, ask: Ask) -> Result<Page, Self::Fault>;
}
