//! Writing logs: what a transaction adds to them is stored at its end, once for each log. How is the backends' own.

use std::collections::{BTreeMap, BTreeSet};

use talker_domain::UserId;
use talker_domain::sync::Seq;
use talker_domain::sync::log::{Entry, Port};

use super::Tx;
use crate::StoreError;
use crate::rows::LogRun;

/// What a transaction adds to logs.
#[derive(Default)]
pub(in super::super) struct NewEntries {
    entries: Vec<Entry>,
    /// How far the logs reach with them that were asked for; no number where nothing is in one yet.
    heads: BTreeMap<UserId, Option<Seq>>,
}

impl Port for Tx<'_> {
    fn log_heads(&mut self, owners: &BTreeSet<UserId>) -> Result<BTreeMap<UserId, Seq>, StoreError> {
        let unknown = owners.iter().copied().filter(|owner| !self.1.log.heads.contains_key(owner));
        let unknown: BTreeSet<UserId> = unknown.collect();
        if !unknown.is_empty() {
            let stored = self.stored_heads(&unknown)?;
            self.1.log.heads.extend(unknown.iter().map(|owner| (*owner, stored.get(owner).copied())));
        }
        let heads = owners.iter().filter_map(|owner| Some((*owner, (*self.1.log.heads.get(owner)?)?)));
        Ok(heads.collect())
    }

    fn append(&mut self, entries: &[Entry]) -> Result<(), StoreError> {
        self.1.log.entries.extend(entries);
        self.1.log.heads.extend(entries.iter().map(|entry| (entry.owner, Some(entry.seq))));
        Ok(())
    }
}

impl Tx<'_> {
    /// Stores what was added so far. Whoever reads a log in the same transaction does so after this.
    pub(super) fn write_log(&mut self) -> Result<(), StoreError> {
        let entries = std::mem::take(&mut self.1.log.entries);
        if entries.is_empty() {
            return Ok(());
        }
        let heads: BTreeMap<UserId, Seq> = entries.iter().map(|entry| (entry.owner, entry.seq)).collect();
        self.add_runs(&LogRun::of(&entries)?)?;
        self.move_heads(&heads)
    }
}
