//! Upgrades to the one version of WebSocket that there is: the library behind Socket.IO takes any, and what is none.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, Uri, Version, header};
use talker_proto::errors::Code;

use super::HttpError;

/// The version of RFC 6455.
const VERSION: &str = "13";

/// Refuses what would become a WebSocket of Socket.IO without asking for one.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    if becomes_websocket(request.uri()) && !asks_for_websocket(&request) {
        return HttpError::from(Code::Malformed).into_response();
    }
    next.run(request).await
}

/// Whoever polls may offer what he likes: it is not taken. The library goes by the first transport that it finds, up to
/// another `=`.
fn becomes_websocket(uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default();
    let transport = query.split('&').find(|part| part.starts_with("transport="));
    let transport = transport.and_then(|part| part.split('=').nth(1));
    uri.path().starts_with("/socket.io") && transport == Some("websocket")
}

/// As RFC 6455 (section 4.2.1) wants it.
fn asks_for_websocket(request: &Request) -> bool {
    let is = |name: HeaderName, expected: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.trim().eq_ignore_ascii_case(expected))
    };
    let connection = request.headers().get_all(header::CONNECTION).iter();
    let mut options = connection.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    request.version() == Version::HTTP_11
        && options.any(|option| option.trim_ascii().eq_ignore_ascii_case(b"upgrade"))
        && is(header::UPGRADE, "websocket")
        && is(header::SEC_WEBSOCKET_VERSION, VERSION)
}
