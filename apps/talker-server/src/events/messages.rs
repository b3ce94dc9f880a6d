//! Sending and reading.

use talker_domain::messages::mark_read;
use talker_domain::typing::Ask as Typing;
use talker_proto::errors::Code;
use talker_proto::messages::{HaveRead, Read, SendMessage};

use super::{Origin, Rejection};
use crate::writer::Submission;
use crate::{clock, wire};

/// Hands a message to the writer, who tells its sender what becomes of it.
pub(super) async fn send(origin: &Origin<'_>, event: SendMessage) -> Result<(), Rejection> {
    let Origin { app, connection, ack } = origin;
    let from = origin.sender(event.user_id)?;
    app.limits.message(from, event.content.len())?;
    let ask = wire::messages::to_send(from, event, app.max_media_bytes, app.limits.max_unanswered)?;
    let ended = app.typists.end(Typing { typer: from, to: ask.to });
    app.emit(ended.as_slice(), None);
    let place = connection.take_place().await.ok_or(Code::Internal)?;
    app.writer.submit(Submission { ask, origin: (*connection).clone(), ack: *ack, place })?;
    Ok(())
}

pub(super) async fn read(origin: &Origin<'_>, event: Read) -> Result<HaveRead, Rejection> {
    let reader = origin.sender(event.user_id)?;
    let ask = wire::messages::to_read(reader, event)?;
    let now = clock::now();
    let position = origin.app.writer.command(origin.connection, move |transaction| {
        let decision = mark_read::run(transaction, ask, now)?;
        Ok((decision.position, decision.effects))
    });
    Ok(wire::messages::have_read(position.await?))
}
