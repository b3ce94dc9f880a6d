//! How an account is opened.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use talker_proto::sessions::Session;
use talker_proto::{Secret, Seq};
use tokio::sync::{mpsc, watch};

use super::Account;
use super::claim::Claim;
use super::feed::Feed;
use super::keeper::{Credentials, Keeper};
use super::outbox::Outbox;
use super::stream::Stream;
use crate::{Builder, Error, Rest, Transport};

/// Where an app stands, for the next time that it is started: [`Account::checkpoint`].
///
/// Whoever has it can act as the user for as long as the session lasts, so it is kept like a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The session to resume; none if there is none that could be.
    pub session: Option<Session>,
    /// The keys of connections that may have taken the session over without our hearing of it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spare: Vec<Secret>,
    /// The number of the last entry of the log that the app has taken.
    pub after: Seq,
}

/// An account to be opened. [`Account::builder`] begins one.
#[derive(Debug, Clone)]
#[must_use = "nothing is connected before `open`"]
pub struct AccountBuilder {
    url: String,
    transport: Transport,
    credentials: Option<Credentials>,
    checkpoint: Checkpoint,
    patience: Duration,
}

impl AccountBuilder {
    pub(crate) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            transport: Transport::default(),
            credentials: None,
            checkpoint: Checkpoint { session: None, spare: Vec::new(), after: Seq::default() },
            patience: Duration::from_secs(10),
        }
    }

    /// Chooses what carries the events.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// Logs in wherever no session can be resumed. `login` is a username or an email.
    pub fn log_in(mut self, login: &str, hash: impl Into<Secret>) -> Self {
        self.credentials = Some((login.to_owned(), hash.into()));
        self
    }

    /// Goes on where an app left off: resumes the session, and begins the stream after what the app has taken.
    pub fn resume(mut self, checkpoint: Checkpoint) -> Self {
        self.checkpoint = checkpoint;
        self
    }

    /// Begins the stream after this entry of the log; otherwise with everything that the log still holds.
    pub fn after(mut self, seq: Seq) -> Self {
        self.checkpoint.after = seq;
        self
    }

    /// Sets how long each call waits for the server before the connection is given up: 10 seconds otherwise, and one
    /// more for every 32 kB that a message has.
    pub fn timeout(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Opens the account, inside a Tokio runtime. It returns at once; [`Account::next_event`] tells what comes of it.
    ///
    /// # Errors
    /// [`Error::NotLoggedIn`] without a login and a session, [`Error::Address`] if the address is none,
    /// [`Error::Http`] if there is no HTTP client to be had.
    pub fn open(self) -> Result<Account, Error> {
        if self.credentials.is_none() && self.checkpoint.session.is_none() {
            return Err(Error::NotLoggedIn);
        }
        let rest = Rest::within(&self.url, self.patience)?;
        let Checkpoint { session, spare, after } = self.checkpoint;
        let (feed, events) = Feed::after(after);
        let (orders, outbox) = Outbox::new();
        let (typing, typed) = mpsc::channel(1);
        let (claim, claimed) = watch::channel(session.map(|session| Claim { session, spare }));
        let keeper = Keeper {
            builder: Builder::new(&self.url).sharing(&rest).transport(self.transport).timeout(self.patience),
            credentials: self.credentials,
            claim,
            feed,
            outbox,
            typing: typed,
            patience: self.patience,
        };
        let stream = Stream::new(events, after, tokio::spawn(keeper.keep()));
        Ok(Account { orders, typing, stream, claim: claimed, rest })
    }
}
