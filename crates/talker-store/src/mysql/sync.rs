//! Writing logs on MySQL: all that a transaction adds in two statements.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use talker_domain::UserId;
use talker_domain::sync::Seq;

use super::insert_values;
use super::queries::Tx;
use crate::StoreError;
use crate::rows::{LogRun, column, log_number, log_place, user_id};
use crate::schema::logs;

impl Tx<'_> {
    pub(super) fn stored_heads(
        &mut self,
        owners: &BTreeSet<UserId>,
    ) -> Result<BTreeMap<UserId, Seq>, StoreError> {
        let owners: Vec<i64> = owners.iter().map(|owner| column(owner.get())).collect();
        let heads = logs::table.filter(logs::user_id.eq_any(owners)).order(logs::user_id);
        let heads: Vec<(i64, i32)> = heads.select((logs::user_id, logs::head)).for_update().load(self.0)?;
        heads.into_iter().map(|(owner, head)| Ok((user_id(owner)?, log_place(head)?))).collect()
    }

    pub(super) fn add_runs(&mut self, runs: &[LogRun]) -> Result<(), StoreError> {
        insert_values(self.0, "log_runs (user_id, seq, logged_at, entries)", runs.iter().map(values), "")
    }

    pub(super) fn move_heads(&mut self, heads: &BTreeMap<UserId, Seq>) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(heads.len());
        for (owner, head) in heads {
            rows.push([owner.get().to_string(), log_number(*head)?.to_string(), 0.to_string()]);
        }
        let after = "ON DUPLICATE KEY UPDATE head = VALUES(head)";
        insert_values(self.0, "logs (user_id, head, pruned)", rows, after)
    }
}

fn values(run: &LogRun) -> [String; 4] {
    let LogRun { user_id, seq, logged_at, entries } = run;
    let entries = entries.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    [user_id.to_string(), seq.to_string(), logged_at.to_string(), format!("X'{entries}'")]
}
