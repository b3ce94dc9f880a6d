//! Sessions: a connection's key, bound to the user who logged in on it. A session outlives its connection by a time of
//! grace, in which another connection can take it over.

pub mod authenticate;
pub mod list;
pub mod log_in;
pub mod log_out;
pub mod resume;
pub mod revoke;

use crate::{Digest, SessionId, Timestamp, UserId};

/// A key that stands for a user until it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names it, also when another connection has taken it over.
    pub id: SessionId,
    /// Recognises the key.
    pub key: Digest,
    /// Whom it stands for.
    pub user: UserId,
    /// The node whose connection it belongs to.
    pub node: u8,
    /// When its user logged in.
    pub began_at: Timestamp,
}
