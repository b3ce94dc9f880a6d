//! One client's connection, whichever door it came through: its key, who is logged in on it, and how to tell it things.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use socketioxide::extract::SocketRef;
use socketioxide::{SendError as EmitError, SocketError};
use talker_domain::messages::mark_notified::Handed;
use talker_domain::{MessageId, UserId};
use talker_proto::{Secret, ServerEvent};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use crate::outgoing::Outgoing;

/// How many messages of one connection may wait for their commit at once.
const MESSAGES_IN_FLIGHT: u32 = 64;

/// How many live messages are held back while older ones are still being delivered.
const HELD: usize = 1_024;

/// How long a client that comes back may take to make room for more of what waited for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many frames wait for a client that reads slowly. One commit can bring a client three times a batch of the writer:
/// echoes, deliveries and notices; a client that reads at all must have room for that.
pub(crate) const OUTBOX: usize = 1_024;

/// To how many users one connection may show its typing at once.
pub(crate) const TYPING_AT_ONCE: usize = 64;

/// A connection.
pub(crate) struct Connection {
    /// Tells it from the others of this node.
    pub(crate) id: u64,
    /// Its own key: the session key while somebody is logged in.
    pub(crate) key: Secret,
    door: Door,
    closed: CancellationToken,
    in_flight: Arc<Semaphore>,
    state: Mutex<State>,
}

/// How frames reach the client.
pub(crate) enum Door {
    /// Through Socket.IO, over WebSocket or polling.
    SocketIo(SocketRef),
    /// Through a plain WebSocket, whose own task sends what is put here.
    WebSocket(mpsc::Sender<Utf8Bytes>),
}

#[derive(Default)]
struct State {
    user: Option<UserId>,
    /// Counts logins, so that what belongs to an earlier one is recognised.
    login: u64,
    may_have_session: bool,
    backlog: Backlog,
    typing_to: HashSet<UserId>,
}

/// Whether messages go straight to the client.
#[derive(Default)]
enum Backlog {
    /// They do.
    #[default]
    Delivered,
    /// Older ones go first; these came meanwhile.
    Loading(BTreeMap<MessageId, (Outgoing, Handed)>),
}

/// One login on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Login(u64);

/// Why a frame was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// The client reads too slowly: its buffer is full.
    Full,
    /// The client is gone.
    Gone,
}

impl Connection {
    /// A connection with this key. It has ended once `closed` is cancelled, by whichever side.
    pub(crate) fn new(door: Door, key: Secret, closed: CancellationToken) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            key,
            door,
            closed,
            in_flight: Arc::new(Semaphore::new(MESSAGES_IN_FLIGHT as usize)),
            state: Mutex::default(),
        }
    }

    /// Who is logged in.
    pub(crate) fn user(&self) -> Option<UserId> {
        self.state().user
    }

    /// A session is about to begin in the store, and may have begun even if the store says that it failed.
    pub(crate) fn expect_session(&self) {
        self.state().may_have_session = true;
    }

    /// Whether the store may know a session of this connection.
    pub(crate) fn may_have_session(&self) -> bool {
        self.state().may_have_session
    }

    /// Somebody logs in. From here on messages to him are held back, until [`Self::deliver_held`] says that it caught up.
    pub(crate) fn log_in(&self, user: UserId) -> Login {
        let mut state = self.state();
        state.user = Some(user);
        state.login += 1;
        state.backlog = Backlog::Loading(BTreeMap::new());
        Login(state.login)
    }

    /// Whoever was logged in is so no longer.
    pub(crate) fn log_out(&self) -> Option<UserId> {
        let mut state = self.state();
        state.login += 1;
        state.backlog = Backlog::Delivered;
        state.user.take()
    }

    /// Whether this login still holds.
    pub(crate) fn is_current(&self, login: Login) -> bool {
        self.state().login == login.0 && !self.closed.is_cancelled()
    }

    /// Tells the client something; a client that has no room for it is closed.
    pub(crate) fn say<E: ServerEvent>(&self, payload: &E) {
        self.send(&Outgoing::new(payload));
    }

    /// Sends an event, and says whether the client's buffer took it; a client that has no room for it is closed.
    pub(crate) fn send(&self, outgoing: &Outgoing) -> bool {
        match self.try_send(outgoing) {
            Ok(()) => true,
            Err(NotTaken::Gone) => false,
            Err(NotTaken::Full) => {
                tracing::debug!(connection = self.id, "closing a connection that reads too slowly");
                self.close();
                false
            }
        }
    }

    /// Sends a message, or holds it back while older ones go first. Says whether the client's buffer took it.
    pub(crate) fn deliver(&self, handed: Handed, outgoing: &Outgoing) -> bool {
        let mut state = self.state();
        match &mut state.backlog {
            Backlog::Delivered => {
                drop(state);
                self.send(outgoing)
            }
            Backlog::Loading(held) if held.len() < HELD => {
                held.insert(handed.message, (outgoing.clone(), handed));
                false
            }
            Backlog::Loading(_) => {
                drop(state);
                self.close();
                false
            }
        }
    }

    /// Takes what was held back up to this message.
    pub(crate) fn take_held(&self, up_to: MessageId) -> Vec<(Outgoing, Handed)> {
        let mut state = self.state();
        let Backlog::Loading(held) = &mut state.backlog else { return vec![] };
        let mut taken = std::mem::take(held);
        if let Some(next) = MessageId::new(up_to.get() + 1) {
            *held = taken.split_off(&next);
        }
        taken.into_values().collect()
    }

    /// Sends what was held back, and lets messages go straight to the client from now on. Says what was handed over.
    pub(crate) fn deliver_held(&self, login: Login) -> Vec<Handed> {
        let mut state = self.state();
        if state.login != login.0 {
            return vec![];
        }
        let Backlog::Loading(held) = std::mem::take(&mut state.backlog) else { return vec![] };
        let sent = held.into_values().filter(|(outgoing, _)| self.send(outgoing));
        sent.map(|(_, handed)| handed).collect()
    }

    /// Tells the client what became of an event of its own, and waits a while for room: whoever emits must read as well.
    pub(crate) async fn answer<E: ServerEvent>(&self, payload: &E) {
        // A client that is gone needs no answer.
        let _ = self.send_patiently(&Outgoing::new(payload)).await;
    }

    /// Sends an event, and waits a while for room.
    pub(crate) async fn send_patiently(&self, outgoing: &Outgoing) -> Result<(), NotTaken> {
        let sent = async {
            loop {
                match self.try_send(outgoing) {
                    Err(NotTaken::Full) => tokio::time::sleep(Duration::from_millis(5)).await,
                    result => return result,
                }
            }
        };
        tokio::time::timeout(PATIENCE, sent).await.unwrap_or_else(|_| {
            self.close();
            Err(NotTaken::Full)
        })
    }

    fn try_send(&self, outgoing: &Outgoing) -> Result<(), NotTaken> {
        if self.closed.is_cancelled() {
            return Err(NotTaken::Gone);
        }
        match &self.door {
            Door::SocketIo(socket) => match socket.emit(outgoing.event(), outgoing.data()) {
                Ok(()) => Ok(()),
                Err(EmitError::Socket(SocketError::InternalChannelFull)) => Err(NotTaken::Full),
                Err(_) => Err(NotTaken::Gone),
            },
            Door::WebSocket(outbox) => outbox.try_send(outgoing.frame()).map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => NotTaken::Full,
                mpsc::error::TrySendError::Closed(_) => NotTaken::Gone,
            }),
        }
    }

    /// Takes one of the places for messages that wait for their commit; it is free again when the permit is dropped.
    pub(crate) async fn take_place(&self) -> Option<OwnedSemaphorePermit> {
        self.in_flight.clone().acquire_owned().await.ok()
    }

    /// Waits until all messages sent before are committed or refused.
    pub(crate) async fn settle(&self) {
        drop(self.in_flight.acquire_many(MESSAGES_IN_FLIGHT).await);
    }

    /// Notes that typing is shown to this user; `false` if it is to too many already.
    pub(crate) fn types_to(&self, user: UserId) -> bool {
        let typing_to = &mut self.state().typing_to;
        typing_to.len() < TYPING_AT_ONCE && typing_to.insert(user) || typing_to.contains(&user)
    }

    /// Notes that typing is no longer shown to this user.
    pub(crate) fn types_no_longer_to(&self, user: UserId) {
        self.state().typing_to.remove(&user);
    }

    /// To whom typing is shown.
    pub(crate) fn typing_to(&self) -> Vec<UserId> {
        self.state().typing_to.iter().copied().collect()
    }

    /// Ends the connection. Its door sees it and cleans up; a Socket.IO client is not told, and sees its transport end.
    pub(crate) fn end(&self) {
        self.closed.cancel();
    }

    /// Ends the connection, and tells a Socket.IO client so.
    pub(crate) fn close(&self) {
        self.end();
        if let Door::SocketIo(socket) = &self.door {
            // It cannot be told when its buffer is full; then the transport's own time-outs end it.
            let _ = socket.clone().disconnect();
        }
    }

    /// Waits for the end of the connection.
    pub(crate) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
