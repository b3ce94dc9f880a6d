//! Who is connected to this node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use talker_domain::UserId;

use crate::connection::Connection;

/// Every connection of this node, and which of them are whose.
#[derive(Default)]
pub(crate) struct Hub {
    connections: Mutex<Connections>,
}

#[derive(Default)]
struct Connections {
    all: HashMap<u64, Arc<Connection>>,
    of_users: HashMap<UserId, Vec<Arc<Connection>>>,
}

impl Hub {
    /// A connection begins.
    pub(crate) fn add(&self, connection: &Arc<Connection>) {
        self.lock().all.insert(connection.id, connection.clone());
    }

    /// A connection ends.
    pub(crate) fn remove(&self, connection: &Connection) {
        self.lock().all.remove(&connection.id);
    }

    /// A connection is a user's from now on.
    pub(crate) fn join(&self, user: UserId, connection: &Arc<Connection>) {
        self.lock().of_users.entry(user).or_default().push(connection.clone());
    }

    /// A connection is a user's no longer.
    pub(crate) fn leave(&self, user: UserId, connection: &Connection) {
        let mut connections = self.lock();
        let Some(of_user) = connections.of_users.get_mut(&user) else { return };
        of_user.retain(|other| other.id != connection.id);
        if of_user.is_empty() {
            connections.of_users.remove(&user);
        }
    }

    /// The connections of a user.
    pub(crate) fn of(&self, user: UserId) -> Vec<Arc<Connection>> {
        self.lock().of_users.get(&user).cloned().unwrap_or_default()
    }

    /// All connections.
    pub(crate) fn all(&self) -> Vec<Arc<Connection>> {
        self.lock().all.values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
