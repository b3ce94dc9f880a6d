//! What Talker allows: the rules of one-to-one chat as a functional core, without clock, randomness, I/O or wire.
//!
//! Every command is one module with the same parts, in the same order:
//!
//! * `Ask`: what somebody wants;
//! * `Facts`: what the rule has to know;
//! * `decide`: the rule itself, a pure and total function;
//! * `Decision`: what is to be stored, and the [`Effect`]s: who must hear what once it is stored;
//! * `Port`: the few questions the command puts to a store;
//! * `run`: load the facts, decide, persist, and note in the logs of those concerned what happened ([`sync`]).
//!
//! `run` is synchronous and takes `&mut` the store: the store opens a transaction around it, so that facts, decision
//! and storage are one step. `examples/embed.rs` shows the whole on a store of one's own.

pub mod blocks;
pub mod contacts;
mod effects;
mod failure;
mod ids;
pub mod mails;
pub mod messages;
mod secrets;
pub mod sessions;
mod storage;
pub mod sync;
mod time;
pub mod typing;
pub mod users;

pub use effects::{Audience, Effect, Event};
pub use failure::Failure;
pub use ids::{IdMinter, LARGEST_ID, MessageId, NODES, RegistrationId, ResetId, SessionId, UserId};
pub use secrets::{Digest, Token};
pub use storage::Storage;
pub use time::Timestamp;
