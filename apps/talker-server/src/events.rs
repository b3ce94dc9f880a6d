//! What clients emit: each event to its handler, in the order in which one connection sent them.

mod blocks;
mod messages;
pub(crate) mod sessions;
mod typing;

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::value::RawValue;
use talker_domain::UserId;
use talker_proto::blocks::{BlockUser, UnblockUser};
use talker_proto::errors::{Code, EventError};
use talker_proto::messages::{Read, SendMessage};
use talker_proto::sessions::{Login, Logout, NotLoggedIn};
use talker_proto::typing::Type;
use talker_proto::{ClientEvent, False, Id};

use crate::app::App;
use crate::connection::Connection;
use crate::wire;

/// An event as it arrived.
pub(crate) struct Inbound<'a> {
    pub(crate) event: Cow<'a, str>,
    pub(crate) data: Option<&'a RawValue>,
}

/// Why an event did nothing.
pub(crate) enum Rejection {
    /// Its `user_id` is not who is logged in on this connection.
    NotLoggedIn,
    /// Anything else.
    Error(Code),
}

impl From<Code> for Rejection {
    fn from(code: Code) -> Self {
        Self::Error(code)
    }
}

/// Takes one event to its end, or, for a message, to the writer's queue.
pub(crate) async fn handle(app: &Arc<App>, connection: &Arc<Connection>, inbound: Result<Inbound<'_>, Code>) {
    let result = match inbound {
        Ok(inbound) => dispatch(app, connection, inbound).await,
        Err(code) => Err(code.into()),
    };
    if result.is_err() {
        // The client knows its events by their order alone, so what came before is answered before.
        connection.settle().await;
    }
    match result {
        Ok(()) => {}
        Err(Rejection::NotLoggedIn) => connection.answer(&NotLoggedIn(False)).await,
        Err(Rejection::Error(code)) => connection.answer(&EventError::from(code)).await,
    }
}

async fn dispatch(
    app: &Arc<App>,
    connection: &Arc<Connection>,
    inbound: Inbound<'_>,
) -> Result<(), Rejection> {
    let Inbound { event, data } = inbound;
    if event == SendMessage::EVENT {
        return messages::send(app, connection, decode(data)?).await;
    }
    // Only messages overtake each other's commits, and those the writer keeps in order; all else waits for them.
    connection.settle().await;
    match &*event {
        Login::EVENT => sessions::log_in(app, connection, decode(data)?).await,
        Logout::EVENT => sessions::log_out(app, connection).await,
        BlockUser::EVENT => blocks::block(app, connection, decode(data)?).await,
        UnblockUser::EVENT => blocks::unblock(app, connection, decode(data)?).await,
        Read::EVENT => messages::read(app, connection, decode(data)?).await,
        Type::EVENT => typing::start(app, connection, decode(data)?).await,
        _ => Err(Code::Malformed.into()),
    }
}

/// Decodes the data of an event: one JSON object. (Serde would take an array of its fields as well.)
fn decode<E: ClientEvent>(data: Option<&RawValue>) -> Result<E, Code> {
    let object = data.map(RawValue::get).filter(|json| json.starts_with('{')).ok_or(Code::Malformed)?;
    serde_json::from_str(object).map_err(|_| Code::Malformed)
}

/// The user who sent an event, if he is logged in on this connection.
fn sender(connection: &Connection, user_id: Id) -> Result<UserId, Rejection> {
    let claimed = wire::sessions::sender(user_id)?;
    connection.user().filter(|user| *user == claimed).ok_or(Rejection::NotLoggedIn)
}
