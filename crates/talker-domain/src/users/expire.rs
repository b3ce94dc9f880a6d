//! Forgetting registrations that nobody confirmed in time, and links for new passwords that nobody used.

use crate::{Storage, Timestamp};

/// What forgetting asks of a store.
pub trait Port: Storage {
    /// Removes registrations that stopped waiting by now, with their mails, and says how many there were: at most a
    /// thousand at once, so that nobody waits long behind it.
    ///
    /// # Errors
    /// The store's fault.
    fn remove_expired_registrations(&mut self, now: Timestamp) -> Result<usize, Self::Fault>;

    /// Removes resets that stopped waiting by now, with their mails, and says how many there were: as many at once.
    ///
    /// # Errors
    /// The store's fault.
    fn remove_expired_resets(&mut self, now: Timestamp) -> Result<usize, Self::Fault>;
}
