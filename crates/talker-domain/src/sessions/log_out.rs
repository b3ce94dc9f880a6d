//! Ending sessions: one at logout or disconnect, all of a node when it starts or stops.

use crate::{Digest, Storage};

/// What ending sessions asks of a store.
pub trait Port: Storage {
    /// Ends the session with this key, if there is one.
    ///
    /// # Errors
    /// The store's fault.
    fn end_session(&mut self, key: Digest) -> Result<(), Self::Fault>;

    /// Ends every session that belongs to a connection of this node, and says how many there were.
    ///
    /// # Errors
    /// The store's fault.
    fn end_sessions_of_node(&mut self, node: u8) -> Result<usize, Self::Fault>;
}
