//! Connections, and the sessions that their keys stand for.

use super::World;

/// What a session has left when its connection is lost, in milliseconds.
pub(crate) const GRACE: i64 = 120_000;

pub(super) struct Connection {
    node: usize,
    open: bool,
}

pub(super) struct Session {
    person: usize,
    node: usize,
    ends_at: Option<i64>,
}

impl World {
    /// How many connections there ever were.
    pub(crate) fn connections(&self) -> usize {
        self.connections.len()
    }

    pub(crate) fn open_connections(&self) -> Vec<usize> {
        (0..self.connections.len()).filter(|connection| self.connections[*connection].open).collect()
    }

    /// The node of a connection: they come to both in turn.
    pub(crate) fn node(connection: usize) -> usize {
        connection % 2
    }

    fn open(&mut self, connection: usize) {
        if connection == self.connections.len() {
            self.connections.push(Connection { node: Self::node(connection), open: true });
        }
    }

    pub(crate) fn log_in(&mut self, person: usize, connection: usize) {
        self.open(connection);
        let session = Session { person, node: Self::node(connection), ends_at: None };
        self.sessions.insert(connection, session);
    }

    pub(crate) fn log_out(&mut self, connection: usize) {
        self.sessions.remove(&connection);
    }

    pub(crate) fn disconnect(&mut self, connection: usize) {
        self.connections[connection].open = false;
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.ends_at = Some(self.now + GRACE);
        }
    }

    pub(crate) fn node_stops(&mut self, node: usize) {
        for connection in self.connections.iter_mut().filter(|connection| connection.node == node) {
            connection.open = false;
        }
        for session in self.sessions.values_mut().filter(|session| session.node == node) {
            session.ends_at.get_or_insert(self.now + GRACE);
        }
    }

    /// Whether the session moved.
    pub(crate) fn resume(&mut self, person: usize, key: usize, connection: usize) -> bool {
        let moves = self.owner(key) == Some(person);
        if moves {
            self.sessions.remove(&key);
            self.log_in(person, connection);
        }
        moves
    }

    /// Whom the key of a connection stands for.
    pub(crate) fn owner(&self, key: usize) -> Option<usize> {
        let session = self.sessions.get(&key)?;
        session.ends_at.is_none_or(|end| self.now < end).then_some(session.person)
    }

    /// How many sessions there are, ended or not.
    pub(crate) fn sessions(&self) -> usize {
        self.sessions.len()
    }
}
