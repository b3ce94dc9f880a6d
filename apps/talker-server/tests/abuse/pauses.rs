//! Clients that read nothing for a while: whatever others do meanwhile, they stay, and get all of it when they read on.

use std::time::Duration;

use futures_util::SinkExt as _;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::Scene;
use super::door::{Kind, unwrap};
use super::streams::{hear, narrow, next_text};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::plain::Plain;
use crate::site::Person;

on_both_databases!(
    whoever_pauses_while_messages_come_gets_all_of_them,
    whoever_pauses_gets_also_what_another_of_his_connections_took_meanwhile,
    whoever_catches_up_is_not_disturbed_by_what_others_do,
    whoever_reads_his_log_by_himself_gets_the_rest_with_its_numbers,
);

/// How many messages come for somebody who reads none, and of how many characters: more than any buffer on the way holds.
const MESSAGES: usize = 2_600;
const LENGTH: usize = 4_000;

/// How many of them are under way at once.
const WINDOW: usize = 50;

async fn whoever_pauses_while_messages_come_gets_all_of_them(backend: Backend) {
    for (kind, after) in ways() {
        let scene = Scene::start(backend).await;
        let mut paused = log_in(&scene, kind, &scene.victim, after).await;
        let mut sender = Plain::log_in(&scene.server, &scene.mallory).await;
        let rows = send_many(&mut sender, scene.victim.id).await;
        expect_rows(&mut paused, kind, &rows).await;
        expect_open(&mut paused, kind).await;
    }
}

async fn whoever_pauses_gets_also_what_another_of_his_connections_took_meanwhile(backend: Backend) {
    for kind in [Kind::Plain, Kind::SocketIo] {
        let scene = Scene::start(backend).await;
        let mut paused = log_in(&scene, kind, &scene.victim, None).await;
        let mut reading = Plain::log_in(&scene.server, &scene.victim).await;
        let all_read = tokio::spawn(async move {
            for _ in 0..MESSAGES {
                reading.wait_for("messeage").await;
            }
        });
        let mut sender = Plain::log_in(&scene.server, &scene.mallory).await;
        let mut rows = send_many(&mut sender, scene.victim.id).await;
        all_read.await.expect("the other connection gets everything");
        expect_rows(&mut paused, kind, &rows).await;
        rows.push(sender.say(scene.victim.id, "one more").await);
        expect_rows(&mut paused, kind, &rows[MESSAGES..]).await;
        expect_open(&mut paused, kind).await;
    }
}

async fn whoever_catches_up_is_not_disturbed_by_what_others_do(backend: Backend) {
    for (kind, after) in ways() {
        let mut scene = Scene::start(backend).await;
        let mut sender = Plain::log_in(&scene.server, &scene.mallory).await;
        let mut rows = send_many(&mut sender, scene.victim.id).await;
        let mut paused = log_in(&scene, kind, &scene.victim, after).await;
        // Much of what waited is handed over, and the buffer is full.
        assert!(sender.wait_for("notified").await.is_object());
        let stranger = &mut scene.bystanders.anna;
        stranger.act("type", &json!({"to_id": scene.victim.id})).await;
        stranger.settle().await;
        rows.push(sender.say(scene.victim.id, "one more").await);
        expect_rows(&mut paused, kind, &rows).await;
        expect_open(&mut paused, kind).await;
    }
}

/// How long somebody reads nothing.
const PAUSE: Duration = Duration::from_secs(1);

async fn whoever_reads_his_log_by_himself_gets_the_rest_with_its_numbers(backend: Backend) {
    for kind in [Kind::Plain, Kind::SocketIo] {
        let scene = Scene::start(backend).await;
        let mut sender = Plain::log_in(&scene.server, &scene.mallory).await;
        send_many(&mut sender, scene.victim.id).await;
        let mut paused = log_in(&scene, kind, &scene.victim, None).await;
        let known = MESSAGES - 10;
        let sync = json!({"user_id": scene.victim.id, "after": known}).to_string();
        let asked = kind.wrap(r#""sync""#, Some(&sync));
        paused.send(Message::text(asked)).await.expect("a packet that goes out");
        // Nothing is read while the answer waits behind what was sent before, and more comes.
        sleep(PAUSE).await;
        let live = sender.say(scene.victim.id, "live").await;
        let rows = send_many(&mut sender, scene.victim.id).await;
        let answer = loop {
            if let (event, answer) = unwrap(kind, &next_text(&mut paused).await)
                && event == "sync"
            {
                break answer;
            }
        };
        let head = answer["head"].as_u64().expect("a head");
        assert!(head >= MESSAGES as u64);
        let expected = [live].into_iter().chain(rows).zip(MESSAGES as u64 + 1..);
        for (row, seq) in expected.skip_while(|(_, seq)| *seq <= head) {
            let message = next_message(&mut paused, kind).await;
            assert_eq!((&message["id"], &message["seq"]), (&row["id"], &json!(seq)), "{kind:?}");
        }
        expect_open(&mut paused, kind).await;
    }
}

/// Which door, and what of his log the client knows, if he follows it.
fn ways() -> [(Kind, Option<u64>); 4] {
    [Kind::Plain, Kind::SocketIo]
        .map(|kind| [(kind, None), (kind, Some(0))])
        .concat()
        .try_into()
        .expect("four")
}

async fn log_in(
    scene: &Scene,
    kind: Kind,
    person: &Person,
    after: Option<u64>,
) -> WebSocketStream<TcpStream> {
    let mut stream = narrow(&scene.server, kind).await;
    let mut login = json!({"login": person.username, "hash": person.hash});
    if let Some(after) = after {
        login["after"] = after.into();
    }
    stream
        .send(Message::text(kind.wrap(r#""login""#, Some(&login.to_string()))))
        .await
        .expect("a packet that goes out");
    hear(&mut stream, "clientAddress").await;
    stream
}

/// Sends everything, and returns the rows.
async fn send_many(sender: &mut Plain, to: u64) -> Vec<Value> {
    let filler = "x".repeat(LENGTH);
    let mut rows = vec![];
    for number in 0..MESSAGES {
        sender.act("messeage", &json!({"to_id": to, "content": format!("{number} {filler}")})).await;
        if number >= WINDOW {
            rows.push(sender.wait_for("messeage").await);
        }
    }
    while rows.len() < MESSAGES {
        rows.push(sender.wait_for("messeage").await);
    }
    rows
}

/// All of the messages come, once and in their order.
async fn expect_rows(stream: &mut WebSocketStream<TcpStream>, kind: Kind, rows: &[Value]) {
    for (place, row) in rows.iter().enumerate() {
        let came = next_message(stream, kind).await;
        let its_place = rows.iter().position(|row| row["id"] == came["id"]);
        assert_eq!(its_place, Some(place), "{kind:?}: {} should have come", row["id"]);
    }
}

async fn next_message(stream: &mut WebSocketStream<TcpStream>, kind: Kind) -> Value {
    loop {
        let (event, data) = unwrap(kind, &next_text(stream).await);
        if event == "messeage" {
            return data;
        }
    }
}

/// The connection is still there, and no message came twice.
async fn expect_open(stream: &mut WebSocketStream<TcpStream>, kind: Kind) {
    let unknown = kind.wrap(r#""no such event""#, Some("{}"));
    stream.send(Message::text(unknown)).await.expect("an open connection");
    loop {
        match unwrap(kind, &next_text(stream).await) {
            (event, _) if event == "messeage" => panic!("{kind:?}: a message came twice"),
            (event, data) if event == "error" => return assert_eq!(data, 400),
            _ => {}
        }
    }
}
