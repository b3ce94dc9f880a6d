//! The link that confirms a registration.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use talker_domain::RegistrationId;

/// Everything that is not unreserved (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How links are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// Where people reach this server, with or without a `/` at the end.
    pub public_url: String,
    /// The link, with `{public_url}`, `{id}` and `{uuid}` where they belong.
    pub confirm_link: String,
}

impl Links {
    /// The link that confirms this registration with this token.
    #[must_use]
    pub fn confirm(&self, registration: RegistrationId, token: &str) -> String {
        let token = utf8_percent_encode(token, RESERVED).to_string();
        // The values first: encoded, they hold no braces that could be filled in turn.
        self.confirm_link
            .replace("{id}", &registration.get().to_string())
            .replace("{uuid}", &token)
            .replace("{public_url}", self.public_url.trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_carries_its_values_percent_encoded() {
        let default = "{public_url}/register/confirm?id={id}&uuid={uuid}";
        for (public_url, template, token, link) in [
            (
                "http://localhost:8080",
                default,
                "aB-3",
                "http://localhost:8080/register/confirm?id=5&uuid=aB-3",
            ),
            ("https://a.org/chat/", default, "x", "https://a.org/chat/register/confirm?id=5&uuid=x"),
            (
                "http://a",
                default,
                "a&b=c#d e\"<>{id}",
                "http://a/register/confirm?id=5&uuid=a%26b%3Dc%23d%20e%22%3C%3E%7Bid%7D",
            ),
            ("http://a", "https://web.org/#/{uuid}/{id}", "ä\r\n", "https://web.org/#/%C3%A4%0D%0A/5"),
            ("http://a/{id}", "{public_url}?{id}", "x", "http://a/{id}?5"),
        ] {
            let links = Links { public_url: public_url.into(), confirm_link: template.into() };
            assert_eq!(links.confirm(RegistrationId::new(5).expect("valid"), token), link);
        }
    }
}
