//! Following the link in the mail: by programs, by browsers, and by what visits links before people do.

use reqwest::header::{ACCEPT, CONTENT_TYPE, ORIGIN};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::TestServer;
use crate::plain::Plain;
use crate::site::hash_of;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test(flavor = "multi_thread")]
async fn programs_confirm_by_get_json_or_form() {
    let server = TestServer::start(Backend::Sqlite).await;
    for (username, way, accept) in [
        ("anna", "get", "application/json, text/plain, */*"),
        ("benno", "json", "*/*"),
        ("carla", "form", ""),
        ("dora", "get", "*/*, text/html"),
    ] {
        let (id, uuid) = server.register(username).await;
        let parameters = [("id", id.as_str()), ("uuid", uuid.as_str())];
        let url = server.url() + "/register/confirm";
        let request = match way {
            "get" => server.http.get(url).query(&parameters),
            "json" => server.http.post(url).json(&json!({"id": id, "uuid": uuid})),
            _ => server.http.post(url).form(&parameters),
        };
        let answer: Value = request.header(ACCEPT, accept).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["code"], "confirmed", "{username}: {answer}");
        Plain::connect(&server).await.become_user(username, &hash_of(username)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_one_button_that_confirms_by_post() {
    let server = TestServer::start(Backend::Sqlite).await;
    let link = server.register("anna").await;
    for _ in 0..3 {
        let page = text(visit(&server, Method::GET, &link, BROWSER).await).await;
        assert_eq!(page.matches("<button").count(), 1, "{page}");
        assert!(page.contains("<form method=\"post\" action=\"confirm\">"), "{page}");
        assert!(page.contains(&format!("name=\"id\" value=\"{}\"", link.0)), "{page}");
        assert!(page.contains(&format!("name=\"uuid\" value=\"{}\"", link.1)), "{page}");
        assert!(!page.contains("<script") && !page.contains(" src="), "it loads and runs nothing: {page}");
    }
    let mut plain = Plain::connect(&server).await;
    assert_eq!(
        plain.try_login("anna", &hash_of("anna")).await,
        false,
        "looking at the page confirms nothing"
    );

    let pressed = async || {
        let form = [("id", link.0.as_str()), ("uuid", link.1.as_str())];
        let request =
            server.http.post(server.url() + "/register/confirm").form(&form).header(ACCEPT, BROWSER);
        text(request.send().await.expect("an answer")).await
    };
    let page = pressed().await;
    assert!(page.contains("Success"), "{page}");
    plain.become_user("anna", &hash_of("anna")).await;
    let page = pressed().await;
    assert!(!page.contains("Success"), "one link works once: {page}");
    assert!(page.contains("just log in"), "she may have pressed it twice: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_a_page_for_a_link_that_is_not_complete_and_programs_get_json() {
    let server = TestServer::start(Backend::Sqlite).await;
    for query in ["", "?id=1", "?id=1&uui", "?id=", "?id=x&uuid=x", "?id=0&uuid=x", "?id=1&uuid=%ff"] {
        let ask = async |accept: &str| {
            let request = server.http.get(server.url() + "/register/confirm" + query);
            request.header(ACCEPT, accept).send().await.expect("an answer")
        };
        let page = page(ask(BROWSER).await, 400).await;
        assert!(page.contains("not complete") && !page.contains("<button"), "{query}: {page}");
        let response = ask("*/*").await;
        assert_eq!(response.status(), 400, "{query}");
        let answer: Value = response.json().await.expect("JSON");
        assert_eq!(answer["code"], "malformed", "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_works_where_other_pages_are_kept_out() {
    let server =
        TestServer::start_with(Backend::Sqlite, &["--allowed-origins=https://chat.example.org"]).await;
    for (username, origin) in [("anna", "null".to_owned()), ("benno", server.url())] {
        let (id, uuid) = server.register(username).await;
        let form = [("id", &id), ("uuid", &uuid)];
        let press = async |origin: &str| {
            let request = server.http.post(server.url() + "/register/confirm").form(&form);
            request.header(ACCEPT, BROWSER).header(ORIGIN, origin).send().await.expect("an answer")
        };
        assert_eq!(press("https://elsewhere.example").await.status(), 403);
        let page = text(press(&origin).await).await;
        assert!(page.contains("Success"), "{origin}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_a_link_is_inert_on_the_page() {
    let server = TestServer::start(Backend::Sqlite).await;
    let link = ("1".to_owned(), "\"><script>alert(1)</script>'".to_owned());
    let page = text(visit(&server, Method::GET, &link, BROWSER).await).await;
    assert!(
        !page.contains("<script") && !page.contains("\">\"") && page.contains("&lt;script&gt;"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_the_head_alone_confirms_nothing() {
    let server = TestServer::start(Backend::Sqlite).await;
    let link = server.register("anna").await;
    for accept in ["*/*", BROWSER] {
        visit(&server, Method::HEAD, &link, accept).await;
    }
    let (_, found) = server.post("/search/users", &json!({"user_name": "anna"})).await;
    assert_eq!(found, json!([]));
}

async fn visit(server: &TestServer, method: Method, link: &(String, String), accept: &str) -> Response {
    let query = [("id", &link.0), ("uuid", &link.1)];
    let request = server.http.request(method, server.url() + "/register/confirm");
    request.query(&query).header(ACCEPT, accept).send().await.expect("an answer")
}

async fn text(response: Response) -> String {
    page(response, 200).await
}

/// The page, which must be one that browsers keep to themselves.
async fn page(response: Response, status: u16) -> String {
    let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
    assert_eq!(response.status(), status);
    assert!(header(CONTENT_TYPE.as_str()).starts_with("text/html"));
    assert_eq!(header("referrer-policy"), "no-referrer", "the link is a secret");
    assert_eq!(header("cache-control"), "no-store");
    assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
    response.text().await.expect("text")
}
