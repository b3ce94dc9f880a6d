//! The sessions of a user: where he is logged in.

use crate::{Digest, SessionId, Storage, Timestamp, UserId};

/// A session, as its user sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Which one.
    pub id: SessionId,
    /// Recognises its key.
    pub key: Digest,
    /// When its user logged in.
    pub began_at: Timestamp,
    /// When it ends; `None` while it has a connection.
    pub ends_at: Option<Timestamp>,
}

/// What listing asks of a store.
pub trait Port: Storage {
    /// The sessions of this user that have not ended by now, in the order in which they began.
    ///
    /// # Errors
    /// The store's fault.
    fn sessions_of(&mut self, user: UserId, now: Timestamp) -> Result<Vec<Listed>, Self::Fault>;
}
