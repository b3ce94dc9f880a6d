//! Writing logs on SQLite, with cached statements.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use talker_domain::UserId;
use talker_domain::sync::Seq;

use super::fixed::{Fixed, Text};
use super::queries::Tx;
use crate::StoreError;
use crate::rows::{LogRun, column, log_number, log_place};
use crate::schema::{log_runs, logs};

impl Tx<'_> {
    pub(super) fn stored_heads(
        &mut self,
        owners: &BTreeSet<UserId>,
    ) -> Result<BTreeMap<UserId, Seq>, StoreError> {
        let mut heads = BTreeMap::new();
        for owner in owners {
            let head =
                logs::table.find(column(owner.get())).select(logs::head).get_result(self.0).optional()?;
            if let Some(head) = head {
                heads.insert(*owner, log_place(head)?);
            }
        }
        Ok(heads)
    }

    pub(super) fn add_runs(&mut self, runs: &[LogRun]) -> Result<(), StoreError> {
        for run in runs {
            diesel::insert_into(log_runs::table).values(run).execute(self.0)?;
        }
        Ok(())
    }

    pub(super) fn move_heads(&mut self, heads: &BTreeMap<UserId, Seq>) -> Result<(), StoreError> {
        for (owner, head) in heads {
            let row = [column(owner.get()), i64::from(log_number(*head)?)];
            Fixed::<MoveHead, 2>::run(self.0, row)?;
        }
        Ok(())
    }
}

/// Says how far a log reaches.
struct MoveHead;

impl Text for MoveHead {
    const SQL: &'static str = "INSERT INTO logs (user_id, head, pruned) VALUES (?, ?, 0) \
        ON CONFLICT (user_id) DO UPDATE SET head = excluded.head";
}
