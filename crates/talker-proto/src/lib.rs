//! What travels between a Talker server and its clients: every event payload and every REST shape.
//!
//! Wire names keep their historical spelling (`messeage`, `readen`, `unlock_user`, `clientAddress`); it lives in this
//! crate's constants and serde renames only. The wire name of a payload is a constant of its type:
//!
//! * [`ClientEvent`]: what a client emits, with the shape of its acknowledgement;
//! * [`ServerEvent`]: what a server emits;
//! * [`Request`]: the parameters of a REST route, with the route and the shape of its answer.

pub mod acks;
pub mod blocks;
pub mod contacts;
pub mod errors;
mod fields;
pub mod messages;
pub mod sessions;
pub mod sync;
pub mod typing;
pub mod users;

pub use fields::{Bit, False, Id, LARGEST_ID, Secret, Seq, True};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The payload of an event that a client emits.
pub trait ClientEvent: Serialize + DeserializeOwned {
    /// The event's name on the wire.
    const EVENT: &'static str;
    /// What an acknowledgement of success carries beside `ok`.
    type Reply: Serialize + DeserializeOwned;
}

/// The payload of an event that a server emits.
pub trait ServerEvent: Serialize + DeserializeOwned {
    /// The event's name on the wire.
    const EVENT: &'static str;
}

/// The parameters of a REST route, as a query (GET), a form or a JSON object (POST).
pub trait Request: Serialize + DeserializeOwned {
    /// The route.
    const PATH: &'static str;
    /// What a `200 OK` carries.
    type Answer: Serialize + DeserializeOwned;
}
