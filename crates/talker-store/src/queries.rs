//! The queries that both backends share: this file and those below it are compiled once for each, with its `Conn`.

#[path = "queries/blocks.rs"]
mod blocks;
#[path = "queries/contacts.rs"]
mod contacts;
#[path = "queries/mails.rs"]
mod mails;
#[path = "queries/messages.rs"]
mod messages;
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

use super::{Conn, lock_registration, lock_user};
use crate::{StoreError, Transaction};

/// A connection on which a transaction runs, or a read alone.
pub(super) struct Tx<'a>(pub(super) &'a mut Conn);

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
