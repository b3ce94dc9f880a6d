//! Moving and suspending sessions on SQLite, with cached statements.

use diesel::prelude::*;
use talker_domain::Digest;

use super::queries::{Move, Suspension, Tx};
use crate::StoreError;
use crate::cached::Cached;
use crate::rows::SessionRow;
use crate::schema::sessions;

impl Tx<'_> {
    /// Finds a session. The one writer is alone, so nobody else can move or end it meanwhile.
    pub(super) fn lock_session(&mut self, key: Digest) -> QueryResult<Option<SessionRow>> {
        let columns = (sessions::id, sessions::user_id, sessions::began_at, sessions::ends_at);
        sessions::table.find(key.0.as_slice()).select(columns).get_result(self.0).optional()
    }

    pub(super) fn move_sessions(&mut self, moves: Vec<Move>) -> Result<(), StoreError> {
        for Move { key, to, node } in moves {
            let changed = (
                sessions::key_digest.eq(to.0.as_slice()),
                sessions::node.eq(i16::from(node)),
                sessions::ends_at.eq(None::<i64>),
            );
            let session = sessions::table.find(key.0.as_slice());
            Cached(diesel::update(session).set(changed)).execute(self.0)?;
        }
        Ok(())
    }

    pub(super) fn suspend_sessions(&mut self, suspensions: Vec<Suspension>) -> Result<(), StoreError> {
        for Suspension { key, ends_at } in suspensions {
            let session = sessions::table.find(key.0.as_slice());
            Cached(diesel::update(session).set(sessions::ends_at.eq(Some(ends_at.0)))).execute(self.0)?;
        }
        Ok(())
    }
}
