//! Ending sessions: one at logout; at the end of a connection, or of a whole node, after a time of grace.

use crate::{Digest, Storage, Timestamp};

/// What ending sessions asks of a store.
pub trait Port: Storage {
    /// Ends the session with this key, if there is one.
    ///
    /// # Errors
    /// The store's fault.
    fn end_session(&mut self, key: Digest) -> Result<(), Self::Fault>;

    /// The session with this key, if there is one, has lost its connection: it ends at this time unless it is resumed.
    ///
    /// # Errors
    /// The store's fault.
    fn suspend_session(&mut self, key: Digest, ends_at: Timestamp) -> Result<(), Self::Fault>;

    /// Every session of this node that had a connection has lost it. Says how many there were.
    ///
    /// # Errors
    /// The store's fault.
    fn suspend_sessions_of_node(&mut self, node: u8, ends_at: Timestamp) -> Result<usize, Self::Fault>;

    /// Removes sessions whose time has come, and says how many there were.
    ///
    /// # Errors
    /// The store's fault.
    fn remove_ended_sessions(&mut self, now: Timestamp) -> Result<usize, Self::Fault>;
}
