//! `/isUsed/…`, `/register` and `/search/users`.

use std::sync::Arc;

use talker_domain::Token;
use talker_domain::users::{register as registering, search as searching};
use talker_proto::Bit;
use talker_proto::errors::Code;
use talker_proto::users::{
    IsEmailUsed, IsUsed, IsUsernameUsed, Register, Registered, SearchUsers, User as Found,
};
use talker_store::StoreError;

use super::HttpError;
use crate::app::App;
use crate::{clock, keys, wire};

pub(super) async fn is_email_used(app: Arc<App>, request: IsEmailUsed) -> Result<IsUsed, HttpError> {
    let email = wire::users::to_email(request.email).map_err(HttpError::of_field("email"))?;
    let used = app.store.read(move |transaction| transaction.email_used(&email, clock::now())).await;
    Ok(IsUsed { res: Bit(used.map_err(fault)?) })
}

pub(super) async fn is_username_used(app: Arc<App>, request: IsUsernameUsed) -> Result<IsUsed, HttpError> {
    let username = wire::users::to_username(request.username).map_err(HttpError::of_field("username"))?;
    let used = app.store.read(move |transaction| transaction.username_used(&username, clock::now())).await;
    Ok(IsUsed { res: Bit(used.map_err(fault)?) })
}

pub(super) async fn register(app: Arc<App>, request: Register) -> Result<Registered, HttpError> {
    let ask = to_register(&app, request).await?;
    let now = clock::now();
    let id = app.ids.with(|ids| ids.registration(now));
    let registered = app.store.write(move |transaction| registering::run(transaction, &ask, now, id)).await;
    let registered = wire::users::registered(registered)?;
    app.mail_queued.notify_one();
    Ok(registered)
}

async fn to_register(app: &Arc<App>, request: Register) -> Result<registering::Ask, HttpError> {
    let email = wire::users::to_email(request.email).map_err(HttpError::of_field("email"))?;
    let username = wire::users::to_username(request.username).map_err(HttpError::of_field("username"))?;
    let password = wire::users::to_password(request.hash).map_err(HttpError::of_field("hash"))?;
    let password = app.passwords.hash(password).await.map_err(|error| wire::faults::of_password(&error))?;
    let token = keys::random().map_err(|_| Code::Internal)?;
    let token_digest = keys::digest(&token);
    Ok(registering::Ask { username, email, password, token: Token(token.0), token_digest })
}

pub(super) async fn search(app: Arc<App>, request: SearchUsers) -> Result<Vec<Found>, HttpError> {
    let needle = wire::users::to_needle(&request.user_name).map_err(HttpError::of_field("user_name"))?;
    let emails = app.emails;
    let found = app.store.read(move |transaction| searching::run(transaction, &needle, emails)).await;
    Ok(found.map_err(fault)?.iter().map(wire::users::found).collect())
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn fault(fault: StoreError) -> HttpError {
    wire::faults::of_store(&fault).into()
}
