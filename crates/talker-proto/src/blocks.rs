//! Blocking, unblocking, and whom one blocks.

use serde::{Deserialize, Serialize};

use crate::acks::Nothing;
use crate::{ClientEvent, Id, Request, Secret, ServerEvent};

/// Blocks somebody. Twice is fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockUser {
    /// Me.
    pub user_id: Id,
    /// Whom.
    pub blocked_id: Id,
}

impl ClientEvent for BlockUser {
    const EVENT: &'static str = "block_user";
    type Reply = Nothing;
}

/// Unblocks somebody. Never blocked is fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnblockUser {
    /// Me.
    pub user_id: Id,
    /// Whom.
    pub blocked_id: Id,
}

impl ClientEvent for UnblockUser {
    const EVENT: &'static str = "unlock_user";
    type Reply = Nothing;
}

/// I block this user from now on. Only clients that asked for numbers hear it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedUser {
    /// Whom.
    pub user_id: Id,
}

impl ServerEvent for BlockedUser {
    const EVENT: &'static str = "blocked";
}

/// I no longer block this user. Only clients that asked for numbers hear it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnblockedUser {
    /// Whom.
    pub user_id: Id,
}

impl ServerEvent for UnblockedUser {
    const EVENT: &'static str = "unblocked";
}

/// Lists whom I block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListBlocked {
    /// Me.
    pub user_id: Id,
    /// My session key.
    #[serde(rename = "clientAddress")]
    pub client_address: Secret,
}

impl Request for ListBlocked {
    const PATH: &'static str = "/blocked/users";
    type Answer = Vec<Blocked>;
}

/// A block that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// Who blocks.
    pub by_user: Id,
    /// Whom.
    pub blocked_user: Id,
    /// His name.
    pub username: String,
    /// His picture, as a data URI.
    pub avatar: String,
}
