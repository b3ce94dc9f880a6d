//! The web page, as it was built into the server.

use std::sync::Arc;

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, HeaderName, header};
use include_dir::{Dir, File, include_dir};

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

/// Empty where the page could not be built.
static FILES: Dir<'_> = include_dir!("$OUT_DIR/web/dist");

/// A route for each file.
pub(super) fn routes() -> Router<Arc<App>> {
    let compressed = |path: &str| ENCODINGS.iter().any(|(_, ending)| path.ends_with(ending));
    let given_out = |path: &&str| *path != INDEX && !compressed(path);
    paths().filter(given_out).fold(Router::new(), |router, path| {
        let answer = async move |headers: HeaderMap| file(path, &headers);
        router.route(&format!("/{path}"), methods::get_only(answer))
    })
}

fn paths() -> impl Iterator<Item = &'static str> {
    let files = FILES.files().chain(FILES.dirs().flat_map(Dir::files));
    files.filter_map(|file| file.path().to_str())
}

/// What a visit to `/` shows.
pub(super) fn index(app: &App) -> Response {
    index_of(&FILES, app.max_media_bytes)
}

fn index_of(files: &Dir<'_>, max_media_bytes: usize) -> Response {
    let Some(index) = files.get_file(INDEX) else { return pages::no_web_page().into_response() };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    (headers, Html(told(&String::from_utf8_lossy(index.contents()), max_media_bytes))).into_response()
}

/// The page, told the largest medium that this server takes.
fn told(index: &str, max_media_bytes: usize) -> String {
    let tell = |most: usize| format!("<meta name=\"talker-max-media-bytes\" content=\"{most}\"");
    index.replace(&tell(8 * 1_024 * 1_024), &tell(max_media_bytes))
}

fn file(path: &str, headers: &HeaderMap) -> Response {
    let (encoding, content) = encoded(path, accepted(headers));
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
    (about, encoding.map(|encoding| [(header::CONTENT_ENCODING, encoding)]), content).into_response()
}

fn accepted(headers: &HeaderMap) -> &str {
    headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The file as small as the browser takes it.
fn encoded(path: &str, accepted: &str) -> (Option<&'static str>, &'static [u8]) {
    let takes = |encoding| accepted.split([',', ';', ' ']).any(|accepted| accepted == encoding);
    for (encoding, ending) in ENCODINGS {
        if takes(encoding)
            && let Some(content) = content(&format!("{path}{ending}"))
        {
            return (Some(encoding), content);
        }
    }
    (None, content(path).unwrap_or_default())
}

fn content(path: &str) -> Option<&'static [u8]> {
    FILES.get_file(path).map(File::contents)
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
    use axum::body::to_bytes;

    use super::*;

    fn index_file() -> String {
        let index = content(INDEX).expect("the page was built, for which the tests' machine has npm");
        String::from_utf8_lossy(index).into_owned()
    }

    #[test]
    fn a_file_comes_as_small_as_the_browser_takes_it() {
        let is_script = |path: &&str| {
            path.starts_with(NAMED_BY_CONTENT) && content_type(path).starts_with("text/javascript")
        };
        let script = paths().find(is_script).expect("a script");
        let size = |accepted| {
            let (encoding, content) = encoded(script, accepted);
            (encoding, content.len())
        };
        let [(plain, whole), (gzip, zipped), (br, smallest)] =
            ["", "gzip", "gzip, deflate, br;q=0.9"].map(size);
        assert_eq!((plain, gzip, br), (None, Some("gzip"), Some("br")));
        assert!(smallest < zipped && zipped < whole / 2, "{smallest} {zipped} {whole}");
    }

    #[test]
    fn the_page_knows_how_large_media_may_be() {
        let told = told(&index_file(), 12_345);
        assert!(told.contains(r#"<meta name="talker-max-media-bytes" content="12345""#), "{told}");
    }

    #[tokio::test]
    async fn a_server_without_the_page_says_how_to_get_it() {
        let page = async |files: &Dir<'_>| {
            let answer = index_of(files, 1);
            assert!(answer.headers().contains_key(header::CONTENT_SECURITY_POLICY));
            let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a page");
            String::from_utf8_lossy(&body).into_owned()
        };
        let without = page(&Dir::new("", &[])).await;
        assert!(without.contains("built without the web page"), "{without}");
        assert!(without.contains("npm") && !without.contains("<script"), "{without}");
        assert!(page(&FILES).await.contains("<script"));
    }

    #[test]
    fn nothing_in_the_page_is_without_an_address_of_its_own() {
        let index = index_file();
        assert!(!["<style", "style=", " onload"].iter().any(|inline| index.contains(inline)), "{index}");
        let scripts = index.matches("<script").count();
        assert!(scripts > 0, "{index}");
        assert_eq!(
            index.matches("></script>").count(),
            scripts,
            "each is empty, and so somewhere else: {index}"
        );
    }
}
