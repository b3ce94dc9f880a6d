//! Entries of logs, as small as they are kept.

use std::collections::BTreeMap;

use diesel::prelude::{Insertable, Queryable, Selectable};
use talker_domain::sync::{Entry, Logged, Seq};
use talker_domain::{Timestamp, UserId};

use super::{column, message_id, user_id};
use crate::StoreError;
use crate::schema::log_entries;

/// 2026-01-01 00:00:00 UTC, in seconds. 31 bits of seconds from here last until 2094.
const EPOCH: i64 = 1_767_225_600;

/// One column holds an id, of at most 53 bits, and which of these happened to it.
const KINDS: i64 = 8;

const MESSAGE: i64 = 0;
const NOTIFIED: i64 = 1;
const READ: i64 = 2;
const BLOCKED: i64 = 3;
const UNBLOCKED: i64 = 4;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = log_entries)]
pub(crate) struct LogRow {
    user_id: i64,
    seq: i32,
    what: i64,
    logged_at: i32,
}

impl LogRow {
    pub(crate) fn new(entry: &Entry) -> Result<Self, StoreError> {
        let (kind, subject) = match entry.what {
            Logged::Message(message) => (MESSAGE, message.get()),
            Logged::Notified(message) => (NOTIFIED, message.get()),
            Logged::Read(message) => (READ, message.get()),
            Logged::Blocked(user) => (BLOCKED, user.get()),
            Logged::Unblocked(user) => (UNBLOCKED, user.get()),
        };
        Ok(Self {
            user_id: column(entry.owner.get()),
            seq: log_number(entry.seq)?,
            what: column(subject) * KINDS + kind,
            logged_at: log_time(entry.at),
        })
    }

    /// Whose log it is in, and where.
    pub(crate) fn place(&self) -> (i64, i32) {
        (self.user_id, self.seq)
    }

    /// Its columns, in their order.
    pub(crate) fn numbers(&self) -> [i64; 4] {
        [self.user_id, self.seq.into(), self.what, self.logged_at.into()]
    }

    /// Its number, what it tells of, and when that was, to the second.
    pub(crate) fn into_logged(self) -> Result<(Seq, Logged, Timestamp), StoreError> {
        let subject = self.what.div_euclid(KINDS);
        let what = match self.what.rem_euclid(KINDS) {
            MESSAGE => Logged::Message(message_id(subject)?),
            NOTIFIED => Logged::Notified(message_id(subject)?),
            READ => Logged::Read(message_id(subject)?),
            BLOCKED => Logged::Blocked(user_id(subject)?),
            UNBLOCKED => Logged::Unblocked(user_id(subject)?),
            _ => return Err(StoreError::Corrupt("kind of log entry")),
        };
        let at = Timestamp((EPOCH + i64::from(self.logged_at)) * 1_000);
        Ok((log_place(self.seq)?, what, at))
    }
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

/// The newest number of each log.
pub(crate) fn heads_of(entries: &[Entry]) -> BTreeMap<UserId, Seq> {
    entries.iter().map(|entry| (entry.owner, entry.seq)).collect()
}
