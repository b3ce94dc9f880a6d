//! Forgetting what happened long ago.

use crate::{Storage, Timestamp, UserId};

/// How many logs are looked at together.
pub const LOGS: usize = 100;

/// How many entries of one log are removed together.
pub const ENTRIES: usize = 1_000;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pruned {
    /// How many entries were removed.
    pub removed: usize,
    /// The user whose log was looked at last; `None` if there is none left.
    pub last: Option<UserId>,
}

/// What pruning asks of a store.
pub trait Port: Storage {
    /// Removes entries from before `before`, the oldest first and at most [`ENTRIES`] of each log, from the logs of the
    /// next [`LOGS`] users after `after`, and notes how far each was pruned.
    ///
    /// # Errors
    /// The store's fault.
    fn prune(&mut self, after: Option<UserId>, before: Timestamp) -> Result<Pruned, Self::Fault>;
}
