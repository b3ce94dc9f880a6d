//! The links in mails, `/register/confirm` and `/password/reset/confirm`: JSON for programs; for a browser a page that asks
//! first, since a mail scanner follows links too.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::{Request as HttpRequest, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, header};
use talker_domain::users::confirm as confirming;
use talker_proto::Request;
use talker_proto::users::{Confirm, Confirmed, SetPassword};

use super::{HttpError, methods, pages, parameters, passwords};
use crate::app::App;
use crate::{clock, wire};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(Confirm::PATH, methods::get_and_post(confirmation))
        .route(SetPassword::PATH, methods::get_and_post(new_password))
}

async fn confirmation(State(app): State<Arc<App>>, request: HttpRequest) -> Response {
    let browser = prefers_html(request.headers());
    let answered = if browser && request.method() != Method::POST {
        ask_to_confirm(request).await
    } else {
        act_on_confirmation(&app, request, browser).await
    };
    answered.unwrap_or_else(|error| refused(error, browser))
}

async fn ask_to_confirm(request: HttpRequest) -> Result<Response, HttpError> {
    let link = parameters::read::<Confirm>(request).await?;
    wire::users::to_confirm(&link).map_err(HttpError::of_field("id"))?;
    Ok(pages::confirm_button(&link).into_response())
}

async fn act_on_confirmation(
    app: &Arc<App>,
    request: HttpRequest,
    browser: bool,
) -> Result<Response, HttpError> {
    let link = parameters::read::<Confirm>(request).await?;
    let confirmed = confirm(app, &link).await?;
    Ok(if browser { pages::confirmed(&confirmed).into_response() } else { Json(confirmed).into_response() })
}

async fn new_password(State(app): State<Arc<App>>, request: HttpRequest) -> Response {
    let browser = prefers_html(request.headers());
    let answered = if browser && request.method() != Method::POST {
        ask_for_password(request).await
    } else {
        act_on_password(&app, request, browser).await
    };
    answered.unwrap_or_else(|error| refused(error, browser))
}

async fn ask_for_password(request: HttpRequest) -> Result<Response, HttpError> {
    // The half that is in the mail looks like the other link. The password comes with the form.
    let link = parameters::read::<Confirm>(request).await?;
    Ok(pages::password_form(&link).into_response())
}

async fn act_on_password(app: &Arc<App>, request: HttpRequest, browser: bool) -> Result<Response, HttpError> {
    let link = parameters::read::<SetPassword>(request).await?;
    let set = passwords::set(app, link).await?;
    Ok(if browser { pages::password_set(&set).into_response() } else { Json(set).into_response() })
}

fn refused(error: HttpError, browser: bool) -> Response {
    let response = error.into_response();
    if browser { pages::not_done(response.status()).into_response() } else { response }
}

async fn confirm(app: &Arc<App>, request: &Confirm) -> Result<Confirmed, HttpError> {
    let ask = wire::users::to_confirm(request).map_err(HttpError::of_field("id"))?;
    let now = clock::now();
    let user = app.ids.with(|ids| ids.user(now));
    let confirmed = app.store.write(move |transaction| confirming::run(transaction, ask, now, user)).await;
    Ok(wire::users::confirmed(confirmed)?)
}

/// Whether the first thing that is accepted is a page, as when somebody navigates there.
fn prefers_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = accept.split([',', ';']).next().unwrap_or_default();
    first.trim().eq_ignore_ascii_case("text/html")
}
