//! Telling whether a key stands for a user.

use crate::{Digest, Failure, Storage, Timestamp, UserId};

/// The key is not a session of this user: one answer for every cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not logged in as this user")]
pub struct Unauthenticated;

/// What authenticating asks of a store.
pub trait Port: Storage {
    /// The user whose session has this key and has not ended.
    ///
    /// # Errors
    /// The store's fault.
    fn session_user(&mut self, key: Digest, now: Timestamp) -> Result<Option<UserId>, Self::Fault>;
}

/// Passes if `key` is a session of `user`.
///
/// # Errors
/// [`Unauthenticated`] if not, or the store's fault.
pub fn run<P: Port + ?Sized>(
    port: &mut P,
    user: UserId,
    key: Digest,
    now: Timestamp,
) -> Result<(), Failure<Unauthenticated, P::Fault>> {
    match port.session_user(key, now).map_err(Failure::Faulted)? {
        Some(owner) if owner == user => Ok(()),
        _ => Err(Failure::Refused(Unauthenticated)),
    }
}
