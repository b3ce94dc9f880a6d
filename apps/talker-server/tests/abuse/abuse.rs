//! Attacks, each with its outcome: whatever a client sends, through whichever door, it gets its answer, two who chat
//! meanwhile do not notice, and the server is afterwards as it was.
//!
//! Each case prints a line with what it cost. `TALKER_ABUSE=long` makes the crowds and floods as large as
//! `docs/security.md` names them.

mod arriving;
mod bystanders;
mod confinement;
mod content;
mod cost;
pub(crate) mod door;
mod enumeration;
mod farewells;
mod floods;
mod foreign;
mod frames;
mod handshakes;
mod headers;
mod kept;
mod large;
mod logins;
mod measured;
mod pauses;
mod payloads;
mod polling;
mod registrations;
mod renegotiation;
mod requests;
mod resources;
mod secrets;
mod session_keys;
mod siege;
mod silences;
mod sizes;
mod slow;
mod smuggling;
mod streams;
mod timing;
mod tls;
mod trifles;
mod wire;

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::NO_GRACE;
use crate::plain::Plain;
use crate::site::Person;
use bystanders::Bystanders;
use cost::Cost;
use measured::Measured;

/// A server with somebody who means harm, somebody to whom, and two who just chat.
struct Scene {
    server: Measured,
    mallory: Person,
    victim: Person,
    bystanders: Bystanders,
    cost: Cost,
}

impl Scene {
    async fn start(backend: Backend) -> Self {
        let server = Measured::start(backend, &[NO_GRACE]).await;
        let mallory = server.person("mallory").await;
        let victim = server.person("victim").await;
        let bystanders = Bystanders::arrive(&server).await;
        let cost = Cost::begin(&server);
        Self { server, mallory, victim, bystanders, cost }
    }

    /// The two chat as if nothing was going on.
    async fn chat(&mut self) {
        let answered = self.bystanders.chat().await;
        self.cost.notice(answered);
        self.bystanders.expect_nothing_more().await;
    }

    /// Nobody noticed anything, and the server is well.
    async fn expect_peace(&mut self) {
        self.chat().await;
        let health =
            self.server.http.get(self.server.admin_url() + "/healthz").send().await.expect("an answer");
        assert_eq!(health.status(), 200);
    }

    /// Nothing of what was tried is stored, for either side.
    async fn expect_nothing_stored(&self) {
        for person in [&self.mallory, &self.victim] {
            let mut plain = Plain::log_in(&self.server, person).await;
            plain.expect_nothing_more().await;
            for route in ["/contacts", "/blocked/users"] {
                let session = json!({"user_id": plain.user, "clientAddress": plain.address});
                assert_eq!(self.server.post(route, &session).await, (200, json!([])), "{route}");
            }
        }
    }

    /// Puts the ids of the two in the places that are kept for them.
    fn fill_in(&self, text: &str) -> String {
        text.replace("<me>", &self.mallory.id.to_string()).replace("<you>", &self.victim.id.to_string())
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.cost.tell(&self.server);
        }
    }
}

/// JSON so deep that whoever reads it by recursion falls.
fn deep() -> String {
    const LEVELS: usize = 100_000;
    "[".repeat(LEVELS) + &"]".repeat(LEVELS)
}

fn error(number: u16) -> (String, Value) {
    ("error".to_owned(), json!(number))
}

/// How many of them there are: few in every run of the tests, as many as an attack would have if that is asked for.
fn crowd(few: usize, many: usize) -> usize {
    if std::env::var("TALKER_ABUSE").as_deref() == Ok("long") { many } else { few }
}
