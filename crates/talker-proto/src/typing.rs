//! Typing.

use serde::{Deserialize, Serialize};

use crate::acks::Nothing;
use crate::{ClientEvent, Id, ServerEvent};

/// I am typing. It stops by itself 1.5 s after the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Type {
    /// Me.
    pub user_id: Id,
    /// To whom.
    pub to_id: Id,
}

impl ClientEvent for Type {
    const EVENT: &'static str = "type";
    type Reply = Nothing;
}

/// Somebody starts or stops typing to me.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// Who.
    pub typer: Id,
    /// Whether it starts or ends.
    pub typing: bool,
}

impl ServerEvent for Typing {
    const EVENT: &'static str = "typing";
}
