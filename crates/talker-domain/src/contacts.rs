//! Contacts: everybody one has exchanged messages with, and how the conversation stands.

use crate::messages::Message;
use crate::users::User;
use crate::{Storage, UserId};

/// One conversation, as one of its two sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The other one.
    pub peer: User,
    /// The last message that the owner of this contact may see.
    pub last: Message,
    /// How many of the peer's messages the owner has not read.
    pub unread: u64,
}

/// How a store lists contacts.
pub trait Port: Storage {
    /// The contacts of a user, newest conversation first.
    ///
    /// Media of the last messages are loaded while all of them together stay under `media_budget` bytes; past that
    /// they come without their bytes.
    ///
    /// # Errors
    /// The store's fault.
    fn contacts(&mut self, owner: UserId, media_budget: usize) -> Result<Vec<Contact>, Self::Fault>;
}
