//! Connecting, logging in and out.

use serde::{Deserialize, Serialize};

use crate::acks::Nothing;
use crate::fields::given;
use crate::{ClientEvent, False, Id, Request, Secret, Seq, ServerEvent};

/// Logs in on this connection. The same object as Socket.IO handshake `auth` logs in on connecting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// A username or an email.
    pub login: String,
    /// What was registered as `hash`.
    pub hash: Secret,
    /// The number of the last log entry that I know: everything after it is sent, in place of the messages that wait.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
}

impl ClientEvent for Login {
    const EVENT: &'static str = "login";
    type Reply = Session;
}

/// Moves a session that has not ended to this connection, without a password. The same object as Socket.IO handshake
/// `auth` does so on connecting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// Me.
    pub user_id: Id,
    /// The session key, which is dead afterwards: the answer carries a fresh one.
    #[serde(rename = "clientAddress")]
    pub client_address: Secret,
    /// As in [`Login`].
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
}

impl ClientEvent for Resume {
    const EVENT: &'static str = "resume";
    type Reply = Session;
}

/// Ends the session; the connection stays. It carries no data, and whatever it carries is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logout {}

impl ClientEvent for Logout {
    const EVENT: &'static str = "logout";
    type Reply = Nothing;
}

/// The connection's own key, the first thing that every connection hears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The key: a session key once somebody logs in.
    pub address: Secret,
}

impl ServerEvent for Address {
    const EVENT: &'static str = "address";
}

/// How a login went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LoginAnswer {
    /// In.
    In(Session),
    /// Unknown user or wrong hash, or a session that cannot be resumed; the causes are indistinguishable.
    Refused(False),
}

impl ServerEvent for LoginAnswer {
    const EVENT: &'static str = "login";
}

/// Who this connection is logged in as, and the key that stands for it in REST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The user.
    pub id: Id,
    /// The session key.
    #[serde(rename = "clientAddress")]
    pub client_address: Secret,
}

/// The event's `user_id` is not the user this connection is logged in as; nothing was done. The data is `false`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NotLoggedIn(pub False);

impl ServerEvent for NotLoggedIn {
    const EVENT: &'static str = "auth";
}

/// Lists where I am logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListSessions {
    /// Me.
    pub user_id: Id,
    /// My session key.
    #[serde(rename = "clientAddress")]
    pub client_address: Secret,
}

impl Request for ListSessions {
    const PATH: &'static str = "/sessions";
    type Answer = Sessions;
}

/// Where I am logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions {
    /// My sessions, in the order of their logins.
    pub sessions: Vec<ListedSession>,
}

/// One of my sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedSession {
    /// Its name, also when it has moved to another connection and key.
    pub id: Id,
    /// When I logged in, `YYYY-MM-DD HH:MM:SS` in UTC.
    pub init_date: String,
    /// Whether it has a connection. Otherwise it ends soon, unless it is resumed.
    pub connected: bool,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Ends sessions of mine: one, or all but the one that asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeSessions {
    /// Me.
    pub user_id: Id,
    /// My session key.
    #[serde(rename = "clientAddress")]
    pub client_address: Secret,
    /// Which session; all others without it.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
}

impl Request for RevokeSessions {
    const PATH: &'static str = "/sessions/revoke";
    type Answer = Revoked;
}

/// What became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// How many sessions ended.
    pub ended: usize,
}
