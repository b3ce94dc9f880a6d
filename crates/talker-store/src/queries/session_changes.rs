//! Moving and suspending sessions: what a transaction changes in them is stored at its end, or before somebody looks. How is
//! the backends' own.

use std::collections::HashSet;

use talker_domain::{Digest, Timestamp};

use super::{Conn, Tx};
use crate::StoreError;

/// A session gets another key, a connection, and no end.
#[derive(Clone, Copy)]
pub(in super::super) struct Move {
    pub(in super::super) key: Digest,
    pub(in super::super) to: Digest,
    pub(in super::super) node: u8,
}

/// A session gets an end.
#[derive(Clone, Copy)]
pub(in super::super) struct Suspension {
    pub(in super::super) key: Digest,
    pub(in super::super) ends_at: Timestamp,
}

/// What a transaction changes in sessions. Each key is named by one change, so that their order is nothing to anybody.
#[derive(Default)]
pub(in super::super) struct SessionChanges {
    moves: Vec<Move>,
    suspensions: Vec<Suspension>,
    keys: HashSet<Digest>,
}

impl Tx<'_> {
    pub(super) fn change_key(&mut self, change: Move) -> Result<(), StoreError> {
        self.settle(change.key)?;
        self.settle(change.to)?;
        self.1.sessions.keys.extend([change.key, change.to]);
        self.1.sessions.moves.push(change);
        Ok(())
    }

    pub(super) fn give_end(&mut self, change: Suspension) -> Result<(), StoreError> {
        self.settle(change.key)?;
        self.1.sessions.keys.insert(change.key);
        self.1.sessions.suspensions.push(change);
        Ok(())
    }

    /// Stores what was changed, if any of it is about this key.
    pub(super) fn settle(&mut self, key: Digest) -> Result<(), StoreError> {
        if self.1.sessions.keys.contains(&key) { self.write_sessions() } else { Ok(()) }
    }

    /// The connection, once everything that was changed is stored: to look at sessions, or to change them in other ways.
    pub(super) fn sessions(&mut self) -> Result<&mut Conn, StoreError> {
        self.write_sessions()?;
        Ok(self.0)
    }

    /// Stores what was changed so far.
    pub(super) fn write_sessions(&mut self) -> Result<(), StoreError> {
        let SessionChanges { moves, suspensions, .. } = std::mem::take(&mut self.1.sessions);
        self.move_sessions(moves)?;
        self.suspend_sessions(suspensions)
    }
}
