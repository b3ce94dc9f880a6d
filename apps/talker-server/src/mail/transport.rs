//! The ways that a mail can go.

use std::path::Path;

use super::address::Address;
use super::error::SendError;
use super::letter::Letter;
use super::printed::Printed;
use super::smtp::Smtp;
use super::url::SmtpUrl;
use crate::trust;

/// A way for mails.
pub struct Transport(Way);

enum Way {
    Smtp(Smtp),
    Printed(Printed),
}

impl Transport {
    /// Hands mails to the server at this URL, which has a certificate that is publicly known or in the PEM file.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the sender's address or the file.
    pub fn smtp(url: SmtpUrl, from: String, ca_file: Option<&Path>) -> Result<Self, String> {
        let Some(sender) = Address::new(&from) else {
            return Err(from + " is not an address to send mail from");
        };
        Ok(Self(Way::Smtp(Smtp::new(url, sender, trust::connector(ca_file)?))))
    }

    /// Sends nothing: keeps each mail as a file in the folder `mails` and prints its link in the log, for trying out.
    #[must_use]
    pub fn printed(data_dir: &Path, from: String) -> Self {
        Self(Way::Printed(Printed::new(data_dir, from)))
    }

    /// What to say of a mail that went this way.
    pub(super) fn success(&self) -> &'static str {
        match &self.0 {
            Way::Smtp(_) => "a mail was sent",
            Way::Printed(_) => "a mail was kept, and not sent",
        }
    }

    pub(super) async fn send(&self, letter: &Letter<'_>) -> Result<(), SendError> {
        match &self.0 {
            Way::Smtp(smtp) => smtp.send(letter).await,
            Way::Printed(printed) => printed.send(letter).await,
        }
    }
}
