//! Blocking, unblocking, and whom one blocks.

use serde::{Deserialize, Serialize};

use crate::{ClientEvent, Id, Request, Secret};

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
