//! Writing logs on MySQL: all that a transaction adds in two statements.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use talker_domain::UserId;
use talker_domain::sync::Seq;

use super::queries::Tx;
use super::statements::{Value, insert};
use crate::StoreError;
use crate::cached::{Cached, rounded};
use crate::rows::{LogRun, column, log_number, log_place, user_id};
use crate::schema::logs;

impl Tx<'_> {
    pub(super) fn stored_heads(
        &mut self,
        owners: &BTreeSet<UserId>,
    ) -> Result<BTreeMap<UserId, Seq>, StoreError> {
        let owners: Vec<i64> = owners.iter().map(|owner| column(owner.get())).collect();
        let heads = logs::table.filter(logs::user_id.eq_any(rounded(&owners)));
        let heads = heads.order(logs::user_id).select((logs::user_id, logs::head)).for_update();
        let heads: Vec<(i64, i32)> = Cached(heads).load(self.0)?;
        heads.into_iter().map(|(owner, head)| Ok((user_id(owner)?, log_place(head)?))).collect()
    }

    pub(super) fn add_runs(&mut self, runs: &[LogRun]) -> Result<(), StoreError> {
        let rows = runs.iter().map(|run| {
            let LogRun { user_id, seq, logged_at, entries } = run;
            let (seq, logged_at) = (i64::from(*seq), i64::from(*logged_at));
            [Value::from(*user_id), seq.into(), logged_at.into(), entries.as_slice().into()]
        });
        insert(self.0, "log_runs (user_id, seq, logged_at, entries)", rows.collect(), "")
    }

    pub(super) fn move_heads(&mut self, heads: &BTreeMap<UserId, Seq>) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(heads.len());
        for (owner, head) in heads {
            rows.push([column(owner.get()), log_number(*head)?.into(), 0].map(Value::from));
        }
        let after = "ON DUPLICATE KEY UPDATE head = VALUES(head)";
        insert(self.0, "logs (user_id, head, pruned)", rows, after)
    }
}
