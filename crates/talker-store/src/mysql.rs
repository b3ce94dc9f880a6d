//! MySQL and MariaDB: a pool of connections, whose queries run on blocking threads.

mod messages;
#[path = "queries.rs"]
mod queries;
mod sessions;
mod statements;
mod sync;

use std::sync::Arc;
use std::time::Duration;

use bb8::PooledConnection;
use diesel::connection::TransactionManager as _;
use diesel::prelude::*;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::pooled_connection::bb8::Pool;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig};
use diesel_async::{AsyncConnection, AsyncMysqlConnection, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use crate::cached::{Cached, rounded};
use crate::error::{Attempt, OpenError, StoreError, WriteError, with_retries};
use crate::rows::{RegistrationRow, ResetRow};
use crate::schema::{registrations, resets, users};
use crate::transaction::Transaction;
use queries::Tx;

type Pooled = PooledConnection<'static, AsyncDieselConnectionManager<AsyncMysqlConnection>>;

/// The connection that the queries of this backend run on.
type Conn = AsyncConnectionWrapper<Pooled>;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/mysql");

/// How long a query waits for a connection.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a read may take. The thread that waits for a database that stalls ends when it answers.
const ANSWER: Duration = Duration::from_secs(5);

/// Nodes that start together bring the tables up to date one after the other: tables are not made in transactions here.
/// The lock ends with the connection.
const LOCK_TABLES: &str = "DO GET_LOCK(LEFT(CONCAT('talker tables of ', DATABASE()), 64), 60)";

const SETUP: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
                     SET SESSION innodb_lock_wait_timeout = 5, SESSION sql_mode = 'STRICT_ALL_TABLES'";

#[derive(Clone)]
pub(crate) struct Mysql {
    pool: Pool<AsyncMysqlConnection>,
    /// The pool hands out connections in no particular order; those who wait for one queue here.
    turns: Arc<Semaphore>,
}

impl Mysql {
    pub(crate) async fn open(url: &str, connections: u32) -> Result<Self, OpenError> {
        connect(url).await?;
        migrate(url).await?;
        let mut config = ManagerConfig::default();
        config.custom_setup = Box::new(|url| {
            let url = url.to_owned();
            Box::pin(async move { connect(&url).await })
        });
        let manager = AsyncDieselConnectionManager::new_with_config(url, config);
        let pool =
            Pool::builder().max_size(connections).connection_timeout(PATIENCE).test_on_check_out(false);
        let pool = pool.build(manager).await.map_err(|error| OpenError::Connect(error.to_string()))?;
        Ok(Self { pool, turns: Arc::new(Semaphore::new(connections as usize)) })
    }

    pub(crate) async fn read<R, E, Q>(&self, query: Q) -> Result<R, E>
    where
        R: Send + 'static,
        E: WriteError,
        Q: FnOnce(&mut dyn Transaction) -> Result<R, E> + Send + 'static,
    {
        let answer = self.run(move |conn| {
            let answer = query(&mut Tx::new(conn));
            discard_if_lost(conn, &answer);
            answer
        });
        let late = |_| StoreError::Unavailable("it does not answer in time".into());
        tokio::time::timeout(ANSWER, answer).await.map_err(late)??
    }

    pub(crate) async fn write<R, E, C>(&self, mut command: C) -> Result<R, E>
    where
        R: Send + 'static,
        E: WriteError,
        C: FnMut(&mut dyn Transaction) -> Result<R, E> + Send + 'static,
    {
        self.run(move |conn| {
            let answer = with_retries(|| transact(conn, &mut command));
            discard_if_lost(conn, &answer);
            answer
        })
        .await?
    }

    /// Has a job done on a blocking thread. It is done to its end even if nobody waits for it any more.
    async fn run<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Conn) -> R + Send + 'static,
    ) -> Result<R, StoreError> {
        let turn = self.turn().await?;
        let pooled =
            self.pool.get_owned().await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let done = spawn_blocking(move || {
            let answer = job(&mut Conn::from(pooled));
            drop(turn);
            answer
        });
        done.await.map_err(|panic| StoreError::Unavailable(panic.to_string()))
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        turn.ok().and_then(Result::ok).ok_or_else(|| StoreError::Unavailable("too many queries wait".into()))
    }
}

async fn connect(url: &str) -> ConnectionResult<AsyncMysqlConnection> {
    let mut conn = AsyncMysqlConnection::establish(url).await?;
    let setup = conn.batch_execute(SETUP).await;
    setup.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

async fn migrate(url: &str) -> Result<(), OpenError> {
    let mut conn = connect(url).await?;
    conn.batch_execute(LOCK_TABLES).await.map_err(|error| OpenError::Migrate(error.to_string()))?;
    let migrated = spawn_blocking(move || {
        let mut conn = AsyncConnectionWrapper::<AsyncMysqlConnection>::from(conn);
        conn.run_pending_migrations(MIGRATIONS).map(drop).map_err(|error| error.to_string())
    });
    let migrated = migrated.await.map_err(|panic| OpenError::Migrate(panic.to_string()))?;
    migrated.map_err(OpenError::Migrate)
}

/// Has the pool replace a connection whose server is gone. Diesel notices that by itself only inside transactions.
fn discard_if_lost<R, E: WriteError>(conn: &mut Conn, answer: &Result<R, E>) {
    if let Err(error) = answer
        && matches!(error.fault(), Some(StoreError::Unavailable(_)))
    {
        <Conn as Connection>::TransactionManager::transaction_manager_status_mut(conn).set_in_error();
    }
}

fn transact<R, E: WriteError>(
    conn: &mut Conn,
    command: &mut impl FnMut(&mut dyn Transaction) -> Result<R, E>,
) -> Result<R, E> {
    Connection::transaction(conn, |conn| queries::run(conn, command).map_err(Attempt::Command))
        .map_err(Attempt::into_error)
}

/// Locks the rows of these users until the transaction ends. Whoever changes what a user's conversations show does so
/// under his lock, so that sending and blocking never pass each other unseen. Locks are taken in the order of the ids.
fn lock_users(conn: &mut Conn, ids: &[i64]) -> Result<Vec<i64>, StoreError> {
    let locked = users::table.filter(users::id.eq_any(rounded(ids)));
    let locked = Cached(locked.order(users::id).select(users::id).for_update());
    Ok(locked.load(conn)?)
}

fn lock_user(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    lock_users(conn, &[id]).map(drop)
}

/// Finds a registration and locks it, so that nobody else can confirm it meanwhile.
fn lock_registration(conn: &mut Conn, id: i64) -> QueryResult<Option<RegistrationRow>> {
    registrations::table
        .find(id)
        .select(RegistrationRow::as_select())
        .for_update()
        .get_result(conn)
        .optional()
}

/// Finds a reset and locks it, so that nobody else can use it meanwhile.
fn lock_reset(conn: &mut Conn, id: i64) -> QueryResult<Option<ResetRow>> {
    resets::table.find(id).for_update().get_result(conn).optional()
}
