//! Sending and reading.

use std::sync::Arc;

use talker_domain::messages::mark_read;
use talker_domain::typing::Ask as Typing;
use talker_proto::errors::Code;
use talker_proto::messages::{Read, SendMessage};

use super::{Rejection, sender};
use crate::app::App;
use crate::connection::Connection;
use crate::writer::Submission;
use crate::{clock, wire};

pub(super) async fn send(
    app: &Arc<App>,
    connection: &Arc<Connection>,
    event: SendMessage,
) -> Result<(), Rejection> {
    let from = sender(connection, event.user_id)?;
    let ask = wire::messages::to_send(from, event, app.max_media_bytes)?;
    let ended = app.typists.end(Typing { typer: from, to: ask.to });
    app.emit(ended.as_slice(), None);
    let place = connection.take_place().await.ok_or(Code::Internal)?;
    app.writer.submit(Submission { ask, origin: connection.clone(), place })?;
    Ok(())
}

pub(super) async fn read(app: &Arc<App>, connection: &Arc<Connection>, event: Read) -> Result<(), Rejection> {
    let reader = sender(connection, event.user_id)?;
    let ask = wire::messages::to_read(reader, event)?;
    let now = clock::now();
    let decision = app.store.write(move |transaction| mark_read::run(transaction, ask, now)).await;
    let decision = decision.map_err(wire::faults::of)?;
    app.emit(&decision.effects, Some(connection));
    Ok(())
}
