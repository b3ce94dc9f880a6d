//! Reading on in one's log.

use talker_domain::sync::page;
use talker_proto::acks::Ack;
use talker_proto::sync::Sync;
use talker_store::StoreError;

use super::{Handled, Origin};
use crate::outgoing::Outgoing;
use crate::wire;

/// Answers by the acknowledgement, and without one by the event `sync`.
pub(super) async fn answer(origin: &Origin<'_>, event: Sync) -> Handled {
    let user = origin.sender(event.user_id)?;
    let ask = wire::sync::to_ask(user, event.after, event.limit)?;
    // Before the log is read: what happens from here on comes by itself, and with its number.
    origin.connection.ask_for_numbers();
    let answer = origin.app.store.read(move |transaction| page::run(transaction, ask)).await;
    let answer = answer.map_err(|fault: StoreError| wire::faults::of_store(&fault))?;
    let answer = wire::sync::answer(answer);
    Ok(Some(match origin.ack {
        Some(id) => Outgoing::ack(id, &Ack::done(answer)),
        None => Outgoing::new(&answer),
    }))
}
