//! Setting a forgotten password anew, by the link in a mail. Whoever was logged in is out by that.
//!
//! Hashing is slow on purpose, so it happens between looking at the link and following it.

use super::PasswordHash;
use super::change_password;
use super::confirm::InvalidLink;
use super::reset_password::Reset;
use crate::sessions::revoke::{self, Which};
use crate::{Digest, Failure, ResetId, Timestamp, UserId};

/// Somebody followed a link.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// The reset that the link names.
    pub reset: ResetId,
    /// The digest of the token that the link carries.
    pub token: Digest,
}

/// Whose password the link sets, if it is good.
///
/// # Errors
/// [`InvalidLink`] otherwise.
pub fn decide(link: Link, waiting: Option<Reset>, now: Timestamp) -> Result<UserId, InvalidLink> {
    let waiting = waiting.filter(|waiting| waiting.token == link.token && waiting.expires_at > now);
    waiting.map(|waiting| waiting.user).ok_or(InvalidLink)
}

/// What setting a password anew asks of a store.
pub trait Port: change_password::Port {
    /// The reset with this id, expired or not, locked against being used twice until the transaction ends.
    ///
    /// # Errors
    /// The store's fault.
    fn reset(&mut self, id: ResetId) -> Result<Option<Reset>, Self::Fault>;
}

/// Looks whether a link is good, which uses nothing up.
///
/// # Errors
/// [`InvalidLink`], or the store's fault.
pub fn look<P: Port + ?Sized>(
    port: &mut P,
    link: Link,
    now: Timestamp,
) -> Result<UserId, Failure<InvalidLink, P::Fault>> {
    let waiting = port.reset(link.reset).map_err(Failure::Faulted)?;
    decide(link, waiting, now).map_err(Failure::Refused)
}

/// Sets the password, and returns whose, and the keys of his sessions, which end by it.
///
/// # Errors
/// [`InvalidLink`], or the store's fault.
pub fn run<P: Port + ?Sized>(
    port: &mut P,
    link: Link,
    password: &PasswordHash,
    now: Timestamp,
) -> Result<(UserId, Vec<Digest>), Failure<InvalidLink, P::Fault>> {
    let user = look(port, link, now)?;
    port.lock_sessions_of(user).map_err(Failure::Faulted)?;
    port.set_password(user, password).map_err(Failure::Faulted)?;
    let ended = revoke::run(port, user, Which::All, now);
    Ok((user, ended.map_err(|failure| failure.map_refusal(|_| InvalidLink))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_token_in_time_sets_a_password() {
        let now = Timestamp(1_800_000_000_000);
        let id = ResetId::new(5).expect("positive");
        let user = UserId::new(1).expect("positive");
        let waiting = |expires_at| Some(Reset { id, user, token: Digest([7; 32]), expires_at });
        for (waiting, token, good) in [
            (waiting(now.plus(1)), 7, true),
            (waiting(now.plus(1)), 8, false),
            (waiting(now), 7, false),
            (None, 7, false),
        ] {
            let link = Link { reset: id, token: Digest([token; 32]) };
            assert_eq!(decide(link, waiting, now).is_ok(), good, "{waiting:?} {token}");
        }
    }
}
