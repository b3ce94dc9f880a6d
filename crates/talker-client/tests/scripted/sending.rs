//! What an account was told to do: once, in order, through however many connections that takes.

use std::time::Duration;

use serde_json::json;
use talker_client::{AccountEvent, Error, Id};
use tokio::time::timeout;

use super::accounts::{account, logged_in, next};
use super::peer::{LONG, accept};

fn id(number: u64) -> Id {
    Id::new(number).expect("an id")
}

#[tokio::test]
async fn what_was_not_acknowledged_is_sent_again_in_its_order_under_the_same_nonce() {
    let (account, listener, mut peer) = logged_in().await;
    let send =
        async { tokio::join!(account.send(id(7), "1"), account.send(id(7), "2"), account.send(id(8), "3")) };
    let serve = async {
        let asked = peer.asked("messeage").await;
        peer.store(&asked, 31).await;
        let lost = peer.asked("messeage").await;
        drop(peer);
        let mut peer = accept(&listener).await;
        peer.let_in("second").await;
        let again = peer.asked("messeage").await;
        assert_eq!(again.data, lost.data);
        assert_eq!(again.data["nonce"].as_str().map(str::len), Some(32));
        peer.store(&again, 32).await;
        let third = peer.asked("messeage").await;
        assert_ne!(third.data["nonce"], again.data["nonce"]);
        peer.store(&third, 33).await;
    };
    let ((first, second, third), ()) = tokio::join!(send, serve);
    for (message, number) in [first, second, third].into_iter().zip(1..) {
        let message = message.expect("a message");
        assert_eq!((message.id, message.content), (id(30 + number), number.to_string()));
    }
}

#[tokio::test]
async fn a_message_that_is_put_off_is_not_overtaken() {
    let (account, _listener, mut peer) = logged_in().await;
    let send = async { tokio::join!(account.send(id(7), "1"), account.send(id(7), "2")) };
    let serve = async {
        for (error, code) in [(429, "rate_limited"), (500, "internal"), (503, "busy")] {
            let asked = peer.asked("messeage").await;
            assert_eq!(asked.data["content"], "1");
            let later =
                json!({"ok": false, "error": error, "code": code, "message": "", "retry_after_ms": 1});
            peer.acknowledge(&asked, later).await;
        }
        for number in 1..=2 {
            let asked = peer.asked("messeage").await;
            assert_eq!(asked.data["content"], number.to_string());
            peer.store(&asked, number).await;
        }
    };
    let ((first, second), ()) = tokio::join!(send, serve);
    assert_eq!((first.expect("a message").id, second.expect("a message").id), (id(1), id(2)));
}

#[tokio::test]
async fn a_refusal_is_an_answer_and_the_next_one_goes_on() {
    let (account, _listener, mut peer) = logged_in().await;
    let send = async {
        tokio::join!(account.send_with_nonce(id(7), "1", "mine"), account.read(id(9)), account.block(id(7)))
    };
    let serve = async {
        let asked = peer.asked("messeage").await;
        assert_eq!(asked.data["nonce"], "mine");
        let refusal = json!({"ok": false, "error": 404, "code": "not_found", "message": "Nobody."});
        peer.acknowledge(&asked, refusal).await;
        let asked = peer.asked("read").await;
        peer.acknowledge(&asked, json!({"ok": true, "messeage_id": 8, "date": "2026-01-02 03:04:05"})).await;
        let asked = peer.asked("block_user").await;
        assert_eq!(asked.data, json!({"user_id": 5, "blocked_id": 7}));
        peer.acknowledge(&asked, json!({"ok": true})).await;
    };
    let ((message, read, block), ()) = tokio::join!(send, serve);
    assert!(matches!(message, Err(Error::Refused(failed)) if failed.error == 404));
    assert_eq!(read.expect("how far").messeage_id, Some(id(8)));
    block.expect("a block");
}

#[tokio::test]
async fn a_call_that_stays_unanswered_is_tried_on_another_connection() {
    let (builder, listener) = account().await;
    let builder = builder.log_in("alice", "secret").timeout(Duration::from_millis(500));
    let account = builder.open().expect("an account");
    let serve = async {
        let mut silent = accept(&listener).await;
        silent.let_in("first").await;
        let lost = silent.asked("unlock_user").await;
        let mut peer = accept(&listener).await;
        peer.let_in("second").await;
        let again = peer.asked("unlock_user").await;
        assert_eq!(again.data, lost.data);
        peer.acknowledge(&again, json!({"ok": true})).await;
    };
    let (unblock, ()) = tokio::join!(account.unblock(id(7)), serve);
    unblock.expect("no block");
}

#[tokio::test]
async fn a_connection_that_is_not_logged_in_any_more_is_left() {
    let (account, listener, mut peer) = logged_in().await;
    let serve = async {
        let asked = peer.asked("messeage").await;
        let refusal =
            json!({"ok": false, "error": 401, "code": "unauthenticated", "message": "Log in again."});
        peer.acknowledge(&asked, refusal).await;
        let mut peer = accept(&listener).await;
        peer.let_in("second").await;
        let asked = peer.asked("messeage").await;
        peer.store(&asked, 1).await;
        peer.emit("auth", json!(false)).await;
        accept(&listener).await
    };
    let (message, _peer) = tokio::join!(account.send(id(7), "Hi"), serve);
    assert_eq!(message.expect("a message").id, id(1));
}

#[tokio::test]
async fn a_message_that_no_connection_survives_is_given_up() {
    let (account, listener, mut peer) = logged_in().await;
    let serve = async {
        for _ in 1..10 {
            peer.asked("messeage").await;
            drop(peer);
            peer = accept(&listener).await;
            peer.let_in("next").await;
        }
        peer.asked("messeage").await;
        drop(peer);
        let mut peer = accept(&listener).await;
        peer.let_in("last").await;
        let asked = peer.asked("messeage").await;
        assert_eq!(asked.data["content"], "harmless");
        peer.store(&asked, 2).await;
    };
    let send = async { tokio::join!(account.send(id(7), "deadly"), account.send(id(7), "harmless")) };
    let ((deadly, harmless), ()) = tokio::join!(send, serve);
    assert!(matches!(deadly, Err(Error::GaveUp)), "{deadly:?}");
    assert_eq!(harmless.expect("a message").id, id(2));
}

#[tokio::test]
async fn a_message_waits_for_the_first_connection_and_typing_does_not() {
    let (builder, listener) = account().await;
    let account = builder.log_in("alice", "secret").open().expect("an account");
    account.type_to(id(7));
    let serve = async {
        let mut peer = accept(&listener).await;
        peer.let_in("first").await;
        let asked = peer.asked("messeage").await;
        peer.store(&asked, 1).await;
        peer
    };
    let (message, mut peer) = tokio::join!(account.send(id(7), "Hi"), serve);
    message.expect("a message");
    assert!(matches!(next(&account).await, AccountEvent::Connected(_)));
    account.type_to(id(7));
    let typing = timeout(LONG, peer.hear("42")).await.expect("typing in time");
    assert_eq!(typing, r#"42["type",{"to_id":7,"user_id":5}]"#);
}
