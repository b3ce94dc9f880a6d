//! SQLite: one file, one writing thread, a few reading ones.

mod fixed;
mod messages;
#[path = "queries.rs"]
mod queries;
mod sessions;
mod sync;
mod workers;

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::error::{Attempt, OpenError, StoreError, WriteError, with_retries};
use crate::rows::{RegistrationRow, ResetRow};
use crate::schema::{registrations, resets};
use crate::transaction::Transaction;
use queries::Tx;
use workers::Workers;

/// The connection that the queries of this backend run on.
type Conn = SqliteConnection;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// `FULL`: a commit is on disk when it returns, also in WAL mode (SQLite documentation, `PRAGMA synchronous`). A commit
/// touches a page for nearly every user that it is about: the file takes them over from 64 MiB of the write-ahead log at
/// a time, not after every few commits.
const SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA wal_autocheckpoint = 16384; \
                     PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";

/// How many KiB of pages a connection keeps. A commit touches a page for nearly every user that it is about; what is
/// read once is in the memory of the operating system anyway.
const WRITER_CACHE: u32 = 16_384;
const READER_CACHE: u32 = 2_048;

#[derive(Clone)]
pub(crate) struct Sqlite {
    writer: Workers,
    readers: Workers,
}

impl Sqlite {
    pub(crate) async fn open(path: &Path, readers: u32) -> Result<Self, OpenError> {
        let path =
            path.to_str().ok_or_else(|| OpenError::Connect("its path is not UTF-8".into()))?.to_owned();
        let file = path.clone();
        let migrated = tokio::task::spawn_blocking(move || migrate(&file)).await;
        migrated.map_err(|panic| OpenError::Migrate(panic.to_string()))??;
        let start =
            |name, count, cache| Workers::start(name, count, &path, cache).map_err(OpenError::Connect);
        let writer = start("sqlite-writer", 1, WRITER_CACHE)?;
        Ok(Self { writer, readers: start("sqlite-reader", readers, READER_CACHE)? })
    }

    pub(crate) async fn read<R, E, Q>(&self, query: Q) -> Result<R, E>
    where
        R: Send + 'static,
        E: WriteError,
        Q: FnOnce(&mut dyn Transaction) -> Result<R, E> + Send + 'static,
    {
        self.readers.run(move |conn| query(&mut Tx::new(conn))).await?
    }

    pub(crate) async fn write<R, E, C>(&self, mut command: C) -> Result<R, E>
    where
        R: Send + 'static,
        E: WriteError,
        C: FnMut(&mut dyn Transaction) -> Result<R, E> + Send + 'static,
    {
        self.writer.run(move |conn| with_retries(|| transact(conn, &mut command))).await?
    }
}

/// Runs the command in a transaction that takes the write lock at once: one that reads first and locks later can be
/// refused the lock.
fn transact<R, E: WriteError>(
    conn: &mut Conn,
    command: &mut impl FnMut(&mut dyn Transaction) -> Result<R, E>,
) -> Result<R, E> {
    conn.immediate_transaction(|conn| queries::run(conn, command).map_err(Attempt::Command))
        .map_err(Attempt::into_error)
}

fn connect(path: &str, cache: u32) -> Result<Conn, String> {
    let mut conn = Conn::establish(path).map_err(|error| error.to_string())?;
    let setup = format!("{SETUP} PRAGMA cache_size = -{cache};");
    conn.batch_execute(&setup).map_err(|error| error.to_string())?;
    Ok(conn)
}

fn migrate(path: &str) -> Result<(), OpenError> {
    let mut conn = connect(path, WRITER_CACHE).map_err(OpenError::Connect)?;
    conn.run_pending_migrations(MIGRATIONS).map_err(|error| OpenError::Migrate(error.to_string()))?;
    Ok(())
}

/// Locks nothing: the one writer is alone anyway.
#[expect(clippy::unnecessary_wraps, reason = "the other backend's lock can fail")]
fn lock_user(_conn: &mut Conn, _user: i64) -> Result<(), StoreError> {
    Ok(())
}

/// Finds a registration. The one writer is alone, so nobody else can confirm it meanwhile.
fn lock_registration(conn: &mut Conn, id: i64) -> QueryResult<Option<RegistrationRow>> {
    registrations::table.find(id).select(RegistrationRow::as_select()).get_result(conn).optional()
}

/// Finds a reset. The one writer is alone, so nobody else can use it meanwhile.
fn lock_reset(conn: &mut Conn, id: i64) -> QueryResult<Option<ResetRow>> {
    resets::table.find(id).get_result(conn).optional()
}

#[cfg(test)]
mod tests {
    use diesel::sql_types::Integer;

    use super::*;

    #[derive(QueryableByName)]
    struct Pragma {
        #[diesel(sql_type = Integer)]
        synchronous: i32,
    }

    /// A crash of the program alone does not show the difference; one of the machine does.
    #[test]
    fn a_commit_is_on_disk_when_it_returns() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("talker.db");
        let mut conn = connect(path.to_str().expect("UTF-8"), WRITER_CACHE).expect("a database");
        let pragma: Pragma = diesel::sql_query("PRAGMA synchronous").get_result(&mut conn).expect("a number");
        assert_eq!(pragma.synchronous, 2, "FULL");
    }
}
