//! One client's connection, whichever door it came through: its key, who is logged in on it, and how to tell it things.

mod cursor;
mod door;
mod feed;
mod held;
mod late;
mod sending;

pub(crate) use door::{Door, Emitter, Frame, NotTaken};
pub(crate) use held::{Messages, Missing};

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use talker_domain::UserId;
use talker_domain::sync::Seq;
use talker_proto::{Secret, ServerEvent};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::limits::Network;
use crate::outgoing::Outgoing;
use crate::queues::Limits;
use crate::room::{Client, Room};
use crate::seats::Seat;
use cursor::Cursor;
use feed::Feed;
use held::{Ahead, Held};
use late::Late;

/// How many messages of one connection may wait for their commit at once.
const MESSAGES_IN_FLIGHT: u32 = 64;

/// How much waits in the buffer of a client that reads slowly. For what has no room there it is sent the rest as it reads:
/// messages from the store, other events from as many that are kept for it.
pub(crate) const OUTBOX: Limits = Limits { items: 1_024, bytes: 32 * 1_024 };

/// To how many users one connection may show its typing at once.
pub(crate) const TYPING_AT_ONCE: usize = 64;

/// A connection.
pub(crate) struct Connection {
    /// Tells it from the others of this node.
    pub(crate) id: u64,
    seat: Seat,
    /// The session key while somebody is logged in.
    key: Mutex<Secret>,
    door: Door,
    unsent: Arc<Room>,
    /// Who holds what is large.
    client: Arc<Client>,
    closed: CancellationToken,
    in_flight: Arc<Semaphore>,
    /// Wakes whoever reads the store for this connection.
    behind: Notify,
    late: Mutex<Late>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    user: Option<UserId>,
    /// Counts logins, so that what belongs to an earlier one is recognised.
    login: u64,
    may_have_session: bool,
    has_tried: bool,
    feed: Feed,
    ahead: Ahead,
    typing_to: HashSet<UserId>,
}

/// One login on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Login(u64);

impl Connection {
    /// A connection with this key. It has ended once `closed` is cancelled, by whichever side.
    pub(crate) fn new(
        door: Door,
        unsent: Arc<Room>,
        seat: Seat,
        key: Secret,
        closed: CancellationToken,
    ) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            seat,
            key: Mutex::new(key),
            door,
            unsent,
            client: Arc::new(Client::new(closed.clone())),
            closed,
            in_flight: Arc::new(Semaphore::new(MESSAGES_IN_FLIGHT as usize)),
            behind: Notify::new(),
            late: Mutex::default(),
            state: Mutex::default(),
        }
    }

    /// Where it came from; none for this machine.
    pub(crate) fn from(&self) -> Option<Network> {
        self.seat.from()
    }

    /// Its key: the session key while somebody is logged in.
    pub(crate) fn key(&self) -> Secret {
        self.key.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on it has this key.
    pub(crate) fn change_key(&self, key: Secret) {
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = key;
    }

    /// Who is logged in.
    pub(crate) fn user(&self) -> Option<UserId> {
        self.state().user
    }

    /// A session is about to begin in the store, and may have begun even if the store says that it failed. Says whether
    /// there may have been one before.
    pub(crate) fn expect_session(&self) -> bool {
        std::mem::replace(&mut self.state().may_have_session, true)
    }

    /// Whether this is the first time that somebody wants to come back by this connection.
    pub(crate) fn tries_first_time(&self) -> bool {
        !std::mem::replace(&mut self.state().has_tried, true)
    }

    /// The first session that was to begin was refused.
    pub(crate) fn expect_no_session(&self) {
        self.state().may_have_session = false;
    }

    /// Whether the store may know a session of this connection.
    pub(crate) fn may_have_session(&self) -> bool {
        self.state().may_have_session
    }

    /// Somebody logs in. From here on messages to him are held back, until [`Self::delivered`] says that he caught up; or,
    /// if he knows his log up to a place, all that is logged is, until he has been sent the rest of it.
    pub(crate) fn log_in(&self, user: UserId, after: Option<Seq>) -> Login {
        let feed =
            after.map_or_else(|| Feed::Waiting(Held::default()), |seq| Feed::Following(Cursor::after(seq)));
        let mut state = self.state();
        state.user = Some(user);
        state.login += 1;
        state.feed = feed;
        state.ahead = Ahead::default();
        Login(state.login)
    }

    /// Whoever was logged in is so no longer.
    pub(crate) fn log_out(&self) -> Option<UserId> {
        let mut state = self.state();
        state.login += 1;
        state.feed = Feed::default();
        self.behind.notify_one();
        state.user.take()
    }

    /// Whether this login still holds.
    pub(crate) fn is_current(&self, login: Login) -> bool {
        self.state().login == login.0 && !self.closed.is_cancelled()
    }

    /// Tells the client something.
    pub(crate) fn say<E: ServerEvent>(self: &Arc<Self>, payload: &E) {
        self.send(&Outgoing::new(payload));
    }

    /// Tells the client what became of an event of its own, and waits a while for room: whoever emits must read as well.
    pub(crate) async fn answer<E: ServerEvent>(&self, payload: &E) {
        // A client that is gone needs no answer.
        let _ = self.send_patiently(&Outgoing::new(payload)).await;
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
        self.door.say_goodbye();
    }

    /// Whether it ended because others needed the room that it held.
    pub(crate) fn is_let_go(&self) -> bool {
        self.client.is_let_go()
    }

    /// Waits for the end of the connection.
    pub(crate) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::queues::{self, Receiver};

    /// A connection, and what reaches its client.
    pub(crate) fn connection(room: usize) -> (Arc<Connection>, Receiver<Frame>) {
        connection_beside(room, &Room::new(0))
    }

    /// The same beside what other clients have not taken.
    pub(crate) fn connection_beside(room: usize, unsent: &Arc<Room>) -> (Arc<Connection>, Receiver<Frame>) {
        let (outbox, frames) = queues::bounded(Limits { items: room, ..OUTBOX });
        let seat = crate::seats::Seats::new(0, 0).take(None).expect("a seat");
        let key = Secret::from("key");
        let door = Door::WebSocket(outbox);
        let connection = Connection::new(door, unsent.clone(), seat, key, CancellationToken::new());
        (Arc::new(connection), frames)
    }

    #[test]
    fn typing_is_shown_to_64_at_once() {
        let (connection, _frames) = connection(1);
        let user = |number| UserId::new(number).expect("positive");
        assert!((1..=64).all(|number| connection.types_to(user(number))));
        assert!(!connection.types_to(user(65)));
        assert!(connection.types_to(user(64)), "as before");
        connection.types_no_longer_to(user(1));
        assert!(connection.types_to(user(65)));
    }
}
