//! Blocking and unblocking.

use talker_domain::blocks::{block as blocking, unblock as unblocking};
use talker_proto::acks::Nothing;
use talker_proto::blocks::{BlockUser, UnblockUser};

use super::{Origin, Rejection};
use crate::{clock, wire};

pub(super) async fn block(origin: &Origin<'_>, event: BlockUser) -> Result<Nothing, Rejection> {
    let by = origin.sender(event.user_id)?;
    let ask = wire::blocks::to_block(by, event.blocked_id)?;
    let app = origin.app;
    // What is shown of the two's typing ends before the block hides the end as well.
    let ended = app.typists.end_between(ask.by, ask.blocked);
    app.emit(&ended, None);
    let now = clock::now();
    let blocked = app.writer.command(origin.connection, move |transaction| {
        let decision = blocking::run(transaction, ask, now)?;
        Ok((Nothing {}, decision.effects))
    });
    let blocked = blocked.await?;
    // And what began meanwhile.
    let ended = app.typists.blocks_changed(ask.by, ask.blocked);
    app.emit(&ended, None);
    Ok(blocked)
}

pub(super) async fn unblock(origin: &Origin<'_>, event: UnblockUser) -> Result<Nothing, Rejection> {
    let by = origin.sender(event.user_id)?;
    let ask = wire::blocks::to_block(by, event.blocked_id)?;
    let now = clock::now();
    let unblocked = origin.app.writer.command(origin.connection, move |transaction| {
        let decision = unblocking::run(transaction, ask, now)?;
        Ok((Nothing {}, decision.effects))
    });
    let unblocked = unblocked.await?;
    let ended = origin.app.typists.blocks_changed(ask.by, ask.blocked);
    origin.app.emit(&ended, None);
    Ok(unblocked)
}
