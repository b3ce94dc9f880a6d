//! The web page, as it was built into the server.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, HeaderName, header};
use rust_embed::{Embed, EmbeddedFile};

use super::{methods, pages};
use crate::app::App;

/// What the page may load and do: its own scripts and styles, its own server, and media from memory.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    media-src data: blob:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
    require-trusted-types-for 'script'";

const INDEX: &str = "index.html";

/// The names of files in this folder tell what is in them: another content has another name.
const NAMED_BY_CONTENT: &str = "assets/";

/// As what a browser may have a file that was compressed when the page was built, the smallest first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

#[derive(Embed)]
#[folder = "$OUT_DIR/web/dist"]
struct Files;

/// A route for each file.
pub(super) fn routes() -> Router<Arc<App>> {
    let compressed = |path: &str| ENCODINGS.iter().any(|(_, ending)| path.ends_with(ending));
    let files = Files::iter().filter(|path| path != INDEX && !compressed(path));
    files.fold(Router::new(), |router, path| {
        let route = format!("/{path}");
        router.route(&route, methods::get_only(async move |headers: HeaderMap| file(&path, &headers)))
    })
}

/// What a visit to `/` shows.
pub(super) fn index(app: &App) -> Response {
    let Some(index) = Files::get(INDEX) else { return pages::no_web_page().into_response() };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    (headers, Html(told(&String::from_utf8_lossy(&index.data), app.max_media_bytes))).into_response()
}

/// The page, told the largest medium that this server takes.
fn told(index: &str, max_media_bytes: usize) -> String {
    let tell = |most: usize| format!("<meta name=\"talker-max-media-bytes\" content=\"{most}\"");
    index.replace(&tell(8 * 1_024 * 1_024), &tell(max_media_bytes))
}

fn file(path: &str, headers: &HeaderMap) -> Response {
    let (encoding, file) = encoded(path, accepted(headers));
    let lasting = if path.starts_with(NAMED_BY_CONTENT) {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=3600"
    };
    let about = [
        (header::CONTENT_TYPE, content_type(path)),
        (header::CACHE_CONTROL, lasting),
        (header::VARY, "accept-encoding"),
    ];
    let encoding = encoding.map(|encoding| [(header::CONTENT_ENCODING, encoding)]);
    (about, encoding, file.map_or(Cow::Borrowed([].as_slice()), |file| file.data)).into_response()
}

fn accepted(headers: &HeaderMap) -> &str {
    headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The file as small as the browser takes it.
fn encoded(path: &str, accepted: &str) -> (Option<&'static str>, Option<EmbeddedFile>) {
    let takes = |encoding| accepted.split([',', ';', ' ']).any(|accepted| accepted == encoding);
    for (encoding, ending) in ENCODINGS.iter().filter(|(encoding, _)| takes(*encoding)) {
        if let Some(file) = Files::get(&format!("{path}{ending}")) {
            return (Some(encoding), Some(file));
        }
    }
    (None, Files::get(path))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_as_small_as_the_browser_takes_it() {
        let script = Files::iter().find(|path| path.starts_with(NAMED_BY_CONTENT) && path.ends_with(".js"));
        let script = script.expect("the page was built, for which the tests' machine has npm");
        let size = |accepted| {
            let (encoding, file) = encoded(&script, accepted);
            (encoding, file.expect("the script").data.len())
        };
        let ((plain, whole), (gzip, zipped), (br, smallest)) =
            (size(""), size("gzip"), size("gzip, deflate, br;q=0.9"));
        assert_eq!((plain, gzip, br), (None, Some("gzip"), Some("br")));
        assert!(smallest < zipped && zipped < whole / 2, "{smallest} {zipped} {whole}");
    }

    #[test]
    fn the_page_knows_how_large_media_may_be() {
        let index = Files::get(INDEX).expect("the page was built");
        let told = told(&String::from_utf8_lossy(&index.data), 12_345);
        assert!(told.contains(r#"<meta name="talker-max-media-bytes" content="12345""#), "{told}");
    }

    #[test]
    fn nothing_in_the_page_is_without_an_address_of_its_own() {
        let index = Files::get(INDEX).expect("the page was built");
        let index = String::from_utf8_lossy(&index.data);
        assert!(
            !index.contains("<style") && !index.contains("style=") && !index.contains(" onload"),
            "{index}"
        );
        assert!(index.split("<script").skip(1).all(|script| script.contains("src=")), "{index}");
    }
}
