//! Blocking and unblocking.

use std::sync::Arc;

use talker_domain::blocks::{block as blocking, unblock as unblocking};
use talker_proto::blocks::{BlockUser, UnblockUser};

use super::{Rejection, sender};
use crate::app::App;
use crate::connection::Connection;
use crate::{clock, wire};

pub(super) async fn block(
    app: &Arc<App>,
    connection: &Arc<Connection>,
    event: BlockUser,
) -> Result<(), Rejection> {
    let by = sender(connection, event.user_id)?;
    let ask = wire::blocks::to_block(by, event.blocked_id)?;
    // What is shown of the two's typing ends before the block hides the end as well.
    let ended = app.typists.end_between(ask.by, ask.blocked);
    app.emit(&ended, None);
    let now = clock::now();
    let blocked = app.store.write(move |transaction| blocking::run(transaction, ask, now)).await;
    Ok(blocked.map_err(wire::faults::of)?)
}

pub(super) async fn unblock(
    app: &Arc<App>,
    connection: &Arc<Connection>,
    event: UnblockUser,
) -> Result<(), Rejection> {
    let by = sender(connection, event.user_id)?;
    let ask = wire::blocks::to_block(by, event.blocked_id)?;
    let unblocked = app.store.write(move |transaction| unblocking::run(transaction, ask)).await;
    unblocked.map_err(wire::faults::of)?;
    let ended = app.typists.end_between(ask.by, ask.blocked);
    app.emit(&ended, None);
    Ok(())
}
