//! The links in mails.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use talker_domain::mails::Subject;

/// Everything that is not unreserved (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How links are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// Where people reach this server, with or without a `/` at the end.
    pub public_url: String,
    /// The link that confirms a registration, with `{public_url}`, `{id}` and `{uuid}` where they belong.
    pub confirm_link: String,
    /// The one that sets a password anew.
    pub reset_link: String,
}

impl Links {
    /// The link to this with this token.
    #[must_use]
    pub fn link(&self, subject: Subject, token: &str) -> String {
        let template = match subject {
            Subject::Registration(_) => &self.confirm_link,
            Subject::Reset(_) => &self.reset_link,
        };
        let token = utf8_percent_encode(token, RESERVED).to_string();
        // The values first: encoded, they hold no braces that could be filled in turn.
        template
            .replace("{id}", &subject.number().to_string())
            .replace("{uuid}", &token)
            .replace("{public_url}", self.public_url.trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use talker_domain::{RegistrationId, ResetId};

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
            let subjects = [
                Subject::Registration(RegistrationId::new(5).expect("valid")),
                Subject::Reset(ResetId::new(5).expect("valid")),
            ];
            for subject in subjects {
                let links = Links {
                    public_url: public_url.into(),
                    confirm_link: template.into(),
                    reset_link: template.into(),
                };
                assert_eq!(links.link(subject, token), link);
            }
        }
    }
}
