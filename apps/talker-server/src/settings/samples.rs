//! Settings that were copied from a manual and never filled in.

use talker_store::Location;
use url::Url;

use super::{AllowedOrigins, Settings};

/// A setting that still is what a manual shows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{setting} still holds the sample value {value}, and others than this machine are to connect; set it to your own, or \
     listen on 127.0.0.1 to try things out"
)]
pub struct Sample {
    setting: &'static str,
    /// What of it is a sample; nothing that is a secret.
    value: String,
}

/// Domains that are nobody's (RFC 2606 §2 and §3).
const NOBODYS: [&str; 7] =
    ["example", "test", "invalid", "example.com", "example.net", "example.org", "localhost.localdomain"];

/// Passwords that manuals show.
const PASSWORDS: [&str; 6] = ["password", "changeme", "change-me", "change_me", "secret", "example"];

/// The first setting that is a sample, if any is.
pub(super) fn check(settings: &Settings) -> Result<(), Sample> {
    if let Some(url) = &settings.public_url {
        host("--public-url", url)?;
    }
    if let AllowedOrigins::Only(origins) = &settings.allowed_origins {
        for origin in origins {
            host("--allowed-origins", origin)?;
        }
    }
    host("--confirm-link", &settings.confirm_link)?;
    host("--reset-link", &settings.reset_link)?;
    if let Some((_, of_contact)) =
        settings.acme.contact.as_deref().and_then(|contact| contact.rsplit_once('@'))
    {
        domain("--acme-contact", of_contact)?;
    }
    for name in &settings.acme.names {
        domain("--acme-names", name)?;
    }
    if let Some(smtp) = &settings.smtp_url {
        domain("--smtp-url", smtp.host())?;
        password("--smtp-url", smtp.password())?;
        sender(&settings.mail_from)?;
    }
    let database = settings.location();
    let Location::Mysql(url) = &database else { return Ok(()) };
    host("--database-url", url)?;
    password("--database-url", Url::parse(url).ok().as_ref().and_then(Url::password))
}

fn host(setting: &'static str, url: &str) -> Result<(), Sample> {
    let url = Url::parse(url).ok();
    domain(setting, url.as_ref().and_then(Url::host_str).unwrap_or_default())
}

/// The sender that is set where none is.
fn sender(address: &str) -> Result<(), Sample> {
    match address.rsplit_once('@') {
        Some((_, "localhost")) => Err(Sample { setting: "--mail-from", value: address.to_owned() }),
        parts => domain("--mail-from", parts.map_or(address, |(_, domain)| domain)),
    }
}

fn domain(setting: &'static str, domain: &str) -> Result<(), Sample> {
    let domain = domain.to_ascii_lowercase();
    let is_below =
        |parent: &str| domain.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if NOBODYS.into_iter().any(is_below) { Err(Sample { setting, value: domain }) } else { Ok(()) }
}

fn password(setting: &'static str, password: Option<&str>) -> Result<(), Sample> {
    match password.filter(|password| PASSWORDS.contains(&password.to_ascii_lowercase().as_str())) {
        Some(_) => Err(Sample { setting, value: "of its password".to_owned() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(arguments: &[&str]) -> String {
        let arguments = ["talker-server", "--listen=0.0.0.0:8080"].iter().chain(arguments);
        let settings = Settings::from_arguments(arguments.copied()).expect("settings");
        settings.without_samples().err().map(|sample| sample.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_sample_is_named() {
        for (wrong, part) in [
            (
                "--public-url=https://chat.example.org",
                "--public-url still holds the sample value chat.example.org",
            ),
            (
                "--acme-names=chat.ours,chat.example.org",
                "--acme-names still holds the sample value chat.example.org",
            ),
            (
                "--allowed-origins=https://chat.ours,https://chat.example.org",
                "--allowed-origins still holds the sample value chat.example.org",
            ),
            (
                "--confirm-link=https://chat.example.org/c?id={id}&uuid={uuid}",
                "--confirm-link still holds the sample value chat.example.org",
            ),
            (
                "--reset-link=https://chat.example.org/r?id={id}&uuid={uuid}",
                "--reset-link still holds the sample value chat.example.org",
            ),
            ("--acme-contact=anna@example.org", "--acme-contact still holds the sample value example.org"),
            (
                "--smtp-url=smtp://mail.example.com",
                "--smtp-url still holds the sample value mail.example.com",
            ),
            (
                "--smtp-url=smtp://talker:changeme@mail.ours",
                "--smtp-url still holds the sample value of its password",
            ),
            (
                "--database-url=mysql://talker:password@db.ours/talker",
                "--database-url still holds the sample value of",
            ),
            (
                "--database-url=mysql://talker:x@DB.EXAMPLE/talker",
                "--database-url still holds the sample value db.example",
            ),
        ] {
            assert!(complaint(&[wrong]).starts_with(part), "{wrong}: {}", complaint(&[wrong]));
        }
        for sender in ["talker@example.org", "talker@localhost"] {
            let mail = complaint(&["--smtp-url=smtp://mail.ours", &format!("--mail-from={sender}")]);
            assert!(mail.starts_with("--mail-from still"), "{mail}");
        }
    }

    #[test]
    fn what_is_somebodys_own_is_none() {
        for own in [
            "--public-url=https://chat.exampleorg",
            "--public-url=https://my-example.org",
            "--smtp-url=smtp://talker:password1@mail.ours",
            "--database-url=mysql://talker@10.0.0.7/talker",
        ] {
            assert_eq!(complaint(&["--mail-from=talker@mail.ours", own]), "", "{own}");
        }
        let at_home = ["talker-server", "--public-url=https://chat.example.org"];
        let settings = Settings::from_arguments(at_home).expect("settings");
        assert_eq!(settings.without_samples(), Ok(()), "on this machine one may try it out");
    }
}
