//! What waits for somebody who was away.

use super::Message;
use super::mark_notified::Handed;
use crate::{MessageId, Storage, UserId};

/// How many messages are loaded at once for somebody who comes back.
pub const PAGE: usize = 100;

/// How a store keeps what waits.
pub trait Port: Storage {
    /// Messages that wait for this user and have a greater id than `after`, oldest first: at most [`PAGE`], and fewer
    /// where their media go over [`MEDIA_PER_ANSWER`](super::MEDIA_PER_ANSWER), but one at least if any wait.
    ///
    /// # Errors
    /// The store's fault.
    fn waiting(&mut self, user: UserId, after: Option<MessageId>) -> Result<Vec<Message>, Self::Fault>;

    /// Which messages wait for this user, oldest first, at most `limit`.
    ///
    /// # Errors
    /// The store's fault.
    fn waiting_ids(&mut self, user: UserId, limit: usize) -> Result<Vec<Handed>, Self::Fault>;
}
