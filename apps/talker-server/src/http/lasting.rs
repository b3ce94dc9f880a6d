//! What a Socket.IO session keeps of the request that it began with.

use axum::extract::Request;
use http::header::{CONTENT_TYPE, SEC_WEBSOCKET_KEY};
use http::{HeaderMap, HeaderName, HeaderValue};

/// What the library reads of the headers.
const READ: [HeaderName; 2] = [CONTENT_TYPE, SEC_WEBSOCKET_KEY];

/// Copies what is read of a request for Socket.IO.
///
/// The library keeps headers and address with the session. As they come they are slices of the buffer that the request was
/// received in, and hold it for as long: eight kibibytes each.
pub(super) async fn copied(mut request: Request) -> Request {
    let path = request.uri().path();
    if path == "/socket.io" || path.starts_with("/socket.io/") {
        let copied = READ.into_iter().filter_map(|name| copy(request.headers(), name));
        *request.headers_mut() = copied.collect();
        if let Ok(uri) = request.uri().to_string().parse() {
            *request.uri_mut() = uri;
        }
    }
    request
}

fn copy(headers: &HeaderMap, name: HeaderName) -> Option<(HeaderName, HeaderValue)> {
    let value = HeaderValue::from_bytes(headers.get(&name)?.as_bytes()).ok()?;
    Some((name, value))
}
