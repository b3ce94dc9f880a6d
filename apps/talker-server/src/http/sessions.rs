//! `/sessions`, `/sessions/revoke`, and asking anything as somebody: only with his session key, in the same step as the
//! question itself.

use std::sync::Arc;

use talker_domain::sessions::authenticate::{self, Unauthenticated};
use talker_domain::sessions::revoke as revoking;
use talker_domain::{Digest, Failure, UserId};
use talker_proto::sessions::{ListSessions, RevokeSessions, Revoked, Sessions};
use talker_proto::{Id, Secret};
use talker_store::{StoreError, Transaction};

use super::HttpError;
use crate::app::App;
use crate::wire::faults::Refused;
use crate::{clock, events, keys, wire};

/// Runs `query` as this user, if the key is a session of his.
pub(super) async fn read_as<R: Send + 'static>(
    app: &Arc<App>,
    user_id: Id,
    client_address: &Secret,
    query: impl FnOnce(&mut dyn Transaction, UserId) -> Result<R, StoreError> + Send + 'static,
) -> Result<(UserId, R), HttpError> {
    let (user, key) = claimed(app, user_id, client_address)?;
    let now = clock::now();
    let answer = app.store.read(move |transaction| {
        authenticate::run(transaction, user, key, now)?;
        query(transaction, user).map_err(Failure::<Unauthenticated, _>::Faulted)
    });
    Ok((user, answer.await.map_err(wire::faults::of)?))
}

/// Runs `command` as this user, if the key is a session of his. Whether that comes too often is its caller's question.
pub(super) async fn write_as<R: Send + 'static>(
    app: &Arc<App>,
    user_id: Id,
    client_address: &Secret,
    mut command: impl FnMut(&mut dyn Transaction, UserId, Digest) -> Result<R, Failure<Refused, StoreError>>
    + Send
    + 'static,
) -> Result<(UserId, R), HttpError> {
    let (user, key) =
        wire::sessions::claim(user_id, client_address).map_err(HttpError::of_field("user_id"))?;
    let answer = app.store.write(move |transaction| {
        let authenticated = authenticate::run(transaction, user, key, clock::now());
        authenticated.map_err(|failure| failure.map_refusal(Refused::from))?;
        command(transaction, user, key)
    });
    Ok((user, answer.await.map_err(wire::faults::of)?))
}

/// Who is said to ask, and with which key, unless that one has come too often.
fn claimed(app: &App, user_id: Id, client_address: &Secret) -> Result<(UserId, Digest), HttpError> {
    let claim = wire::sessions::claim(user_id, client_address).map_err(HttpError::of_field("user_id"))?;
    app.limits.call(claim.1)?;
    Ok(claim)
}

pub(super) async fn list(app: Arc<App>, request: ListSessions) -> Result<Sessions, HttpError> {
    let own = keys::digest(&request.client_address);
    let listed = read_as(&app, request.user_id, &request.client_address, |transaction, user| {
        transaction.sessions_of(user, clock::now())
    });
    let (_, listed) = listed.await?;
    Ok(Sessions { sessions: listed.iter().map(|session| wire::sessions::listed(session, own)).collect() })
}

pub(super) async fn revoke(app: Arc<App>, request: RevokeSessions) -> Result<Revoked, HttpError> {
    let own = keys::digest(&request.client_address);
    let which = wire::sessions::which(request.id, own).map_err(HttpError::of_field("id"))?;
    app.limits.call(own)?;
    let revoked = write_as(&app, request.user_id, &request.client_address, move |transaction, user, _| {
        let revoked = revoking::run(transaction, user, which, clock::now());
        revoked.map_err(|failure| failure.map_refusal(Refused::from))
    });
    let (user, ended) = revoked.await?;
    events::sessions::revoked(&app, user, &ended);
    Ok(Revoked { ended: ended.len() })
}
