//! What an account shows: the log in order, without a gap and without a double.

use serde_json::{Value, json};
use talker_client::{AccountEvent, Id, Seq};

use super::accounts::{entries, logged_in, next, session};
use super::peer::{accept, row};

fn page(numbers: impl IntoIterator<Item = u64>, head: u64, all: bool) -> Value {
    let entry = |seq| json!({"seq": seq, "event": "notified", "data": {"messeage_id": seq}});
    let events: Vec<Value> = numbers.into_iter().map(entry).collect();
    json!({"ok": true, "events": events, "head": head, "all": all})
}

fn seq(number: u64) -> Seq {
    Seq::new(number).expect("a number")
}

#[tokio::test]
async fn a_hole_is_filled_before_what_comes_after_it_is_shown() {
    let (account, _listener, mut peer) = logged_in().await;
    for seq in [1, 4] {
        peer.log(seq).await;
    }
    let asked = peer.asked("sync").await;
    assert_eq!(asked.data, json!({"user_id": 5, "after": 1, "limit": 100}));
    peer.log(5).await;
    peer.acknowledge(&asked, page([2, 3], 5, false)).await;
    let asked = peer.asked("sync").await;
    assert_eq!(asked.data["after"], 3);
    peer.acknowledge(&asked, page([4, 5], 5, true)).await;
    peer.log(6).await;
    entries(&account, 1..=6).await;
}

#[tokio::test]
async fn a_log_that_is_read_too_early_or_too_often_is_asked_again() {
    let (account, _listener, mut peer) = logged_in().await;
    peer.log(2).await;
    let asked = peer.asked("sync").await;
    peer.acknowledge(&asked, page([], 0, true)).await;
    let asked = peer.asked("sync").await;
    let busy =
        json!({"ok": false, "error": 429, "code": "rate_limited", "message": "Slower.", "retry_after_ms": 1});
    peer.acknowledge(&asked, busy).await;
    let asked = peer.asked("sync").await;
    peer.acknowledge(&asked, page([1, 2], 2, true)).await;
    entries(&account, 1..=2).await;
}

#[tokio::test]
async fn a_connection_that_cannot_fill_a_hole_is_left() {
    let (account, listener, mut peer) = logged_in().await;
    for seq in [1, 3] {
        peer.log(seq).await;
    }
    let asked = peer.asked("sync").await;
    let refusal = json!({"ok": false, "error": 401, "code": "unauthenticated", "message": "Log in again."});
    peer.acknowledge(&asked, refusal).await;
    let mut peer = accept(&listener).await;
    peer.let_in("second").await;
    assert_eq!(peer.auth["after"], 1);
    for seq in [2, 3] {
        peer.log(seq).await;
    }
    entries(&account, [1]).await;
    assert_eq!(next(&account).await, AccountEvent::Disconnected);
    assert_eq!(next(&account).await, AccountEvent::Connected(session("second")));
    entries(&account, [2, 3]).await;
}

#[tokio::test]
async fn a_pruned_log_is_said_and_the_stream_goes_on_after_it() {
    let (account, listener, mut peer) = logged_in().await;
    peer.emit("sync", json!({"gap": true, "head": 90})).await;
    peer.log(91).await;
    assert_eq!(next(&account).await, AccountEvent::Gap { head: seq(90) });
    assert_eq!(account.checkpoint().after, seq(90));
    entries(&account, [91]).await;
    drop(peer);
    let mut peer = accept(&listener).await;
    peer.let_in("second").await;
    assert_eq!(peer.auth["after"], 91);
}

#[tokio::test]
async fn an_echo_without_a_number_is_not_shown_and_typing_is() {
    let (account, _listener, mut peer) = logged_in().await;
    let sent = json!({"user_id": 5, "to_id": 7, "content": "again"});
    peer.emit("messeage", row(38, &sent)).await;
    peer.emit("typing", json!({"typer": 7, "typing": true})).await;
    let mut echo = row(39, &sent);
    echo["seq"] = json!(1);
    peer.emit("messeage", echo).await;
    assert!(matches!(next(&account).await, AccountEvent::Typing(typing) if typing.typing));
    entries(&account, [1]).await;
}

#[tokio::test]
async fn an_app_that_takes_nothing_misses_nothing() {
    const WHOLE: u64 = 1_500;
    let (account, _listener, mut peer) = logged_in().await;
    for seq in 1..=WHOLE {
        peer.log(seq).await;
    }
    // By the last of these acknowledgements everything was heard, and most of it queued.
    for id in 1..=20 {
        let send = account.send(Id::new(7).expect("an id"), "Hi");
        let store = async {
            let asked = peer.asked("messeage").await;
            peer.store(&asked, id).await;
        };
        tokio::join!(send, store).0.expect("a message");
    }
    let serve = async {
        loop {
            let asked = peer.asked("sync").await;
            let first = asked.data["after"].as_u64().expect("a number") + 1;
            let last = WHOLE.min(first + 99);
            peer.acknowledge(&asked, page(first..=last, WHOLE, last == WHOLE)).await;
            if last == WHOLE {
                break;
            }
        }
    };
    tokio::join!(serve, entries(&account, 1..=WHOLE));
}
