//! Where mail is handed over, as one URL.

use std::fmt;
use std::str::FromStr;

use mail_send::Credentials;
use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// `smtp://[user:password@]host[:587][?tls=required|none]` or `smtps://[user:password@]host[:465]`.
///
/// User and password are percent-encoded. Neither is ever shown.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) encryption: Encryption,
    pub(super) credentials: Option<Credentials<String>>,
}

/// When TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    /// With the connection (RFC 8314 §3.3).
    AtOnce,
    /// By STARTTLS, and without it nothing is sent.
    Required,
    /// By STARTTLS if the server offers it. No password is sent without.
    IfOffered,
    /// Never.
    Never,
}

/// Why a text is not the URL of a mail server. It holds nothing of the text, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSmtpUrl {
    /// Another scheme, or none.
    #[error("a mail server's URL begins with smtp:// or smtps://")]
    Scheme,
    /// No URL at all, most likely because of a character in the password.
    #[error(
        "this is no URL like smtp://user:password@host:587 (in user and password, characters other than \
         letters and digits are written as %40 for @, %3A for :, %2F for / and so on)"
    )]
    Malformed,
    /// One without the other, or what no mail server would take.
    #[error("user and password are given together, as percent-encoded UTF-8 without control characters")]
    Credentials,
    /// A % that begins no escape.
    #[error("in user and password a % begins an escape like %40 for @; the % itself is written as %25")]
    Escape,
    /// Something after host and port that means nothing.
    #[error("after host and port only ?tls=required or ?tls=none may follow, and nothing after smtps://")]
    Options,
}

impl SmtpUrl {
    /// The mail server's name or address.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The password to show to it.
    pub(crate) fn password(&self) -> Option<&str> {
        match self.credentials.as_ref()? {
            Credentials::Plain { secret, .. } => Some(secret),
            _ => None,
        }
    }
}

impl FromStr for SmtpUrl {
    type Err = InvalidSmtpUrl;

    fn from_str(text: &str) -> Result<Self, InvalidSmtpUrl> {
        let secure = match text.split_once("://") {
            Some(("smtp", _)) => false,
            Some(("smtps", _)) => true,
            _ => return Err(InvalidSmtpUrl::Scheme),
        };
        let url = Url::parse(text).map_err(|_| InvalidSmtpUrl::Malformed)?;
        Ok(Self {
            host: host(&url)?,
            port: port(&url, secure)?,
            credentials: credentials(&url)?,
            encryption: encryption(&url, secure)?,
        })
    }
}

fn host(url: &Url) -> Result<String, InvalidSmtpUrl> {
    // Parsed once more as the host of a web address, which is in lower case and ASCII.
    match Host::parse(url.host_str().unwrap_or_default()) {
        Ok(Host::Ipv6(address)) => Ok(address.to_string()),
        Ok(host) => Ok(host.to_string()),
        Err(_) => Err(InvalidSmtpUrl::Malformed),
    }
}

fn port(url: &Url, secure: bool) -> Result<u16, InvalidSmtpUrl> {
    match url.port() {
        Some(0) => Err(InvalidSmtpUrl::Malformed),
        Some(port) => Ok(port),
        None => Ok(if secure { 465 } else { 587 }),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials<String>>, InvalidSmtpUrl> {
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) if !user.is_empty() => {
            Ok(Some(Credentials::new(decode(user)?, decode(password)?)))
        }
        _ => Err(InvalidSmtpUrl::Credentials),
    }
}

fn decode(text: &str) -> Result<String, InvalidSmtpUrl> {
    let is_escape = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    if !text.split('%').skip(1).all(is_escape) {
        return Err(InvalidSmtpUrl::Escape);
    }
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| InvalidSmtpUrl::Credentials)?;
    if decoded.chars().any(char::is_control) {
        return Err(InvalidSmtpUrl::Credentials);
    }
    Ok(decoded.into_owned())
}

fn encryption(url: &Url, secure: bool) -> Result<Encryption, InvalidSmtpUrl> {
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err(InvalidSmtpUrl::Options);
    }
    match (secure, url.query()) {
        (true, None) => Ok(Encryption::AtOnce),
        (false, None) => Ok(Encryption::IfOffered),
        (false, Some("tls=required")) => Ok(Encryption::Required),
        (false, Some("tls=none")) => Ok(Encryption::Never),
        _ => Err(InvalidSmtpUrl::Options),
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = if self.credentials.is_some() { "with" } else { "without" };
        write!(formatter, "SmtpUrl({}, {}, {:?}, {login} password)", self.host, self.port, self.encryption)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        let login = |user: &str, password: &str| Some(Credentials::new(user.to_owned(), password.to_owned()));
        for (text, host, port, encryption, credentials) in [
            ("smtp://mail.example.org", "mail.example.org", 587, Encryption::IfOffered, None),
            ("smtp://localhost:25/", "localhost", 25, Encryption::IfOffered, None),
            ("smtp://a:25?tls=none", "a", 25, Encryption::Never, None),
            ("smtp://a/?tls=required", "a", 587, Encryption::Required, None),
            ("smtps://a", "a", 465, Encryption::AtOnce, None),
            ("smtps://me:hunter2@a:4650", "a", 4650, Encryption::AtOnce, login("me", "hunter2")),
            (
                "smtp://me%40a.org:%3A%2F%40%25%20@a",
                "a",
                587,
                Encryption::IfOffered,
                login("me@a.org", ":/@% "),
            ),
            ("smtp://m%C3%A9:100%25@a", "a", 587, Encryption::IfOffered, login("mé", "100%")),
            ("smtp://me:p@ss@a", "a", 587, Encryption::IfOffered, login("me", "p@ss")),
            ("smtp://[::1]:25", "::1", 25, Encryption::IfOffered, None),
            ("smtp://127.0.0.1", "127.0.0.1", 587, Encryption::IfOffered, None),
            ("smtp://MÜNCHEN.example", "xn--mnchen-3ya.example", 587, Encryption::IfOffered, None),
        ] {
            let url = SmtpUrl { host: host.into(), port, encryption, credentials };
            assert_eq!(SmtpUrl::from_str(text), Ok(url), "{text}");
        }
    }

    #[test]
    fn what_is_no_url_is_refused_without_showing_the_password() {
        for (text, error) in [
            ("", InvalidSmtpUrl::Scheme),
            ("mail.example.org", InvalidSmtpUrl::Scheme),
            ("http://me:hunter2@a", InvalidSmtpUrl::Scheme),
            ("SMTP//me:hunter2@a", InvalidSmtpUrl::Scheme),
            ("smtp://", InvalidSmtpUrl::Malformed),
            ("smtp:///", InvalidSmtpUrl::Malformed),
            ("smtp://me:hunter2@", InvalidSmtpUrl::Malformed),
            ("smtp://a b", InvalidSmtpUrl::Malformed),
            ("smtp://a:0", InvalidSmtpUrl::Malformed),
            ("smtp://a:65536", InvalidSmtpUrl::Malformed),
            ("smtp://me:hunter2#@a", InvalidSmtpUrl::Malformed),
            ("smtp://me:hunter2/x@a", InvalidSmtpUrl::Malformed),
            ("smtp://me@a", InvalidSmtpUrl::Credentials),
            ("smtp://me:@a", InvalidSmtpUrl::Credentials),
            ("smtp://:hunter2@a", InvalidSmtpUrl::Credentials),
            ("smtp://me:hunter2%00@a", InvalidSmtpUrl::Credentials),
            ("smtp://me:hunter2%FF@a", InvalidSmtpUrl::Credentials),
            ("smtp://me:hunter2%@a", InvalidSmtpUrl::Escape),
            ("smtp://me:%4hunter2@a", InvalidSmtpUrl::Escape),
            ("smtp://me%zz:hunter2@a", InvalidSmtpUrl::Escape),
            ("smtp://me:2?hunter2@a", InvalidSmtpUrl::Options),
            ("smtp://me:2#hunter2@a", InvalidSmtpUrl::Options),
            ("smtp://a/inbox", InvalidSmtpUrl::Options),
            ("smtp://a?tls=maybe", InvalidSmtpUrl::Options),
            ("smtp://a?tls=none&tls=required", InvalidSmtpUrl::Options),
            ("smtps://a?tls=none", InvalidSmtpUrl::Options),
        ] {
            assert_eq!(SmtpUrl::from_str(text), Err(error), "{text}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
        let url = SmtpUrl::from_str("smtp://myself:hunter2@a").expect("valid");
        assert_eq!(format!("{url:?}"), "SmtpUrl(a, 587, IfOffered, with password)");
    }
}
