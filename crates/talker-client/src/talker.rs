//! A client: one connection, and whoever is logged in on it.

use std::fmt;
use std::time::Duration;

use serde_json::Value;
use talker_proto::sessions::Session;
use talker_proto::{ClientEvent, Id, Secret};

use crate::connection::Connection;
use crate::inbox::Inbox;
use crate::{Builder, Error, Event, Rest};

/// A connection to a Talker server. Dropping it disconnects.
///
/// It is used inside a Tokio runtime. Calls that emit return when the event is written; what the server makes of it
/// arrives as an [`Event`]. Calls that wait for an acknowledgement take turns: see [`Self::call`].
pub struct Talker {
    pub(crate) connection: Connection,
    pub(crate) inbox: Inbox,
    pub(crate) rest: Rest,
    pub(crate) address: Secret,
    pub(crate) session: Option<Session>,
    pub(crate) patience: Duration,
}

impl Talker {
    /// Connects to the server at an address like `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// As [`Builder::connect`].
    pub async fn connect(url: &str) -> Result<Self, Error> {
        Self::builder(url).connect().await
    }

    /// Prepares a connection to the server at an address like `http://127.0.0.1:8080`.
    pub fn builder(url: &str) -> Builder {
        Builder::new(url)
    }

    /// The key that the connection got when it opened.
    #[must_use]
    pub fn address(&self) -> &Secret {
        &self.address
    }

    /// Who is logged in, as far as this client knows.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// The REST routes of the same server.
    #[must_use]
    pub fn rest(&self) -> &Rest {
        &self.rest
    }

    /// Takes the next event, whenever it comes. After [`Event::Disconnected`] there is none.
    ///
    /// Nothing is lost if the future is dropped before it is ready. Events that are never taken pile up.
    pub async fn next_event(&mut self) -> Option<Event> {
        self.inbox.next().await
    }

    /// Takes the next event that is wanted; the others keep their place.
    ///
    /// # Errors
    /// [`Error::TimedOut`] if it does not come in time, [`Error::Disconnected`] if it cannot come any more.
    pub async fn wait_for(&mut self, mut wanted: impl FnMut(&Event) -> bool) -> Result<Event, Error> {
        self.inbox.take(|event| if wanted(&event) { Ok(event) } else { Err(event) }).await
    }

    /// Takes the next event that carries a `T`, like `let echo: Message = client.receive().await?`; the others keep
    /// their place.
    ///
    /// # Errors
    /// As [`Self::wait_for`].
    pub async fn receive<T>(&mut self) -> Result<T, Error>
    where
        T: TryFrom<Event, Error = Event>,
    {
        self.inbox.take(T::try_from).await
    }

    /// Emits any event of the protocol, as it is: also in somebody else's name, which the server refuses.
    ///
    /// # Errors
    /// [`Error::Disconnected`] or [`Error::Connection`] if it cannot be sent.
    pub async fn emit<E: ClientEvent>(&self, event: &E) -> Result<(), Error> {
        self.emit_raw(E::EVENT, serde_json::to_value(event).map_err(Error::Encode)?).await
    }

    /// Emits anything at all, which is for trying out what a server makes of it.
    ///
    /// # Errors
    /// As [`Self::emit`].
    pub async fn emit_raw(&self, event: &str, data: Value) -> Result<(), Error> {
        self.connection.emit(event, data).await
    }

    /// Disconnects, and returns when the server was told.
    pub async fn disconnect(self) {
        self.connection.close().await;
    }

    /// Who I am.
    pub(crate) fn me(&self) -> Result<Id, Error> {
        self.session.as_ref().map(|session| session.id).ok_or(Error::NotLoggedIn)
    }
}

impl fmt::Debug for Talker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Talker").field("session", &self.session).finish_non_exhaustive()
    }
}
