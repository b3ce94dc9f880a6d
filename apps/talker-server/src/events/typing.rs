//! Typing.

use talker_domain::typing as rule;
use talker_proto::acks::Nothing;
use talker_proto::errors::Code;
use talker_proto::typing::Type;

use super::{Origin, Rejection};
use crate::typing::expire;
use crate::wire;

pub(super) async fn start(origin: &Origin<'_>, event: Type) -> Result<Nothing, Rejection> {
    let Origin { app, connection, .. } = origin;
    let typer = origin.sender(event.user_id)?;
    let ask = wire::typing::to_type(typer, event.to_id)?;
    if app.typists.goes_on(ask, connection) {
        return Ok(Nothing {});
    }
    app.limits.typing(typer)?;
    let seen = app.typists.seen();
    let decision = app.store.read(move |transaction| rule::run(transaction, ask)).await;
    let decision = decision.map_err(wire::faults::of)?;
    if !connection.types_to(ask.to) {
        return Err(Code::RateLimited.into());
    }
    let begun = app.typists.begin(ask, decision, seen, connection);
    app.emit(begun.as_slice(), None);
    tokio::spawn(expire((*app).clone(), ask));
    Ok(Nothing {})
}
