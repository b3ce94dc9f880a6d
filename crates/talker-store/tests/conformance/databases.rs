//! Databases of a test's own, gone when dropped, and plain SQL on them.

use std::env;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use diesel::connection::SimpleConnection;
use diesel::deserialize::QueryableByName;
use diesel::mysql::Mysql;
use diesel::sqlite::Sqlite;
use diesel::{Connection, RunQueryDsl, SqliteConnection, sql_query};
use diesel_async::{AsyncConnection, AsyncMysqlConnection, SimpleAsyncConnection};
use talker_store::Location;
use tempfile::TempDir;
use tokio::runtime::Builder;

/// A database that nobody else uses. Its tables are not made yet.
pub(crate) struct Database {
    pub(crate) location: Location,
    _folder: Option<TempDir>,
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        Self::sqlite_in(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn sqlite_in(folder: TempDir) -> Self {
        let location = Location::Sqlite(folder.path().join("talker.sqlite"));
        Self { location, _folder: Some(folder) }
    }

    /// The character set of the database is one in which an emoji has no place, so that tables have to name their own.
    pub(crate) async fn mysql() -> Self {
        let Ok(server) = env::var("TALKER_TEST_MYSQL_URL") else {
            panic!(
                "MariaDB tests need TALKER_TEST_MYSQL_URL; `cargo xtask test` starts a MariaDB and sets it"
            )
        };
        let (server, name) = (server.trim_end_matches('/'), new_name());
        execute_on_server(server, &format!("CREATE DATABASE {name} CHARACTER SET latin1")).await;
        Self { location: Location::Mysql(format!("{server}/{name}")), _folder: None }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Location::Mysql(url) = self.location.clone() else { return };
        // A thread that belongs to no runtime, because a runtime must not wait for another one.
        let dropped = thread::spawn(move || {
            let (server, name) = url.rsplit_once('/').expect("a database in the URL");
            let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
            let drop = format!("SET lock_wait_timeout = 10; DROP DATABASE {name}");
            runtime.block_on(execute_on_server(server, &drop));
        });
        // Often this runs because a test has panicked already, and a second panic would hide the first.
        if dropped.join().is_err() {
            eprintln!("{:?} is left behind", self.location);
        }
    }
}

/// Runs statements that return nothing.
pub(crate) async fn execute(location: &Location, statements: &str) {
    match location {
        Location::Sqlite(path) => open(path).batch_execute(statements).expect("SQL that runs"),
        Location::Mysql(url) => execute_on_server(url, statements).await,
    }
}

/// Loads the rows of a query.
pub(crate) async fn load<T>(location: &Location, query: &str) -> Vec<T>
where
    T: QueryableByName<Sqlite> + QueryableByName<Mysql> + Send + 'static,
{
    match location {
        Location::Sqlite(path) => sql_query(query).load(&mut open(path)).expect("rows"),
        Location::Mysql(url) => {
            let mut conn = AsyncMysqlConnection::establish(url).await.expect("the database");
            diesel_async::RunQueryDsl::load(sql_query(query), &mut conn).await.expect("rows")
        }
    }
}

fn open(path: &Path) -> SqliteConnection {
    let mut conn =
        SqliteConnection::establish(path.to_str().expect("a path in UTF-8")).expect("the database");
    conn.batch_execute("PRAGMA busy_timeout = 5000").expect("a setting");
    conn
}

async fn execute_on_server(url: &str, statements: &str) {
    let mut conn = AsyncMysqlConnection::establish(url).await.expect("MariaDB at TALKER_TEST_MYSQL_URL");
    conn.batch_execute(statements).await.expect("SQL that runs");
}

fn new_name() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock past 1970");
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("talker_test_{}_{}_{count}", std::process::id(), now.as_millis())
}
