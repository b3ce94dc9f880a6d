//! The ways that a mail can go.

use std::io;
use std::path::Path;

use super::address::Address;
use super::letter::Letter;
use super::printed::Printed;
use super::smtp::Smtp;
use super::tls;
use super::url::SmtpUrl;

/// A way for mails.
pub struct Transport(Way);

enum Way {
    Smtp(Smtp),
    Printed(Printed),
}

/// Why a mail was not sent. Nothing of the mail is in it, and nothing that the server says of it.
#[derive(Debug, thiserror::Error)]
pub(super) enum SendError {
    #[error("there is no connection to the mail server: {0}")]
    Connect(io::Error),
    #[error("no TLS with the mail server: {0}")]
    Tls(String),
    #[error("the mail server does not offer TLS")]
    NoTls,
    #[error(
        "the mail server does not offer TLS, and without it the password is sent only if the URL says tls=none"
    )]
    OpenPassword,
    #[error("the mail server knows none of the ways to log in: PLAIN, LOGIN, CRAM-MD5")]
    NoLogin,
    #[error("the mail server answered {reply} to {step}")]
    Refused { step: &'static str, reply: String },
    #[error("the exchange with the mail server broke at {step}: {cause}")]
    Broken { step: &'static str, cause: String },
    #[error("the mail server took too long (one that is made for smtps:// never answers to smtp://)")]
    TooLong,
    #[error("no mail server takes this address")]
    Address,
    #[error("the mail server takes no addresses outside ASCII")]
    NoUtf8,
    #[error("the mail cannot be kept: {0}")]
    Keep(io::Error),
}

impl Transport {
    /// Hands mails to the server at this URL, which has a certificate that is publicly known or in the PEM file.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the sender's address or the file.
    pub fn smtp(url: SmtpUrl, from: String, ca_file: Option<&Path>) -> Result<Self, String> {
        let sender =
            Address::new(&from).ok_or_else(|| format!("{from} is not an address to send mail from"))?;
        Ok(Self(Way::Smtp(Smtp::new(url, sender, tls::connector(ca_file)?))))
    }

    /// Sends nothing: keeps each mail as a file in the folder `mails` and prints its link in the log, for trying out.
    #[must_use]
    pub fn printed(data_dir: &Path, from: String) -> Self {
        Self(Way::Printed(Printed::new(data_dir, from)))
    }

    pub(super) async fn send(&self, letter: &Letter<'_>) -> Result<(), SendError> {
        match &self.0 {
            Way::Smtp(smtp) => smtp.send(letter).await,
            Way::Printed(printed) => printed.send(letter).await,
        }
    }
}
