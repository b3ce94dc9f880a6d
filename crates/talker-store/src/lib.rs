//! The domain's ports on diesel: an SQLite file by default, MySQL or MariaDB by URL.
//!
//! The queries of a noun are one file under `queries/`, compiled once per backend with that backend's connection type;
//! what truly differs is in `sqlite/` and `mysql/`. All of it is synchronous and runs on threads of its own: a command
//! is one closure over a [`Transaction`], which nobody can cancel half-way.

#![expect(
    clippy::duplicate_mod,
    reason = "the queries are compiled once per backend, each with its own connection"
)]

mod cached;
mod error;
mod functions;
mod mysql;
mod rows;
mod schema;
mod sqlite;
mod transaction;

pub use error::{OpenError, StoreError, WriteError};
pub use transaction::Transaction;

use std::path::PathBuf;

use mysql::Mysql;
use sqlite::Sqlite;

/// Where the data are.
#[derive(Debug, Clone)]
pub enum Location {
    /// A file, made if it is not there.
    Sqlite(PathBuf),
    /// A `mysql://user:password@host:port/database` URL. The database exists; its tables are made if they do not.
    Mysql(String),
}

/// A database, ready for use. Clones share it.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
}

#[derive(Clone)]
enum Backend {
    Sqlite(Sqlite),
    Mysql(Mysql),
}

impl Store {
    /// Opens the database and brings its tables up to date. `connections` is how many queries may run at once.
    ///
    /// # Errors
    /// [`OpenError`]; worth another try if the database may still be starting.
    pub async fn open(location: &Location, connections: u32) -> Result<Self, OpenError> {
        let backend = match location {
            Location::Sqlite(path) => Backend::Sqlite(Sqlite::open(path, connections).await?),
            Location::Mysql(url) => Backend::Mysql(Mysql::open(url, connections).await?),
        };
        Ok(Self { backend })
    }

    /// Runs `query`, which changes nothing.
    ///
    /// # Errors
    /// Whatever `query` returns, or [`StoreError::Unavailable`] if no connection is to be had within a second.
    pub async fn read<R, E, Q>(&self, query: Q) -> Result<R, E>
    where
        R: Send + 'static,
        E: WriteError,
        Q: FnOnce(&mut dyn Transaction) -> Result<R, E> + Send + 'static,
    {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(query).await,
            Backend::Mysql(mysql) => mysql.read(query).await,
        }
    }

    /// Runs `command` as one transaction, committed to disk if it returns `Ok` and without a trace otherwise.
    ///
    /// It is run again, up to nine times within two seconds, where it met a deadlock or somebody who was faster.
    ///
    /// # Errors
    /// Whatever `command` returns, or [`StoreError::Unavailable`] if no connection is to be had within a second.
    pub async fn write<R, E, C>(&self, command: C) -> Result<R, E>
    where
        R: Send + 'static,
        E: WriteError,
        C: FnMut(&mut dyn Transaction) -> Result<R, E> + Send + 'static,
    {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.write(command).await,
            Backend::Mysql(mysql) => mysql.write(command).await,
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// What it says instead.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read(|transaction| transaction.ping()).await
    }
}
