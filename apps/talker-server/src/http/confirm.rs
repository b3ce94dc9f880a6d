//! `/register/confirm`: JSON for programs; for a browser a page with one button, since a mail scanner follows links too.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::{Request as HttpRequest, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, Method, header};
use talker_domain::users::confirm as confirming;
use talker_proto::Request;
use talker_proto::users::{Confirm, Confirmed};

use super::{HttpError, not_allowed, pages, parameters};
use crate::app::App;
use crate::{clock, wire};

pub(super) fn route() -> Router<Arc<App>> {
    Router::new().route(Confirm::PATH, get(answer).post(answer).head(not_allowed))
}

async fn answer(State(app): State<Arc<App>>, request: HttpRequest) -> Response {
    let browser = prefers_html(request.headers());
    let asks_first = browser && request.method() != Method::POST;
    let parameters = parameters::read::<Confirm>(request).await;
    match parameters {
        Ok(parameters) if asks_first => pages::confirm_button(&parameters).into_response(),
        Ok(parameters) => match confirm(&app, &parameters).await {
            Ok(confirmed) if browser => pages::confirmed(&confirmed).into_response(),
            Ok(confirmed) => Json(confirmed).into_response(),
            Err(error) => error.into_response(),
        },
        Err(error) => error.into_response(),
    }
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
