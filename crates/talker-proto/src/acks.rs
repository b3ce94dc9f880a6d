//! Acknowledgements: what became of an event, told to the connection that asked to know.

use serde::{Deserialize, Serialize};

use crate::errors::Code;
use crate::{False, True};

/// An acknowledgement. `R` is the event's [`Reply`](crate::ClientEvent::Reply).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Ack<R> {
    /// It took effect.
    Done(Done<R>),
    /// It did nothing.
    Failed(Failed),
}

/// An event took effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done<R> {
    /// Always `true`.
    pub ok: True,
    /// What there is to know beside that.
    #[serde(flatten)]
    pub reply: R,
}

/// An event did nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// Always `false`.
    pub ok: False,
    /// The number that the `error` event carries, and 401 where others get `auth` or `login` `false`.
    pub error: u16,
    /// The same as a word, for programs.
    pub code: Code,
    /// What happened and what to do, for people.
    pub message: String,
    /// How many milliseconds to wait before another try, where one may help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

/// The reply of an event of which there is nothing to know but that it took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nothing {}

impl<R> Ack<R> {
    /// The event took effect.
    pub const fn done(reply: R) -> Self {
        Self::Done(Done { ok: True, reply })
    }
}
