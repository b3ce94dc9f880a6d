//! Settings of certificates that an authority gives, by ACME.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use rustls::pki_types::DnsName;
use url::{Host, Url};

use super::values;

/// Whom to ask for a certificate, and for which names.
#[derive(Debug, Clone, Args)]
pub struct Acme {
    /// The names that people reach this server by, with commas between: clients then connect by TLS, and the authority is
    /// asked for a certificate of these names. Whoever sets them agrees to the authority's terms.
    #[arg(
        id = "acme_names",
        long = "acme-names",
        env = "TALKER_ACME_NAMES",
        value_name = "NAMES",
        value_delimiter = ',',
        value_parser = name
    )]
    pub names: Vec<String>,

    /// The authority's directory; Let's Encrypt's, unless it is set.
    #[arg(
        id = "acme_directory",
        long = "acme-directory",
        env = "TALKER_ACME_DIRECTORY",
        value_name = "URL",
        default_value = LETS_ENCRYPT,
        value_parser = directory
    )]
    pub directory: String,

    /// An email address that the authority may write to.
    #[arg(
        id = "acme_contact",
        long = "acme-contact",
        env = "TALKER_ACME_CONTACT",
        value_name = "ADDRESS",
        value_parser = values::email
    )]
    pub contact: Option<String>,

    /// A PEM file with certificates to trust as the authority's own server, besides the public ones.
    #[arg(id = "acme_root", long = "acme-root", env = "TALKER_ACME_ROOT", value_name = "FILE")]
    pub root: Option<PathBuf>,
}

const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

impl Acme {
    /// Whether an authority is asked at all.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.names.is_empty()
    }

    /// A setting that means nothing while no names are set.
    pub(crate) fn idle(&self) -> Option<&'static str> {
        let set = [
            ("--acme-directory", self.directory != LETS_ENCRYPT),
            ("--acme-contact", self.contact.is_some()),
            ("--acme-root", self.root.is_some()),
        ];
        set.into_iter().find(|(_, is_set)| *is_set && !self.is_on()).map(|(setting, _)| setting)
    }
}

/// A host's name as certificates have it: in small letters, others than ASCII's written `xn--…`.
fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.contains('*') {
        return Err("an authority gives `*` only to who rules the name's DNS; write each name".into());
    }
    let advice = || format!("`{text}` is no name; write one like chat.example.org, without https://");
    let is_address = text.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    match Host::parse(text) {
        Ok(Host::Domain(name)) if !name.ends_with('.') && DnsName::try_from(name.as_str()).is_ok() => {
            Ok(name)
        }
        _ if is_address => Err(format!("`{text}` is an address; a certificate needs a name")),
        _ => Err(advice()),
    }
}

fn directory(text: &str) -> Result<String, String> {
    match Url::parse(text) {
        Ok(url) if url.scheme() == "https" && url.has_host() => Ok(url.to_string()),
        _ => Err("write the https:// URL of an authority's directory".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_a_certificate_can_have() {
        for (text, expected) in [
            ("chat.example.org", "chat.example.org"),
            (" Chat.Example.ORG ", "chat.example.org"),
            ("bücher.example.org", "xn--bcher-kva.example.org"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(name(text).as_deref(), Ok(expected), "{text}");
        }
        for (text, complaint) in [
            ("*.example.org", "write each name"),
            ("https://chat.example.org", "is no name"),
            ("chat.example.org:443", "is no name"),
            ("chat.example.org.", "is no name"),
            ("a b", "is no name"),
            ("", "is no name"),
            ("192.0.2.7", "is an address"),
            ("[2001:db8::7]", "is an address"),
        ] {
            let refusal = name(text).expect_err(text);
            assert!(refusal.contains(complaint), "{text}: {refusal}");
        }
    }

    #[test]
    fn a_directory_is_asked_by_tls_alone() {
        for wrong in ["http://acme.example.org/directory", "acme.example.org", "https://", ""] {
            assert!(directory(wrong).is_err(), "{wrong}");
        }
        assert!(directory(LETS_ENCRYPT).is_ok());
    }
}
