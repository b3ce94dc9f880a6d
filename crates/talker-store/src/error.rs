//! How the store fails, and which failures pass.

use std::time::{Duration, Instant};

use diesel::ConnectionError;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use talker_domain::Failure;

/// Why the store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is not there, or has no room for us: try again later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A deadlock, or somebody who was faster: the same command may well succeed at once.
    #[error("the transaction met another one")]
    Collision(#[source] DieselError),
    /// The database refused a query.
    #[error("the query failed")]
    Query(#[source] DieselError),
    /// The database holds something that cannot be.
    #[error("the database holds an invalid {0}")]
    Corrupt(&'static str),
}

/// Why the store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database cannot be reached, or not just now.
    #[error("cannot connect to the database: {0}")]
    Connect(String),
    /// The database answers, and says no: waiting will not help.
    #[error(
        "the database lets nobody in by this URL: {0}. Check its user, its password and its database's name"
    )]
    Refused(String),
    /// Its tables cannot be brought up to date.
    #[error("cannot bring the tables up to date: {0}")]
    Migrate(String),
}

impl From<ConnectionError> for OpenError {
    fn from(error: ConnectionError) -> Self {
        let said = error.to_string();
        let final_words = REFUSALS.iter().any(|phrase| said.contains(phrase));
        if final_words || matches!(error, ConnectionError::InvalidConnectionUrl(_)) {
            Self::Refused(said)
        } else {
            Self::Connect(said)
        }
    }
}

/// MySQL's errors 1044, 1045 and 1049.
const REFUSALS: [&str; 2] = ["Access denied", "Unknown database"];

/// What a closure over a transaction may fail with: at least with the store's own error.
pub trait WriteError: From<StoreError> + Send + 'static {
    /// The store's error, if it is one.
    fn fault(&self) -> Option<&StoreError>;
}

impl WriteError for StoreError {
    fn fault(&self) -> Option<&StoreError> {
        Some(self)
    }
}

impl<R: Send + 'static> From<StoreError> for Failure<R, StoreError> {
    fn from(fault: StoreError) -> Self {
        Self::Faulted(fault)
    }
}

impl<R: Send + 'static> WriteError for Failure<R, StoreError> {
    fn fault(&self) -> Option<&StoreError> {
        match self {
            Self::Faulted(fault) => Some(fault),
            Self::Refused(_) => None,
        }
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        let DieselError::DatabaseError(kind, information) = &error else {
            return match error {
                DieselError::BrokenTransactionManager => Self::Unavailable(error.to_string()),
                _ => Self::Query(error),
            };
        };
        let message = information.message();
        match kind {
            DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::SerializationFailure => {
                Self::Collision(error)
            }
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                Self::Unavailable(message.to_owned())
            }
            _ if COLLISIONS.iter().any(|phrase| message.contains(phrase)) => Self::Collision(error),
            _ if OUTAGES.iter().any(|phrase| message.contains(phrase)) => {
                Self::Unavailable(message.to_owned())
            }
            _ => Self::Query(error),
        }
    }
}

/// Diesel hands these through without a kind: MySQL's errors 1213 and 1205.
const COLLISIONS: [&str; 2] = ["Deadlock found", "Lock wait timeout"];

/// What SQLite says when it is busy, full, without its disk or without its file, and the MySQL driver of a lost server.
const OUTAGES: [&str; 9] = [
    "database is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "Input/output error",
    "Connection refused",
    "server has gone away",
    "Server shutdown",
    "closed",
];

/// What a transaction around a closure returns: diesel wants to add its own errors to the closure's.
pub(crate) enum Attempt<E> {
    /// The closure's error.
    Command(E),
    /// Beginning or committing failed.
    Diesel(DieselError),
}

impl<E> From<DieselError> for Attempt<E> {
    fn from(error: DieselError) -> Self {
        Self::Diesel(error)
    }
}

impl<E: WriteError> Attempt<E> {
    pub(crate) fn into_error(self) -> E {
        match self {
            Self::Command(error) => error,
            Self::Diesel(error) => StoreError::from(error).into(),
        }
    }
}

/// How often a command is tried when it collides with others: under a rush of registrations `MariaDB` has been seen to
/// end the same one by a deadlock three times in a row.
const ATTEMPTS: usize = 10;

/// How long a command is tried again. A lock that is waited for in vain has taken longer than this, and somebody waits.
const PATIENCE: Duration = Duration::from_secs(2);

/// Tries until there is no collision, at most [`ATTEMPTS`] times and not again after [`PATIENCE`].
pub(crate) fn with_retries<R, E: WriteError>(mut attempt: impl FnMut() -> Result<R, E>) -> Result<R, E> {
    let begun = Instant::now();
    let mut result = attempt();
    for _ in 1..ATTEMPTS {
        match &result {
            Err(error) if collided(error) && begun.elapsed() < PATIENCE => result = attempt(),
            _ => break,
        }
    }
    result
}

fn collided(error: &impl WriteError) -> bool {
    matches!(error.fault(), Some(StoreError::Collision(_)))
}
