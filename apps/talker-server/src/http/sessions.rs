//! Asking something as somebody: only with his session key, in the same step as the question itself.

use std::sync::Arc;

use talker_domain::sessions::authenticate::{self, Unauthenticated};
use talker_domain::{Failure, UserId};
use talker_proto::{Id, Secret};
use talker_store::{StoreError, Transaction};

use super::HttpError;
use crate::app::App;
use crate::{clock, wire};

/// Runs `query` as this user, if the key is a session of his.
pub(super) async fn read_as<R: Send + 'static>(
    app: &Arc<App>,
    user_id: Id,
    client_address: &Secret,
    query: impl FnOnce(&mut dyn Transaction, UserId) -> Result<R, StoreError> + Send + 'static,
) -> Result<(UserId, R), HttpError> {
    let (user, key) =
        wire::sessions::claim(user_id, client_address).map_err(HttpError::of_field("user_id"))?;
    let now = clock::now();
    let answer = app.store.read(move |transaction| {
        authenticate::run(transaction, user, key, now)?;
        query(transaction, user).map_err(Failure::<Unauthenticated, _>::Faulted)
    });
    Ok((user, answer.await.map_err(wire::faults::of)?))
}
