//! How a connection begins and ends.

use std::net::SocketAddr;

use serde_json::json;
use talker_client::{Error, Event, Id, Message, Seq, Session, Talker, Transport};
use tokio::time::timeout;

use super::peer::{ADDRESS, LONG, OPENED, Peer, accept, accept_with, listen, nothing_runs};

async fn connect(address: SocketAddr) -> Result<Talker, Error> {
    let builder = Talker::builder(&format!("http://{address}")).transport(Transport::WebSocket);
    builder.timeout(LONG).connect().await
}

/// A client that is connected, and its server's end.
async fn pair() -> (Talker, Peer) {
    let (listener, address) = listen().await;
    let serve = async {
        let mut peer = accept(&listener).await;
        peer.say(&[OPENED, ADDRESS]).await;
        peer
    };
    let (client, peer) = tokio::join!(connect(address), serve);
    (client.expect("a connection"), peer)
}

#[tokio::test]
async fn connecting_gives_the_connections_key() {
    let (client, _peer) = pair().await;
    assert_eq!(client.address().0, "key");
}

#[tokio::test]
async fn a_refused_connection_says_why() {
    let (listener, address) = listen().await;
    let serve = async {
        let mut peer = accept(&listener).await;
        peer.say(&[r#"44{"message":"house is full"}"#]).await;
        peer
    };
    let (refusal, _peer) = tokio::join!(connect(address), serve);
    match refusal {
        Err(Error::Rejected(why)) => assert!(why.contains("house is full"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_handshake_login_is_answered_on_connecting() {
    let (listener, address) = listen().await;
    let serve = async {
        let mut peer = accept(&listener).await;
        assert_eq!(peer.auth, json!({"login": "alice", "hash": "secret"}));
        peer.say(&[OPENED, ADDRESS, r#"42["login",{"id":5,"clientAddress":"key"}]"#]).await;
        peer
    };
    let builder = Talker::builder(&format!("http://{address}")).transport(Transport::WebSocket);
    let (client, _peer) = tokio::join!(builder.log_in("alice", "secret").connect(), serve);
    let client = client.expect("a connection");
    assert_eq!(client.session().map(|session| session.id.get()), Some(5));
}

#[tokio::test]
async fn a_refused_login_is_an_error_and_the_connection_goes_on() {
    let (mut client, mut peer) = pair().await;
    let serve = async {
        assert_eq!(peer.hear("42").await, r#"42["login",{"hash":"wrong","login":"alice"}]"#);
        peer.say(&[r#"42["login",false]"#]).await;
        peer.hear("42").await;
        peer.say(&[r#"42["error",503]"#]).await;
    };
    let log_in_twice = async {
        let refusal = client.log_in("alice", "wrong").await;
        assert!(matches!(refusal, Err(Error::LoginRefused)), "{refusal:?}");
        let refusal = client.log_in("alice", "right").await;
        assert!(matches!(refusal, Err(Error::Answered(503))), "{refusal:?}");
    };
    tokio::join!(serve, log_in_twice);
    assert!(matches!(client.read(Id::new(1).expect("an id")).await, Err(Error::NotLoggedIn)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_keep_the_order_in_which_they_were_sent() {
    let (mut client, mut peer) = pair().await;
    let serve = async {
        for id in 1..=2_000 {
            let row = format!(
                r#"42["messeage",{{"id":{id},"from_user":5,"to_user":6,"content":"x","content_type":"text","init_date":"2026-01-02 03:04:05","readen":null,"notified":0}}]"#
            );
            peer.say(&[&row, r#"42["error",429]"#]).await;
        }
    };
    let receive = async {
        for id in 1..=2_000 {
            let message: Message = client.receive().await.expect("a message");
            assert_eq!(message.id.get(), id);
            assert_eq!(client.next_event().await, Some(Event::Error(429)));
        }
    };
    tokio::join!(serve, receive);
}

#[tokio::test]
async fn the_end_is_told_however_it_comes() {
    for goodbye in ["close frame", "cut", "disconnect packet", "not socket.io"] {
        let (mut client, mut peer) = pair().await;
        peer.say(&[r#"42["auth",false]"#]).await;
        let kept = match goodbye {
            "close frame" => {
                peer.close().await;
                None
            }
            "cut" => {
                drop(peer);
                None
            }
            "disconnect packet" => {
                peer.say(&["41"]).await;
                Some(peer)
            }
            _ => {
                peer.say(&["gibberish"]).await;
                Some(peer)
            }
        };
        assert_eq!(client.next_event().await, Some(Event::NotLoggedIn), "{goodbye}");
        let end = timeout(LONG, client.next_event()).await;
        assert_eq!(end, Ok(Some(Event::Disconnected)), "{goodbye}");
        assert_eq!(client.next_event().await, None, "{goodbye}");
        assert!(matches!(client.log_out().await, Err(Error::Disconnected)), "{goodbye}");
        drop(kept);
    }
}

#[tokio::test]
async fn the_server_is_told_goodbye() {
    let (client, mut peer) = pair().await;
    client.disconnect().await;
    peer.hear("41").await;

    let (client, mut peer) = pair().await;
    drop(client);
    peer.hear("41").await;
}

#[tokio::test]
async fn an_ended_connection_leaves_nothing_behind() {
    let (client, peer) = pair().await;
    drop(client);
    peer.close().await;

    let (mut client, peer) = pair().await;
    drop(peer);
    client.wait_for(|event| *event == Event::Disconnected).await.expect("the end");

    nothing_runs().await;
}

#[tokio::test]
async fn a_session_is_resumed_by_handshake_and_on_an_open_connection() {
    let (listener, address) = listen().await;
    let serve = async {
        let mut peer = accept(&listener).await;
        assert_eq!(peer.auth, json!({"user_id": 5, "clientAddress": "old", "after": 17}));
        peer.let_in("new").await;
        let asked = peer.hear("42").await;
        assert_eq!(asked, r#"42["resume",{"clientAddress":"new","user_id":5}]"#);
        peer.emit("login", json!({"id": 5, "clientAddress": "newest"})).await;
        peer.hear("42").await;
        peer.emit("login", json!(false)).await;
        peer
    };
    let session = Session { id: Id::new(5).expect("an id"), client_address: "old".into() };
    let seq = Seq::new(17).expect("a number");
    let resume = async {
        let builder = Talker::builder(&format!("http://{address}")).transport(Transport::WebSocket);
        let mut client = builder.resume(&session).after(seq).connect().await.expect("a session");
        let session = client.session().expect("a session").clone();
        assert_eq!(session.client_address.0, "new");
        let session = client.resume(&session, None).await.expect("a session");
        assert_eq!(session.client_address.0, "newest");
        let refusal = client.resume(&session, Some(seq)).await;
        assert!(matches!(refusal, Err(Error::LoginRefused)), "{refusal:?}");
    };
    tokio::join!(serve, resume);
}

#[tokio::test]
async fn a_server_that_falls_silent_is_noticed() {
    let (listener, address) = listen().await;
    let handshake = r#"0{"sid":"s","upgrades":[],"pingInterval":150,"pingTimeout":150,"maxPayload":100000}"#;
    let serve = async {
        let mut peer = accept_with(&listener, handshake).await;
        peer.say(&[OPENED, ADDRESS, "2"]).await;
        peer
    };
    let (client, peer) = tokio::join!(connect(address), serve);
    let end = timeout(LONG, client.expect("a connection").next_event()).await;
    assert_eq!(end, Ok(Some(Event::Disconnected)));
    nothing_runs().await;
    drop(peer);
}
