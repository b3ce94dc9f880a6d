//! Writing logs on MySQL: a batch in one query and two statements.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use talker_domain::UserId;
use talker_domain::sync::Seq;
use talker_domain::sync::log::{Entry, Port};

use super::insert_numbers;
use super::queries::Tx;
use crate::StoreError;
use crate::rows::{LogRow, column, heads_of, log_number, log_place, user_id};
use crate::schema::logs;

impl Port for Tx<'_> {
    fn log_heads(&mut self, owners: &BTreeSet<UserId>) -> Result<BTreeMap<UserId, Seq>, StoreError> {
        let owners: Vec<i64> = owners.iter().map(|owner| column(owner.get())).collect();
        let heads = logs::table.filter(logs::user_id.eq_any(owners)).order(logs::user_id);
        let heads: Vec<(i64, i32)> = heads.select((logs::user_id, logs::head)).for_update().load(self.0)?;
        heads.into_iter().map(|(owner, head)| Ok((user_id(owner)?, log_place(head)?))).collect()
    }

    fn append(&mut self, entries: &[Entry]) -> Result<(), StoreError> {
        let mut rows = entries.iter().map(LogRow::new).collect::<Result<Vec<_>, _>>()?;
        // Neighbours in a log are neighbours on the disk.
        rows.sort_by_key(LogRow::place);
        insert_numbers(self.0, ADD_ENTRIES, rows.iter().map(LogRow::numbers), "")?;
        self.move_heads(&heads_of(entries))
    }
}

impl Tx<'_> {
    fn move_heads(&mut self, heads: &BTreeMap<UserId, Seq>) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(heads.len());
        for (owner, head) in heads {
            rows.push([column(owner.get()), log_number(*head)?.into(), 0]);
        }
        insert_numbers(self.0, MOVE_HEADS, rows, "ON DUPLICATE KEY UPDATE head = VALUES(head)")
    }
}

const ADD_ENTRIES: &str = "log_entries (user_id, seq, what, logged_at)";
const MOVE_HEADS: &str = "logs (user_id, head, pruned)";
