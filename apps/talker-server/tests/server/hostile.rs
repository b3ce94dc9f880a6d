//! Whatever a client sends, through whichever door: it gets its answer, and nobody else notices.

#[path = "hostile/door.rs"]
pub(crate) mod door;
#[path = "hostile/floods.rs"]
mod floods;
#[path = "hostile/frames.rs"]
mod frames;
#[path = "hostile/handshakes.rs"]
mod handshakes;
#[path = "hostile/measured.rs"]
mod measured;
#[path = "hostile/pauses.rs"]
mod pauses;
#[path = "hostile/payloads.rs"]
mod payloads;
#[path = "hostile/polling.rs"]
mod polling;
#[path = "hostile/requests.rs"]
mod requests;
#[path = "hostile/silences.rs"]
mod silences;
#[path = "hostile/sizes.rs"]
mod sizes;
#[path = "hostile/streams.rs"]
mod streams;

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{NO_GRACE, TestServer};
use crate::plain::Plain;
use crate::site::Person;

/// A server with somebody who means harm, somebody to whom, and two who just chat.
struct Scene {
    server: TestServer,
    mallory: Person,
    victim: Person,
    bystanders: (Plain, Plain),
}

impl Scene {
    async fn start(backend: Backend) -> Self {
        let server = TestServer::start_with(backend, &[NO_GRACE]).await;
        let mallory = server.person("mallory").await;
        let victim = server.person("victim").await;
        let (anna, benno) = (server.person("anna").await, server.person("benno").await);
        let bystanders = (Plain::log_in(&server, &anna).await, Plain::log_in(&server, &benno).await);
        Self { server, mallory, victim, bystanders }
    }

    /// The two chat as if nothing was going on.
    async fn chat(&mut self) {
        let (a, b) = (&mut self.bystanders.0, &mut self.bystanders.1);
        let echo = a.say(b.user, "lovely weather").await;
        assert_eq!(b.wait_for("messeage").await, echo);
        assert_eq!(a.wait_for("notified").await["messeage_id"], echo["id"]);
        a.expect_nothing_more().await;
        b.expect_nothing_more().await;
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

/// JSON so deep that whoever reads it by recursion falls.
fn deep() -> String {
    const LEVELS: usize = 100_000;
    "[".repeat(LEVELS) + &"]".repeat(LEVELS)
}

fn error(number: u16) -> (String, Value) {
    ("error".to_owned(), json!(number))
}
