//! Clients that take nothing of what they are sent: they are let go, and nobody waits for them.

use futures_util::SinkExt as _;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::Scene;
use super::door::{Door, KINDS, Kind};
use super::streams::{hear, narrow};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::plain::Plain;
use crate::site::{Person, Site};

on_both_databases!(a_client_that_stops_reading_is_let_go_and_its_messages_wait,);

/// How many messages come for somebody who takes none, and of how many characters: more than any buffer on the way holds.
const MESSAGES: usize = 2_600;
const LENGTH: usize = 4_000;

/// How many of them are under way at once.
const WINDOW: usize = 50;

/// What stays open while nobody reads.
pub(super) struct Stuck {
    pub(super) key: String,
    _connection: Box<dyn Send>,
}

async fn a_client_that_stops_reading_is_let_go_and_its_messages_wait(backend: Backend) {
    for kind in KINDS {
        let mut scene = Scene::start(backend).await;
        let stuck = stuck(&scene.server, kind, &scene.victim).await;
        let mut sender = Plain::log_in(&scene.server, &scene.mallory).await;
        let (mut rows, mut handed) = send_many(&mut sender, scene.victim.id).await;
        scene.server.until_dead(scene.victim.id, &stuck.key).await;
        // What its buffer took at last is noted at its end.
        hear_out(&mut sender, &mut rows, &mut handed).await;
        scene.expect_peace().await;

        assert!(handed.len() < MESSAGES, "{kind:?}: more was handed over than there is room for");
        let mut again = Plain::log_in(&scene.server, &scene.victim).await;
        for row in rows.iter().filter(|row| !handed.contains(&row["id"])) {
            assert_eq!(&again.wait_for("messeage").await, row, "{kind:?}");
        }
        again.expect_nothing_more().await;
        expect_history(&scene.server, &again, scene.mallory.id, &rows).await;
    }
}

/// Sends everything, and returns the rows and the ids of those that were handed over.
async fn send_many(sender: &mut Plain, to: u64) -> (Vec<Value>, Vec<Value>) {
    let filler = "x".repeat(LENGTH);
    let (mut rows, mut handed) = (vec![], vec![]);
    for number in 0..MESSAGES {
        sender.act("messeage", &json!({"to_id": to, "content": format!("{number} {filler}")})).await;
        while rows.len() + WINDOW <= number {
            sort(sender.next().await, &mut rows, &mut handed);
        }
    }
    hear_out(sender, &mut rows, &mut handed).await;
    (rows, handed)
}

/// Hears all that is noted by now: it is noted before what is noted of this.
async fn hear_out(sender: &mut Plain, rows: &mut Vec<Value>, handed: &mut Vec<Value>) {
    let note = sender.say(sender.user, "that was all").await;
    while handed.last() != Some(&note["id"]) {
        sort(sender.next().await, rows, handed);
    }
    handed.pop();
}

fn sort((event, mut data): (String, Value), rows: &mut Vec<Value>, handed: &mut Vec<Value>) {
    match event.as_str() {
        "messeage" => rows.push(data),
        "notified" => handed.push(data["messeage_id"].take()),
        _ => panic!("{event} {data}"),
    }
}

/// Somebody who logs in and then reads no more.
pub(super) async fn stuck(site: &Site, kind: Kind, person: &Person) -> Stuck {
    if kind == Kind::Polling {
        let door = Door::log_in(site, kind, person).await;
        door.stop_reading();
        return Stuck { key: door.key.clone(), _connection: Box::new(door) };
    }
    let mut stream = narrow(site, kind).await;
    let login = json!({"login": person.username, "hash": person.hash}).to_string();
    stream.send(Message::text(kind.wrap(r#""login""#, Some(&login)))).await.expect("a packet that goes out");
    let answer = hear(&mut stream, "clientAddress").await;
    let key =
        answer.split(r#""clientAddress":""#).nth(1).and_then(|rest| rest.split('"').next()).expect("a key");
    Stuck { key: key.to_owned(), _connection: Box::new(stream) }
}

/// All of it is in the history.
async fn expect_history(site: &Site, plain: &Plain, with: u64, rows: &[Value]) {
    let mut left: Vec<&Value> = rows.iter().collect();
    while let Some(newest) = left.last() {
        let page =
            site.ask(plain, "/messeages", &json!({"with_id": with, "from_messeage": newest["id"]})).await;
        for row in page["messeages"].as_array().expect("rows") {
            assert_eq!(Some(&row["id"]), left.pop().map(|row| &row["id"]));
        }
    }
}
