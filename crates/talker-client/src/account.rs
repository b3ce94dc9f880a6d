//! An account that is kept connected over a bad network.

mod backoff;
mod builder;
mod caller;
mod claim;
mod events;
mod feed;
mod keeper;
mod listener;
mod nonces;
mod outbox;
mod position;
mod stream;

use std::fmt;

use serde::de::DeserializeOwned;
use talker_proto::Id;
use talker_proto::acks::Nothing;
use talker_proto::messages::{HaveRead, Message, Stored};
use tokio::sync::{mpsc, watch};

use crate::{Content, Error, Rest};

pub use builder::{AccountBuilder, Checkpoint};
pub use events::AccountEvent;

use claim::Claim;
use outbox::{Deed, Order};
use stream::Stream;

/// Somebody's account, kept connected. Dropping it disconnects.
///
/// A task of its own connects, and connects again whenever the connection is lost: after a pause drawn from up to 100 ms,
/// and from up to twice as much after each failure, 10 s at the most. It resumes its session, and logs in where that has
/// ended. A connection is lost, too, when a call stays unanswered, or when the server's ping is overdue: 45 s after the
/// last one by a server's usual settings.
///
/// # What happens
/// [`Self::next_event`] gives one stream of events in which the entries of the account's log come in order, without a
/// gap and without a double, however often the connection is lost. What I did myself, here or on another connection, is
/// among them. At most 1,024 events wait to be taken: what comes then is read from the log when there is room again,
/// but for typing and the notices of the connection, which are left out.
///
/// # What I do
/// Each call waits until the server has acknowledged it, through as many connections as that takes. What is given
/// earlier is done earlier, one at a time, and a server that is too busy is asked again, so messages keep their order.
/// At most 256 calls wait in a queue; another one waits for its place. A call that is begun is carried out even if its
/// future is dropped.
///
/// All methods take `&self`, so one task may take events while others send.
///
/// # Restarting
/// A [`Checkpoint`] says where the app stands. What was still to be sent is not in it: an app that must not lose that
/// keeps each message with a nonce until [`Self::send_with_nonce`] is done, and gives it again.
pub struct Account {
    orders: mpsc::Sender<Order>,
    typing: mpsc::Sender<Id>,
    stream: Stream,
    claim: watch::Receiver<Option<Claim>>,
    rest: Rest,
}

impl Account {
    /// Prepares an account on the server at an address like `http://127.0.0.1:8080`.
    pub fn builder(url: &str) -> AccountBuilder {
        AccountBuilder::new(url)
    }

    /// Takes the next event, whenever it comes. Nothing is lost if the future is dropped.
    ///
    /// # Errors
    /// Why the account can no longer be kept: [`Error::LoginRefused`] if neither the session nor the login is good any
    /// more, [`Error::Answered`] if the server does not take the login for one. After that [`Error::Disconnected`].
    pub async fn next_event(&self) -> Result<AccountEvent, Error> {
        self.stream.next().await
    }

    /// Where the app stands: after the last event that it took. Whoever keeps it once the event is dealt with neither
    /// loses nor doubles anything.
    ///
    /// The session's key changes with every [`AccountEvent::Connected`], and only the last one can be resumed. An app that
    /// is killed between two of them may find the session that it kept taken over, and needs its login.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        let claim = self.claim.borrow().clone();
        let (session, spare) = claim.map(|claim| (claim.session, claim.spare)).unzip();
        Checkpoint { session, spare: spare.unwrap_or_default(), after: self.stream.taken() }
    }

    /// The REST routes of the same server; their session is in [`AccountEvent::Connected`].
    #[must_use]
    pub fn rest(&self) -> &Rest {
        &self.rest
    }

    /// Sends a message, and returns it when it is stored: once, through however many connections that takes.
    ///
    /// # Errors
    /// [`Error::Refused`] if the server does not take it, or keeps failing at it; [`Error::GaveUp`] if ten connections
    /// ended under it, as they do under one that is too large by far; [`Error::Disconnected`] if the account cannot be
    /// kept; [`Error::Random`] if there is no nonce to be had.
    pub async fn send(&self, to: Id, content: impl Into<Content>) -> Result<Message, Error> {
        self.send_with_nonce(to, content, &nonces::random()?).await
    }

    /// The same under a name of my choice, 1 to 64 characters: sent again under the same name, at any time, it is stored
    /// once all the same.
    ///
    /// # Errors
    /// As [`Self::send`]; [`Error::Refused`] with `conflict` if the name stands for another message.
    pub async fn send_with_nonce(
        &self,
        to: Id,
        content: impl Into<Content>,
        nonce: &str,
    ) -> Result<Message, Error> {
        let deed = Deed::Send { to, content: content.into(), nonce: nonce.to_owned() };
        Ok(self.order::<Stored>(deed).await?.message)
    }

    /// Says that I have read every message of a conversation that was sent to me, up to this one, and returns how far I
    /// have read it now.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn read(&self, message: Id) -> Result<HaveRead, Error> {
        self.order(Deed::Read(message)).await
    }

    /// Blocks somebody. Twice is fine.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn block(&self, user: Id) -> Result<(), Error> {
        self.order(Deed::Block(user)).await.map(|Nothing {}| ())
    }

    /// Unblocks somebody. Never blocked is fine.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn unblock(&self, user: Id) -> Result<(), Error> {
        self.order(Deed::Unblock(user)).await.map(|Nothing {}| ())
    }

    /// Says that I am typing to somebody, now or, without a connection, never. It stops by itself 1.5 s after the last
    /// one.
    pub fn type_to(&self, user: Id) {
        // Fails only when the last one has not even been written.
        let _ = self.typing.try_send(user);
    }

    async fn order<R: DeserializeOwned>(&self, deed: Deed) -> Result<R, Error> {
        let (order, answer) = Order::new(deed);
        self.orders.send(order).await.map_err(|_| Error::Disconnected)?;
        let reply = answer.await.map_err(|_| Error::Disconnected)??;
        serde_json::from_value(reply).map_err(Error::Decode)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Account").field("checkpoint", &self.checkpoint()).finish_non_exhaustive()
    }
}
