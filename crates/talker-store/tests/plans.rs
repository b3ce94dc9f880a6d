//! Nothing scans: both databases are asked how they would run every statement of the store.
//!
//! The statements are collected while a scenario goes through every port, on tables with thousands of rows, so that the
//! optimizers have something to choose from.

#[path = "plans/collector.rs"]
mod collector;
#[path = "conformance/databases.rs"]
mod databases;
#[path = "plans/explain.rs"]
mod explain;
#[path = "plans/scenario.rs"]
mod scenario;
#[path = "plans/seed.rs"]
mod seed;

use std::collections::BTreeSet;

use collector::Collector;
use databases::{Database, execute};
use explain::complaints;
use talker_store::{Location, Store};

/// Every table whose rows grow with use.
const TABLES: [&str; 12] = [
    "blobs",
    "blocks",
    "contacts",
    "log_runs",
    "logs",
    "mails",
    "messages",
    "name_parts",
    "nonces",
    "registrations",
    "sessions",
    "users",
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_scans_on_sqlite() {
    let collector = Collector::start().await;
    let database = Database::sqlite();
    let statements = statements_of_every_port(&collector, &database.location).await;
    // Without statistics first: nobody makes any where Talker runs.
    assert_nothing_scans(&database.location, &statements).await;
    execute(&database.location, "ANALYZE").await;
    assert_nothing_scans(&database.location, &statements).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_scans_on_mariadb() {
    let collector = Collector::start().await;
    let database = Database::mysql().await;
    let statements = statements_of_every_port(&collector, &database.location).await;
    assert_nothing_scans(&database.location, &statements).await;
    execute(&database.location, &format!("ANALYZE TABLE {}", TABLES.join(", "))).await;
    assert_nothing_scans(&database.location, &statements).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_would_not_go_unnoticed() {
    let _nobody_else_is_overheard = Collector::start().await;
    for database in [Database::sqlite(), Database::mysql().await] {
        let location = &database.location;
        Store::open(location, 1).await.expect("a database that opens");
        seed::fill(location).await;
        for (statement, scans) in [
            ("SELECT id FROM messages WHERE content = 'hello'", true),
            ("SELECT id FROM messages WHERE notified = 0 ORDER BY id LIMIT 5", true),
            ("SELECT username_folded FROM users WHERE username_folded LIKE '%anna%'", true),
            ("SELECT count(*) FROM sessions", true),
            ("UPDATE contacts SET unread = 0 WHERE unread < 0", true),
            ("SELECT seq FROM log_runs WHERE logged_at < 5", true),
            ("SELECT from_user FROM nonces WHERE message_id = 5", true),
            ("DELETE FROM sessions WHERE began_at < 5", true),
            ("DELETE FROM registrations WHERE username = 'anna'", true),
            ("SELECT m.id FROM users u JOIN messages m ON m.to_user = u.id WHERE u.id = 1000001", true),
            ("SELECT username FROM users WHERE id = 1000001", false),
            ("DELETE FROM sessions WHERE node = 3", false),
        ] {
            let complaints = complaints(location, statement).await;
            assert_eq!(!complaints.is_empty(), scans, "{location:?}: {statement}: {complaints:?}");
        }
    }
}

/// What the store executes when the scenario goes through every port.
async fn statements_of_every_port(collector: &Collector, location: &Location) -> BTreeSet<String> {
    let store = Store::open(location, 1).await.expect("a database that opens");
    seed::fill(location).await;
    let mut statements = BTreeSet::new();
    let mut ports = BTreeSet::new();
    for (port, step) in scenario::STEPS {
        collector.forget();
        store.write(step).await.unwrap_or_else(|fault| panic!("{port}: {fault:?}"));
        let executed = collector.take();
        assert!(!executed.is_empty(), "{port} executes nothing");
        statements.extend(executed);
        ports.insert(port);
    }
    assert_eq!(ports, ports_of_a_transaction());
    for table in TABLES {
        assert!(statements.iter().any(|statement| statement.contains(table)), "nobody asks for {table}");
    }
    statements
}

/// As its source lists them.
fn ports_of_a_transaction() -> BTreeSet<&'static str> {
    let lines = include_str!("../src/transaction.rs").lines();
    lines.filter_map(|line| line.trim().strip_prefix("+ ")?.strip_suffix("::Port")).collect()
}

async fn assert_nothing_scans(location: &Location, statements: &BTreeSet<String>) {
    let mut all = Vec::new();
    for statement in statements {
        let complaints = complaints(location, statement).await;
        all.extend(complaints.iter().map(|complaint| format!("{complaint}\n    {statement}")));
    }
    assert!(all.is_empty(), "{} statements, of which scan:\n{}", statements.len(), all.join("\n"));
}
