//! Sending once, however often it is sent.

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{anna_and_benno, on_both_databases};

on_both_databases!(
    what_is_sent_again_is_answered_with_the_stored_row_and_pushed_to_nobody,
    a_nonce_holds_on_every_connection_and_after_a_restart,
    a_nonce_names_one_message_only,
    every_sender_has_nonces_of_his_own,
    two_connections_that_race_with_one_nonce_store_one_message,
    what_is_no_nonce_is_malformed,
);

async fn what_is_sent_again_is_answered_with_the_stored_row_and_pushed_to_nobody(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut other = a.another(&server).await;
    let message = json!({"to_id": b.user, "content": "once", "nonce": "n1"});
    let first = a.call_as_me("messeage", &message).await;
    a.wait_for("messeage").await;
    a.wait_for("notified").await;
    b.wait_for("messeage").await;
    other.forget().await;
    a.repetitions = 0;
    let again = a.call_as_me("messeage", &message).await;
    assert_eq!(again["messeage"]["id"], first["messeage"]["id"]);
    assert_eq!(again["messeage"]["notified"], 1, "as it is stored by now");
    a.expect_nothing_more().await;
    assert_eq!(a.repetitions, 1, "the echo comes again to whoever asked");
    for silent in [&mut b, &mut other] {
        silent.expect_nothing_more().await;
        assert_eq!(silent.repetitions, 0);
    }
    assert_eq!(server.history(&a, b.user).await.len(), 1);
    assert_eq!(server.contacts(&b).await[0]["unread"], 1);
}

async fn a_nonce_holds_on_every_connection_and_after_a_restart(backend: Backend) {
    let (mut server, mut a, b) = anna_and_benno(backend).await;
    let message = json!({"to_id": b.user, "content": "once", "nonce": "n1"});
    let first = a.call_as_me("messeage", &message).await["messeage"]["id"].clone();
    let mut other = a.another(&server).await;
    assert_eq!(other.call_as_me("messeage", &message).await["messeage"]["id"], first);
    server.restart().await;
    let mut again = a.another(&server).await;
    assert_eq!(again.call_as_me("messeage", &message).await["messeage"]["id"], first);
    assert_eq!(server.history(&again, b.user).await.len(), 1);
}

async fn a_nonce_names_one_message_only(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let file = |data: &str| json!({"to_id": b.user, "content": data, "content_type": "file", "nonce": "n2"});
    a.call_as_me("messeage", &json!({"to_id": b.user, "content": "once", "nonce": "n1"})).await;
    a.call_as_me("messeage", &file("data:text/plain,Hi")).await;
    for other in [
        json!({"to_id": b.user, "content": "twice", "nonce": "n1"}),
        json!({"to_id": a.user, "content": "once", "nonce": "n1"}),
        json!({"to_id": b.user, "content": "data:,once", "content_type": "file", "nonce": "n1"}),
        file("data:text/plain,Ho"),
        file("data:text/html,Hi"),
    ] {
        let ack = a.call_as_me("messeage", &other).await;
        assert_eq!((&ack["error"], &ack["code"]), (&json!(409), &json!("conflict")), "{other}");
        assert_eq!(a.wait_for("error").await, 409);
    }
    let same = a.call_as_me("messeage", &file("data:text/plain;base64,SGk=")).await;
    assert_eq!(same["ok"], true, "the same bytes in another encoding are the same content");
    assert_eq!(server.history(&a, b.user).await.len(), 2);
    assert_eq!(server.history(&a, a.user).await, [Value::Null; 0]);
}

async fn every_sender_has_nonces_of_his_own(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let (anna, benno) = (a.user, b.user);
    for (sender, to) in [(&mut a, benno), (&mut b, anna)] {
        let ack = sender.call_as_me("messeage", &json!({"to_id": to, "content": "mine", "nonce": "n"})).await;
        assert_eq!(ack["messeage"]["to_user"], to);
    }
    assert_eq!(server.history(&a, benno).await.len(), 2);
}

async fn two_connections_that_race_with_one_nonce_store_one_message(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let mut other = a.another(&server).await;
    other.catch_up().await;
    for number in 0..200 {
        let nonce = format!("n{number}");
        let message = json!({"user_id": a.user, "to_id": b.user, "content": nonce, "nonce": nonce});
        let (mine, others) = (a.ask("messeage", &message).await, other.ask("messeage", &message).await);
        let mine = a.wait_for(&format!("ack {mine}")).await;
        let others = other.wait_for(&format!("ack {others}")).await;
        assert_eq!((&mine["ok"], &mine["messeage"]["id"]), (&json!(true), &others["messeage"]["id"]));
    }
    assert_eq!(server.contacts(&b).await[0]["unread"], 200);
}

async fn what_is_no_nonce_is_malformed(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    for nonce in
        [json!(""), json!("n".repeat(65)), json!(1), json!(null), json!(["n"]), json!({}), json!(true)]
    {
        let ack = a.call_as_me("messeage", &json!({"to_id": b.user, "content": "x", "nonce": nonce})).await;
        assert_eq!(ack["error"], 400, "{nonce}");
    }
    assert_eq!(server.history(&a, b.user).await, [Value::Null; 0]);
    let longest = json!({"to_id": b.user, "content": "x", "nonce": "🙂".repeat(64)});
    assert_eq!(a.call_as_me("messeage", &longest).await["ok"], true);
}
