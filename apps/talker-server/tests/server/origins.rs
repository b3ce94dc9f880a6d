//! Pages elsewhere: what they may read, and where an operator lets nobody in but some.

use reqwest::header::{HeaderMap, ORIGIN};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::databases::Backend;
use crate::harness::{TestServer, anna_and_benno};
use crate::site::{Site, registration, session_routes};

const ELSEWHERE: &str = "https://elsewhere.example";

/// What answers of every kind come from.
const REQUESTS: [(&str, &str, u16); 12] = [
    ("GET", "/", 200),
    ("GET", "/isUsed/username?username=anna", 200),
    ("GET", "/isUsed/username", 400),
    ("POST", "/isUsed/username", 415),
    ("GET", "/contacts?user_id=1&clientAddress=x", 401),
    ("GET", "/nope", 404),
    ("PUT", "/contacts", 405),
    ("HEAD", "/contacts", 405),
    ("GET", "/register/confirm?id=1&uuid=x", 200),
    ("GET", "/search/users?user_name=anna", 200),
    ("GET", "/socket.io/?EIO=4&transport=polling", 200),
    ("OPTIONS", "/contacts", 200),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_kept_by_nobody_and_taken_for_nothing_else() {
    let server =
        TestServer::start_with(Backend::Sqlite, &["--allowed-origins=https://chat.example.org"]).await;
    for (method, path, status) in REQUESTS {
        let headers = ask(&server, method, path, None, status).await;
        assert_eq!(headers["cache-control"], "no-store", "{method} {path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{method} {path}");
    }
    let refused = ask(&server, "GET", "/socket.io/?EIO=4&transport=polling", Some(ELSEWHERE), 403).await;
    assert_eq!(
        (&refused["cache-control"], &refused["x-content-type-options"]),
        (&"no-store".parse().unwrap(), &"nosniff".parse().unwrap())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn any_page_may_read_and_connect_by_default_without_credentials() {
    let (server, a, _) = anna_and_benno(Backend::Sqlite).await;
    for (method, path, status) in REQUESTS {
        let headers = ask(&server, method, path, Some(ELSEWHERE), status).await;
        assert_eq!(headers["access-control-allow-origin"], "*", "{method} {path}");
        assert!(!headers.contains_key("access-control-allow-credentials"), "{method} {path}");
        assert!(!headers.contains_key("set-cookie"), "{method} {path}");
    }
    let session = format!("/contacts?user_id={}&clientAddress={}", a.user, a.address);
    let headers = ask(&server, "GET", &session, Some("null"), 200).await;
    assert_eq!(headers["access-control-allow-origin"], "*");
    for path in ["/contacts", "/register", "/register/confirm", "/search/users"] {
        let answer = preflight(&server, path, ELSEWHERE).await;
        let headers = answer.headers();
        assert_eq!(headers["access-control-allow-origin"], "*", "{path}");
        assert!(!headers.contains_key("access-control-allow-credentials"), "{path}");
        let allowed = |name: &str| headers[name].to_str().expect("text").to_lowercase();
        for method in ["get", "post"] {
            assert!(allowed("access-control-allow-methods").contains(method), "{path}");
        }
        for name in ["authorization", "content-type"] {
            assert!(allowed("access-control-allow-headers").contains(name), "{path}");
        }
    }
    for path in ["/", "/socket.io/?EIO=4&transport=websocket"] {
        assert_eq!(upgrade(&server, path, Some(ELSEWHERE)).await, 101, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_lets_some_pages_in_and_no_others() {
    let more = [
        "--allowed-origins=https://chat.example.org,http://localhost:5173",
        "--public-url=https://talker.example.org",
    ];
    let server = TestServer::start_with(Backend::Sqlite, &more).await;
    let doors = ["/", "/socket.io/?EIO=4&transport=websocket"];
    let polling = "/socket.io/?EIO=4&transport=polling";
    let named = ["https://chat.example.org", "http://localhost:5173", "https://talker.example.org"];
    for origin in named.map(Some).into_iter().chain([None]) {
        for door in doors {
            assert_eq!(upgrade(&server, door, origin).await, 101, "{origin:?} {door}");
        }
        let headers = ask(&server, "GET", polling, origin, 200).await;
        let rest = ask(&server, "GET", "/isUsed/username?username=anna", origin, 200).await;
        for headers in [headers, rest].iter().filter(|_| origin.is_some()) {
            assert_eq!(headers["access-control-allow-origin"].to_str().ok(), origin);
        }
    }
    for origin in [
        ELSEWHERE,
        "null",
        "http://chat.example.org",
        "https://chat.example.org.elsewhere.example",
        "https://chat.example.org:8443",
        "https://elsewhere-chat.example.org",
    ] {
        for door in doors {
            assert_eq!(upgrade(&server, door, Some(origin)).await, 403, "{origin} {door}");
        }
        for method in ["GET", "POST"] {
            let response = send(&server, method, polling, Some(origin)).await;
            assert_eq!(response.status(), 403, "{origin}");
            let body: Value = response.json().await.expect("JSON");
            assert_eq!((&body["error"], &body["code"]), (&403.into(), &"origin_refused".into()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rest_answers_and_does_nothing_for_other_pages_either() {
    let server =
        TestServer::start_with(Backend::Sqlite, &["--allowed-origins=https://chat.example.org"]).await;
    let forms = [("GET", "/register?email=x@example.org&username=anna&hash=x"), ("POST", "/register")];
    let routes = session_routes().map(|(route, _)| ("POST", route));
    for (method, path) in
        forms.into_iter().chain(routes).chain(REQUESTS.map(|(method, path, _)| (method, path)))
    {
        let request = server
            .http
            .request(Method::from_bytes(method.as_bytes()).expect("a method"), server.url() + path);
        let request = request.form(&registration("anna")).header(ORIGIN, ELSEWHERE);
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 403, "{method} {path}");
        assert!(!response.headers().contains_key("access-control-allow-origin"), "{method} {path}");
        if method != "HEAD" {
            let body: Value = response.json().await.expect("JSON");
            assert_eq!(
                (&body["error"], &body["code"]),
                (&403.into(), &"origin_refused".into()),
                "{method} {path}"
            );
        }
    }
    for path in ["/contacts", "/register", "/register/confirm"] {
        let refused = preflight(&server, path, ELSEWHERE).await;
        assert_eq!(refused.status(), 403, "{path}");
        assert!(!refused.headers().contains_key("access-control-allow-origin"), "{path}");
        let named = preflight(&server, path, "https://chat.example.org").await;
        assert_eq!(named.headers()["access-control-allow-origin"], "https://chat.example.org", "{path}");
    }
    // A picture's address: a browser sends no origin for it, but says that another site asks.
    let picture = server.http.get(server.url() + forms[0].1).header("sec-fetch-site", "cross-site");
    assert_eq!(picture.send().await.expect("an answer").status(), 403);
    let (_, used) = server.get("/isUsed/username?username=anna").await;
    assert_eq!(used, json!({"res": 0}), "nobody has registered");
}

#[tokio::test(flavor = "multi_thread")]
async fn rest_names_the_same_methods_everywhere() {
    let server = TestServer::start(Backend::Sqlite).await;
    for path in ["/contacts", "/register", "/register/confirm", "/search/messeages"] {
        for method in ["HEAD", "PUT", "DELETE"] {
            let headers = ask(&server, method, path, None, 405).await;
            assert_eq!(headers["allow"], "GET, POST, OPTIONS", "{method} {path}");
        }
        let preflight = preflight(&server, path, ELSEWHERE).await;
        assert_eq!(preflight.headers()["access-control-allow-methods"], "GET,POST", "{path}");
        assert!(!preflight.headers().contains_key("allow"), "{path}: one list is enough");
    }
}

async fn send(site: &Site, method: &str, path: &str, origin: Option<&str>) -> Response {
    let request =
        site.http.request(Method::from_bytes(method.as_bytes()).expect("a method"), site.url() + path);
    let request = origin.iter().fold(request, |request, origin| request.header(ORIGIN, *origin));
    request.send().await.expect("an answer")
}

async fn ask(site: &Site, method: &str, path: &str, origin: Option<&str>, status: u16) -> HeaderMap {
    let response = send(site, method, path, origin).await;
    assert_eq!(response.status(), status, "{method} {path} from {origin:?}");
    response.headers().clone()
}

async fn preflight(site: &Site, path: &str, origin: &str) -> Response {
    let request = site.http.request(Method::OPTIONS, site.url() + path).header(ORIGIN, origin);
    let request = request.header("access-control-request-method", "POST");
    let request = request.header("access-control-request-headers", "authorization,content-type");
    request.send().await.expect("an answer")
}

/// The status with which the upgrade to a WebSocket is answered.
async fn upgrade(site: &Site, path: &str, origin: Option<&str>) -> u16 {
    let mut request = format!("ws://{}{path}", site.address).into_client_request().expect("a request");
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().expect("a header"));
    }
    match connect_async(request).await {
        Ok((_, response)) => response.status().as_u16(),
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("neither an upgrade nor a refusal: {error}"),
    }
}
