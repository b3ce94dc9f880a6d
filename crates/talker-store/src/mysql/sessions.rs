//! Moving and suspending sessions on MySQL: many by one statement.

use diesel::prelude::*;
use talker_domain::Digest;

use super::queries::{Move, Suspension, Tx};
use super::statements::{Value, parts, placeholders, run};
use crate::StoreError;
use crate::rows::SessionRow;
use crate::schema::{sessions, users};

impl Tx<'_> {
    /// Finds a session, and locks it and its user: who resumes waits for who revokes, or the other way round, and neither
    /// misses the key that the other one leaves.
    pub(super) fn lock_session(&mut self, key: Digest) -> QueryResult<Option<SessionRow>> {
        sessions::table
            .inner_join(users::table.on(users::id.eq(sessions::user_id)))
            .filter(sessions::key_digest.eq(key.0.as_slice()))
            .select((sessions::id, sessions::user_id, sessions::began_at, sessions::ends_at))
            .for_update()
            .get_result(self.0)
            .optional()
    }

    // MySQL assigns one column after the other, and the key names the row: so it comes last.
    pub(super) fn move_sessions(&mut self, moves: Vec<Move>) -> Result<(), StoreError> {
        for moves in parts(moves) {
            let by_key = by_key(moves.len());
            let text = format!(
                "UPDATE sessions SET ends_at = NULL, node = {by_key}, key_digest = {by_key} WHERE key_digest IN {}",
                placeholders(moves.len())
            );
            let nodes = moves.iter().flat_map(|moved| [bytes(&moved.key), i64::from(moved.node).into()]);
            let keys = moves.iter().flat_map(|moved| [bytes(&moved.key), bytes(&moved.to)]);
            let values = nodes.chain(keys).chain(moves.iter().map(|moved| bytes(&moved.key)));
            run(self.0, text, values.collect())?;
        }
        Ok(())
    }

    pub(super) fn suspend_sessions(&mut self, suspensions: Vec<Suspension>) -> Result<(), StoreError> {
        for suspended in parts(suspensions) {
            let ends = by_key(suspended.len());
            let keys = placeholders(suspended.len());
            let text = format!("UPDATE sessions SET ends_at = {ends} WHERE key_digest IN {keys}");
            let ends = suspended.iter().flat_map(|one| [bytes(&one.key), one.ends_at.0.into()]);
            run(self.0, text, ends.chain(suspended.iter().map(|one| bytes(&one.key))).collect())?;
        }
        Ok(())
    }
}

/// A value for each of so many keys.
fn by_key(keys: usize) -> String {
    format!("CASE key_digest {}END", "WHEN ? THEN ? ".repeat(keys))
}

fn bytes(key: &Digest) -> Value<'_> {
    key.0.as_slice().into()
}
