//! Limits of what has none of its own: other events, whatever strangers send, polls, and what is asked with one key.

use serde_json::json;

use super::{ELSEWHERE, HOME, ask, limited};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::plain::Plain;
use crate::site::merged;

on_both_databases!(
    a_user_who_does_anything_too_fast_is_told_so,
    strangers_of_one_network_are_counted_together,
    polls_of_connections_that_are_not_there_are_requests,
    who_asks_too_often_with_one_key_is_told_so_from_wherever_he_asks,
);

async fn a_user_who_does_anything_too_fast_is_told_so(backend: Backend) {
    let server = limited(backend, "--limit-events=4").await;
    let (mut anna, mut benno) = (server.newcomer("anna").await, server.newcomer("benno").await);
    let message = benno.say(anna.user, "hello").await;
    let them = json!({"blocked_id": benno.user, "messeage_id": message["id"], "after": 0});
    for event in ["read", "sync", "block_user", "unlock_user"] {
        assert_eq!(anna.call_as_me(event, &them).await["ok"], true, "{event}");
    }
    assert_eq!(
        anna.call("messeage", &json!({"user_id": benno.user})).await["error"],
        429,
        "refused ones count"
    );
    for event in ["read", "sync", "block_user", "unlock_user", "nonsense"] {
        let answer = anna.call_as_me(event, &them).await;
        assert_eq!(answer["error"], 429, "{event}: {answer}");
        assert!((1..=15_001).contains(&answer["retry_after_ms"].as_u64().expect("a number")), "{answer}");
    }
    anna.say(benno.user, "messages have a limit of their own").await;
    assert_eq!(benno.call_as_me("sync", &them).await["ok"], true);
}

async fn strangers_of_one_network_are_counted_together(backend: Backend) {
    let server = limited(backend, "--limit-events=3").await;
    let mut strangers = Vec::new();
    for _ in 0..2 {
        strangers.push(Plain::try_connect_from(&server, HOME).await.expect("a connection"));
    }
    let session = json!({"user_id": 1, "clientAddress": "nobody's"});
    // The first try of each connection is free.
    for (number, expected) in [(0, 401), (1, 401), (0, 401), (1, 401), (0, 401), (1, 429), (0, 429)] {
        let answer = strangers[number].call("resume", &session).await;
        assert_eq!(answer["error"], expected, "{answer}");
    }
    let message = json!({"user_id": 1, "to_id": 1, "content": "hello"});
    assert_eq!(strangers[0].call("messeage", &message).await["error"], 429);
    assert_eq!(strangers[0].try_login("nobody", "a guess").await, false, "logins have a limit of their own");
    let mut late = Plain::try_connect_from(&server, HOME).await.expect("a connection");
    assert_eq!(late.call("resume", &session).await["error"], 401, "nobody keeps others from coming back");
    let mut other = Plain::try_connect_from(&server, ELSEWHERE).await.expect("a connection");
    assert_eq!(other.call("resume", &session).await["error"], 401);
}

async fn polls_of_connections_that_are_not_there_are_requests(backend: Backend) {
    let server = limited(backend, "--limit-requests=3").await;
    let poll = async |path: &str| {
        let request = server.http.get(server.url() + path).header("X-Forwarded-For", HOME);
        request.send().await.expect("an answer").status().as_u16()
    };
    for (path, expected) in [
        ("/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA", 400),
        ("/socket.iox?sid=", 404),
        ("/nope?sid=x", 404),
        ("/socket.io/?EIO=4&transport=polling&sid=x", 429),
        ("/socket.io/?EIO=4&transport=websocket&sid=AAAAAAAAAAAAAAAA", 429),
        ("/socket.iox?sid=", 429),
    ] {
        assert_eq!(poll(path).await, expected, "{path}");
    }
}

async fn who_asks_too_often_with_one_key_is_told_so_from_wherever_he_asks(backend: Backend) {
    let server = limited(backend, "--limit-requests=3").await;
    let (anna, benno) = (server.newcomer("anna").await, server.newcomer("benno").await);
    let from = |number: u8| format!("198.51.100.{number}");
    for (number, expected) in [(1, 200), (2, 200), (3, 200), (4, 429), (5, 429)] {
        let (status, headers, answer) = ask(&server, &from(number), "/contacts", &anna.session()).await;
        assert_eq!(status, expected, "{answer}");
        assert_eq!(headers.contains_key("retry-after"), expected == 429);
    }
    let guess = merged(&anna.session(), &json!({"clientAddress": "a guess"}));
    assert_eq!(ask(&server, &from(6), "/contacts", &guess).await.0, 401, "nobody else uses up what is hers");
    assert_eq!(ask(&server, &from(7), "/contacts", &benno.session()).await.0, 200);
}
