//! Logging in and out, resuming, and what time does to sessions.

use talker_domain::sessions::{Session, resume};
use talker_domain::{Failure, SessionId};

use super::{Play, unless_refused};
use crate::steps::Fate;
use crate::world::{GRACE, World};

impl Play {
    pub(super) async fn log_in(&mut self, person: usize, connection: usize) {
        let node = self.stage.session_node(World::node(connection));
        let (key, user) = (self.stage.key(connection), self.stage.user(person));
        let id = SessionId::new(connection as u64 + 1).expect("positive");
        let session = Session { id, key, user, node, began_at: self.stage.at(self.world.now) };
        self.stage.write(move |tx| tx.begin_session(&session)).await.expect("a session");
        self.world.log_in(person, connection);
        self.owe_keys();
    }

    pub(super) async fn log_out(&mut self, connection: usize) {
        let key = self.stage.key(connection);
        self.stage.write(move |tx| tx.end_session(key)).await.expect("no session any more");
        self.world.log_out(connection);
        self.owe_keys();
    }

    pub(super) async fn disconnect(&mut self, connection: usize) {
        let (key, ends_at) = (self.stage.key(connection), self.stage.at(self.world.now + GRACE));
        self.stage.write(move |tx| tx.suspend_session(key, ends_at)).await.expect("an end");
        self.world.disconnect(connection);
        self.owe_keys();
    }

    pub(super) async fn node_stops(&mut self, node: usize) {
        let (of, ends_at) = (self.stage.session_node(node), self.stage.at(self.world.now + GRACE));
        self.stage.write(move |tx| tx.suspend_sessions_of_node(of, ends_at)).await.expect("an end");
        self.world.node_stops(node);
        self.owe_keys();
    }

    pub(super) async fn resume(&mut self, person: usize, key: usize, connection: usize, fate: Fate) {
        let ask = resume::Ask {
            user: self.stage.user(person),
            key: self.stage.key(key),
            new_key: self.stage.key(connection),
            node: self.stage.session_node(World::node(connection)),
        };
        let now = self.stage.at(self.world.now);
        let resuming = self.stage.command(fate, move |tx| {
            // Whoever is logged in on the connection is not any more.
            if ask.new_key != ask.key {
                tx.end_session(ask.new_key).map_err(Failure::Faulted)?;
            }
            resume::run(tx, ask, now)
        });
        if let Some(answer) = resuming.await {
            let expected = self.world.resume(person, key, connection);
            let expected = expected.then_some((ask.new_key, ask.user, ask.node));
            let resumed = unless_refused(answer).map(|session| (session.key, session.user, session.node));
            assert_eq!(resumed, expected);
        }
        self.owe_keys();
    }

    pub(super) fn wait(&mut self, milliseconds: i64) {
        self.world.now += milliseconds;
        self.owe_keys();
    }
}
