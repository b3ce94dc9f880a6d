//! Mail, from the registration to a mail server over real sockets.

#[path = "mail/certificates.rs"]
mod certificates;
#[path = "mail/desk.rs"]
mod desk;
#[path = "mail/encryption.rs"]
mod encryption;
#[path = "mail/exchange.rs"]
mod exchange;
#[path = "mail/login.rs"]
mod login;
#[path = "mail/logs.rs"]
mod logs;
#[path = "mail/outages.rs"]
mod outages;
#[path = "mail/printed.rs"]
mod printed;
#[path = "mail/smtp_server.rs"]
mod smtp_server;
#[path = "mail/smtp_session.rs"]
mod smtp_session;

use std::time::Duration;

use talker_server::mail::{SmtpUrl, Transport};
use tokio::time::timeout;

const FROM: &str = "talker@chat.example.org";

/// Waits for what is to happen, but not for ever.
async fn soon<T>(what: &str, event: impl Future<Output = T>) -> T {
    timeout(Duration::from_mins(1), event).await.unwrap_or_else(|_| panic!("{what} does not come"))
}

fn url(text: &str) -> SmtpUrl {
    text.parse().expect("a mail server's URL")
}

/// Trusts no private authority.
fn transport(text: &str) -> Transport {
    Transport::smtp(url(text), FROM.into(), None).expect("a transport")
}
