//! Typing: who sees it, and when it ends.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::databases::Backend;
use crate::harness::{all_caught_up, anna_and_benno, on_both_databases};
use crate::plain::Plain;
use crate::site::{NOBODY, hash_of};

/// How long one sign of typing lasts.
const LIFETIME: Duration = Duration::from_millis(1_500);

on_both_databases!(
    typing_starts_once_and_ends_a_while_after_the_last_sign,
    every_connection_of_the_other_one_sees_typing,
    typing_ends_with_the_message,
    typing_ends_with_the_session_of_whoever_typed_last,
    nobody_types_to_nobody,
    typing_leaves_no_trace,
    typing_is_not_shown_through_a_block_in_either_direction,
    typing_that_is_shown_ends_with_a_block,
);

async fn typing_starts_once_and_ends_a_while_after_the_last_sign(backend: Backend) {
    let (_server, mut a, mut b) = anna_and_benno(backend).await;
    let begun = Instant::now();
    a.act("type", &json!({"to_id": b.user})).await;
    assert_eq!(b.wait_for("typing").await, typing(&a, true));
    // Time itself is what this is about.
    sleep(LIFETIME / 2).await;
    let last = Instant::now();
    for _ in 0..3 {
        a.act("type", &json!({"to_id": b.user.to_string()})).await;
    }
    assert_eq!(b.wait_for("typing").await, typing(&a, false));
    assert!(last.elapsed() >= LIFETIME && begun.elapsed() >= LIFETIME * 3 / 2, "it ended too early");
    assert!(last.elapsed() < LIFETIME * 4, "it ended after {:?}", last.elapsed());
    a.act("type", &json!({"to_id": b.user})).await;
    assert_eq!(b.wait_for("typing").await, typing(&a, true), "and it can begin again");
    a.expect_nothing_more().await;
}

async fn every_connection_of_the_other_one_sees_typing(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let (mut other_a, mut other_b) = (a.another(&server).await, b.another(&server).await);
    let mut c = server.newcomer("carla").await;
    all_caught_up(&mut [&mut a, &mut other_a, &mut b, &mut other_b, &mut c]).await;
    a.act("type", &json!({"to_id": b.user})).await;
    for expected in [true, false] {
        for connection in [&mut b, &mut other_b] {
            assert_eq!(connection.wait_for("typing").await, typing(&a, expected));
        }
    }
    for connection in [&mut a, &mut other_a, &mut c, &mut b, &mut other_b] {
        connection.expect_nothing_more().await;
    }
}

/// If the message did not end it, the next sign would only make it last.
async fn typing_ends_with_the_message(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut other_a = a.another(&server).await;
    let mut c = server.newcomer("carla").await;
    all_caught_up(&mut [&mut a, &mut other_a, &mut b]).await;
    a.act("type", &json!({"to_id": b.user})).await;
    a.act("type", &json!({"to_id": c.user})).await;
    a.act("messeage", &json!({"to_id": b.user, "content": "hello"})).await;
    a.act("type", &json!({"to_id": b.user})).await;
    for expected in ["typing", "typing", "messeage", "typing"] {
        assert_eq!(b.next().await.0, expected);
    }
    assert_eq!(c.wait_for("typing").await, typing(&a, true));
    c.expect_nothing_more().await;
    other_a.settle().await;
    other_a.act("messeage", &json!({"to_id": b.user, "content": "from elsewhere"})).await;
    assert_eq!(b.wait_for("typing").await, typing(&a, false));
    b.hear(a.user, "from elsewhere").await;
    assert_eq!(c.wait_for("typing").await, typing(&a, false), "the other one saw it for the whole time");
}

/// By itself it would not end, since another connection keeps it going.
async fn typing_ends_with_the_session_of_whoever_typed_last(backend: Backend) {
    let (server, a, mut b) = anna_and_benno(backend).await;
    let to = json!({"to_id": b.user});
    for way in ["disconnect", "logout", "another login"] {
        let mut typist = a.another(&server).await;
        typist.act("type", &to).await;
        assert_eq!(b.wait_for("typing").await, typing(&a, true));
        let mut other = a.another(&server).await;
        assert_eq!(other.call_as_me("type", &to).await["ok"], true);
        leave(typist, way).await;
        sleep(LIFETIME / 3).await;
        b.expect_nothing_more().await;
        leave(other, way).await;
        assert_eq!(b.wait_for("typing").await, typing(&a, false), "{way}");
    }
}

async fn leave(mut typist: Plain, way: &str) {
    match way {
        "disconnect" => drop(typist),
        "logout" => typist.emit("logout", &Value::Null).await,
        _ => typist.become_user("benno", &hash_of("benno")).await,
    }
}

async fn nobody_types_to_nobody(backend: Backend) {
    let (_server, mut a, mut b) = anna_and_benno(backend).await;
    for to in [json!(NOBODY), json!(1)] {
        assert_eq!(a.refused("type", &json!({"to_id": to})).await, 404, "{to}");
    }
    for bad in [json!({}), json!({"to_id": 0}), json!({"to_id": "x"}), json!({"to_id": null})] {
        assert_eq!(a.refused("type", &bad).await, 400, "{bad}");
    }
    a.expect_nothing_more().await;
    b.expect_nothing_more().await;
}

async fn typing_leaves_no_trace(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    a.act("type", &json!({"to_id": b.user})).await;
    b.wait_for("typing").await;
    for connection in [&a, &b] {
        assert_eq!(server.contacts(connection).await, [Value::Null; 0]);
    }
    assert_eq!(server.history(&a, b.user).await, [Value::Null; 0]);
    b.wait_for("typing").await;
    let mut again = b.another(&server).await;
    again.catch_up().await;
    again.expect_nothing_more().await;
}

async fn typing_is_not_shown_through_a_block_in_either_direction(backend: Backend) {
    let (_server, mut a, mut b) = anna_and_benno(backend).await;
    b.block(a.user).await;
    a.act("type", &json!({"to_id": b.user})).await;
    b.act("type", &json!({"to_id": a.user})).await;
    for connection in [&mut a, &mut b] {
        connection.settle().await;
    }
    for connection in [&mut a, &mut b] {
        connection.expect_nothing_more().await;
    }
    b.unblock(a.user).await;
    a.act("type", &json!({"to_id": b.user})).await;
    assert_eq!(b.wait_for("typing").await, typing(&a, true));
    b.act("type", &json!({"to_id": a.user})).await;
    assert_eq!(a.wait_for("typing").await, typing(&b, true));
}

async fn typing_that_is_shown_ends_with_a_block(backend: Backend) {
    let (_server, mut a, mut b) = anna_and_benno(backend).await;
    a.act("type", &json!({"to_id": b.user})).await;
    b.act("type", &json!({"to_id": a.user})).await;
    assert_eq!(b.wait_for("typing").await["typing"], true);
    assert_eq!(a.wait_for("typing").await["typing"], true);
    b.block(a.user).await;
    assert_eq!(b.wait_for("typing").await, typing(&a, false));
    assert_eq!(a.wait_for("typing").await, typing(&b, false));
    a.act("type", &json!({"to_id": b.user})).await;
    a.expect_nothing_more().await;
    b.expect_nothing_more().await;
}

fn typing(typer: &Plain, typing: bool) -> Value {
    json!({"typer": typer.user, "typing": typing})
}
