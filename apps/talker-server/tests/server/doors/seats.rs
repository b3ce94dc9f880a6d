//! Where somebody sits: at one of the three doors, with the same manners at each.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::{Value, json};
use talker_client::{Event, Talker, Transport};
use tokio::time::timeout;

use super::agent::Agent;
use crate::harness::TestServer;
use crate::inbox::Inbox;
use crate::plain::Plain;
use crate::site::{PATIENCE, Person};

/// A connection that is logged in.
pub(super) struct Seat {
    way: Way,
    passed_over: VecDeque<(String, Value)>,
}

enum Way {
    JavaScript(Box<Agent>),
    Plain(Box<Plain>),
    Rust(Box<Talker>),
}

impl Seat {
    /// A seat at each door, all of the same user.
    pub(super) async fn each(
        server: &TestServer,
        person: &Person,
        javascript: &str,
        rust: Transport,
    ) -> [Self; 3] {
        let mut agent = Self::at(Way::JavaScript(Box::new(Agent::start(server, person, javascript))));
        assert_eq!(agent.next().await.0, "address");
        assert_eq!(agent.wait_for("login").await["id"], person.id);
        let plain = Plain::log_in(server, person).await;
        let talker =
            Talker::builder(&server.url()).transport(rust).log_in(&person.username, person.hash.as_str());
        let talker = talker.connect().await.expect("a connection that is logged in");
        [agent, Self::at(Way::Plain(Box::new(plain))), Self::at(Way::Rust(Box::new(talker)))]
    }

    fn at(way: Way) -> Self {
        Self { way, passed_over: VecDeque::new() }
    }
}

impl Inbox for Seat {
    fn name(&self) -> &'static str {
        match &self.way {
            Way::JavaScript(_) => "the JavaScript client",
            Way::Plain(_) => "the plain WebSocket",
            Way::Rust(_) => "the Rust client",
        }
    }

    fn passed_over(&mut self) -> &mut VecDeque<(String, Value)> {
        &mut self.passed_over
    }

    async fn receive(&mut self) -> (String, Value) {
        match &mut self.way {
            Way::JavaScript(agent) => agent.next().await,
            Way::Plain(plain) => plain.next().await,
            Way::Rust(talker) => {
                let event = timeout(PATIENCE, talker.next_event()).await.expect("something to come in time");
                written(event.expect("an open connection"))
            }
        }
    }

    async fn emit(&mut self, event: &str, data: &Value) {
        match &mut self.way {
            Way::JavaScript(agent) => agent.emit(event, data).await,
            Way::Plain(plain) => plain.emit(event, data).await,
            Way::Rust(talker) => talker.emit_raw(event, data.clone()).await.expect("an event that goes out"),
        }
    }
}

/// An event as it was on the wire.
fn written(event: Event) -> (String, Value) {
    let (name, data) = match event {
        Event::Message(message) => ("messeage", json(message)),
        Event::Notified(notified) => ("notified", json(notified)),
        Event::Read(receipt) => ("read", json(receipt)),
        Event::Typing(typing) => ("typing", json(typing)),
        Event::NotLoggedIn => ("auth", json!(false)),
        Event::Error(number) => ("error", json!(number)),
        other => panic!("{other:?}"),
    };
    (name.to_owned(), data)
}

fn json(payload: impl Serialize) -> Value {
    serde_json::to_value(payload).expect("JSON")
}
