//! Why mails are not sent.

use std::io;

use mail_send::Error;
use smtp_proto::Response;

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

/// What went wrong at this step. Of a reply only the codes are kept: its text may repeat an address, a link or a
/// password.
pub(super) fn at(step: &'static str) -> impl Fn(Error) -> SendError {
    move |error| match error {
        Error::UnexpectedReply(reply) | Error::AuthenticationFailed(reply) => {
            SendError::Refused { step, reply: codes(&reply) }
        }
        Error::Tls(error) => SendError::Tls(error.to_string()),
        Error::UnsupportedAuthMechanism => SendError::NoLogin,
        Error::Timeout => SendError::TooLong,
        Error::UnparseableReply => {
            SendError::Broken { step, cause: "it hung up, or what it says is not SMTP".to_owned() }
        }
        error => SendError::Broken { step, cause: error.to_string() },
    }
}

fn codes(reply: &Response<String>) -> String {
    match reply.esc {
        [0, ..] => reply.code.to_string(),
        [class, subject, detail] => format!("{} {class}.{subject}.{detail}", reply.code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_reply_only_the_codes_are_told() {
        for (esc, told) in [([5, 1, 1], "550 5.1.1"), ([0, 0, 0], "550")] {
            let reply = Response { code: 550, esc, message: "<anna@example.org> is unknown".to_owned() };
            let error = at("RCPT")(Error::UnexpectedReply(reply));
            assert_eq!(error.to_string(), format!("the mail server answered {told} to RCPT"));
        }
    }
}
