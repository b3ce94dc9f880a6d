//! How to connect.

use std::time::Duration;

use rust_socketio::TransportType;
use rust_socketio::asynchronous::ClientBuilder;
use serde_json::Value;
use talker_proto::sessions::{Address, Login, Resume, Session};
use talker_proto::{Secret, Seq};
use tokio::time::timeout;

use crate::connection::Connection;
use crate::inbox::Inbox;
use crate::{Error, Rest, Talker};

/// What carries the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transport {
    /// A handshake by HTTP, then a WebSocket; long polling where that does not get through.
    #[default]
    Any,
    /// A WebSocket from the start.
    WebSocket,
    /// HTTP long polling. For little at a time only: the library underneath takes each part of an answer for a whole
    /// one, so what comes as more than about 8 kB at once, be it many small events, ends the connection.
    Polling,
}

/// A connection to be. [`Talker::builder`] begins one.
#[derive(Debug, Clone)]
#[must_use = "nothing is connected before `connect`"]
pub struct Builder {
    url: String,
    transport: Transport,
    entry: Option<Entry>,
    after: Option<Seq>,
    patience: Duration,
    /// The routes of the same server, if they are there already: an HTTP client takes a while to make.
    rest: Option<Rest>,
}

/// How somebody gets in by handshake.
#[derive(Debug, Clone)]
enum Entry {
    Login(Login),
    Resume(Resume),
}

impl Entry {
    /// What the handshake carries.
    fn auth(&self, after: Option<Seq>) -> Result<Value, Error> {
        let auth = match self {
            Self::Login(login) => serde_json::to_value(Login { after, ..login.clone() }),
            Self::Resume(resume) => serde_json::to_value(Resume { after, ..resume.clone() }),
        };
        auth.map_err(Error::Encode)
    }
}

impl Builder {
    pub(crate) fn new(url: &str) -> Self {
        let patience = Duration::from_secs(10);
        let (url, transport) = (url.to_owned(), Transport::default());
        Self { url, transport, entry: None, after: None, patience, rest: None }
    }

    /// Shares the routes of the same server.
    pub(crate) fn sharing(mut self, rest: &Rest) -> Self {
        self.rest = Some(rest.clone());
        self
    }

    /// Chooses what carries the events.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// Logs in on connecting, by handshake. `login` is a username or an email.
    pub fn log_in(mut self, login: &str, hash: impl Into<Secret>) -> Self {
        self.entry = Some(Entry::Login(Login { login: login.to_owned(), hash: hash.into(), after: None }));
        self
    }

    /// Moves a session to the new connection, by handshake and without a password: in place of [`Self::log_in`].
    ///
    /// The session's key is dead afterwards; [`Talker::session`] has a fresh one.
    pub fn resume(mut self, session: &Session) -> Self {
        let Session { id, client_address } = session.clone();
        self.entry = Some(Entry::Resume(Resume { user_id: id, client_address, after: None }));
        self
    }

    /// Asks for everything that was logged after this number, in place of the messages that wait. Whoever gets in by
    /// handshake then hears logged events as [`Event::Logged`](crate::Event::Logged), with their numbers.
    pub fn after(mut self, seq: Seq) -> Self {
        self.after = Some(seq);
        self
    }

    /// Sets how long each call waits for the server: 10 seconds otherwise.
    pub fn timeout(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Connects, waits for the connection's key and, if somebody is to get in, for the answer to that.
    ///
    /// # Errors
    /// [`Error::Rejected`] if the server lets nobody in, [`Error::LoginRefused`] or [`Error::Answered`] if it does not
    /// let this user in, [`Error::TimedOut`] if it does not answer, [`Error::Address`], [`Error::Connection`].
    pub async fn connect(self) -> Result<Talker, Error> {
        let rest = match &self.rest {
            Some(rest) => rest.clone(),
            None => Rest::within(&self.url, self.patience)?,
        };
        let opening = Connection::open(self.socket(&rest)?);
        let (connection, arrivals) = timeout(self.patience, opening).await.map_err(|_| Error::TimedOut)??;
        let mut inbox = Inbox::new(arrivals, self.patience);
        let Address { address } =
            inbox.take(TryFrom::try_from).await.map_err(|error| explain(error, &connection))?;
        let patience = self.patience;
        let mut talker = Talker { connection, inbox, rest, address, session: None, patience };
        if self.entry.is_some() {
            talker.hear_login().await?;
        }
        Ok(talker)
    }

    fn socket(&self, rest: &Rest) -> Result<ClientBuilder, Error> {
        let transport = match self.transport {
            Transport::Any => TransportType::Any,
            Transport::WebSocket => TransportType::Websocket,
            Transport::Polling => TransportType::Polling,
        };
        let socket = ClientBuilder::new(rest.address_of("/socket.io/")).transport_type(transport);
        match &self.entry {
            Some(entry) => Ok(socket.auth(entry.auth(self.after)?)),
            None => Ok(socket),
        }
    }
}

/// A connection that ends before it has its key was refused, if it is known why.
fn explain(error: Error, connection: &Connection) -> Error {
    match (error, connection.fault()) {
        (Error::Disconnected, Some(fault)) => Error::Rejected(fault),
        (error, _) => error,
    }
}
