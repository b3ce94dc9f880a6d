//! Writing logs on SQLite, row by row with cached statements.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use talker_domain::UserId;
use talker_domain::sync::Seq;
use talker_domain::sync::log::{Entry, Port};

use super::queries::Tx;
use crate::StoreError;
use crate::rows::{LogRow, column, heads_of, log_number, log_place};
use crate::schema::{log_entries, logs};

impl Port for Tx<'_> {
    fn log_heads(&mut self, owners: &BTreeSet<UserId>) -> Result<BTreeMap<UserId, Seq>, StoreError> {
        let mut heads = BTreeMap::new();
        for owner in owners {
            let head = logs::table.find(column(owner.get())).select(logs::head).first(self.0).optional()?;
            if let Some(head) = head {
                heads.insert(*owner, log_place(head)?);
            }
        }
        Ok(heads)
    }

    fn append(&mut self, entries: &[Entry]) -> Result<(), StoreError> {
        for entry in entries {
            diesel::insert_into(log_entries::table).values(LogRow::new(entry)?).execute(self.0)?;
        }
        for (owner, head) in heads_of(entries) {
            let head = log_number(head)?;
            diesel::insert_into(logs::table)
                .values((logs::user_id.eq(column(owner.get())), logs::head.eq(head), logs::pruned.eq(0)))
                .on_conflict(logs::user_id)
                .do_update()
                .set(logs::head.eq(head))
                .execute(self.0)?;
        }
        Ok(())
    }
}
