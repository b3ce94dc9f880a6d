//! Writing logs on MySQL: a batch in one query and two statements.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer};
use talker_domain::UserId;
use talker_domain::sync::Seq;
use talker_domain::sync::log::{Entry, Port};

use super::queries::Tx;
use crate::StoreError;
use crate::rows::{LogRow, column, heads_of, log_number, log_place, user_id};
use crate::schema::{log_entries, logs};

impl Port for Tx<'_> {
    fn log_heads(&mut self, owners: &BTreeSet<UserId>) -> Result<BTreeMap<UserId, Seq>, StoreError> {
        let owners: Vec<i64> = owners.iter().map(|owner| column(owner.get())).collect();
        let heads = logs::table.filter(logs::user_id.eq_any(owners)).order(logs::user_id);
        let heads: Vec<(i64, i32)> = heads.select((logs::user_id, logs::head)).for_update().load(self.0)?;
        heads.into_iter().map(|(owner, head)| Ok((user_id(owner)?, log_place(head)?))).collect()
    }

    fn append(&mut self, entries: &[Entry]) -> Result<(), StoreError> {
        let rows = entries.iter().map(LogRow::new).collect::<Result<Vec<_>, _>>()?;
        diesel::insert_into(log_entries::table).values(rows).execute(self.0)?;
        self.move_heads(&heads_of(entries))
    }
}

impl Tx<'_> {
    fn move_heads(&mut self, heads: &BTreeMap<UserId, Seq>) -> Result<(), StoreError> {
        let rows = vec!["(?, ?, 0)"; heads.len()].join(", ");
        let mut upsert = sql_query(format!("{MOVE_HEADS_BEFORE} {rows} {MOVE_HEADS_AFTER}")).into_boxed();
        for (owner, head) in heads {
            upsert = upsert.bind::<BigInt, _>(column(owner.get())).bind::<Integer, _>(log_number(*head)?);
        }
        upsert.execute(self.0)?;
        Ok(())
    }
}

/// Diesel's upsert takes one row at a time on this backend.
const MOVE_HEADS_BEFORE: &str = "INSERT INTO logs (user_id, head, pruned) VALUES";
const MOVE_HEADS_AFTER: &str = "ON DUPLICATE KEY UPDATE head = VALUES(head)";
