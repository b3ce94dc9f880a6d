//! Blocks: what the blocked one sends is hidden from the blocker, and nothing tells him so.

pub mod block;
pub mod unblock;

use crate::users::User;
use crate::{Storage, UserId};

/// Why nobody was blocked or unblocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such user.
    #[error("there is no such user")]
    UnknownUser,
    /// Nobody blocks himself.
    #[error("nobody blocks himself")]
    Oneself,
}

/// How a store lists blocks.
pub trait Port: Storage {
    /// Everybody whom this user blocks, in the order in which he blocked them.
    ///
    /// # Errors
    /// The store's fault.
    fn blocked_users(&mut self, by: UserId) -> Result<Vec<User>, Self::Fault>;
}
