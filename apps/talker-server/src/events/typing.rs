//! Typing.

use std::sync::Arc;

use talker_domain::typing as rule;
use talker_proto::errors::Code;
use talker_proto::typing::Type;

use super::{Rejection, sender};
use crate::app::App;
use crate::connection::Connection;
use crate::typing::expire;
use crate::wire;

pub(super) async fn start(
    app: &Arc<App>,
    connection: &Arc<Connection>,
    event: Type,
) -> Result<(), Rejection> {
    let typer = sender(connection, event.user_id)?;
    let ask = wire::typing::to_type(typer, event.to_id)?;
    if app.typists.goes_on(ask) {
        return Ok(());
    }
    let decision = app.store.read(move |transaction| rule::run(transaction, ask)).await;
    let decision = decision.map_err(wire::faults::of)?;
    if !connection.types_to(ask.to) {
        return Err(Code::RateLimited.into());
    }
    let begun = app.typists.begin(ask, decision, connection);
    app.emit(begun.as_slice(), None);
    tokio::spawn(expire(app.clone(), ask));
    Ok(())
}
