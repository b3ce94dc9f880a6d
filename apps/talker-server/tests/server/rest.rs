//! What all of REST has in common: three ways to ask, one shape of errors.

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{TestServer, anna_and_benno, on_both_databases};
use crate::plain::Plain;
use crate::site::{Site, merged, registration, session_routes};

on_both_databases!(every_route_answers_a_query_json_and_a_form_alike);

async fn every_route_answers_a_query_json_and_a_form_alike(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    server.register("carla").await;
    let said = a.say(b.user, "hello & goodbye + 100 % ä😀").await["id"].clone();
    a.wait_for("notified").await;
    b.act("block_user", &json!({"blocked_id": a.user})).await;
    b.settle().await;
    let conversation = json!({"with_id": b.user, "talker_id": b.user, "messeage": "& goodbye + 100 % ä😀"});
    for (route, parameters, marker) in [
        ("/isUsed/email", json!({"email": "anna@example.org"}), "1"),
        ("/isUsed/username", json!({"username": "nobody_yet"}), "0"),
        ("/register", registration("carla"), "pending"),
        ("/register/confirm", json!({"id": 1, "uuid": "no such"}), "invalid_link"),
        ("/search/users", json!({"user_name": "anna"}), "anna"),
        ("/blocked/users", b.session(), "blocked_user"),
        ("/contacts", a.session(), "goodbye"),
        ("/messeages", merged(&a.session(), &conversation), "goodbye"),
        (
            "/messeages",
            merged(&merged(&a.session(), &conversation), &json!({"from_messeage": said})),
            "goodbye",
        ),
        ("/search/messeages", merged(&a.session(), &conversation), "goodbye"),
        ("/search/messeages", merged(&a.session(), &merged(&conversation, &json!({"messeage": "x"}))), "[]"),
        ("/contacts", json!({"user_id": a.user, "clientAddress": "wrong"}), "unauthenticated"),
        ("/contacts", json!({"user_id": a.user}), "clientAddress"),
        ("/search/users", json!({"user_name": ""}), "user_name"),
    ] {
        let url = server.url() + route;
        let strings: Value =
            pairs(&parameters).into_iter().map(|(name, text)| (name, Value::from(text))).collect();
        let extended = merged(&parameters, &json!({"unknown": "is ignored"}));
        let nested = merged(&parameters, &json!({"unknown": {"is": ["ignored"]}}));
        let mut answers = Vec::new();
        for request in [
            server.http.get(&url).query(&pairs(&parameters)),
            server.http.get(&url).query(&pairs(&extended)),
            server.http.post(&url).json(&parameters),
            server.http.post(&url).json(&strings),
            server.http.post(&url).json(&nested),
            server.http.post(&url).form(&pairs(&parameters)),
            server.http.post(&url).form(&pairs(&extended)),
            server.http.post(&url).json(&parameters).header(CONTENT_TYPE, "Application/JSON; charset=utf-8"),
        ] {
            let response = request.send().await.expect("an answer");
            answers.push((response.status().as_u16(), response.text().await.expect("text")));
        }
        assert!(answers[0].1.contains(marker), "{route}: {:?}", answers[0]);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{route}: {answers:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_port_serves_everything() {
    let server = TestServer::start(Backend::Sqlite).await;
    for (path, content_type, part) in [
        ("/", "text/html", "<!doctype html>"),
        ("/isUsed/username?username=anna", "application/json", "{\"res\":0}"),
        ("/socket.io/?EIO=4&transport=polling", "text/plain", "\"upgrades\":[\"websocket\"]"),
    ] {
        let response = server.http.get(server.url() + path).send().await.expect("an answer");
        assert_eq!(response.status(), 200, "{path}");
        assert!(header(response.headers(), "content-type").starts_with(content_type), "{path}");
        let text = response.text().await.expect("text");
        assert!(text.contains(part), "{text}");
    }
    Plain::connect(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_parameter_is_named() {
    let server = TestServer::start(Backend::Sqlite).await;
    let session = json!({"user_id": 1, "clientAddress": "x"});
    let routes = [
        ("/isUsed/email", json!({"email": "a@example.org"})),
        ("/isUsed/username", json!({"username": "anna"})),
        ("/register", registration("anna")),
        ("/register/confirm", json!({"id": 1, "uuid": "x"})),
        ("/search/users", json!({"user_name": "anna"})),
    ];
    let with_session = session_routes().map(|(route, more)| (route, merged(&session, &more)));
    for (route, parameters) in routes.into_iter().chain(with_session) {
        for name in parameters.as_object().expect("an object").keys() {
            let mut left = parameters.clone();
            left.as_object_mut().expect("an object").remove(name);
            let query = server.http.get(server.url() + route).query(&pairs(&left));
            let form = server.http.post(server.url() + route).form(&pairs(&left));
            let json = server.http.post(server.url() + route).json(&left);
            for request in [query, form, json] {
                let body = error(request, 400).await;
                assert_eq!(
                    (&body["code"], &body["field"]),
                    (&json!("malformed"), &json!(name)),
                    "{route} {left}"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unusable_parameter_is_named() {
    let (server, a, _) = anna_and_benno(Backend::Sqlite).await;
    let ids = [
        json!(0),
        json!(-1),
        json!(1.5),
        json!(true),
        json!(null),
        json!("0x10"),
        json!(" "),
        json!(""),
        json!("five"),
        json!(1_u64 << 53),
        json!("9007199254740992"),
        json!([1]),
        json!({"id": 1}),
    ];
    let conversation = json!({"with_id": 1, "talker_id": 1, "messeage": "x", "from_messeage": 1});
    let asked = merged(&a.session(), &conversation);
    for (route, names) in [
        ("/contacts", &["user_id"][..]),
        ("/blocked/users", &["user_id"]),
        ("/messeages", &["user_id", "with_id", "from_messeage"]),
        ("/search/messeages", &["user_id", "talker_id", "from_messeage"]),
    ] {
        for (name, id) in names.iter().flat_map(|name| ids.iter().map(move |id| (name, id))) {
            unusable(&server, route, &asked, name, id).await;
        }
    }
    for id in &ids {
        unusable(&server, "/register/confirm", &json!({"id": 1, "uuid": "x"}), "id", id).await;
    }
    for (route, asked, name) in [
        ("/isUsed/username", json!({}), "username"),
        ("/register", registration("newcomer"), "hash"),
        ("/search/users", json!({}), "user_name"),
        ("/contacts", a.session(), "clientAddress"),
        ("/search/messeages", asked.clone(), "messeage"),
    ] {
        for value in [json!(["anna"]), json!({"a": "anna"}), json!(null), json!(5), json!(true)] {
            unusable(&server, route, &asked, name, &value).await;
        }
    }
    for text in [String::new(), "x".repeat(16_385)] {
        unusable(&server, "/search/messeages", &asked, "messeage", &json!(text)).await;
    }
    let longest = merged(&asked, &json!({"messeage": "😀".repeat(16_384)}));
    assert_eq!(server.post("/search/messeages", &longest).await, (200, json!({"res": []})));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_query_parameter_is_malformed() {
    let (server, a, _) = anna_and_benno(Backend::Sqlite).await;
    let (user, key) = (a.user, &a.address);
    for (query, field) in [
        ("/isUsed/username?username=anna&username=anna".to_owned(), "username"),
        ("/isUsed/username?username=anna&user%6eame=benno".to_owned(), "username"),
        ("/search/users?user_name=&user_name=anna".to_owned(), "user_name"),
        (format!("/contacts?user_id={user}&clientAddress={key}&user_id={user}"), "user_id"),
        (format!("/contacts?user_id={user}&clientAddress={key}&clientAddress={key}"), "clientAddress"),
        (format!("/contacts?user_id[]={user}&clientAddress={key}"), "user_id"),
    ] {
        let (path, form) = query.split_once('?').expect("a query");
        let post = server.http.post(server.url() + path).body(form.to_owned());
        let post = post.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        for request in [server.http.get(server.url() + &query), post] {
            assert_eq!(error(request, 400).await["field"], field, "{query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_utf_8_is_malformed() {
    let server = TestServer::start(Backend::Sqlite).await;
    for (query, field) in [
        ("user_name=%ff", json!("user_name")),
        ("user_name=anna&x=%c3%28", json!("x")),
        ("user_name=%c3&%a4", json!("user_name")),
        ("%ff=anna", json!(null)),
    ] {
        let post = server.http.post(server.url() + "/search/users").body(query);
        let post = post.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        for request in [server.http.get(server.url() + "/search/users?" + query), post] {
            assert_eq!(error(request, 400).await["field"], field, "{query}");
        }
    }
    assert_eq!(server.get("/search/users?user_name=%c3%a4%26+%").await, (200, json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_json_object_is_malformed() {
    let server = TestServer::start(Backend::Sqlite).await;
    for body in
        ["", "[]", "\"anna\"", "5", "null", "{", "{\"username\": \"anna\"", "username=anna", "{\"username\"}"]
    {
        let request = server.http.post(server.url() + "/isUsed/username").body(body);
        let body = error(request.header(CONTENT_TYPE, "application/json"), 400).await;
        assert_eq!((&body["code"], body.get("field")), (&json!("malformed"), None), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_not_allowed_says_so() {
    let server = TestServer::start(Backend::Sqlite).await;
    for path in ["/nope", "/messages", "/contacts/", "/Contacts", "/isUsed", "/%00", "/healthz", "/metrics"] {
        assert_eq!(error(server.http.get(server.url() + path), 404).await["code"], "not_found", "{path}");
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        for path in ["/contacts", "/register", "/register/confirm", "/"] {
            let request = server.http.request(method.clone(), server.url() + path);
            assert_eq!(error(request, 405).await["code"], "method_not_allowed", "{method} {path}");
        }
    }
    let head = server.http.head(server.url() + "/contacts").send().await.expect("an answer");
    assert_eq!(head.status(), 405);
    let posted = server.http.post(server.url() + "/").send().await.expect("an answer");
    assert_eq!(
        (posted.status().as_u16(), &posted.headers()["allow"]),
        (405, &"GET, HEAD".parse().expect("a value"))
    );
    for content_type in
        [None, Some("text/plain"), Some("multipart/form-data; boundary=x"), Some("application/xml"), Some("")]
    {
        let request = server.http.post(server.url() + "/isUsed/username").body("{\"username\": \"anna\"}");
        let request = content_type.iter().fold(request, |request, text| request.header(CONTENT_TYPE, *text));
        let body = error(request, 415).await;
        assert_eq!(body["code"], "unsupported_media_type", "{content_type:?}");
    }
    for path in ["/register", "/register/confirm", "/contacts"] {
        let large = json!({"hash": "x".repeat(300_000)});
        assert_eq!(error(server.http.post(server.url() + path).json(&large), 413).await["code"], "too_large");
    }
}

/// Asks with this one parameter spoilt, as JSON and, if that can write it, by a query.
async fn unusable(site: &Site, route: &str, asked: &Value, name: &str, value: &Value) {
    let asked = merged(asked, &json!({name: value}));
    let json = site.http.post(site.url() + route).json(&asked);
    let query = site.http.get(site.url() + route).query(&pairs(&asked));
    let is_written_the_same = value.is_string() && value.as_str().is_some_and(|text| text.len() < 1_000);
    for request in [Some(json), is_written_the_same.then_some(query)].into_iter().flatten() {
        let body = error(request, 400).await;
        assert_eq!((&body["code"], &body["field"]), (&json!("malformed"), &json!(name)), "{route} {asked}");
    }
}

/// The body of an answer that must be an error of the one shape.
async fn error(request: reqwest::RequestBuilder, status: u16) -> Value {
    let response = request.send().await.expect("an answer");
    let headers = response.headers().clone();
    assert_eq!(response.status(), status, "{}", response.text().await.expect("text"));
    let body: Value = response.json().await.expect("JSON");
    assert_eq!(header(&headers, "content-type"), "application/json");
    assert_eq!(body["error"], status);
    for name in body.as_object().expect("an object").keys() {
        assert!(["error", "code", "message", "field"].contains(&name.as_str()), "{body}");
    }
    let message = body["message"].as_str().expect("a sentence");
    assert!(message.len() > 10 && message.ends_with('.'), "{message}");
    let shown = body.to_string().to_lowercase();
    for inner in ["sql", "select", "diesel", "serde", "axum", "panic", ".rs", "line ", "column", "version"] {
        assert!(!shown.contains(inner), "{body}");
    }
    body
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().expect("text"))
}

/// The parameters as a query or a form writes them.
fn pairs(parameters: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let object = parameters.as_object().expect("an object");
    object.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}
