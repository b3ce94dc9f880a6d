//! Asking for an account: it waits for its confirmation by mail.

use super::{Email, PasswordHash, Username};
use crate::{Digest, Failure, RegistrationId, Storage, Timestamp, Token};

/// How long a registration waits for its confirmation, in milliseconds: 24 hours.
pub const LIFETIME: i64 = 24 * 60 * 60 * 1_000;

/// Somebody wants an account.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The name to be known by.
    pub username: Username,
    /// Where the confirmation goes.
    pub email: Email,
    /// What to remember of the password.
    pub password: PasswordHash,
    /// The secret that the confirmation mail carries. It leaves the store with the mail.
    pub token: Token,
    /// The digest by which the token is recognised afterwards.
    pub token_digest: Digest,
}

/// Who holds the two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// An account or a waiting registration holds the username.
    pub username_used: bool,
    /// An account or a waiting registration holds the email.
    pub email_used: bool,
    /// One waiting registration holds both.
    pub pending: bool,
}

/// Why nobody is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody else holds the username.
    #[error("the username is used")]
    UsernameUsed,
    /// Somebody else holds the email.
    #[error("the email is used")]
    EmailUsed,
    /// The same registration waits already.
    #[error("the registration waits for its confirmation already")]
    Pending,
}

/// A registration that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Which one: half of the confirmation link.
    pub id: RegistrationId,
    /// The name it keeps.
    pub username: Username,
    /// The email it keeps.
    pub email: Email,
    /// The password of the account to be.
    pub password: PasswordHash,
    /// Recognises the other half of the confirmation link.
    pub token: Digest,
    /// When it stops waiting.
    pub expires_at: Timestamp,
}

/// A registration to store, and the mail to queue with it.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What waits.
    pub registration: Registration,
    /// The secret for the mail.
    pub token: Token,
    /// Since when the mail waits.
    pub now: Timestamp,
}

/// Lets a registration wait, under this id, if both of its names are free.
///
/// # Errors
/// The refusal, if one of them is not.
pub fn decide(ask: &Ask, facts: Facts, now: Timestamp, id: RegistrationId) -> Result<Decision, Refusal> {
    if facts.pending {
        return Err(Refusal::Pending);
    }
    if facts.username_used {
        return Err(Refusal::UsernameUsed);
    }
    if facts.email_used {
        return Err(Refusal::EmailUsed);
    }
    let registration = Registration {
        id,
        username: ask.username.clone(),
        email: ask.email.clone(),
        password: ask.password.clone(),
        token: ask.token_digest,
        expires_at: now.plus(LIFETIME),
    };
    Ok(Decision { registration, token: ask.token.clone(), now })
}

/// What registering asks of a store.
pub trait Port: Storage {
    /// Who holds the names at this time.
    ///
    /// # Errors
    /// The store's fault.
    fn register_facts(&mut self, ask: &Ask, now: Timestamp) -> Result<Facts, Self::Fault>;

    /// Stores the registration and queues its mail. Expired registrations that still hold a name give way.
    ///
    /// # Errors
    /// The store's fault; if somebody was faster, one after which the whole command is run again.
    fn add_registration(&mut self, decision: &Decision) -> Result<(), Self::Fault>;
}

/// Registers.
///
/// # Errors
/// A refusal, or the store's fault.
pub fn run<P: Port + ?Sized>(
    port: &mut P,
    ask: &Ask,
    now: Timestamp,
    id: RegistrationId,
) -> Result<Decision, Failure<Refusal, P::Fault>> {
    let facts = port.register_facts(ask, now).map_err(Failure::Faulted)?;
    let decision = decide(ask, facts, now, id).map_err(Failure::Refused)?;
    port.add_registration(&decision).map_err(Failure::Faulted)?;
    Ok(decision)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn id() -> RegistrationId {
        RegistrationId::new(5).expect("positive")
    }

    fn ask() -> Ask {
        Ask {
            username: Username::new("anna").expect("valid"),
            email: Email::new("anna@example.org").expect("valid"),
            password: PasswordHash("hash".into()),
            token: Token("token".into()),
            token_digest: Digest([7; 32]),
        }
    }

    #[test]
    fn names_that_are_held_are_refused() {
        let facts = |username_used, email_used, pending| Facts { username_used, email_used, pending };
        for (facts, refusal) in [
            (facts(false, false, false), None),
            (facts(true, false, false), Some(Refusal::UsernameUsed)),
            (facts(false, true, false), Some(Refusal::EmailUsed)),
            (facts(true, true, false), Some(Refusal::UsernameUsed)),
            (facts(true, true, true), Some(Refusal::Pending)),
        ] {
            assert_eq!(decide(&ask(), facts, NOW, id()).err(), refusal, "{facts:?}");
        }
    }

    #[test]
    fn a_registration_waits_24_hours() {
        let decision = decide(&ask(), Facts::default(), NOW, id()).expect("free");
        assert_eq!(decision.registration.expires_at, Timestamp(NOW.0 + 86_400_000));
    }
}
