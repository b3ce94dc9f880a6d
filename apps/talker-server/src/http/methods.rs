//! Which methods REST answers, and what the others are told.

use std::sync::Arc;

use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use http::header;
use talker_proto::errors::Code;

use super::HttpError;
use crate::app::App;

/// GET and POST by one handler, and nothing else.
///
/// axum answers HEAD as GET where nobody says otherwise; but a GET may do something here, and nobody expects a HEAD to.
/// OPTIONS is answered before it gets here; it is named because axum would add a list of methods with HEAD in it.
pub(super) fn get_and_post<H, T>(handler: H) -> MethodRouter<Arc<App>>
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    get(handler.clone()).post(handler).head(not_allowed).options(not_allowed).fallback(not_allowed)
}

/// GET, and HEAD as browsers and monitors mean it.
pub(super) fn get_only<H, T>(handler: H) -> MethodRouter<Arc<App>>
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    get(handler).options(only_get).fallback(only_get)
}

async fn not_allowed() -> Response {
    ([(header::ALLOW, "GET, POST, OPTIONS")], HttpError::from(Code::MethodNotAllowed)).into_response()
}

async fn only_get() -> Response {
    ([(header::ALLOW, "GET, HEAD")], HttpError::from(Code::MethodNotAllowed)).into_response()
}
