//! `/blocked/users`.

use std::sync::Arc;

use talker_proto::blocks::{Blocked, ListBlocked};

use super::HttpError;
use super::sessions::read_as;
use crate::app::App;
use crate::wire;

pub(super) async fn list(app: Arc<App>, request: ListBlocked) -> Result<Vec<Blocked>, HttpError> {
    let (by, users) = read_as(&app, request.user_id, &request.client_address, |transaction, by| {
        transaction.blocked_users(by)
    })
    .await?;
    Ok(users.iter().map(|user| wire::blocks::blocked(by, user)).collect())
}
