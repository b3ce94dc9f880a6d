//! Mails that wait to be sent, and how long they wait after a failure.

use crate::users::{Email, Username};
use crate::{RegistrationId, ResetId, Storage, Timestamp, Token};

/// How long the sender of a mail has before somebody else may try, in milliseconds.
pub const LEASE: i64 = 120_000;

const FIRST_PAUSE: i64 = 10_000;
const LONGEST_PAUSE: i64 = 3_600_000;

/// What a mail is about. No two have the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// It asks to confirm this registration.
    Registration(RegistrationId),
    /// It offers to set a password anew.
    Reset(ResetId),
}

impl Subject {
    /// The number of what it is about.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Registration(id) => id.get(),
            Self::Reset(id) => id.get(),
        }
    }
}

/// A mail with a link in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// What it is about.
    pub subject: Subject,
    /// Where it goes.
    pub recipient: Email,
    /// Whose account it is, or will be.
    pub username: Username,
    /// The secret of the link.
    pub token: Token,
    /// How often sending it has failed.
    pub attempts: u32,
}

/// How long to wait after the `attempts`th failure, in milliseconds: 10 s, doubled each time, up to an hour.
#[must_use]
pub fn pause(attempts: u32) -> i64 {
    let doublings = attempts.saturating_sub(1).min(16);
    (FIRST_PAUSE << doublings).min(LONGEST_PAUSE)
}

/// How a store keeps mails. A mail ends with what it is about.
pub trait Port: Storage {
    /// At most `limit` mails that are due by now. They are due again after [`LEASE`], unless one of the other two
    /// methods says otherwise before.
    ///
    /// # Errors
    /// The store's fault.
    fn take_due_mails(&mut self, now: Timestamp, limit: usize) -> Result<Vec<Mail>, Self::Fault>;

    /// The mail was sent.
    ///
    /// # Errors
    /// The store's fault.
    fn mail_sent(&mut self, subject: Subject) -> Result<(), Self::Fault>;

    /// The mail could not be sent, and is due again at `next`.
    ///
    /// # Errors
    /// The store's fault.
    fn mail_failed(&mut self, subject: Subject, next: Timestamp) -> Result<(), Self::Fault>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        for (attempts, seconds) in [(1, 10), (2, 20), (3, 40), (9, 2_560), (10, 3_600), (u32::MAX, 3_600)] {
            assert_eq!(pause(attempts), seconds * 1_000, "{attempts}");
        }
    }
}
