//! What clients are told when something fails: the rule's refusals by their codes, and of faults as little as possible.

use std::convert::Infallible;
use std::error::Error;

use talker_domain::{Failure, blocks, messages, sessions, typing};
use talker_proto::errors::Code;
use talker_store::StoreError;

use crate::passwords::PasswordError;

/// The code of a store's fault, which is logged here, once.
pub(crate) fn of_store(fault: &StoreError) -> Code {
    let code = match fault {
        StoreError::Unavailable(_) | StoreError::Collision(_) => Code::Busy,
        StoreError::Query(_) | StoreError::Corrupt(_) => Code::Internal,
    };
    let cause = fault.source().map(ToString::to_string).unwrap_or_default();
    if code == Code::Busy {
        tracing::warn!(cause, "{fault}");
    } else {
        tracing::error!(cause, "{fault}");
    }
    code
}

/// The code of a failed command.
pub(crate) fn of<R: Into<Refused>>(failure: Failure<R, StoreError>) -> Code {
    match failure {
        Failure::Refused(refusal) => refusal.into().0,
        Failure::Faulted(fault) => of_store(&fault),
    }
}

/// The code of a password that was not hashed.
pub(crate) fn of_password(error: &PasswordError) -> Code {
    match error {
        PasswordError::Busy => Code::Busy,
        PasswordError::Failed(_) => {
            tracing::error!("{error}");
            Code::Internal
        }
    }
}

/// The code of a refusal.
pub(crate) struct Refused(Code);

impl From<blocks::Refusal> for Refused {
    fn from(refusal: blocks::Refusal) -> Self {
        Self(match refusal {
            blocks::Refusal::UnknownUser => Code::NotFound,
            blocks::Refusal::Oneself => Code::Refused,
        })
    }
}

impl From<messages::mark_read::UnknownMessage> for Refused {
    fn from(_: messages::mark_read::UnknownMessage) -> Self {
        Self(Code::NotFound)
    }
}

impl From<typing::UnknownUser> for Refused {
    fn from(_: typing::UnknownUser) -> Self {
        Self(Code::NotFound)
    }
}

impl From<sessions::log_in::Outdated> for Refused {
    fn from(_: sessions::log_in::Outdated) -> Self {
        Self(Code::Unauthenticated)
    }
}

impl From<sessions::revoke::UnknownSession> for Refused {
    fn from(_: sessions::revoke::UnknownSession) -> Self {
        Self(Code::NotFound)
    }
}

impl From<sessions::authenticate::Unauthenticated> for Refused {
    fn from(_: sessions::authenticate::Unauthenticated) -> Self {
        Self(Code::Unauthenticated)
    }
}

impl From<sessions::resume::Unresumable> for Refused {
    fn from(_: sessions::resume::Unresumable) -> Self {
        Self(Code::Unauthenticated)
    }
}

impl From<Infallible> for Refused {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<messages::InvalidContent> for Refused {
    fn from(invalid: messages::InvalidContent) -> Self {
        Self(match invalid {
            messages::InvalidContent::Empty | messages::InvalidContent::MediaType => Code::Malformed,
            messages::InvalidContent::TooLarge => Code::TooLarge,
        })
    }
}

impl From<Refused> for Code {
    fn from(refused: Refused) -> Self {
        refused.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_work_later_is_busy_and_the_rest_is_our_fault() {
        for (fault, code) in [
            (StoreError::Unavailable("gone".into()), Code::Busy),
            (StoreError::Corrupt("a row"), Code::Internal),
        ] {
            assert_eq!(of_store(&fault), code, "{fault}");
        }
        assert_eq!(of_password(&PasswordError::Busy), Code::Busy);
    }
}
