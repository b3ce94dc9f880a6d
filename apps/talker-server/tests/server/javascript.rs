//! The official JavaScript client, as a client of the original service would use it: the tests in `tests/javascript`.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use crate::databases::Backend;
use crate::harness::{NO_GRACE, TestServer, on_both_databases};

on_both_databases!(
    a_client_of_the_original_service_works_unchanged,
    messages_keep_their_order,
    media_arrive_as_they_were_sent,
    malformed_events_are_answered_and_the_connection_stays,
    events_are_acknowledged_and_sessions_resumed,
);

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/javascript");

/// How long one file may take. Its tests wait for single events much shorter than this.
const PATIENCE: Duration = Duration::from_mins(4);

async fn a_client_of_the_original_service_works_unchanged(backend: Backend) {
    expect_success(backend, "story.test.mjs").await;
}

async fn messages_keep_their_order(backend: Backend) {
    expect_success(backend, "order.test.mjs").await;
}

async fn media_arrive_as_they_were_sent(backend: Backend) {
    expect_success(backend, "media.test.mjs").await;
}

async fn malformed_events_are_answered_and_the_connection_stays(backend: Backend) {
    expect_success(backend, "malformed.test.mjs").await;
}

async fn events_are_acknowledged_and_sessions_resumed(backend: Backend) {
    let server = TestServer::start(backend).await;
    expect_success_on(&server, "acks.test.mjs").await;
}

/// A script of the folder, for Node.js, that knows the server.
pub(crate) fn node(server: &TestServer) -> Command {
    let client = Path::new(FOLDER).join("node_modules/socket.io-client");
    assert!(client.exists(), "socket.io-client is missing; `cargo xtask test` installs it");
    let mut node = Command::new("node");
    node.current_dir(FOLDER)
        .env("TALKER_URL", server.url())
        .env("TALKER_MAILS", server.data_dir().join("mails"));
    node.stdin(Stdio::null()).kill_on_drop(true);
    node
}

/// Runs all tests of a file, on a server whose sessions end with their connections.
async fn expect_success(backend: Backend, file: &str) {
    let server = TestServer::start_with(backend, &[NO_GRACE]).await;
    expect_success_on(&server, file).await;
}

async fn expect_success_on(server: &TestServer, file: &str) {
    let tests = node(server).args(["--test", "--test-reporter=tap", file]).output();
    let output = timeout(PATIENCE, tests).await.expect("an end in time");
    let output = output.expect("Node.js, which `cargo xtask test` installs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let all_ran = said.contains("# fail 0") && said.contains("# skipped 0") && !said.contains("# pass 0");
    assert!(all_ran, "not every test ran:\n{said}");
}
