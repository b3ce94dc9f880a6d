//! Writing logs on SQLite, with cached statements.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use talker_domain::UserId;
use talker_domain::sync::Seq;
use talker_domain::sync::log::{Entry, Port};

use super::fixed::{Fixed, Text};
use super::queries::Tx;
use crate::StoreError;
use crate::rows::{LogRow, column, heads_of, log_number, log_place};
use crate::schema::logs;

impl Port for Tx<'_> {
    fn log_heads(&mut self, owners: &BTreeSet<UserId>) -> Result<BTreeMap<UserId, Seq>, StoreError> {
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

    fn append(&mut self, entries: &[Entry]) -> Result<(), StoreError> {
        let mut rows = entries.iter().map(LogRow::new).collect::<Result<Vec<_>, _>>()?;
        // Neighbours in a log are neighbours on the disk.
        rows.sort_by_key(LogRow::place);
        let numbers: Vec<i64> = rows.iter().flat_map(LogRow::numbers).collect();
        let (many, rest) = numbers.as_chunks::<{ 16 * 4 }>();
        for rows in many {
            Fixed::<AddEntries, _>::run(self.0, *rows)?;
        }
        for row in rest.as_chunks::<4>().0 {
            Fixed::<AddEntry, _>::run(self.0, *row)?;
        }
        for (owner, head) in heads_of(entries) {
            let row = [column(owner.get()), i64::from(log_number(head)?)];
            Fixed::<MoveHead, 2>::run(self.0, row)?;
        }
        Ok(())
    }
}

/// Adds sixteen entries.
struct AddEntries;

impl Text for AddEntries {
    const SQL: &'static str = "INSERT INTO log_entries (user_id, seq, what, logged_at) VALUES \
        (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), \
        (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), \
        (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), \
        (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?)";
}

/// Adds one.
struct AddEntry;

impl Text for AddEntry {
    const SQL: &'static str = "INSERT INTO log_entries (user_id, seq, what, logged_at) VALUES (?, ?, ?, ?)";
}

/// Says how far a log reaches.
struct MoveHead;

impl Text for MoveHead {
    const SQL: &'static str = "INSERT INTO logs (user_id, head, pruned) VALUES (?, ?, 0) \
        ON CONFLICT (user_id) DO UPDATE SET head = excluded.head";
}
