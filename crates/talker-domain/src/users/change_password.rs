//! A new password in the place of the old one. Whoever knows the old one is logged in nowhere from then on.
//!
//! Matching and hashing are slow on purpose, so both happen before, outside of any transaction.

use super::PasswordHash;
use crate::sessions::log_in::{self, Outdated};
use crate::sessions::revoke::{self, Which};
use crate::{Digest, Failure, Timestamp, UserId};

/// Somebody has shown his password, and wants another one.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Who.
    pub user: UserId,
    /// The key of the session that goes on.
    pub own: Digest,
    /// What the password that he showed was found to match.
    pub matched: PasswordHash,
    /// What to remember of the new one.
    pub password: PasswordHash,
}

/// What changing a password asks of a store.
pub trait Port: log_in::Port + revoke::Port {
    /// This is what the user's password must match from now on. A reset that waits for him ends.
    ///
    /// # Errors
    /// The store's fault.
    fn set_password(&mut self, user: UserId, password: &PasswordHash) -> Result<(), Self::Fault>;
}

/// Changes the password, and returns the keys of the sessions that end by it: all but his own.
///
/// # Errors
/// [`Outdated`] if somebody was faster, or the store's fault.
pub fn run<P: Port + ?Sized>(
    port: &mut P,
    ask: &Ask,
    now: Timestamp,
) -> Result<Vec<Digest>, Failure<Outdated, P::Fault>> {
    port.lock_sessions_of(ask.user).map_err(Failure::Faulted)?;
    if port.password_of(ask.user).map_err(Failure::Faulted)?.as_ref() != Some(&ask.matched) {
        return Err(Failure::Refused(Outdated));
    }
    port.set_password(ask.user, &ask.password).map_err(Failure::Faulted)?;
    match revoke::run(port, ask.user, Which::Others(ask.own), now) {
        Ok(ended) => Ok(ended),
        Err(Failure::Refused(revoke::UnknownSession)) => Ok(vec![]),
        Err(Failure::Faulted(fault)) => Err(Failure::Faulted(fault)),
    }
}
