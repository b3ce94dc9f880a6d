//! `/password/change`.

use std::sync::Arc;

use talker_domain::Failure;
use talker_domain::sessions::log_in::Outdated;
use talker_domain::users::{PasswordHash, change_password as changing};
use talker_proto::users::{ChangePassword, PasswordChanged, PasswordCode};
use talker_store::StoreError;

use super::HttpError;
use super::sessions::{read_as, write_as};
use crate::app::App;
use crate::wire::faults::Refused;
use crate::{clock, events, wire};

pub(super) async fn change(app: Arc<App>, request: ChangePassword) -> Result<PasswordChanged, HttpError> {
    let code = match matched(&app, &request).await? {
        Some(matched) => replace(&app, request, matched).await?,
        None => PasswordCode::WrongPassword,
    };
    Ok(wire::users::password_changed(code))
}

/// What the password that was shown matches, if it is the user's.
async fn matched(app: &Arc<App>, request: &ChangePassword) -> Result<Option<PasswordHash>, HttpError> {
    let shown = wire::users::to_password(request.hash.clone()).map_err(HttpError::of_field("hash"))?;
    let asked = read_as(app, request.user_id, &request.client_address, |transaction, user| {
        transaction.password_of(user)
    });
    let (user, password) = asked.await?;
    app.limits.password(user)?;
    let matches = app.passwords.matches(shown, password.clone()).await;
    let matches = matches.map_err(|error| wire::faults::of_password(&error))?;
    Ok(password.filter(|_| matches))
}

async fn replace(
    app: &Arc<App>,
    request: ChangePassword,
    matched: PasswordHash,
) -> Result<PasswordCode, HttpError> {
    let password = wire::users::to_password(request.new_hash).map_err(HttpError::of_field("new_hash"))?;
    let password = app.passwords.hash(password).await.map_err(|error| wire::faults::of_password(&error))?;
    let changed = write_as(app, request.user_id, &request.client_address, move |transaction, user, own| {
        let ask = changing::Ask { user, own, matched: matched.clone(), password: password.clone() };
        unless_outdated(changing::run(transaction, &ask, clock::now()))
    });
    let (user, ended) = changed.await?;
    let Some(ended) = ended else { return Ok(PasswordCode::WrongPassword) };
    events::sessions::revoked(app, user, &ended);
    Ok(PasswordCode::Changed)
}

fn unless_outdated<D>(
    changed: Result<D, Failure<Outdated, StoreError>>,
) -> Result<Option<D>, Failure<Refused, StoreError>> {
    match changed {
        Ok(ended) => Ok(Some(ended)),
        Err(Failure::Refused(Outdated)) => Ok(None),
        Err(Failure::Faulted(fault)) => Err(Failure::Faulted(fault)),
    }
}
