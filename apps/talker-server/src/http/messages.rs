//! `/messeages` and `/search/messeages`.

use std::sync::Arc;

use talker_proto::messages::{FoundMessages, ListMessages, MessagePage, SearchMessages};

use super::HttpError;
use super::sessions::read_as;
use crate::app::App;
use crate::wire;

pub(super) async fn list(app: Arc<App>, request: ListMessages) -> Result<MessagePage, HttpError> {
    let viewer = wire::sessions::sender(request.user_id)?;
    let ask = wire::messages::to_history(viewer, &request).map_err(HttpError::of_field("with_id"))?;
    let (viewer, page) = read_as(&app, request.user_id, &request.client_address, move |transaction, _| {
        transaction.history(ask)
    })
    .await?;
    Ok(wire::messages::page(&page, viewer))
}

pub(super) async fn search(app: Arc<App>, request: SearchMessages) -> Result<FoundMessages, HttpError> {
    let viewer = wire::sessions::sender(request.user_id)?;
    let ask = wire::messages::to_search(viewer, &request).map_err(HttpError::of_field("messeage"))?;
    let (viewer, found) = read_as(&app, request.user_id, &request.client_address, move |transaction, _| {
        transaction.search_messages(&ask)
    })
    .await?;
    Ok(wire::messages::found(&found, viewer))
}
