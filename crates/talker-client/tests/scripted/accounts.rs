//! How an account gets in, again and again, and how it ends.

use std::time::Duration;

use serde_json::json;
use talker_client::{Account, AccountBuilder, AccountEvent, Checkpoint, Error, Id, Seq, Session, Transport};
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::peer::{ADDRESS, LONG, OPENED, Peer, accept, accept_with, listen, nothing_runs};

/// An account to be, and where its server is.
pub(crate) async fn account() -> (AccountBuilder, TcpListener) {
    let (listener, address) = listen().await;
    let builder = Account::builder(&format!("http://{address}")).transport(Transport::WebSocket);
    (builder.timeout(LONG), listener)
}

/// An account that has just logged in as user 5, and its server's end.
pub(crate) async fn logged_in() -> (Account, TcpListener, Peer) {
    let (builder, listener) = account().await;
    let account = builder.log_in("alice", "secret").open().expect("an account");
    let mut peer = accept(&listener).await;
    peer.let_in("first").await;
    assert!(matches!(next(&account).await, AccountEvent::Connected(_)));
    (account, listener, peer)
}

pub(crate) async fn next(account: &Account) -> AccountEvent {
    timeout(LONG, account.next_event()).await.expect("an event in time").expect("an event")
}

/// Takes entries of the log, which must have these numbers.
pub(crate) async fn entries(account: &Account, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        match next(account).await {
            AccountEvent::Logged(entry) => assert_eq!(entry.seq.get(), number),
            other => panic!("{other:?} in place of {number}"),
        }
    }
}

pub(crate) fn session(key: &str) -> Session {
    Session { id: Id::new(5).expect("an id"), client_address: key.into() }
}

fn checkpoint(key: &str, after: u64) -> Checkpoint {
    Checkpoint { session: Some(session(key)), spare: Vec::new(), after: Seq::new(after).expect("a number") }
}

#[tokio::test]
async fn a_lost_connection_is_resumed_after_what_was_shown() {
    let (account, listener, mut peer) = logged_in().await;
    assert_eq!(peer.auth, json!({"login": "alice", "hash": "secret", "after": 0}));
    for seq in [1, 2] {
        peer.log(seq).await;
    }
    entries(&account, [1, 2]).await;
    drop(peer);
    assert_eq!(next(&account).await, AccountEvent::Disconnected);
    let mut peer = accept(&listener).await;
    assert_eq!(peer.auth, json!(null), "resuming is not left to the handshake");
    peer.open("second").await;
    peer.resume("first", 2, Some("second")).await;
    for seq in [2, 3] {
        peer.log(seq).await;
    }
    assert_eq!(next(&account).await, AccountEvent::Connected(session("second")));
    entries(&account, [3]).await;
    drop(peer);
    let mut peer = accept(&listener).await;
    peer.open("third").await;
    peer.resume("second", 3, Some("third")).await;
}

#[tokio::test]
async fn a_session_taken_over_by_connections_that_broke_before_they_said_so_is_found() {
    let (account, listener, peer) = logged_in().await;
    drop(peer);
    for key in ["second", "third"] {
        let mut peer = accept(&listener).await;
        peer.open(key).await;
        peer.hear(r#"42["resume""#).await;
    }
    assert_eq!(account.checkpoint().spare, ["second".into(), "third".into()]);
    let mut peer = accept(&listener).await;
    peer.open("fourth").await;
    for key in ["first", "third", "second"] {
        peer.resume(key, 0, None).await;
    }
    // What the third had asked for was done only now.
    peer.resume("third", 0, Some("fourth")).await;
    assert_eq!(next(&account).await, AccountEvent::Disconnected);
    assert_eq!(next(&account).await, AccountEvent::Connected(session("fourth")));
    assert_eq!(account.checkpoint(), checkpoint("fourth", 0));
}

#[tokio::test]
async fn where_the_session_has_ended_the_login_is_used() {
    let (account, listener, mut peer) = logged_in().await;
    peer.log(1).await;
    entries(&account, [1]).await;
    drop(peer);
    let mut peer = accept(&listener).await;
    peer.open("second").await;
    peer.resume("first", 1, None).await;
    let mut peer = accept(&listener).await;
    assert_eq!(peer.auth, json!({"login": "alice", "hash": "secret", "after": 1}));
    peer.let_in("second").await;
    assert_eq!(next(&account).await, AccountEvent::Disconnected);
    assert_eq!(next(&account).await, AccountEvent::Connected(session("second")));
    assert_eq!(account.checkpoint(), checkpoint("second", 1));
}

#[tokio::test]
async fn where_nothing_lets_it_in_the_account_ends() {
    let (builder, listener) = account().await;
    let account = builder.resume(checkpoint("gone", 9)).open().expect("an account");
    let waiting = account.send(Id::new(7).expect("an id"), "Hi");
    let serve = async {
        let mut peer = accept(&listener).await;
        peer.open("key").await;
        peer.resume("gone", 9, None).await;
    };
    let (message, ()) = tokio::join!(waiting, serve);
    assert!(matches!(message, Err(Error::Disconnected)), "{message:?}");
    for _ in 0..2 {
        let end = account.next_event().await;
        assert!(matches!(end, Err(Error::LoginRefused | Error::Disconnected)), "{end:?}");
    }
    nothing_runs().await;
}

#[tokio::test]
async fn a_server_that_is_away_or_busy_is_tried_again() {
    let (builder, listener) = account().await;
    let account = builder.log_in("alice", "secret").open().expect("an account");
    drop(listener.accept().await.expect("a client"));
    let mut peer = accept(&listener).await;
    peer.say(&[OPENED, ADDRESS, r#"42["error",503]"#]).await;
    let mut peer = accept(&listener).await;
    peer.say(&[r#"44{"message":"house is full"}"#]).await;
    let mut peer = accept(&listener).await;
    peer.let_in("first").await;
    assert_eq!(next(&account).await, AccountEvent::Connected(session("first")));
}

#[tokio::test]
async fn a_server_that_falls_silent_is_left() {
    let (builder, listener) = account().await;
    let account = builder.log_in("alice", "secret").open().expect("an account");
    let handshake = r#"0{"sid":"s","upgrades":[],"pingInterval":150,"pingTimeout":150,"maxPayload":100000}"#;
    let mut silent = accept_with(&listener, handshake).await;
    silent.let_in("first").await;
    let mut peer = accept(&listener).await;
    peer.let_in("second").await;
    for event in [
        AccountEvent::Connected(session("first")),
        AccountEvent::Disconnected,
        AccountEvent::Connected(session("second")),
    ] {
        assert_eq!(next(&account).await, event);
    }
}

#[tokio::test]
async fn an_app_goes_on_after_what_it_has_taken() {
    let (account, _listener, mut peer) = logged_in().await;
    for seq in 1..=3 {
        peer.log(seq).await;
    }
    entries(&account, [1, 2]).await;
    let kept = serde_json::to_string(&account.checkpoint()).expect("JSON");
    drop(account);
    peer.hear("41").await;

    let (builder, listener) = self::account().await;
    let checkpoint = serde_json::from_str(&kept).expect("a checkpoint");
    let account = builder.resume(checkpoint).open().expect("an account");
    let mut peer = accept(&listener).await;
    peer.open("second").await;
    peer.resume("first", 2, Some("second")).await;
    peer.log(3).await;
    next(&account).await;
    entries(&account, [3]).await;
    assert_eq!(account.checkpoint(), self::checkpoint("second", 3));
}

#[tokio::test]
async fn a_dropped_account_leaves_nothing_behind() {
    let (account, _listener, mut peer) = logged_in().await;
    drop(account);
    peer.hear("41").await;
    peer.close().await;
    nothing_runs().await;

    let (builder, listener) = self::account().await;
    drop(listener);
    drop(builder.log_in("alice", "secret").open().expect("an account"));
    nothing_runs().await;
}

#[tokio::test]
async fn who_cannot_get_in_is_told_at_once() {
    let builder = || Account::builder("http://127.0.0.1:8080").timeout(Duration::from_secs(1));
    assert!(matches!(builder().open(), Err(Error::NotLoggedIn)));
    let nowhere = Account::builder("127.0.0.1").log_in("alice", "secret").open();
    assert!(matches!(nowhere, Err(Error::Address(_))));
}
