//! Connections that begin and never get anywhere, by the thousand.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::crowd;
use super::measured::Measured;
use super::siege::{Bounds, ROUNDS, besiege};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::site::{PATIENCE, Site};

/// How connections begin that go no further: without a word, in a line, in the headers, in a body, in an upgrade, before
/// joining.
const BEGINNINGS: [&str; 9] = [
    "",
    "G",
    "GET / HTTP/1.1\r\nHost: x\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",
    "POST /register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    "POST /register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
     Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n",
];

/// How long they are held by who hangs up himself.
const HELD: Duration = Duration::from_secs(1);

on_both_databases!(a_crowd_that_never_gets_anywhere_is_let_go);

async fn a_crowd_that_never_gets_anywhere_is_let_go(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    let size = crowd(450, 10_000);
    besiege(&server, Bounds::of_crowd(size), async |round| {
        let mut waiting = JoinSet::new();
        for number in 0..size {
            // One after the other: the system loses connections that come faster than they are accepted.
            let mut stream = connect(&server).await;
            waiting.spawn(async move {
                let beginning = BEGINNINGS[number % BEGINNINGS.len()];
                stream.write_all(beginning.as_bytes()).await.expect("the beginning goes out");
                // Some rounds wait for the server's patience to end, which takes longer.
                if round % ROUNDS == 0 { let_go(stream).await } else { sleep(HELD).await }
            });
        }
        waiting.join_all().await;
    })
    .await;
}

/// Connects, if need be after others.
async fn connect(site: &Site) -> TcpStream {
    timeout(PATIENCE, TcpStream::connect(site.address())).await.expect("in time").expect("a connection")
}

/// Waits for the end; that the server hangs up on what it has not read yet is one as well.
async fn let_go(mut stream: TcpStream) {
    let mut rest = tokio::io::sink();
    let _ = timeout(PATIENCE, tokio::io::copy(&mut stream, &mut rest)).await.expect("an end in time");
}
