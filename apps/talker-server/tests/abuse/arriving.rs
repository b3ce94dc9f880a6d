//! Much that is begun by many and never finished: it finds no more room than there is, and whoever goes on gets a turn.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_util::task::AbortOnDropHandle;

use super::crowd;
use super::door::{Door, KINDS, Kind};
use super::large::video;
use super::measured::{MIB, Measured};
use super::siege::{Bounds, besiege};
use super::streams::{frame_head, narrow};
use crate::databases::Backend;
use crate::inbox::Inbox as _;
use crate::plain::Plain;
use crate::site::PATIENCE;

/// What may be on its way in for all.
const ARRIVING: &str = "--max-arriving-megabytes=64";

/// How long what is begun would be, and how much of it comes.
const LENGTH: usize = 11 * MIB;
const PART: usize = 8 * MIB;

/// The opcodes of WebSocket frames.
const TEXT: u8 = 1;
const CONTINUATION: u8 = 0;

/// How something large is begun.
#[derive(Clone, Copy)]
enum Way {
    Frame(Kind),
    /// In as many as there are MiB.
    Fragments(Kind),
    Body,
    Chunks,
}

const WAYS: [Way; 6] = [
    Way::Frame(Kind::Plain),
    Way::Frame(Kind::SocketIo),
    Way::Fragments(Kind::Plain),
    Way::Fragments(Kind::SocketIo),
    Way::Body,
    Way::Chunks,
];

#[tokio::test(flavor = "multi_thread")]
async fn large_things_that_are_begun_and_not_finished_do_not_fill_the_memory() {
    let server = Measured::start(Backend::Sqlite, &[ARRIVING]).await;
    let (mallory, victim) = (server.person("mallory").await, server.person("victim").await);
    besiege(&server, Bounds { most: 160, left: 64 }, async |round| {
        let mut beginners = vec![];
        for number in 0..crowd(30, 600) {
            beginners.push(begin(&server, WAYS[number % WAYS.len()]).await);
        }
        // They have as much time as they want to fill what there is.
        sleep(Duration::from_secs(1)).await;
        let mut sender = Plain::log_in(&server, &mallory).await;
        let ack = timeout(2 * PATIENCE, sender.call_as_me("messeage", &video(&victim))).await;
        assert_eq!(ack.expect("a turn")["ok"], Value::Bool(true), "in round {round}");
    })
    .await;
}

/// Begins, and goes on as long as the server takes it, but not to the end.
async fn begin(server: &Measured, way: Way) -> AbortOnDropHandle<()> {
    let (mut stream, heads) = match way {
        Way::Frame(kind) => (narrow(server, kind).await.into_inner(), vec![frame_head(TEXT, true, LENGTH)]),
        Way::Fragments(kind) => {
            let first = frame_head(TEXT, false, MIB);
            let others = std::iter::repeat_n(frame_head(CONTINUATION, false, MIB), PART / MIB - 1);
            (narrow(server, kind).await.into_inner(), std::iter::once(first).chain(others).collect())
        }
        Way::Body => (connect(server).await, vec![post(server, &format!("Content-Length: {LENGTH}")).await]),
        Way::Chunks => {
            let head = post(server, &format!("Transfer-Encoding: chunked\r\n\r\n{LENGTH:x}")).await;
            // The head of the chunk ends as the headers do.
            (connect(server).await, vec![head[..head.len() - 2].to_vec()])
        }
    };
    let part = vec![b'a'; PART / heads.len()];
    AbortOnDropHandle::new(tokio::spawn(async move {
        for head in heads {
            if stream.write_all(&head).await.is_err() || stream.write_all(&part).await.is_err() {
                return;
            }
        }
        // It stays.
        std::future::pending::<()>().await;
    }))
}

async fn connect(server: &Measured) -> TcpStream {
    TcpStream::connect(server.address()).await.expect("a connection")
}

/// The head of a request that brings packets to a session of its own.
async fn post(server: &Measured, length: &str) -> Vec<u8> {
    let session = Door::connect(server, Kind::Polling).await.polling_path();
    format!("POST {session} HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_go_on_get_a_turn_where_there_is_room_for_one() {
    let server = Measured::start(Backend::Sqlite, &["--max-arriving-megabytes=1"]).await;
    let (mallory, victim) = (server.person("mallory").await, server.person("victim").await);
    let senders = (0..12).map(async |number| {
        let mut sender = Door::log_in(&server, KINDS[number % KINDS.len()], &mallory).await;
        let mut event = video(&victim);
        event["user_id"] = json!(sender.user);
        for _ in 0..2 {
            sender.emit("messeage", &event).await;
            let echo = timeout(4 * PATIENCE, sender.wait_for("messeage")).await;
            assert_eq!(echo.expect("a turn")["content_type"], "video", "{number}");
        }
    });
    join_all(senders).await;
}
