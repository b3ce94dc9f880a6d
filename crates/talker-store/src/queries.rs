//! The queries that both backends share: this file and those below it are compiled once for each, with its `Conn`.

#[path = "queries/blocks.rs"]
mod blocks;
#[path = "queries/contacts.rs"]
mod contacts;
#[path = "queries/log.rs"]
mod log;
#[path = "queries/mails.rs"]
mod mails;
#[path = "queries/messages.rs"]
mod messages;
#[path = "queries/passwords.rs"]
mod passwords;
#[path = "queries/session_changes.rs"]
mod session_changes;
#[path = "queries/sessions.rs"]
mod sessions;
#[path = "queries/sync.rs"]
mod sync;
#[path = "queries/typing.rs"]
mod typing;
#[path = "queries/users.rs"]
mod users;

use diesel::prelude::*;
use talker_domain::Storage;

use super::{Conn, lock_registration, lock_reset, lock_user};
use crate::error::WriteError;
use crate::{StoreError, Transaction};
use log::NewEntries;
use session_changes::SessionChanges;
pub(super) use session_changes::{Move, Suspension};

/// A connection on which a transaction runs, or a read alone; and what the transaction has still to store.
pub(super) struct Tx<'a>(pub(super) &'a mut Conn, Unwritten);

/// What is stored together at a transaction's end.
#[derive(Default)]
struct Unwritten {
    log: NewEntries,
    sessions: SessionChanges,
}

/// Runs a command as one transaction does, to its end.
pub(super) fn run<R, E: WriteError>(
    conn: &mut Conn,
    command: &mut impl FnMut(&mut dyn Transaction) -> Result<R, E>,
) -> Result<R, E> {
    let mut tx = Tx::new(conn);
    let answer = command(&mut tx)?;
    tx.write_log()?;
    tx.write_sessions()?;
    Ok(answer)
}

impl<'a> Tx<'a> {
    pub(super) fn new(conn: &'a mut Conn) -> Self {
        Self(conn, Unwritten::default())
    }
}

impl Storage for Tx<'_> {
    type Fault = StoreError;
}

impl Transaction for Tx<'_> {
    fn ping(&mut self) -> Result<(), StoreError> {
        diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("1")).execute(self.0)?;
        Ok(())
    }
}

fn limit(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
