//! Upgrades to the one version of WebSocket that there is: the library behind Socket.IO takes any, and what is none.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, header};
use talker_proto::errors::Code;

use super::HttpError;

/// The version of RFC 6455.
const VERSION: &str = "13";

/// Refuses what would become a WebSocket of Socket.IO without asking for one.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    if is_upgrade(&request) && !asks_for_websocket(request.headers()) {
        return HttpError::from(Code::Malformed).into_response();
    }
    next.run(request).await
}

/// Whoever polls may offer what he likes: it is not taken.
fn is_upgrade(request: &Request) -> bool {
    let query = request.uri().query().unwrap_or_default();
    request.uri().path().starts_with("/socket.io")
        && request.headers().contains_key(header::UPGRADE)
        && query.split('&').all(|part| part != "transport=polling")
}

fn asks_for_websocket(headers: &HeaderMap) -> bool {
    let is = |name: HeaderName, expected: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.trim().eq_ignore_ascii_case(expected))
    };
    is(header::UPGRADE, "websocket") && is(header::SEC_WEBSOCKET_VERSION, VERSION)
}
