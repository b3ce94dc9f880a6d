//! Databases of a test's own, gone when dropped.

use std::env;
use std::net::SocketAddr;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use mysql_async::prelude::Queryable as _;
use url::Url;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Mysql,
}

/// A MariaDB database that nobody else uses.
pub(crate) struct MysqlDatabase {
    server: String,
    name: String,
}

impl MysqlDatabase {
    pub(crate) async fn create() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = env::var("TALKER_TEST_MYSQL_URL") else {
            panic!(
                "MariaDB tests need TALKER_TEST_MYSQL_URL; `cargo xtask test` starts a MariaDB and sets it"
            )
        };
        let name = format!("talker_server_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        execute(&server, &format!("CREATE DATABASE {name}")).await;
        Self { server, name }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/{}", self.server.trim_end_matches('/'), self.name)
    }

    /// The URL of the same database for somebody who reaches MariaDB at this address.
    pub(crate) fn url_by(&self, address: SocketAddr) -> String {
        let mut url = Url::parse(&self.url()).expect("a URL");
        url.set_ip_host(address.ip()).expect("a URL with a host");
        url.set_port(Some(address.port())).expect("a URL with a port");
        // Once the driver finds itself on the database's own machine it would go on without the network.
        url.set_query(Some("prefer_socket=false"));
        url.to_string()
    }

    /// Where MariaDB is: `host:port`.
    pub(crate) fn host(&self) -> String {
        let url = Url::parse(&self.server).expect("a URL");
        format!("{}:{}", url.host_str().expect("a host"), url.port().unwrap_or(3306))
    }

    /// Changes it behind the servers' backs.
    pub(crate) async fn execute(&self, statement: &str) {
        execute(&self.url(), statement).await;
    }

    /// The texts of a column.
    pub(crate) async fn texts(&self, query: &str) -> Vec<String> {
        let mut connection = mysql_async::Conn::from_url(self.url()).await.expect("MariaDB answers");
        let texts = connection.query(query).await.expect("a query that works");
        connection.disconnect().await.expect("MariaDB says goodbye");
        texts
    }
}

impl Drop for MysqlDatabase {
    fn drop(&mut self) {
        // A server that a failed test left running may hold on to a table.
        let drop = format!("SET lock_wait_timeout = 10; DROP DATABASE {}", self.name);
        let server = self.server.clone();
        // A thread of its own: a runtime must not wait for another one.
        let dropped = thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(execute(&server, &drop));
        });
        if dropped.join().is_err() {
            eprintln!("the database {} is left behind", self.name);
        }
    }
}

async fn execute(server: &str, statement: &str) {
    let mut connection = mysql_async::Conn::from_url(server).await.expect("MariaDB answers");
    connection.query_drop(statement).await.expect("a statement that works");
    connection.disconnect().await.expect("MariaDB says goodbye");
}
