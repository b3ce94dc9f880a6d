//! The mail worker: sends what waits in the store, and tries again later what could not be sent.

mod address;
mod error;
mod letter;
mod links;
mod outage;
mod printed;
mod smtp;
mod transport;
mod url;

pub use letter::Letter;
pub use links::Links;
pub use transport::Transport;
pub use url::{InvalidSmtpUrl, SmtpUrl};

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use talker_domain::Timestamp;
use talker_domain::mails::{self, LEASE, Mail, Subject};
use talker_store::{Store, StoreError};
use tokio::sync::Notify;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use outage::Outage;

/// How many mails are sent beside each other, so that one which hangs does not hold up the rest.
const AT_ONCE: usize = 4;

/// How long mails that are due may wait for somebody to look.
const TICK: Duration = Duration::from_secs(5);

/// How long sends may go on after the stop.
const GRACE: Duration = Duration::from_secs(5);

/// Sends the mails of `store` until `stop`: those that are due, at the latest 5 s after they are, or as soon as `wake`
/// is notified (by `notify_one`, which is remembered if nobody waits just then).
///
/// Nothing is lost whenever this ends: a mail is taken for a time, and is due again if nobody says that it was sent.
pub async fn run(
    store: Store,
    transport: Transport,
    links: Links,
    wake: Arc<Notify>,
    stop: impl Future<Output = ()>,
    now: fn() -> Timestamp,
) {
    let worker = Arc::new(Worker { store, transport, links, now, outage: Outage::default() });
    let mut sends = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let taken = tokio::select! {
            biased;
            () = &mut stop => break,
            taken = worker.take(AT_ONCE - sends.len()) => taken,
        };
        for mail in taken {
            let worker = worker.clone();
            sends.spawn(async move { worker.send(mail).await });
        }
        tokio::select! {
            biased;
            () = &mut stop => break,
            Some(ended) = sends.join_next() => report(&ended),
            () = wake.notified() => {}
            () = sleep(TICK) => {}
        }
    }
    finish(sends).await;
}

/// Sees sends through that end in time, and abandons the rest: their mails are due again when the lease is over.
async fn finish(mut sends: JoinSet<()>) {
    let ending = timeout(GRACE, async {
        while let Some(ended) = sends.join_next().await {
            report(&ended);
        }
    });
    if ending.await.is_err() {
        tracing::info!(
            mails = sends.len(),
            "mails were abandoned on their way, to be sent after the next start"
        );
    }
}

fn report(ended: &Result<(), JoinError>) {
    if ended.is_err() {
        tracing::error!("sending a mail panicked; it is tried again");
    }
}

struct Worker {
    store: Store,
    transport: Transport,
    links: Links,
    now: fn() -> Timestamp,
    outage: Outage,
}

impl Worker {
    /// At most `free` mails that are due: none is taken before it can be sent at once, within its lease.
    async fn take(&self, free: usize) -> Vec<Mail> {
        if free == 0 {
            return Vec::new();
        }
        let now = (self.now)();
        let taken = self.store.write(move |transaction| transaction.take_due_mails(now, free)).await;
        self.outage.note(taken).unwrap_or_default()
    }

    async fn send(&self, mail: Mail) {
        let subject = mail.subject;
        let letter = Letter {
            subject,
            recipient: mail.recipient.as_str(),
            username: mail.username.as_str(),
            link: &self.links.link(subject, &mail.token.0),
            date: (self.now)(),
        };
        let sent = self.transport.send(&letter).await;
        let attempts = mail.attempts.saturating_add(1);
        let pause = mails::pause(attempts);
        let next = sent.is_err().then(|| (self.now)().plus(pause));
        self.settle(subject, next).await;
        let number = subject.number();
        match sent {
            Ok(()) => tracing::info!(mail = number, "{}", self.transport.success()),
            Err(error) => {
                let seconds = pause / 1_000;
                tracing::warn!(mail = number, attempts, "a mail is tried again in {seconds} s: {error}");
            }
        }
    }

    /// Writes down that the mail was sent, or when it is `next` due. A store that is down is asked for as long as
    /// nobody else may take the mail: a mail that was sent should not be sent twice.
    async fn settle(&self, subject: Subject, next: Option<Timestamp>) {
        let settled = async {
            while self.outage.note(self.write_down(subject, next).await).is_none() {
                sleep(TICK).await;
            }
        };
        let patience = Duration::from_millis(LEASE.unsigned_abs()).saturating_sub(smtp::TIMEOUT);
        if timeout(patience, settled).await.is_err() {
            tracing::warn!(mail = subject.number(), "a mail may be sent twice");
        }
    }

    async fn write_down(&self, subject: Subject, next: Option<Timestamp>) -> Result<(), StoreError> {
        let command = self.store.write(move |transaction| match next {
            None => transaction.mail_sent(subject),
            Some(next) => transaction.mail_failed(subject, next),
        });
        command.await
    }
}
