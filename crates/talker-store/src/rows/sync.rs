//! Entries of logs, as small as they are kept.

use std::collections::BTreeMap;

use diesel::prelude::{Insertable, Queryable, Selectable};
use talker_domain::sync::{Entry, Logged, Seq};
use talker_domain::{Timestamp, UserId};

use super::{column, message_id, user_id};
use crate::StoreError;
use crate::schema::log_runs;

/// 2026-01-01 00:00:00 UTC, in seconds. 31 bits of seconds from here last until 2094.
const EPOCH: i64 = 1_767_225_600;

/// How many entries share a row at the most.
pub(crate) const LARGEST_RUN: usize = 100;

/// How many bytes an entry takes: an id, of at most 53 bits, and which of these happened to it.
const BYTES: usize = 8;
const KINDS: i64 = 8;

const MESSAGE: i64 = 0;
const NOTIFIED: i64 = 1;
const READ: i64 = 2;
const BLOCKED: i64 = 3;
const UNBLOCKED: i64 = 4;

/// What was added to one log at once.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = log_runs)]
pub(crate) struct LogRun {
    pub(crate) user_id: i64,
    /// The number of its first entry, so that two who add to the same log at once cannot both succeed.
    pub(crate) seq: i32,
    pub(crate) logged_at: i32,
    pub(crate) entries: Vec<u8>,
}

impl LogRun {
    /// The entries, which are in the order of each log, in as few rows as they fit in, in the order of the table.
    pub(crate) fn of(entries: &[Entry]) -> Result<Vec<Self>, StoreError> {
        let mut logs: BTreeMap<UserId, Vec<Entry>> = BTreeMap::new();
        for entry in entries {
            logs.entry(entry.owner).or_default().push(*entry);
        }
        let runs =
            logs.values().flat_map(|log| log.chunk_by(|one, next| log_time(one.at) == log_time(next.at)));
        runs.flat_map(|run| run.chunks(LARGEST_RUN)).filter_map(Self::new).collect()
    }

    fn new(run: &[Entry]) -> Option<Result<Self, StoreError>> {
        let first = run.first()?;
        Some(log_number(first.seq).map(|seq| Self {
            user_id: column(first.owner.get()),
            seq,
            logged_at: log_time(first.at),
            entries: run.iter().flat_map(|entry| packed(entry.what).to_be_bytes()).collect(),
        }))
    }

    /// The number of its last entry.
    pub(crate) fn last(&self) -> i32 {
        let more = self.entries.len() / BYTES;
        i32::try_from(more).map_or(i32::MAX, |more| self.seq.saturating_add(more - 1))
    }

    /// Its entries in their order: their numbers, what they tell of, and when that was, to the second.
    pub(crate) fn into_entries(self) -> Result<Vec<(Seq, Logged, Timestamp)>, StoreError> {
        let at = Timestamp((EPOCH + i64::from(self.logged_at)) * 1_000);
        let (entries, []) = self.entries.as_chunks::<BYTES>() else {
            return Err(StoreError::Corrupt("run of log entries"));
        };
        let entries = (self.seq..=i32::MAX).zip(entries);
        entries.map(|(seq, entry)| Ok((log_place(seq)?, unpacked(i64::from_be_bytes(*entry))?, at))).collect()
    }
}

fn packed(what: Logged) -> i64 {
    let (kind, subject) = match what {
        Logged::Message(message) => (MESSAGE, message.get()),
        Logged::Notified(message) => (NOTIFIED, message.get()),
        Logged::Read(message) => (READ, message.get()),
        Logged::Blocked(user) => (BLOCKED, user.get()),
        Logged::Unblocked(user) => (UNBLOCKED, user.get()),
    };
    column(subject) * KINDS + kind
}

fn unpacked(what: i64) -> Result<Logged, StoreError> {
    let subject = what.div_euclid(KINDS);
    Ok(match what.rem_euclid(KINDS) {
        MESSAGE => Logged::Message(message_id(subject)?),
        NOTIFIED => Logged::Notified(message_id(subject)?),
        READ => Logged::Read(message_id(subject)?),
        BLOCKED => Logged::Blocked(user_id(subject)?),
        UNBLOCKED => Logged::Unblocked(user_id(subject)?),
        _ => return Err(StoreError::Corrupt("kind of log entry")),
    })
}

/// A time as entries keep it; what is out of range is as near to it as can be.
pub(crate) fn log_time(at: Timestamp) -> i32 {
    let seconds = at.0.div_euclid(1_000).saturating_sub(EPOCH);
    i32::try_from(seconds).unwrap_or(if seconds < 0 { 0 } else { i32::MAX })
}

/// A place in a log as a column holds it; one beyond what a column can hold is beyond every log.
pub(crate) fn log_number(seq: Seq) -> Result<i32, StoreError> {
    i32::try_from(seq.get()).map_err(|_| StoreError::Corrupt("number of a log entry"))
}

pub(crate) fn log_place(number: i32) -> Result<Seq, StoreError> {
    u64::try_from(number).ok().and_then(Seq::new).ok_or(StoreError::Corrupt("number of a log entry"))
}

#[cfg(test)]
mod tests {
    use talker_domain::MessageId;

    use super::*;

    fn entry(owner: u64, seq: u64, at: i64) -> Entry {
        let owner = UserId::new(owner).expect("positive");
        let message = MessageId::new(owner.get() * 1_000 + seq).expect("positive");
        let what = if seq.is_multiple_of(2) { Logged::Message(message) } else { Logged::Read(message) };
        Entry { owner, seq: Seq::new(seq).expect("in range"), what, at: Timestamp(EPOCH * 1_000 + at) }
    }

    #[test]
    fn what_one_log_gets_at_once_shares_rows_of_a_hundred() {
        let mixed = (1..=250).flat_map(|seq| [entry(2, seq, 5_000), entry(1, seq + 7, 5_000)]);
        let entries: Vec<Entry> = mixed.chain([entry(1, 258, 6_000)]).collect();
        let runs = LogRun::of(&entries).expect("entries in range");
        let places = runs.iter().map(|run| (run.user_id, run.seq, run.logged_at));
        let expected =
            [(1, 8, 5), (1, 108, 5), (1, 208, 5), (1, 258, 6), (2, 1, 5), (2, 101, 5), (2, 201, 5)];
        assert_eq!(places.collect::<Vec<_>>(), expected);
        let read = runs.into_iter().flat_map(|run| run.into_entries().expect("what was written"));
        let (of_two, of_one): (Vec<Entry>, Vec<Entry>) =
            entries.iter().partition(|entry| entry.owner.get() == 2);
        let written = of_one.iter().chain(&of_two).map(|entry| (entry.seq, entry.what, entry.at));
        assert_eq!(read.collect::<Vec<_>>(), written.collect::<Vec<_>>());
    }

    #[test]
    fn what_nobody_wrote_is_no_entry() {
        let run = |seq, entries: &[u8]| LogRun { user_id: 1, seq, logged_at: 0, entries: entries.to_vec() };
        for run in [run(1, &[0, 0, 0, 0, 0, 0, 0, 13]), run(5, &[0; 9]), run(i32::MIN, &[0; 24])] {
            assert!(matches!(run.into_entries(), Err(StoreError::Corrupt(_))));
        }
    }
}
