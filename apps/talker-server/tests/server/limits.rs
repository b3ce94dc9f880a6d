//! Who is too fast: networks, accounts and users, each by itself, and what still works meanwhile.

#[path = "limits/events.rs"]
mod events;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{TestServer, on_both_databases};
use crate::plain::Plain;
use crate::site::{Site, registration};

on_both_databases!(
    a_network_that_asks_too_often_is_told_when_to_come_back,
    nobody_but_a_trusted_proxy_says_where_a_request_comes_from,
    registrations_of_one_network_have_an_end,
    passwords_are_not_guessed_from_one_network,
    passwords_are_not_guessed_from_many_networks,
    a_user_who_sends_too_fast_is_told_so_and_nobody_else,
    socket_io_connections_are_counted_as_they_begin,
    a_network_does_not_look_everybody_up,
    a_user_who_sends_too_much_is_told_so,
    a_stranger_waits_for_a_sign,
    a_user_does_not_begin_to_type_without_end,
);

const HOME: &str = "203.0.113.7";
const ELSEWHERE: &str = "198.51.100.1";

async fn limited(backend: Backend, limit: &str) -> TestServer {
    let arguments = ["--rate-limits=on", "--trusted-proxies=127.0.0.1,10.0.0.0/8", limit];
    TestServer::start_with(backend, &arguments).await
}

/// Asks through a proxy, for somebody in this network.
async fn ask(site: &Site, from: &str, path: &str, parameters: &Value) -> (u16, HeaderMap, Value) {
    let request = site.http.post(site.url() + path).header("X-Forwarded-For", from).json(parameters);
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.json().await.expect("JSON"))
}

async fn status(site: &Site, from: &str, path: &str, parameters: &Value) -> u16 {
    ask(site, from, path, parameters).await.0
}

async fn a_network_that_asks_too_often_is_told_when_to_come_back(backend: Backend) {
    let server = limited(backend, "--limit-requests=3").await;
    let (path, name) = ("/isUsed/username", json!({"username": "anna"}));
    for _ in 0..3 {
        assert_eq!(status(&server, HOME, path, &name).await, 200);
    }
    let (refused, headers, answer) = ask(&server, HOME, path, &name).await;
    assert_eq!((refused, &answer["error"], &answer["code"]), (429, &json!(429), &json!("rate_limited")));
    let wait: u64 = headers[RETRY_AFTER].to_str().expect("text").parse().expect("seconds");
    assert!((1..=21).contains(&wait), "{wait}");
    assert_eq!(headers["cache-control"], "no-store");
    assert!(Plain::try_connect_from(&server, HOME).await.is_none(), "connections count too");
    let page = server.http.get(server.url()).header("X-Forwarded-For", HOME).send().await;
    assert_eq!(page.expect("an answer").status(), StatusCode::OK, "the page tells it better");
    assert_eq!(status(&server, ELSEWHERE, path, &name).await, 200);
    for address in ["2001:db8::1", "2001:db8::2", "2001:db8::ffff"] {
        assert_eq!(status(&server, address, path, &name).await, 200);
    }
    assert_eq!(status(&server, "2001:db8::3", path, &name).await, 429, "64 bits are one network");
    assert_eq!(status(&server, "2001:db8:0:1::1", path, &name).await, 200);
    assert_eq!(server.post(path, &name).await.0, 200, "this machine itself has no limit");
}

async fn nobody_but_a_trusted_proxy_says_where_a_request_comes_from(backend: Backend) {
    let server = limited(backend, "--limit-requests=2").await;
    let (path, name) = ("/isUsed/username", json!({"username": "anna"}));
    for claimed in ["1.1.1.1, 203.0.113.7", "2.2.2.2, 203.0.113.7, 10.1.1.1"] {
        assert_eq!(status(&server, claimed, path, &name).await, 200);
    }
    assert_eq!(status(&server, "3.3.3.3, 203.0.113.7", path, &name).await, 429);
}

async fn registrations_of_one_network_have_an_end(backend: Backend) {
    let server = limited(backend, "--limit-registrations=2").await;
    for (name, from, expected) in
        [("anna", HOME, 200), ("benno", HOME, 200), ("carla", HOME, 429), ("carla", ELSEWHERE, 200)]
    {
        assert_eq!(status(&server, from, "/register", &registration(name)).await, expected, "{name} {from}");
        let is_used = server.post("/isUsed/username", &json!({"username": name})).await.1;
        assert_eq!(is_used["res"], u8::from(expected == 200), "{name}");
    }
    let query = "/register?username=dora&email=dora@example.org&hash=x";
    let asked = server.http.get(server.url() + query).header("X-Forwarded-For", HOME).send().await;
    assert_eq!(asked.expect("an answer").status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status(&server, HOME, "/isUsed/username", &json!({"username": "dora"})).await, 200);
}

async fn passwords_are_not_guessed_from_one_network(backend: Backend) {
    let server = limited(backend, "--limit-logins=2").await;
    let anna = server.person("anna").await;
    let mut thief = Plain::try_connect_from(&server, HOME).await.expect("a connection");
    for name in ["anna", "benno"] {
        let answer = thief.call("login", &json!({"login": name, "hash": "a guess"})).await;
        assert_eq!(answer["error"], 401);
    }
    let answer = thief.call("login", &json!({"login": "carla", "hash": "a guess"})).await;
    assert_eq!((&answer["error"], &answer["code"]), (&json!(429), &json!("rate_limited")));
    assert!((1..=30_001).contains(&answer["retry_after_ms"].as_u64().expect("a number")), "{answer}");
    assert_eq!(thief.wait_for("error").await, 429);
    let mut another = Plain::try_connect_from(&server, HOME).await.expect("a connection");
    another.emit("login", &json!({"login": "dora", "hash": "a guess"})).await;
    assert_eq!(another.wait_for("error").await, 429, "another connection is the same network");
    let mut owner = Plain::try_connect_from(&server, ELSEWHERE).await.expect("a connection");
    owner.become_user("anna", &anna.hash).await;
}

async fn passwords_are_not_guessed_from_many_networks(backend: Backend) {
    let server = limited(backend, "--limit-logins=3").await;
    let anna = server.newcomer("anna").await;
    let guess = json!({"login": "Anna", "hash": "a guess"});
    for (network, expected) in [(1, 401), (2, 401), (3, 429), (4, 429)] {
        let from = format!("192.0.2.{network}");
        let mut thief = Plain::try_connect_from(&server, &from).await.expect("a connection");
        assert_eq!(thief.call("login", &guess).await["error"], expected, "the first login was her own");
    }
    let mut stranger = Plain::try_connect_from(&server, HOME).await.expect("a connection");
    let unknown = json!({"login": "nobody", "hash": "a guess"});
    assert_eq!(stranger.call("login", &unknown).await["error"], 401);
    assert!(server.opens(anna.user, &anna.address).await, "her session goes on");
    let mut again = Plain::try_connect_from(&server, ELSEWHERE).await.expect("a connection");
    assert_eq!(again.call("resume", &anna.session()).await["ok"], true, "and needs no password");
}

async fn a_user_who_sends_too_fast_is_told_so_and_nobody_else(backend: Backend) {
    let server = limited(backend, "--limit-messages=3").await;
    let (mut anna, mut benno) = (server.newcomer("anna").await, server.newcomer("benno").await);
    for number in 0..3 {
        anna.say(benno.user, &number.to_string()).await;
    }
    let message = json!({"to_id": benno.user, "content": "3"});
    let mut second = anna.another(&server).await;
    for connection in [&mut anna, &mut second] {
        let answer = connection.call_as_me("messeage", &message).await;
        assert_eq!(answer["error"], 429, "{answer}");
        assert!((1..=20_001).contains(&answer["retry_after_ms"].as_u64().expect("a number")), "{answer}");
        assert_eq!(connection.wait_for("error").await, 429);
    }
    assert_eq!(server.history(&anna, benno.user).await.len(), 3, "nothing of it was stored");
    benno.say(anna.user, "slowly").await;
}

async fn a_network_does_not_look_everybody_up(backend: Backend) {
    let server = limited(backend, "--limit-lookups=4").await;
    let questions = [
        ("/isUsed/username", json!({"username": "anna"})),
        ("/isUsed/email", json!({"email": "anna@example.org"})),
        ("/search/users", json!({"user_name": "anna"})),
    ];
    for (path, question) in &questions {
        assert_eq!(status(&server, HOME, path, question).await, 200, "{path}");
    }
    assert_eq!(status(&server, HOME, "/search/messeages", &json!({})).await, 400);
    for (path, question) in &questions {
        assert_eq!(status(&server, HOME, path, question).await, 429, "{path}");
        assert_eq!(status(&server, ELSEWHERE, path, question).await, 200, "{path}");
    }
    assert_eq!(status(&server, HOME, "/register", &registration("anna")).await, 200, "the rest goes on");
}

async fn a_user_who_sends_too_much_is_told_so(backend: Backend) {
    let server = limited(backend, "--limit-megabytes=1").await;
    let (mut anna, mut benno) = (server.newcomer("anna").await, server.newcomer("benno").await);
    let file = format!("data:application/pdf;base64,{}", "AAAA".repeat(150_000));
    let message = json!({"to_id": benno.user, "content": file, "content_type": "file"});
    assert_eq!(anna.call_as_me("messeage", &message).await["ok"], true);
    let answer = anna.call_as_me("messeage", &message).await;
    assert_eq!(answer["error"], 429, "{answer}");
    assert!((1..=60_001).contains(&answer["retry_after_ms"].as_u64().expect("a number")), "{answer}");
    anna.say(benno.user, "a short text goes on").await;
    benno.hear(anna.user, "a short text goes on").await;
    assert_eq!(server.history(&anna, benno.user).await.len(), 2, "nothing of it was stored");
}

async fn a_stranger_waits_for_a_sign(backend: Backend) {
    let server = limited(backend, "--limit-unanswered=2").await;
    let (mut anna, mut benno) = (server.newcomer("anna").await, server.newcomer("benno").await);
    anna.say(benno.user, "hello").await;
    let echo = anna.say(benno.user, "hello?").await;
    let message = json!({"to_id": benno.user, "content": "hello!"});
    let answer = anna.call_as_me("messeage", &message).await;
    assert_eq!((&answer["error"], &answer["retry_after_ms"]), (&json!(429), &json!(60_000)), "{answer}");
    assert!(answer["message"].as_str().is_some_and(|sentence| sentence.contains("reads them")), "{answer}");
    assert_eq!(anna.wait_for("error").await, 429);
    assert_eq!(server.history(&anna, benno.user).await.len(), 2, "nothing of it was stored");
    let read = json!({"messeage_id": echo["id"]});
    assert_eq!(benno.call_as_me("read", &read).await["ok"], true);
    anna.say(benno.user, "you are there").await;
    benno.say(anna.user, "yes").await;
    for words in ["how", "are", "you"] {
        anna.say(benno.user, words).await;
    }
}

async fn a_user_does_not_begin_to_type_without_end(backend: Backend) {
    let server = limited(backend, "--limit-typing=2").await;
    let (mut anna, mut benno) = (server.newcomer("anna").await, server.newcomer("benno").await);
    let typing = json!({"to_id": benno.user});
    for _ in 0..2 {
        for _ in 0..5 {
            assert_eq!(anna.call_as_me("type", &typing).await["ok"], true, "it only goes on");
        }
        anna.say(benno.user, "done").await;
    }
    let answer = anna.call_as_me("type", &typing).await;
    assert_eq!(answer["error"], 429, "{answer}");
    assert!((1..=30_001).contains(&answer["retry_after_ms"].as_u64().expect("a number")), "{answer}");
    assert_eq!(benno.call_as_me("type", &json!({"to_id": anna.user})).await["ok"], true);
}

async fn socket_io_connections_are_counted_as_they_begin(backend: Backend) {
    let server = limited(backend, "--limit-requests=2").await;
    let poll = async |query: &str| {
        let url = format!("{}/socket.io/?EIO=4&transport=polling{query}", server.url());
        let response = server.http.get(url).header("X-Forwarded-For", HOME).send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.expect("text"))
    };
    let (status, opened) = poll("").await;
    assert_eq!(status, 200);
    let opened: Value = serde_json::from_str(&opened[1..]).expect("JSON");
    let sid = opened["sid"].as_str().expect("a session");
    let url = format!("{}/socket.io/?EIO=4&transport=polling&sid={sid}", server.url());
    for _ in 0..5 {
        let sent = server.http.post(&url).header("X-Forwarded-For", HOME).body("3").send().await;
        assert_eq!(sent.expect("an answer").status(), StatusCode::OK, "polling is no new connection");
    }
    assert_eq!(poll("").await.0, 200);
    assert_eq!(poll("").await.0, 429);
}
