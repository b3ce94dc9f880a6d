//! Origins: which pages may read REST, and which may open connections.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Method, header};
use talker_proto::errors::Code;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::HttpError;
use crate::app::App;
use crate::settings::AllowedOrigins;

/// Lets pages read answers. No cookie is ever used, and so no credentials are allowed.
pub(super) fn cors(allowed: &AllowedOrigins) -> CorsLayer {
    let origins = match allowed {
        AllowedOrigins::Any => AllowOrigin::any(),
        AllowedOrigins::Only(origins) => {
            AllowOrigin::list(origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()))
        }
    };
    let headers: [HeaderName; 2] = [header::AUTHORIZATION, header::CONTENT_TYPE];
    CorsLayer::new().allow_origin(origins).allow_methods([Method::GET, Method::POST]).allow_headers(headers)
}

/// Refuses connections from other pages. For REST the browser does so itself; for WebSocket nobody else does.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let opens_connection =
        request.uri().path().starts_with("/socket.io") || request.headers().contains_key(header::UPGRADE);
    let origin = request.headers().get(header::ORIGIN).map(HeaderValue::as_bytes);
    if opens_connection && !app.allowed_origins.allows(origin) {
        return HttpError::from(Code::OriginRefused).into_response();
    }
    next.run(request).await
}
