//! Origins: the pages of which sites may ask for anything here, and read the answer.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use talker_proto::Request as _;
use talker_proto::errors::Code;
use talker_proto::users::{Confirm, SetPassword};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::HttpError;
use crate::app::App;
use crate::settings::AllowedOrigins;

/// How long a browser need not ask again whether it may ask.
const REMEMBERED: Duration = Duration::from_hours(1);

/// Lets pages read answers. Whom the guard does not let in never gets here. No cookie is ever used, and so no credentials
/// are allowed.
pub(super) fn cors(allowed: &AllowedOrigins) -> CorsLayer {
    let origins = match allowed {
        AllowedOrigins::Any => AllowOrigin::any(),
        AllowedOrigins::Only(origins) => {
            AllowOrigin::list(origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()))
        }
    };
    let headers: [HeaderName; 2] = [header::AUTHORIZATION, header::CONTENT_TYPE];
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(headers)
        .expose_headers([header::RETRY_AFTER])
        .max_age(REMEMBERED)
}

/// Refuses what other pages ask. A browser keeps the answer from them by itself, but it does send a form, and it does
/// open a WebSocket.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if may_come_in(&app.allowed_origins, request.uri().path(), request.headers()) {
        next.run(request).await
    } else {
        HttpError::from(Code::OriginRefused).into_response()
    }
}

fn may_come_in(allowed: &AllowedOrigins, path: &str, headers: &HeaderMap) -> bool {
    match headers.get(header::ORIGIN).map(HeaderValue::as_bytes) {
        // The pages of links tell nobody where they were, and so not their origin either. The link is the secret here.
        Some(b"null") if LINKED.contains(&path) => true,
        None if *allowed != AllowedOrigins::Any && is_from_elsewhere(headers) => {
            (path == "/" || LINKED.contains(&path)) && !headers.contains_key(header::UPGRADE)
        }
        origin => allowed.allows(origin),
    }
}

/// What people come to by the links in mails, which they may read on another site's page.
const LINKED: [&str; 2] = [Confirm::PATH, SetPassword::PATH];

/// Whether a browser says that another site's page asks: for a picture, say, it sends no origin.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    matches!(site, Some(b"cross-site" | b"same-site"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn who_may_come_in() {
        let only: AllowedOrigins = "https://chat.example.org".parse().unwrap();
        for (origin, site, path, passes) in [
            (None, None, "/register", true),
            (Some("https://chat.example.org"), Some("cross-site"), "/register", true),
            (Some("https://elsewhere.example"), Some("cross-site"), "/register", false),
            (Some("https://elsewhere.example"), Some("cross-site"), "/register/confirm", false),
            (Some("null"), Some("same-origin"), "/register/confirm", true),
            (Some("null"), Some("same-origin"), "/password/reset/confirm", true),
            (Some("null"), None, "/register", false),
            (Some("null"), None, "/", false),
            (None, Some("cross-site"), "/register", false),
            (None, Some("same-site"), "/socket.io/", false),
            (None, Some("same-origin"), "/contacts", true),
            (None, Some("none"), "/contacts", true),
            (None, Some("cross-site"), "/register/confirm", true),
            (None, Some("cross-site"), "/password/reset/confirm", true),
            (None, Some("cross-site"), "/", true),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [("origin", origin), ("sec-fetch-site", site)] {
                value.map(|value| headers.insert(name, value.parse().unwrap()));
            }
            assert_eq!(may_come_in(&only, path, &headers), passes, "{origin:?} {site:?} {path}");
            assert!(may_come_in(&AllowedOrigins::Any, path, &headers));
        }
    }

    #[test]
    fn a_page_is_visited_but_no_connection() {
        let only: AllowedOrigins = "https://chat.example.org".parse().unwrap();
        let mut headers = HeaderMap::from_iter([(
            HeaderName::from_static("sec-fetch-site"),
            "cross-site".parse().unwrap(),
        )]);
        assert!(may_come_in(&only, "/", &headers));
        headers.insert(header::UPGRADE, "websocket".parse().unwrap());
        assert!(!may_come_in(&only, "/", &headers));
    }

    /// Origins that look like the one that is let in, and others.
    fn origins() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            "https?://chat\\.example\\.org[.:/]?[a-z0-9]{0,4}".prop_map(String::into_bytes),
            "[a-z]{0,3}(null|https://chat\\.example\\.org|,| ){0,3}".prop_map(String::into_bytes),
            prop::collection::vec(prop_oneof![b' '..=b'~', 0x80..=0xff_u8], 0..40),
        ]
    }

    proptest! {
        // A failure shows its input; there is nothing to keep beside it.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn an_origin_comes_in_by_its_name_alone(
            origin in origins(),
            site in prop::option::of("same-origin|same-site|cross-site|none|[!-~]{0,10}"),
            path in prop_oneof![Just("/"), Just(Confirm::PATH), Just("/contacts"), Just("/socket.io/")],
        ) {
            let only: AllowedOrigins = "https://chat.example.org".parse().unwrap();
            let mut headers = HeaderMap::new();
            headers.insert(header::ORIGIN, HeaderValue::from_bytes(&origin).unwrap());
            site.map(|site| headers.insert("sec-fetch-site", site.parse().unwrap()));
            let passes = origin == b"https://chat.example.org" || origin == b"null" && path == Confirm::PATH;
            prop_assert_eq!(may_come_in(&only, path, &headers), passes);
            prop_assert!(may_come_in(&AllowedOrigins::Any, path, &headers));
        }
    }
}
