//! What single settings may be, and the sentence for what they may not.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;
use talker_domain::users::search::Emails;
use talker_store::Location;
use url::Url;

use crate::wire;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// How people are found by their email.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SearchEmail {
    /// By a part of it, as by their username.
    Part,
    /// Only by the whole of it.
    Exact,
    /// Not at all.
    Off,
}

impl From<SearchEmail> for Emails {
    fn from(search: SearchEmail) -> Self {
        match search {
            SearchEmail::Part => Self::InPart,
            SearchEmail::Exact => Self::Whole,
            SearchEmail::Off => Self::Never,
        }
    }
}

/// Whether anybody is too fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RateLimits {
    /// Whoever does more than the limits say is.
    On,
    /// Nobody is.
    Off,
}

/// Where the data are, as a URL. It may hold a password, which debug output does not show.
#[derive(Clone)]
pub struct DatabaseUrl(Location);

impl DatabaseUrl {
    /// Where the data are.
    #[must_use]
    pub fn location(&self) -> Location {
        self.0.clone()
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Location::Sqlite(path) => write!(formatter, "sqlite://{}", path.display()),
            Location::Mysql(_) => formatter.write_str("mysql://…"),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite://").filter(|path| !path.is_empty()) {
            return Ok(Self(Location::Sqlite(PathBuf::from(path))));
        }
        let names_database = |url: &Url| url.scheme() == "mysql" && url.has_host() && url.path().len() > 1;
        match Url::parse(text) {
            Ok(url) if names_database(&url) => Ok(Self(Location::Mysql(text.to_owned()))),
            _ => Err("write sqlite://PATH or mysql://USER:PASSWORD@HOST:PORT/DATABASE".into()),
        }
    }
}

/// An IP address and a port. A name is none: which of its addresses would be meant?
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        let port = if text.matches(':').count() > 1 { None } else { text.rsplit(':').next() };
        let port = port.and_then(|port| port.parse::<u16>().ok()).unwrap_or(8080);
        format!(
            "write an IP address and a port: 127.0.0.1:{port} for this machine alone, 0.0.0.0:{port} for all others too"
        )
    })
}

pub(super) fn email(text: &str) -> Result<String, String> {
    let email = wire::users::to_email(text.to_owned());
    email.map(|email| email.as_str().to_owned()).map_err(|_| "write one address, without a name".into())
}

/// An address, or a network as `10.0.0.0/8`.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| format!("`{text}` is neither an IP address nor a network like 10.0.0.0/8"))
}

pub(super) fn public_url(text: &str) -> Result<String, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("write an http:// or https:// URL".into()),
    }
}

pub(super) fn confirm_link(text: &str) -> Result<String, String> {
    if text.contains("{id}") && text.contains("{uuid}") {
        Ok(text.to_owned())
    } else {
        Err("the link must hold {id} and {uuid}".into())
    }
}

/// The most that a media limit may be: what a message may hold has to fit into memory many times over.
const LARGEST_MEDIA_LIMIT: usize = 256 * 1024 * 1024;

pub(super) fn media_bytes(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(bytes) if (1..=LARGEST_MEDIA_LIMIT).contains(&bytes) => Ok(bytes),
        _ => Err(format!("write a number of bytes from 1 to {LARGEST_MEDIA_LIMIT}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_none_is_answered_with_one_that_could_be_meant() {
        for (text, advice) in [
            ("localhost:8181", "127.0.0.1:8181 "),
            ("8181", "127.0.0.1:8181 "),
            (":8181", "0.0.0.0:8181 "),
            ("127.0.0.1", "127.0.0.1:8080 "),
            ("::1", "127.0.0.1:8080 "),
            ("localhost:99999", "127.0.0.1:8080 "),
        ] {
            let error = address(text).unwrap_err();
            assert!(error.contains(advice), "{text}: {error}");
        }
        for text in ["127.0.0.1:8181", "0.0.0.0:0", "[::1]:8181"] {
            assert!(address(text).is_ok(), "{text}");
        }
    }
}
