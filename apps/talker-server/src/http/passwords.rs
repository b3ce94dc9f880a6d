//! `/password/change` and `/password/reset`.

use std::sync::Arc;

use talker_domain::sessions::log_in::Outdated;
use talker_domain::users::{
    PasswordHash, change_password as changing, reset_password as resetting, set_password as setting,
};
use talker_domain::{Failure, Token};
use talker_proto::errors::Code;
use talker_proto::users::{
    ChangePassword, PasswordChanged, PasswordCode, PasswordSet, ResetAsked, ResetPassword, SetPassword,
};
use talker_store::StoreError;

use super::HttpError;
use super::sessions::{read_as, write_as};
use crate::app::App;
use crate::wire::faults::Refused;
use crate::{clock, events, keys, wire};

pub(super) async fn change(app: Arc<App>, request: ChangePassword) -> Result<PasswordChanged, HttpError> {
    let code = match matched(&app, &request).await? {
        Some(matched) => replace(&app, request, matched).await?,
        None => PasswordCode::WrongPassword,
    };
    Ok(wire::passwords::changed(code))
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

pub(super) async fn reset(app: Arc<App>, request: ResetPassword) -> Result<ResetAsked, HttpError> {
    let email = wire::users::to_email(request.email).map_err(HttpError::of_field("email"))?;
    let token = keys::random().map_err(|_| Code::Internal)?;
    let token_digest = keys::digest(&token);
    let ask = resetting::Ask { email, token: Token(token.0), token_digest };
    let now = clock::now();
    let id = app.ids.with(|ids| ids.reset(now));
    let queued = app.store.write(move |transaction| resetting::run(transaction, &ask, now, id)).await;
    if queued.map_err(|fault: StoreError| wire::faults::of_store(&fault))? {
        app.mail_queued.notify_one();
    }
    Ok(wire::passwords::asked())
}

/// Follows the link of a mail.
pub(super) async fn set(app: &Arc<App>, request: SetPassword) -> Result<PasswordSet, HttpError> {
    let link = wire::passwords::to_link(&request).map_err(HttpError::of_field("id"))?;
    let password = wire::users::to_password(request.hash).map_err(HttpError::of_field("hash"))?;
    // A link that is none costs no hash.
    let found = app.store.write(move |transaction| setting::look(transaction, link, clock::now())).await;
    if found.is_err() {
        return Ok(wire::passwords::set(&found)?);
    }
    let password = app.passwords.hash(password).await.map_err(|error| wire::faults::of_password(&error))?;
    let set =
        app.store.write(move |transaction| setting::run(transaction, link, &password, clock::now())).await;
    if let Ok((user, ended)) = &set {
        events::sessions::revoked(app, *user, ended);
    }
    Ok(wire::passwords::set(&set)?)
}
