//! New passwords.

use talker_domain::Failure;
use talker_domain::users::confirm::InvalidLink;
use talker_domain::users::set_password::Link;
use talker_proto::errors::Code;
use talker_proto::users::{
    PasswordChanged, PasswordCode, PasswordSet, ResetAsked, ResetCode, SetCode, SetPassword,
};
use talker_store::StoreError;

use super::{faults, ids};
use crate::keys;

pub(crate) fn to_link(request: &SetPassword) -> Result<Link, Code> {
    Ok(Link { reset: ids::reset(request.id)?, token: keys::digest(&request.uuid) })
}

pub(crate) fn changed(code: PasswordCode) -> PasswordChanged {
    let res = match code {
        PasswordCode::Changed => "Your password is changed, and you are logged out everywhere else.",
        PasswordCode::WrongPassword => "This is not your password. Nothing was changed.",
    };
    PasswordChanged { res: res.to_owned(), code }
}

/// The same whether there is such an account or not.
pub(crate) fn asked() -> ResetAsked {
    let res = "If there is an account with this email, a mail with a link is on its way. Without one, look again in a few minutes.";
    ResetAsked { res: res.to_owned(), code: ResetCode::Asked }
}

pub(crate) fn set<D>(result: &Result<D, Failure<InvalidLink, StoreError>>) -> Result<PasswordSet, Code> {
    let (code, res) = match result {
        Ok(_) => (
            SetCode::Changed,
            "Your password is changed, and you are logged out everywhere. Log in with the new one.",
        ),
        Err(Failure::Refused(InvalidLink)) => (
            SetCode::InvalidLink,
            "This link is wrong, has expired, or was used already. Ask for another one where you log in.",
        ),
        Err(Failure::Faulted(fault)) => return Err(faults::of_store(fault)),
    };
    Ok(PasswordSet { res: res.to_owned(), code })
}
