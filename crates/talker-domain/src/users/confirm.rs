//! Turning a registration into an account, by the link in its mail.

use super::register::Registration;
use super::{Email, PasswordHash, Username};
use crate::{Digest, Failure, RegistrationId, Storage, Timestamp, UserId};

/// Somebody followed a link.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// The registration that the link names.
    pub registration: RegistrationId,
    /// The digest of the token that the link carries.
    pub token: Digest,
}

/// The link is not one, or not one any more: the answer is the same for every cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link is invalid, used or expired")]
pub struct InvalidLink;

/// An account to open in place of a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The registration that ends.
    pub registration: RegistrationId,
    /// The new user.
    pub user: UserId,
    /// The new user's name.
    pub username: Username,
    /// The new user's email.
    pub email: Email,
    /// The new user's password.
    pub password: PasswordHash,
    /// Since when the account exists.
    pub now: Timestamp,
}

/// Opens the account, under this id, if the registration waits and the token is its own.
///
/// # Errors
/// [`InvalidLink`] otherwise.
pub fn decide(
    ask: Ask,
    waiting: Option<Registration>,
    now: Timestamp,
    user: UserId,
) -> Result<Decision, InvalidLink> {
    let waiting = waiting.ok_or(InvalidLink)?;
    if waiting.token != ask.token || waiting.expires_at <= now {
        return Err(InvalidLink);
    }
    Ok(Decision {
        registration: waiting.id,
        user,
        username: waiting.username,
        email: waiting.email,
        password: waiting.password,
        now,
    })
}

/// What confirming asks of a store.
pub trait Port: Storage {
    /// The registration with this id, expired or not, locked against a second confirmation until the transaction ends.
    ///
    /// # Errors
    /// The store's fault.
    fn registration(&mut self, id: RegistrationId) -> Result<Option<Registration>, Self::Fault>;

    /// Puts the account in the place of the registration.
    ///
    /// # Errors
    /// The store's fault; if somebody was faster, one after which the whole command is run again.
    fn open_account(&mut self, decision: &Decision) -> Result<(), Self::Fault>;
}

/// Confirms.
///
/// # Errors
/// [`InvalidLink`], or the store's fault.
pub fn run<P: Port + ?Sized>(
    port: &mut P,
    ask: Ask,
    now: Timestamp,
    user: UserId,
) -> Result<Decision, Failure<InvalidLink, P::Fault>> {
    let waiting = port.registration(ask.registration).map_err(Failure::Faulted)?;
    let decision = decide(ask, waiting, now, user).map_err(Failure::Refused)?;
    port.open_account(&decision).map_err(Failure::Faulted)?;
    Ok(decision)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPIRY: Timestamp = Timestamp(1_800_000_000_000);

    fn waiting() -> Registration {
        Registration {
            id: RegistrationId::new(5).expect("valid"),
            username: Username::new("anna").expect("valid"),
            email: Email::new("anna@example.org").expect("valid"),
            password: PasswordHash("hash".into()),
            token: Digest([7; 32]),
            expires_at: EXPIRY,
        }
    }

    #[test]
    fn only_the_right_token_in_time_opens_an_account() {
        let right = Digest([7; 32]);
        for (case, waiting, token, now, opens) in [
            ("in time", Some(waiting()), right, EXPIRY.plus(-1), true),
            ("expired", Some(waiting()), right, EXPIRY, false),
            ("wrong token", Some(waiting()), Digest([8; 32]), EXPIRY.plus(-1), false),
            ("used, or never there", None, right, EXPIRY.plus(-1), false),
        ] {
            let ask = Ask { registration: RegistrationId::new(5).expect("valid"), token };
            assert_eq!(decide(ask, waiting, now, UserId::new(1).expect("positive")).is_ok(), opens, "{case}");
        }
    }
}
