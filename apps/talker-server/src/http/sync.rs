//! `/sync`.

use std::sync::Arc;

use talker_domain::sync::page;
use talker_proto::sync::{ListEvents, SyncAnswer};

use super::HttpError;
use super::sessions::read_as;
use crate::app::App;
use crate::wire;

pub(super) async fn list(app: Arc<App>, request: ListEvents) -> Result<SyncAnswer, HttpError> {
    let user = wire::sessions::sender(request.user_id)?;
    let ask = wire::sync::to_ask(user, request.after, request.limit).map_err(HttpError::of_field("limit"))?;
    let (_, answer) = read_as(&app, request.user_id, &request.client_address, move |transaction, _| {
        page::run(transaction, ask)
    })
    .await?;
    Ok(wire::sync::answer(answer))
}
