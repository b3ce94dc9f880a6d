//! The official JavaScript client in a process of its own, told what to emit and asked what it hears, line by line.

use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::time::timeout;

use crate::harness::TestServer;
use crate::javascript::node;
use crate::site::{PATIENCE, Person};

/// A client; its process ends when this is dropped.
pub(super) struct Agent {
    told: ChildStdin,
    heard: Lines<BufReader<ChildStdout>>,
    _process: Child,
}

impl Agent {
    /// Connects and logs in by the handshake, over one of the transports in `people.mjs`.
    pub(super) fn start(server: &TestServer, person: &Person, transport: &str) -> Self {
        let mut command = node(server);
        command.arg("agent.mjs").env("TALKER_TRANSPORT", transport);
        command.env("TALKER_LOGIN", &person.username).env("TALKER_HASH", &person.hash);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("Node.js, which `cargo xtask test` installs");
        let told = process.stdin.take().expect("its input");
        let heard = BufReader::new(process.stdout.take().expect("its output")).lines();
        Self { told, heard, _process: process }
    }

    pub(super) async fn emit(&mut self, event: &str, data: &Value) {
        let line = format!("{}\n", json!([event, data]));
        self.told.write_all(line.as_bytes()).await.expect("a client that listens");
    }

    /// The next event, whatever it is.
    pub(super) async fn next(&mut self) -> (String, Value) {
        let line = timeout(PATIENCE, self.heard.next_line()).await.expect("something to come in time");
        let line = line.expect("text").expect("a client that is still there");
        serde_json::from_str(&line).expect("an event")
    }
}
