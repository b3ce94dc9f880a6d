//! Logging in: finding what a password must match, and beginning a session once it did.
//!
//! Matching is slow on purpose, so it happens between the two steps, outside of any transaction. A password that was changed
//! meanwhile lets nobody in.

use super::{Session, revoke};
use crate::users::{Email, PasswordHash, Username};
use crate::{Failure, Storage, UserId};

/// How somebody names himself when logging in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// By username.
    Username(Username),
    /// By email.
    Email(Email),
}

impl Login {
    /// Takes what was entered; `None` if it can name nobody.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        if text.contains('@') {
            Email::new(text).ok().map(Self::Email)
        } else {
            Username::new(text).ok().map(Self::Username)
        }
    }
}

/// Who it would be, and what the password must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user so named.
    pub user: UserId,
    /// The hash of his password.
    pub password: PasswordHash,
}

/// What logging in asks of a store.
pub trait Port: Storage {
    /// The credentials of the user so named.
    ///
    /// # Errors
    /// The store's fault.
    fn credentials(&mut self, login: &Login) -> Result<Option<Credentials>, Self::Fault>;

    /// Begins a session. A session that had the same key ends by it.
    ///
    /// # Errors
    /// The store's fault.
    fn begin_session(&mut self, session: &Session) -> Result<(), Self::Fault>;

    /// What this user's password must match.
    ///
    /// # Errors
    /// The store's fault.
    fn password_of(&mut self, user: UserId) -> Result<Option<PasswordHash>, Self::Fault>;
}

/// It is not his password any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password was changed meanwhile")]
pub struct Outdated;

/// Begins the session of a user whose password was found to match this hash.
///
/// # Errors
/// [`Outdated`], and then nothing is changed; or the store's fault.
pub fn run<P: Port + revoke::Port + ?Sized>(
    port: &mut P,
    session: &Session,
    matched: &PasswordHash,
) -> Result<(), Failure<Outdated, P::Fault>> {
    // Whoever changes the password waits for this, or is seen here.
    port.lock_sessions_of(session.user).map_err(Failure::Faulted)?;
    if port.password_of(session.user).map_err(Failure::Faulted)?.as_ref() != Some(matched) {
        return Err(Failure::Refused(Outdated));
    }
    port.begin_session(session).map_err(Failure::Faulted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_names_himself_by_username_or_email() {
        assert!(matches!(Login::new("anna"), Some(Login::Username(_))));
        assert!(matches!(Login::new("anna@example.org"), Some(Login::Email(_))));
        for nobody in ["", "x", "@", "anna smith", "a@b\n"] {
            assert_eq!(Login::new(nobody), None, "{nobody:?}");
        }
    }
}
