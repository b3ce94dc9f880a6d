//! Everybody one has exchanged messages with.

use serde::{Deserialize, Serialize};

use crate::messages::ContentType;
use crate::{Bit, Id, Request, Secret};

/// Lists my contacts, newest conversation first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListContacts {
    /// Me.
    pub user_id: Id,
    /// My session key.
    #[serde(rename = "clientAddress")]
    pub client_address: Secret,
}

impl Request for ListContacts {
    const PATH: &'static str = "/contacts";
    type Answer = Vec<Contact>;
}

/// One conversation: the other user, its last message, and how much of it I have not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The other user.
    pub id: Id,
    /// His picture, as a data URI.
    pub avatar: String,
    /// His name.
    pub username: String,
    /// What the last message is.
    pub content_type: ContentType,
    /// What it says.
    pub content: String,
    /// Who sent it.
    pub from_user: Id,
    /// When it was read, `YYYY-MM-DD HH:MM:SS` in UTC.
    pub readen: Option<String>,
    /// Whether it was handed to its recipient.
    pub notified: Bit,
    /// Which one it is.
    pub messeage_id: Id,
    /// When it was stored, `YYYY-MM-DD HH:MM:SS` in UTC.
    pub init_date: String,
    /// How many of the other one's messages I have not read.
    pub unread: u64,
}
