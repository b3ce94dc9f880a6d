//! The doors together: two people, each by the official JavaScript client, a plain WebSocket and the Rust client at once.

#[path = "doors/agent.rs"]
mod agent;
#[path = "doors/rust_client.rs"]
mod rust_client;
#[path = "doors/seats.rs"]
mod seats;

use serde_json::{Value, json};
use talker_client::Transport;

use crate::databases::Backend;
use crate::harness::{TestServer, on_both_databases};
use crate::inbox::Inbox as _;
use crate::site::Person;
use seats::Seat;

on_both_databases!(
    everything_arrives_at_every_door,
    everything_arrives_at_every_door_when_their_transports_change_places,
    everything_arrives_at_every_door_after_an_upgrade,
);

async fn everything_arrives_at_every_door(backend: Backend) {
    everything_arrives(backend, "websocket", Transport::Polling).await;
}

async fn everything_arrives_at_every_door_when_their_transports_change_places(backend: Backend) {
    everything_arrives(backend, "polling", Transport::WebSocket).await;
}

async fn everything_arrives_at_every_door_after_an_upgrade(backend: Backend) {
    everything_arrives(backend, "upgrade", Transport::Any).await;
}

/// Anna and Benno, and where they sit.
struct Table {
    anna: Person,
    benno: Person,
    annas: [Seat; 3],
    bennos: [Seat; 3],
}

async fn everything_arrives(backend: Backend, javascript: &str, rust: Transport) {
    let server = TestServer::start(backend).await;
    let (anna, benno) = (server.person("anna").await, server.person("benno").await);
    let annas = Seat::each(&server, &anna, javascript, rust).await;
    let bennos = Seat::each(&server, &benno, javascript, rust).await;
    let mut table = Table { anna, benno, annas, bennos };
    for place in 0..3 {
        table.talk(place).await;
        table.block(place).await;
        table.note(place).await;
    }
    for place in 0..3 {
        table.log_out(place).await;
    }
}

impl Table {
    /// Anna types and writes here, Benno reads there.
    async fn talk(&mut self, place: usize) {
        let Self { anna, benno, annas, bennos } = self;
        annas[place].emit("type", &json!({"user_id": anna.id, "to_id": benno.id})).await;
        all_hear(bennos, "typing", &json!({"typer": anna.id, "typing": true})).await;
        let content = format!("hello from place {place} 😀");
        let message = json!({"user_id": anna.id, "to_id": benno.id, "content": content});
        annas[place].emit("messeage", &message).await;
        all_hear(bennos, "typing", &json!({"typer": anna.id, "typing": false})).await;
        let echo = annas[place].wait_for("messeage").await;
        assert_eq!(echo["content"], content);
        let [here, there] = others(annas, place);
        for seat in [here, there].into_iter().chain(bennos.iter_mut()) {
            assert_eq!(seat.wait_for("messeage").await, echo, "{}", seat.name());
        }
        all_hear(annas, "notified", &json!({"messeage_id": echo["id"]})).await;

        bennos[place].emit("read", &json!({"user_id": benno.id, "messeage_id": echo["id"]})).await;
        let receipt = annas[place].wait_for("read").await;
        assert_eq!(receipt["messeage_id"], echo["id"]);
        let [here, there] = others(annas, place);
        for seat in [here, there].into_iter().chain(others(bennos, place)) {
            assert_eq!(seat.wait_for("read").await, receipt, "{}", seat.name());
        }
        self.expect_silence().await;
    }

    /// Benno blocks here and unblocks there; Anna notices nothing.
    async fn block(&mut self, place: usize) {
        let Self { anna, benno, annas, bennos } = self;
        let block = json!({"user_id": benno.id, "blocked_id": anna.id});
        bennos[place].emit("block_user", &block).await;
        bennos[place].expect_nothing_more().await;
        let message = json!({"user_id": anna.id, "to_id": benno.id, "content": "can you hear me?"});
        annas[place].emit("messeage", &message).await;
        for seat in annas {
            assert_eq!(seat.wait_for("messeage").await["notified"], 0, "{}", seat.name());
        }
        bennos[(place + 1) % 3].emit("unlock_user", &block).await;
        self.expect_silence().await;
    }

    /// Benno writes to himself.
    async fn note(&mut self, place: usize) {
        let Self { benno, bennos, .. } = self;
        let note = json!({"user_id": benno.id, "to_id": benno.id, "content": "milk"});
        bennos[place].emit("messeage", &note).await;
        let id = bennos[place].wait_for("messeage").await["id"].take();
        for seat in others(bennos, place) {
            assert_eq!(seat.wait_for("messeage").await["id"], id, "{}", seat.name());
        }
        all_hear(bennos, "notified", &json!({"messeage_id": id})).await;
        self.expect_silence().await;
    }

    /// Benno logs out here, and hears no more here; elsewhere he does.
    async fn log_out(&mut self, place: usize) {
        let Self { anna, benno, annas, bennos } = self;
        bennos[place].emit("logout", &json!({})).await;
        bennos[place].expect_nothing_more().await;
        bennos[place].emit("type", &json!({"user_id": benno.id, "to_id": anna.id})).await;
        assert_eq!(bennos[place].wait_for("auth").await, false);
        annas[place]
            .emit("messeage", &json!({"user_id": anna.id, "to_id": benno.id, "content": "bye"}))
            .await;
        let echo = annas[place].wait_for("messeage").await;
        for seat in &mut bennos[place + 1..] {
            assert_eq!(seat.wait_for("messeage").await, echo, "{}", seat.name());
        }
        for seat in others(annas, place) {
            assert_eq!(seat.wait_for("messeage").await, echo, "{}", seat.name());
        }
        if place < 2 {
            all_hear(annas, "notified", &json!({"messeage_id": echo["id"]})).await;
        }
        self.expect_silence().await;
    }

    /// Nobody has heard anything else.
    async fn expect_silence(&mut self) {
        for seat in self.annas.iter_mut().chain(&mut self.bennos) {
            seat.expect_nothing_more().await;
        }
    }
}

async fn all_hear(seats: &mut [Seat], event: &str, data: &Value) {
    for seat in seats {
        assert_eq!(&seat.wait_for(event).await, data, "{}", seat.name());
    }
}

/// The two other seats.
fn others(seats: &mut [Seat; 3], place: usize) -> [&mut Seat; 2] {
    let [a, b, c] = seats;
    match place {
        0 => [b, c],
        1 => [a, c],
        _ => [a, b],
    }
}
