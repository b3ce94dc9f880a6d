//! The log of what happened to a user: numbered from 1, without a gap, in order.

use serde::{Deserialize, Serialize};

use crate::blocks::{BlockedUser, UnblockedUser};
use crate::fields::given;
use crate::messages::{Message, Notified, ReadReceipt};
use crate::{ClientEvent, Id, Request, Secret, Seq, ServerEvent, True};

/// Asks for what happened since. From then on every logged event carries its number: [`Numbered`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sync {
    /// Me.
    pub user_id: Id,
    /// The number of the last entry that I know, 0 for none.
    pub after: Seq,
    /// How many entries at the most, 1 to 500.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub limit: Option<Id>,
}

impl ClientEvent for Sync {
    const EVENT: &'static str = "sync";
    type Reply = SyncAnswer;
}

/// The same by REST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEvents {
    /// Me.
    pub user_id: Id,
    /// My session key.
    #[serde(rename = "clientAddress")]
    pub client_address: Secret,
    /// The number of the last entry that I know, 0 for none.
    pub after: Seq,
    /// How many entries at the most, 1 to 500.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub limit: Option<Id>,
}

impl Request for ListEvents {
    const PATH: &'static str = "/sync";
    type Answer = SyncAnswer;
}

/// What happened since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SyncAnswer {
    /// Everything from there on, or as much of it as one answer holds.
    Page(SyncPage),
    /// The log does not reach back that far, or never came that far.
    Gap(SyncGap),
}

impl ServerEvent for SyncAnswer {
    const EVENT: &'static str = "sync";
}

/// Entries of the log, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncPage {
    /// The entries.
    pub events: Vec<LoggedEvent>,
    /// The number of the newest entry of the log, 0 if it is empty.
    pub head: Seq,
    /// Whether nothing newer is left.
    pub all: bool,
}

/// What happened since cannot be told: read contacts and messages, and go on after `head`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncGap {
    /// Always `true`.
    pub gap: True,
    /// The number of the newest entry of the log.
    pub head: Seq,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedEvent {
    /// Its number.
    pub seq: Seq,
    /// What happened.
    #[serde(flatten)]
    pub event: Logged,
}

/// What is logged: the name of the event and its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data")]
pub enum Logged {
    /// I sent a message, or one came for me.
    #[serde(rename = "messeage")]
    Message(Message),
    /// My message was handed to its recipient.
    #[serde(rename = "notified")]
    Notified(Notified),
    /// I read messages, or the other one did.
    #[serde(rename = "read")]
    Read(ReadReceipt),
    /// I block somebody from now on.
    #[serde(rename = "blocked")]
    Blocked(BlockedUser),
    /// I no longer block somebody.
    #[serde(rename = "unblocked")]
    Unblocked(UnblockedUser),
}

/// A logged event on its way to a client that asked for numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered<E> {
    /// The event's data.
    #[serde(flatten)]
    pub data: E,
    /// Its number in my log.
    pub seq: Seq,
}

impl<E: ServerEvent> ServerEvent for Numbered<E> {
    const EVENT: &'static str = E::EVENT;
}
