//! Acknowledgements, on a plain WebSocket. The official client's are in `javascript/acks.test.mjs`.

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{TestServer, anna_and_benno, on_both_databases};
use crate::plain::Plain;
use crate::site::{NOBODY, hash_of};

on_both_databases!(
    every_event_is_acknowledged_with_what_it_brought,
    what_did_nothing_is_acknowledged_with_the_number_of_its_error,
    reading_again_is_acknowledged_with_how_far_one_has_read,
    acknowledgements_come_in_the_order_of_the_events,
    what_is_no_number_asks_for_nothing,
);

async fn every_event_is_acknowledged_with_what_it_brought(backend: Backend) {
    let server = TestServer::start(backend).await;
    let (anna, benno) = (server.person("anna").await, server.person("benno").await);
    let mut a = Plain::connect(&server).await;
    let ack = a.call("login", &json!({"login": "anna", "hash": hash_of("anna")})).await;
    assert_eq!(ack, json!({"ok": true, "id": anna.id, "clientAddress": a.address}));
    assert_eq!(a.wait_for("login").await, json!({"id": anna.id, "clientAddress": a.address}));
    a.user = anna.id;

    let ack = a.call_as_me("messeage", &json!({"to_id": benno.id, "content": "hello"})).await;
    let echo = a.wait_for("messeage").await;
    assert_eq!(ack, json!({"ok": true, "messeage": echo}), "the ordinary event comes as well");
    let mut b = Plain::log_in(&server, &benno).await;
    b.wait_for("messeage").await;
    let ack = b.call_as_me("read", &json!({"messeage_id": echo["id"]})).await;
    let receipt = a.wait_for("read").await;
    assert_eq!(ack, json!({"ok": true, "messeage_id": echo["id"], "date": receipt["date"]}));
    for (event, data) in [
        ("type", json!({"to_id": benno.id})),
        ("block_user", json!({"blocked_id": benno.id})),
        ("unlock_user", json!({"blocked_id": benno.id})),
        ("logout", json!({})),
    ] {
        assert_eq!(a.call_as_me(event, &data).await, json!({"ok": true}), "{event}");
    }
}

async fn what_did_nothing_is_acknowledged_with_the_number_of_its_error(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let mut stranger = Plain::connect(&server).await;
    let wrong = json!({"login": "anna", "hash": "wrong"});
    let unknown = json!({"login": "nobody", "hash": "wrong"});
    for (event, data, error, code, told) in [
        ("login", wrong, 401, "unauthenticated", "login"),
        ("login", unknown, 401, "unauthenticated", "login"),
        ("login", json!({"login": "anna"}), 400, "malformed", "error"),
        ("read", json!({"user_id": a.user, "messeage_id": 1}), 401, "unauthenticated", "auth"),
        ("no such event", json!({}), 400, "malformed", "error"),
    ] {
        failed(&stranger.call(event, &data).await, error, code);
        let said = stranger.wait_for(told).await;
        assert!(said == false || said == error, "{event}: {said}");
    }
    for (event, data, error, code) in [
        ("messeage", json!({"to_id": NOBODY, "content": "hello"}), 404, "not_found"),
        ("messeage", json!({"to_id": b.user, "content": ""}), 400, "malformed"),
        ("messeage", json!({"to_id": b.user, "content": "x".repeat(16_385)}), 413, "too_large"),
        ("read", json!({"messeage_id": NOBODY}), 404, "not_found"),
        ("block_user", json!({"blocked_id": a.user}), 422, "refused"),
        ("type", json!({"to_id": NOBODY}), 404, "not_found"),
    ] {
        failed(&a.call_as_me(event, &data).await, error, code);
        assert_eq!(a.wait_for("error").await, error, "{event}");
    }
    assert_eq!(server.history(&a, b.user).await, [Value::Null; 0]);
}

fn failed(ack: &Value, error: u64, code: &str) {
    assert_eq!(
        (&ack["ok"], &ack["error"], &ack["code"]),
        (&json!(false), &json!(error), &json!(code)),
        "{ack}"
    );
    assert!(ack["message"].as_str().is_some_and(|sentence| sentence.ends_with('.')), "{ack}");
    assert!(ack["retry_after_ms"].is_null(), "trying again does not help: {ack}");
}

async fn reading_again_is_acknowledged_with_how_far_one_has_read(backend: Backend) {
    let (_server, mut a, mut b) = anna_and_benno(backend).await;
    let (one, two) = (a.say(b.user, "one").await, a.say(b.user, "two").await);
    let read = b.call_as_me("read", &json!({"messeage_id": two["id"]})).await;
    assert_eq!(read["messeage_id"], two["id"]);
    for id in [&one["id"], &two["id"]] {
        assert_eq!(b.call_as_me("read", &json!({"messeage_id": id})).await, read, "it never goes back");
    }
    assert_eq!(a.call_as_me("read", &json!({"messeage_id": one["id"]})).await, json!({"ok": true}));
}

async fn acknowledgements_come_in_the_order_of_the_events(backend: Backend) {
    let (_server, mut a, b) = anna_and_benno(backend).await;
    let mut asked = Vec::new();
    for number in 0..50 {
        let content = if number % 7 == 3 { String::new() } else { number.to_string() };
        let message = json!({"user_id": a.user, "to_id": b.user, "content": content});
        asked.push(format!("ack {}", a.ask("messeage", &message).await));
        asked.push(format!("ack {}", a.ask("read", &json!({"user_id": a.user, "messeage_id": 1})).await));
    }
    let mut acknowledged = Vec::new();
    while acknowledged.len() < asked.len() {
        let (event, _) = a.next().await;
        acknowledged.extend(event.starts_with("ack ").then_some(event));
    }
    assert_eq!(acknowledged, asked);
}

async fn what_is_no_number_asks_for_nothing(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    for ack in [json!("1"), json!(-1), json!(1.5), json!(null), json!([1]), json!({}), json!(true)] {
        let data = json!({"user_id": a.user, "to_id": b.user, "content": "hello"});
        a.send(&json!({"event": "messeage", "data": data, "ack": ack}).to_string()).await;
        assert_eq!(a.wait_for("error").await, 400, "{ack}");
    }
    a.expect_nothing_more().await;
    assert_eq!(server.history(&a, b.user).await, [Value::Null; 0], "nothing was stored");
}
