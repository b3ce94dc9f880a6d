//! Whether a name is still to be had.

use super::{Email, Username};
use crate::{Storage, Timestamp};

/// Looks names up among accounts and among registrations that still wait at a given time.
pub trait Port: Storage {
    /// Whether an account or a waiting registration holds this username.
    ///
    /// # Errors
    /// The store's fault.
    fn username_used(&mut self, username: &Username, now: Timestamp) -> Result<bool, Self::Fault>;

    /// Whether an account or a waiting registration holds this email.
    ///
    /// # Errors
    /// The store's fault.
    fn email_used(&mut self, email: &Email, now: Timestamp) -> Result<bool, Self::Fault>;
}
