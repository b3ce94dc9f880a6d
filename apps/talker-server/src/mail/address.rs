//! An address as a mail server takes it.

use email_address::{EmailAddress, Options};
use url::Host;

/// An address that cannot break out of a command or a header. Its domain is ASCII if the part before it is.
pub(super) struct Address(String);

impl Address {
    /// Takes one bare address; `None` if mail servers would not.
    pub(super) fn new(text: &str) -> Option<Self> {
        let options = Options::default().without_display_text();
        EmailAddress::parse_with_options(text, options).ok()?;
        let (local, domain) = text.rsplit_once('@')?;
        if text.chars().any(char::is_control) {
            return None;
        }
        if local.is_ascii() && !domain.is_ascii() {
            let domain = Host::parse(domain).ok()?;
            return Some(Self(format!("{local}@{domain}")));
        }
        Some(Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a server has to know RFC 6531 to take it.
    pub(super) fn needs_utf8(&self) -> bool {
        !self.0.is_ascii()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, taken) in [
            ("anna@example.org", Some("anna@example.org")),
            ("Anna+talker@[192.0.2.1]", Some("Anna+talker@[192.0.2.1]")),
            ("talker@localhost", Some("talker@localhost")),
            ("anna@münchen.example", Some("anna@xn--mnchen-3ya.example")),
            ("änna@münchen.example", Some("änna@münchen.example")),
            ("anna", None),
            ("Anna <anna@example.org>", None),
            ("anna@example.org, eve@example.org", None),
            ("anna@example.org> NOTIFY=NEVER", None),
            ("anna>@example.org", None),
            ("anna@example.org\r\nBcc: eve@example.org", None),
            ("anna\r\nDATA\r\n@example.org", None),
            ("\"anna\r\nDATA\"@example.org", None),
        ] {
            assert_eq!(Address::new(text).as_ref().map(Address::as_str), taken, "{text:?}");
        }
    }
}
