//! Calls that wait for an acknowledgement.

use std::time::Duration;

use serde_json::json;
use talker_client::{Error, Id, Seq, SyncAnswer, Talker, Transport};

use super::peer::{LONG, Peer, accept, listen, row};

/// A client that is logged in as user 5, and its server's end.
async fn pair(patience: Duration) -> (Talker, Peer) {
    let (listener, address) = listen().await;
    let serve = async {
        let mut peer = accept(&listener).await;
        peer.let_in("key").await;
        peer
    };
    let builder = Talker::builder(&format!("http://{address}")).transport(Transport::WebSocket);
    let builder = builder.log_in("alice", "secret").timeout(patience);
    let (client, peer) = tokio::join!(builder.connect(), serve);
    (client.expect("a connection"), peer)
}

fn id(number: u64) -> Id {
    Id::new(number).expect("an id")
}

#[tokio::test]
async fn a_call_gives_what_the_server_acknowledges() {
    let (client, mut peer) = pair(LONG).await;
    let serve = async {
        let asked = peer.asked("messeage").await;
        assert_eq!(asked.data["nonce"], "n");
        peer.emit("messeage", row(38, &asked.data)).await;
        peer.store(&asked, 38).await;
        let asked = peer.asked("sync").await;
        assert_eq!(asked.data, json!({"user_id": 5, "after": 3, "limit": 100}));
        peer.acknowledge(&asked, json!({"ok": true, "gap": true, "head": 9})).await;
    };
    let call = async {
        let message = client.send_with_nonce(id(7), "Hi", "n").await.expect("a message");
        assert_eq!((message.id, message.content.as_str()), (id(38), "Hi"));
        let answer = client.sync(Seq::new(3).expect("a number"), Some(id(100))).await.expect("an answer");
        assert!(matches!(answer, SyncAnswer::Gap(gap) if gap.head.get() == 9));
    };
    tokio::join!(serve, call);
}

#[tokio::test]
async fn a_refused_call_says_why() {
    let (client, mut peer) = pair(LONG).await;
    let serve = async {
        let asked = peer.asked("messeage").await;
        let refusal = json!({"ok": false, "error": 409, "code": "conflict", "message": "Used."});
        peer.acknowledge(&asked, refusal).await;
    };
    let (refusal, ()) = tokio::join!(client.send_with_nonce(id(7), "Hi", "n"), serve);
    assert!(matches!(refusal, Err(Error::Refused(failed)) if failed.error == 409));
}

#[tokio::test]
async fn calls_take_turns() {
    let (client, mut peer) = pair(LONG).await;
    let serve = async {
        for id in 1..=50 {
            let asked = peer.asked("messeage").await;
            assert_eq!(asked.data["content"], id.to_string());
            // An event more, and it would overtake the acknowledgement.
            peer.emit("error", json!(429)).await;
            peer.store(&asked, id).await;
        }
    };
    let call = async {
        let calls = (1..=50).map(|number| client.send_with_nonce(id(7), number.to_string(), "n"));
        for (message, number) in futures_util::future::join_all(calls).await.into_iter().zip(1..) {
            assert_eq!(message.expect("a message").id, id(number));
        }
    };
    tokio::join!(serve, call);
}

#[tokio::test]
async fn a_late_acknowledgement_gives_the_turn_on() {
    let (client, mut peer) = pair(Duration::from_millis(300)).await;
    let late = client.send_with_nonce(id(7), "late", "n").await;
    assert!(matches!(late, Err(Error::TimedOut)), "{late:?}");
    let serve = async {
        let asked = peer.asked("messeage").await;
        peer.store(&asked, 1).await;
        let asked = peer.asked("messeage").await;
        peer.store(&asked, 2).await;
    };
    let (message, ()) = tokio::join!(client.send_with_nonce(id(7), "next", "m"), serve);
    assert_eq!(message.expect("a message").id, id(2));
}

#[tokio::test]
async fn the_end_of_the_connection_is_the_end_of_its_calls() {
    for goodbye in ["cut", "disconnect packet"] {
        let (client, mut peer) = pair(Duration::from_mins(1)).await;
        let serve = async {
            peer.asked("messeage").await;
            if goodbye == "cut" {
                drop(peer);
                None
            } else {
                peer.say(&["41"]).await;
                Some(peer)
            }
        };
        let calls = async {
            tokio::join!(client.send_with_nonce(id(7), "Hi", "n"), client.send_with_nonce(id(7), "Hi", "m"))
        };
        let (calls, _peer) = tokio::join!(tokio::time::timeout(LONG, calls), serve);
        let (first, second) = calls.expect("an end in time");
        assert!(matches!(first, Err(Error::Disconnected)), "{goodbye}: {first:?}");
        assert!(matches!(second, Err(Error::Disconnected)), "{goodbye}: {second:?}");
    }
}
