//! What the web page's own answers say of themselves.

use http::StatusCode;
use http::header::HeaderMap;

use crate::databases::Backend;
use crate::harness::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_runs_and_loads_nothing_but_its_own_and_is_asked_for_each_time() {
    let server = TestServer::start(Backend::Sqlite).await;
    let page = server.http.get(server.url()).send().await.expect("an answer");
    assert_eq!(page.status(), StatusCode::OK);
    let policy = value(page.headers(), "content-security-policy");
    for part in
        ["default-src 'none'", "script-src 'self'", "style-src 'self'", "require-trusted-types-for 'script'"]
    {
        assert!(policy.contains(part), "{part} in {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    assert_eq!(value(page.headers(), "cache-control"), "no-store");
    assert_eq!(value(page.headers(), "x-content-type-options"), "nosniff");
    assert_eq!(value(page.headers(), "referrer-policy"), "no-referrer");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_named_by_its_content_is_kept_and_comes_compressed() {
    let server = TestServer::start(Backend::Sqlite).await;
    let page = server.http.get(server.url()).send().await.expect("an answer").text().await.expect("text");
    let names = page.split('"').filter(|part| part.contains("assets/"));
    let names: Vec<_> = names.map(|part| part.trim_start_matches(['.', '/']).to_owned()).collect();
    for ending in [".js", ".css"] {
        assert!(names.iter().any(|name| name.ends_with(ending)), "{ending}: {names:?}");
    }
    for name in names {
        for (accepted, encoding) in [("br, gzip", "br"), ("gzip", "gzip"), ("identity", "")] {
            let file =
                server.http.get(format!("{}/{name}", server.url())).header("Accept-Encoding", accepted);
            let file = file.send().await.expect("an answer");
            assert_eq!(file.status(), StatusCode::OK, "{name}");
            assert_eq!(value(file.headers(), "content-encoding"), encoding, "{name}");
            assert_eq!(value(file.headers(), "cache-control"), "public, max-age=31536000, immutable");
            assert_eq!(value(file.headers(), "vary").to_lowercase(), "accept-encoding", "{name}");
        }
    }
}

fn value(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map_or("", |value| value.to_str().expect("text")).to_owned()
}
