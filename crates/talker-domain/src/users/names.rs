//! Usernames and email addresses: both name one user, without regard to case.

/// Why a text cannot name a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// Not 4 to 20 of `A-Z a-z 0-9 _ .`.
    #[error("a username is 4 to 20 of the characters A-Z a-z 0-9 _ .")]
    Username,
    /// Empty, over 254 bytes, with control characters or without a local part and a domain.
    #[error("an email is one address of at most 254 bytes")]
    Email,
}

/// A username: 4 to 20 of `A-Z a-z 0-9 _ .`, unique without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Username(String);

/// An email address of at most 254 bytes (RFC 5321 §4.5.3.1.3, less the brackets), unique without regard to case.
///
/// The domain checks the outline; the caller has run the address through a full parser before.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Username {
    /// Takes a username as it was entered.
    ///
    /// # Errors
    /// [`InvalidName::Username`] for anything that is not one.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidName> {
        let text = text.into();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
        if (4..=20).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text))
        } else {
            Err(InvalidName::Username)
        }
    }

    /// The name as it was entered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which names are compared.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl Email {
    /// Takes an address as it was entered.
    ///
    /// # Errors
    /// [`InvalidName::Email`] for anything that cannot be one.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidName> {
        let text = text.into();
        let outline =
            text.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
        if outline && text.len() <= 254 && !text.chars().any(char::is_control) {
            Ok(Self(text))
        } else {
            Err(InvalidName::Email)
        }
    }

    /// The address as it was entered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which addresses are compared.
    #[must_use]
    pub fn folded(&self) -> String {
        crate::messages::search::fold(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames() {
        for (text, valid) in [
            ("anna", true),
            ("A.b_9", true),
            ("abcdefghijklmnopqrst", true),
            ("abc", false),
            ("abcdefghijklmnopqrstu", false),
            ("", false),
            ("anna smith", false),
            ("anna@x", false),
            ("änna", false),
            ("аnna", false),
            ("anna\n", false),
        ] {
            assert_eq!(Username::new(text).is_ok(), valid, "{text:?}");
        }
    }

    #[test]
    fn emails() {
        let longest = format!("{}@{}", "a".repeat(64), "b".repeat(189));
        let too_long = format!("{longest}b");
        for (text, valid) in [
            ("a@b", true),
            ("anna@example.org", true),
            (longest.as_str(), true),
            (too_long.as_str(), false),
            ("anna", false),
            ("@b", false),
            ("a@", false),
            ("a@b\r\nBcc: c@d", false),
            ("", false),
        ] {
            assert_eq!(Email::new(text).is_ok(), valid, "{text:?}");
        }
    }

    #[test]
    fn names_are_compared_without_regard_to_case() {
        assert_eq!(Username::new("Anna").map(|name| name.folded()), Ok("anna".to_owned()));
        assert_eq!(
            Email::new("Änna@Example.ORG").map(|email| email.folded()),
            Ok("änna@example.org".to_owned())
        );
    }
}
