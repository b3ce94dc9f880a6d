//! Mails that wait to be sent, and how long they wait after a failure.

use crate::users::{Email, Username};
use crate::{RegistrationId, Storage, Timestamp, Token};

/// How long the sender of a mail has before somebody else may try, in milliseconds.
pub const LEASE: i64 = 120_000;

const FIRST_PAUSE: i64 = 10_000;
const LONGEST_PAUSE: i64 = 3_600_000;

/// The mail that asks to confirm a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The registration that it is about.
    pub registration: RegistrationId,
    /// Where it goes.
    pub recipient: Email,
    /// Who registered.
    pub username: Username,
    /// The secret that confirms.
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

/// How a store keeps mails. A mail ends with its registration.
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
    fn mail_sent(&mut self, registration: RegistrationId) -> Result<(), Self::Fault>;

    /// The mail could not be sent, and is due again at `next`.
    ///
    /// # Errors
    /// The store's fault.
    fn mail_failed(&mut self, registration: RegistrationId, next: Timestamp) -> Result<(), Self::Fault>;
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
