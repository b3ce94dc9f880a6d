//! How to connect.

use std::time::Duration;

use rust_socketio::TransportType;
use rust_socketio::asynchronous::ClientBuilder;
use talker_proto::Secret;
use talker_proto::sessions::{Address, Login};
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
    login: Option<Login>,
    patience: Duration,
}

impl Builder {
    pub(crate) fn new(url: &str) -> Self {
        let patience = Duration::from_secs(10);
        Self { url: url.to_owned(), transport: Transport::default(), login: None, patience }
    }

    /// Chooses what carries the events.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// Logs in on connecting, by handshake. `login` is a username or an email.
    pub fn log_in(mut self, login: &str, hash: impl Into<Secret>) -> Self {
        self.login = Some(Login { login: login.to_owned(), hash: hash.into() });
        self
    }

    /// Sets how long each call waits for the server: 10 seconds otherwise.
    pub fn timeout(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Connects, waits for the connection's key and, if there is a login, for its answer.
    ///
    /// # Errors
    /// [`Error::Rejected`] if the server lets nobody in, [`Error::LoginRefused`] or [`Error::Answered`] if it does not
    /// let this user in, [`Error::TimedOut`] if it does not answer, [`Error::Address`], [`Error::Connection`].
    pub async fn connect(self) -> Result<Talker, Error> {
        let rest = Rest::within(&self.url, self.patience)?;
        let opening = Connection::open(self.socket(&rest)?);
        let (connection, arrivals) = timeout(self.patience, opening).await.map_err(|_| Error::TimedOut)??;
        let mut inbox = Inbox::new(arrivals, self.patience);
        let Address { address } =
            inbox.take(TryFrom::try_from).await.map_err(|error| explain(error, &connection))?;
        let mut talker = Talker { connection, inbox, rest, address, session: None };
        if self.login.is_some() {
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
        match &self.login {
            Some(login) => Ok(socket.auth(serde_json::to_value(login).map_err(Error::Encode)?)),
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
