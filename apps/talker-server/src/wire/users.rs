//! Accounts.

use email_address::{EmailAddress, Options};
use talker_domain::Failure;
use talker_domain::users::{Email, User, Username, confirm, register, search};
use talker_proto::Secret;
use talker_proto::errors::Code;
use talker_proto::users::{Confirm, ConfirmCode, Confirmed, RegisterCode, Registered, User as Found};
use talker_store::StoreError;

use super::avatars::avatar;
use super::{faults, ids};
use crate::keys;

/// The longest password, in characters.
const LONGEST_PASSWORD: usize = 255;

pub(crate) fn to_username(text: String) -> Result<Username, Code> {
    Username::new(text).map_err(|_| Code::Malformed)
}

/// One address by the grammar of RFC 5321, without a display name.
pub(crate) fn to_email(text: String) -> Result<Email, Code> {
    let options = Options::default().without_display_text();
    EmailAddress::parse_with_options(&text, options).map_err(|_| Code::Malformed)?;
    Email::new(text).map_err(|_| Code::Malformed)
}

/// A password of 1 to 255 characters.
pub(crate) fn to_password(password: Secret) -> Result<Secret, Code> {
    let length = password.0.chars().take(LONGEST_PASSWORD + 1).count();
    if (1..=LONGEST_PASSWORD).contains(&length) { Ok(password) } else { Err(Code::Malformed) }
}

pub(crate) fn to_confirm(request: &Confirm) -> Result<confirm::Ask, Code> {
    Ok(confirm::Ask { registration: ids::registration(request.id)?, token: keys::digest(&request.uuid) })
}

pub(crate) fn to_needle(text: &str) -> Result<search::Needle, Code> {
    search::Needle::new(text).ok_or(Code::Malformed)
}

pub(crate) fn registered<D>(
    result: Result<D, Failure<register::Refusal, StoreError>>,
) -> Result<Registered, Code> {
    let (code, res) = match result {
        Ok(_) => (
            RegisterCode::Created,
            "Almost there: check your email, and follow the link to open your account.",
        ),
        Err(Failure::Refused(register::Refusal::UsernameUsed)) => {
            (RegisterCode::UsernameUsed, "This username is taken. Choose another one.")
        }
        Err(Failure::Refused(register::Refusal::EmailUsed)) => (
            RegisterCode::EmailUsed,
            "This email has an account already, or one that waits for its confirmation. Look for our mail, or register with another one.",
        ),
        Err(Failure::Refused(register::Refusal::Pending)) => {
            (RegisterCode::Pending, "This account already waits for its confirmation. Check your email.")
        }
        Err(Failure::Faulted(fault)) => return Err(faults::of_store(&fault)),
    };
    Ok(Registered { res: res.to_owned(), code })
}

pub(crate) fn confirmed<D>(
    result: Result<D, Failure<confirm::InvalidLink, StoreError>>,
) -> Result<Confirmed, Code> {
    let (code, res) = match result {
        Ok(_) => (ConfirmCode::Confirmed, "Success. Your account is confirmed; you can log in."),
        Err(Failure::Refused(confirm::InvalidLink)) => (
            ConfirmCode::InvalidLink,
            "This link is wrong, has expired, or was used already. If you confirmed before, just log in; otherwise register again.",
        ),
        Err(Failure::Faulted(fault)) => return Err(faults::of_store(&fault)),
    };
    Ok(Confirmed { res: res.to_owned(), code })
}

pub(crate) fn found(user: &User) -> Found {
    Found { id: ids::from_user(user.id), avatar: avatar(user), username: user.username.as_str().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails() {
        for (text, valid) in [
            ("anna@example.org", true),
            ("anna+talker@example.org", true),
            ("änna@exämple.org", true),
            ("a@localhost", true),
            ("Anna <anna@example.org>", false),
            ("anna@example.org, benno@example.org", false),
            ("anna@example.org\r\nBcc: benno@example.org", false),
            ("anna", false),
            ("anna@", false),
            ("@example.org", false),
            ("anna@exa mple.org", false),
            ("", false),
        ] {
            assert_eq!(to_email(text.to_owned()).is_ok(), valid, "{text:?}");
        }
    }

    #[test]
    fn a_password_has_1_to_255_characters() {
        for (length, valid) in [(0, false), (1, true), (255, true), (256, false)] {
            assert_eq!(to_password(Secret("ß".repeat(length))).is_ok(), valid, "{length}");
        }
    }
}
