//! Forgetting registrations that nobody confirmed in time.

use crate::{Storage, Timestamp};

/// What forgetting asks of a store.
pub trait Port: Storage {
    /// Removes registrations that stopped waiting by now, with their mails, and says how many there were: at most a
    /// thousand at once, so that nobody waits long behind it.
    ///
    /// # Errors
    /// The store's fault.
    fn remove_expired_registrations(&mut self, now: Timestamp) -> Result<usize, Self::Fault>;
}
