//! Asking for a link that sets a forgotten password anew. It goes to the account's own email.

use super::{Email, Username};
use crate::{Digest, ResetId, Storage, Timestamp, Token, UserId};

/// How long the link is good, in milliseconds: an hour.
pub const LIFETIME: i64 = 60 * 60 * 1_000;

/// How long after one such mail nobody gets another, in milliseconds: two minutes.
pub const PAUSE: i64 = 2 * 60 * 1_000;

/// Somebody says that he has forgotten his password.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The email of his account.
    pub email: Email,
    /// The secret that the mail carries. It leaves the store with the mail.
    pub token: Token,
    /// The digest by which the token is recognised afterwards.
    pub token_digest: Digest,
}

/// The account with this email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Whose it is.
    pub user: UserId,
    /// His name.
    pub username: Username,
    /// His email, as he wrote it himself.
    pub email: Email,
    /// Until when the last link is good that he asked for.
    pub last_expires_at: Option<Timestamp>,
}

/// A password that waits to be set anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reset {
    /// Which one: half of the link.
    pub id: ResetId,
    /// Whose password.
    pub user: UserId,
    /// Recognises the other half of the link.
    pub token: Digest,
    /// When it stops waiting.
    pub expires_at: Timestamp,
}

/// A reset to store in the place of an earlier one, and the mail to queue with it.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What waits.
    pub reset: Reset,
    /// Where the mail goes.
    pub email: Email,
    /// Whom it greets.
    pub username: Username,
    /// The secret for the mail.
    pub token: Token,
    /// Since when the mail waits.
    pub now: Timestamp,
}

/// Offers a new password, under this id, if there is such an account and its last offer was not just now. Whoever asks is
/// not told which it was.
#[must_use]
pub fn decide(ask: &Ask, facts: Option<Facts>, now: Timestamp, id: ResetId) -> Option<Decision> {
    let facts = facts?;
    let again_at = |expires_at: Timestamp| expires_at.plus(PAUSE - LIFETIME);
    if facts.last_expires_at.is_some_and(|expires_at| now < again_at(expires_at)) {
        return None;
    }
    let expires_at = now.plus(LIFETIME);
    let reset = Reset { id, user: facts.user, token: ask.token_digest, expires_at };
    Some(Decision { reset, email: facts.email, username: facts.username, token: ask.token.clone(), now })
}

/// What asking for a new password asks of a store.
pub trait Port: Storage {
    /// The account with this email, locked against a second reset until the transaction ends.
    ///
    /// # Errors
    /// The store's fault.
    fn reset_facts(&mut self, email: &Email) -> Result<Option<Facts>, Self::Fault>;

    /// Stores the reset in the place of an earlier one, and queues its mail.
    ///
    /// # Errors
    /// The store's fault.
    fn add_reset(&mut self, decision: &Decision) -> Result<(), Self::Fault>;
}

/// Asks. Says whether a mail was queued, which is nobody's business outside.
///
/// # Errors
/// The store's fault.
pub fn run<P: Port + ?Sized>(port: &mut P, ask: &Ask, now: Timestamp, id: ResetId) -> Result<bool, P::Fault> {
    let facts = port.reset_facts(&ask.email)?;
    let Some(decision) = decide(ask, facts, now, id) else { return Ok(false) };
    port.add_reset(&decision)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    #[test]
    fn an_account_gets_one_link_at_a_time_and_not_too_often() {
        let facts = |last: Option<i64>| {
            Some(Facts {
                user: UserId::new(1).expect("positive"),
                username: Username::new("anna").expect("valid"),
                email: Email::new("anna@example.org").expect("valid"),
                last_expires_at: last.map(|asked| NOW.plus(asked + LIFETIME)),
            })
        };
        let ask = Ask {
            email: Email::new("ANNA@example.org").expect("valid"),
            token: Token("token".into()),
            token_digest: Digest([7; 32]),
        };
        for (facts, offered) in [
            (None, false),
            (facts(None), true),
            (facts(Some(0)), false),
            (facts(Some(1 - PAUSE)), false),
            (facts(Some(-PAUSE)), true),
            (facts(Some(-LIFETIME)), true),
        ] {
            let decision = decide(&ask, facts.clone(), NOW, ResetId::new(5).expect("positive"));
            assert_eq!(decision.is_some(), offered, "{facts:?}");
            assert!(decision.is_none_or(|decision| decision.email.as_str() == "anna@example.org"
                && decision.reset.expires_at == NOW.plus(LIFETIME)));
        }
    }
}
