//! A server of a test's own, on a free port and in a private folder.

use std::ops::Deref;

use talker_server::{Server, Settings};
use tempfile::TempDir;

use crate::databases::{Backend, MysqlDatabase};
use crate::plain::Plain;
use crate::site::Site;

/// Makes two tests of each function: one on SQLite, one on MariaDB.
macro_rules! on_both_databases {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::databases::Backend::Sqlite).await;
            })*
        }
        mod mysql {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::databases::Backend::Mysql).await;
            })*
        }
    };
}
pub(crate) use on_both_databases;

/// Ends a session with its connection.
pub(crate) const NO_GRACE: &str = "--session-grace=0";

/// What tests do in a second nobody else does in an hour.
pub(crate) const NO_LIMITS: &str = "--rate-limits=off";

/// A running server. It is gone when this is dropped, and so is everything it kept.
pub(crate) struct TestServer {
    server: Option<Server>,
    arguments: Vec<String>,
    site: Site,
    database: Option<MysqlDatabase>,
    _folder: TempDir,
}

/// Users reach it as any other.
impl Deref for TestServer {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

impl TestServer {
    pub(crate) async fn start(backend: Backend) -> Self {
        Self::start_with(backend, &[]).await
    }

    /// Starts a server with more arguments, such as `--max-media-bytes=1000`.
    pub(crate) async fn start_with(backend: Backend, more: &[&str]) -> Self {
        let database = match backend {
            Backend::Sqlite => None,
            Backend::Mysql => Some(MysqlDatabase::create().await),
        };
        let url = database.as_ref().map(|database| format!("--database-url={}", database.url()));
        let all: Vec<&str> = url.iter().map(String::as_str).chain(more.iter().copied()).collect();
        Self::launched(&all, database).await
    }

    /// Starts a server on a database that somebody else provides. Sessions end with their connections.
    pub(crate) async fn start_on(database_url: &str) -> Self {
        Self::start_node(database_url, 0).await
    }

    /// The same, for one of several servers on this database.
    pub(crate) async fn start_node(database_url: &str, node: u8) -> Self {
        let (database, node) = (format!("--database-url={database_url}"), format!("--node={node}"));
        Self::launched(&[&database, &node, NO_GRACE], None).await
    }

    async fn launched(more: &[&str], database: Option<MysqlDatabase>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data_dir = format!("--data-dir={}", folder.path().display());
        let arguments =
            ["talker-server", "--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", data_dir.as_str()];
        let limits = if more.iter().any(|argument| argument.starts_with("--rate-limits")) {
            None
        } else {
            Some(&NO_LIMITS)
        };
        let arguments: Vec<String> =
            arguments.iter().chain(limits).chain(more).map(|&argument| argument.to_owned()).collect();
        let server = launch(&arguments).await;
        let site = Site::new(server.address(), server.admin_address(), folder.path().to_owned());
        Self { server: Some(server), arguments, site, database, _folder: folder }
    }

    /// Stops the server and starts it again, on another port, with the same data.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        let server = launch(&self.arguments).await;
        (self.site.address, self.site.admin_address) = (server.address(), server.admin_address());
        self.server = Some(server);
    }

    pub(crate) async fn stop(&mut self) {
        self.server.take().expect("a running server").stop().await;
    }

    /// The MariaDB database, of a server that has one of its own.
    pub(crate) fn database(&self) -> &MysqlDatabase {
        self.database.as_ref().expect("a MariaDB database")
    }
}

async fn launch(arguments: &[String]) -> Server {
    let settings = Settings::from_arguments(arguments).expect("settings");
    Server::start(settings).await.expect("a server that starts")
}

/// A server, and Anna and Benno on it.
pub(crate) async fn anna_and_benno(backend: Backend) -> (TestServer, Plain, Plain) {
    let server = TestServer::start(backend).await;
    let (anna, benno) = (server.newcomer("anna").await, server.newcomer("benno").await);
    (server, anna, benno)
}

/// The same, where a session ends with its connection.
pub(crate) async fn anna_and_benno_without_grace(backend: Backend) -> (TestServer, Plain, Plain) {
    anna_and_benno_with(backend, &[NO_GRACE]).await
}

/// The same, on a server with these arguments.
pub(crate) async fn anna_and_benno_with(backend: Backend, more: &[&str]) -> (TestServer, Plain, Plain) {
    let server = TestServer::start_with(backend, more).await;
    let (anna, benno) = (server.newcomer("anna").await, server.newcomer("benno").await);
    (server, anna, benno)
}

/// Has connections catch up, some of the same user maybe, and forgets what that brought.
pub(crate) async fn all_caught_up(connections: &mut [&mut Plain]) {
    let mut notes = Vec::new();
    for connection in &mut *connections {
        notes.push(connection.note().await);
    }
    for connection in connections {
        let me = connection.user;
        for note in notes.iter().filter(|note| note["from_user"] == me) {
            connection.notified_of(note).await;
        }
        connection.forget().await;
    }
}
