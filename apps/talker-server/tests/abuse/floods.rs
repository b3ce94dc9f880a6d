//! Too much at once: what a connection may not, its sender is told; nobody else waits for it.

use serde_json::Value;

use super::door::{Door, KINDS, Kind};
use super::{Scene, error};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::inbox::Inbox as _;
use crate::plain::Plain;

on_both_databases!(
    a_flood_of_messages_is_stored_in_order_or_answered_by_429,
    a_flood_of_rubbish_is_answered_piece_by_piece,
);

/// How many events come at once: far more than an inbox holds.
const FLOOD: usize = 5_000;

async fn a_flood_of_messages_is_stored_in_order_or_answered_by_429(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    for kind in KINDS {
        let mut door = Door::log_in(&scene.server, kind, &scene.mallory).await;
        let message = |number| {
            let data = format!(r#"{{"user_id":<me>,"to_id":<you>,"content":"{number}"}}"#);
            kind.wrap(r#""messeage""#, Some(&scene.fill_in(&data)))
        };
        let messages: Vec<_> = (0..FLOOD).map(message).collect();
        door.send_all(&messages).await;
        scene.chat().await;

        let (mut stored, mut refused) = (vec![], 0);
        while stored.len() + refused < FLOOD {
            match door.next().await {
                (event, row) if event == "messeage" => stored.push(row),
                event => {
                    assert_eq!(event, error(429), "{kind:?}");
                    refused += 1;
                }
            }
        }
        door.expect_nothing_more().await;
        if kind == Kind::Plain {
            assert_eq!(refused, 0, "a plain WebSocket is read when there is room");
        }
        let numbers: Vec<usize> = stored.iter().map(number_of).collect();
        assert!(numbers.is_sorted_by(|one, other| one < other), "{kind:?}: out of order: {numbers:?}");

        let mut victim = Plain::log_in(&scene.server, &scene.victim).await;
        for row in &stored {
            assert_eq!(&victim.wait_for("messeage").await, row, "{kind:?}");
        }
        victim.expect_nothing_more().await;
        scene.expect_peace().await;
    }
}

fn number_of(row: &Value) -> usize {
    row["content"].as_str().and_then(|content| content.parse().ok()).expect("a number")
}

async fn a_flood_of_rubbish_is_answered_piece_by_piece(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    for kind in KINDS {
        let mut door = Door::log_in(&scene.server, kind, &scene.mallory).await;
        let rubbish = vec![kind.wrap(r#""rubbish""#, Some("[]")); FLOOD];
        door.send_all(&rubbish).await;
        scene.chat().await;
        let mut refused = 0;
        for _ in 0..FLOOD {
            let answer = door.next().await;
            assert!([error(400), error(429)].contains(&answer), "{kind:?}: {answer:?}");
            refused += usize::from(answer == error(429));
        }
        if kind == Kind::Plain {
            assert_eq!(refused, 0, "a plain WebSocket is read when there is room");
        }
        door.expect_nothing_more().await;
        scene.expect_peace().await;
    }
    scene.expect_nothing_stored().await;
}
