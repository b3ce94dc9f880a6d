//! Much that is begun by many and never finished: it finds no more room than there is, and whoever goes on gets a turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_util::task::AbortOnDropHandle;

use super::bystanders::Bystanders;
use super::cost::Cost;
use super::crowd;
use super::door::{Door, KINDS, Kind};
use super::large::video;
use super::measured::{MIB, Measured};
use super::streams::{frame_head, narrow};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::inbox::Inbox as _;
use crate::plain::Plain;
use crate::site::PATIENCE;

on_both_databases!(
    large_things_that_are_begun_and_not_finished_do_not_fill_the_memory,
    all_who_go_on_get_a_turn_where_there_is_room_for_two,
);

/// What may be on its way in for all.
const ARRIVING: &str = "--max-arriving-megabytes=24";
const ROOM: usize = 24 * MIB;

/// What is less does not count, and is sent at once.
const LARGE: usize = 64 * 1_024;

/// How long what is begun would be, and how much of it comes.
const LENGTH: usize = 10 * MIB;
const PART: usize = 8 * MIB;

/// The opcodes of WebSocket frames.
const TEXT: u8 = 1;
const CONTINUATION: u8 = 0;

/// How something large is begun.
#[derive(Debug, Clone, Copy)]
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

async fn large_things_that_are_begun_and_not_finished_do_not_fill_the_memory(backend: Backend) {
    let server = Measured::start(backend, &[ARRIVING]).await;
    let (mallory, victim) = (server.person("mallory").await, server.person("victim").await);
    let mut bystanders = Bystanders::arrive(&server).await;
    let mut cost = Cost::begin(&server);
    for way in WAYS {
        let before = server.usage().memory;
        let mut beginners = vec![];
        for _ in 0..crowd(12, 100) {
            beginners.push(Beginner::begin(&server, way).await);
        }
        // They have as much time as they want to fill what there is.
        sleep(Duration::from_secs(1)).await;
        let more = server.usage().memory.saturating_sub(before);
        assert!(more < 2 * ROOM, "{way:?}: {} MiB more", more / MIB);
        for beginner in &beginners {
            let sent = beginner.sent.load(Ordering::Relaxed);
            assert!(sent >= LARGE && !beginner.sending.is_finished(), "{way:?}: {sent} were taken");
        }
        cost.notice(bystanders.chat().await);
        // Those who are left have to be let go before there is room.
        beginners.truncate(3);
        let mut sender = Plain::log_in(&server, &mallory).await;
        let ack = timeout(2 * PATIENCE, sender.call_as_me("messeage", &video(&victim))).await;
        assert_eq!(ack.expect("a turn")["ok"], Value::Bool(true), "{way:?}");
    }
    cost.tell(&server);
}

/// Somebody who begins something large, and goes on as long as the server takes it, but not to the end.
struct Beginner {
    sent: Arc<AtomicUsize>,
    sending: AbortOnDropHandle<()>,
}

impl Beginner {
    async fn begin(server: &Measured, way: Way) -> Self {
        let (mut stream, heads) = way.open(server).await;
        let sent = Arc::<AtomicUsize>::default();
        let (part, filler, counted) = (PART / heads.len(), vec![b'a'; LARGE], sent.clone());
        let sending = tokio::spawn(async move {
            for head in heads {
                if stream.write_all(&head).await.is_err() {
                    return;
                }
                for _ in 0..part / LARGE {
                    if stream.write_all(&filler).await.is_err() {
                        return;
                    }
                    counted.fetch_add(LARGE, Ordering::Relaxed);
                }
            }
            // It stays.
            std::future::pending::<()>().await;
        });
        Self { sent, sending: AbortOnDropHandle::new(sending) }
    }
}

impl Way {
    /// A connection on which it can be begun, and what stands before each part of it.
    async fn open(self, server: &Measured) -> (TcpStream, Vec<Vec<u8>>) {
        match self {
            Self::Frame(kind) => {
                (narrow(server, kind).await.into_inner(), vec![frame_head(TEXT, true, LENGTH)])
            }
            Self::Fragments(kind) => {
                let first = frame_head(TEXT, false, MIB);
                let others = std::iter::repeat_n(frame_head(CONTINUATION, false, MIB), PART / MIB - 1);
                (narrow(server, kind).await.into_inner(), std::iter::once(first).chain(others).collect())
            }
            Self::Body => {
                (connect(server).await, vec![post(server, &format!("Content-Length: {LENGTH}")).await])
            }
            Self::Chunks => {
                let head = post(server, &format!("Transfer-Encoding: chunked\r\n\r\n{LENGTH:x}")).await;
                // The head of the chunk ends as the headers do.
                (connect(server).await, vec![head[..head.len() - 2].to_vec()])
            }
        }
    }
}

async fn connect(server: &Measured) -> TcpStream {
    TcpStream::connect(server.address()).await.expect("a connection")
}

/// The head of a request that brings packets to a session of its own.
async fn post(server: &Measured, length: &str) -> Vec<u8> {
    let session = Door::connect(server, Kind::Polling).await.polling_path();
    format!("POST {session} HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n").into_bytes()
}

async fn all_who_go_on_get_a_turn_where_there_is_room_for_two(backend: Backend) {
    let server = Measured::start(backend, &[ARRIVING]).await;
    let (mallory, victim) = (server.person("mallory").await, server.person("victim").await);
    let senders = (0..9).map(async |number| {
        let mut sender = Door::log_in(&server, KINDS[number % KINDS.len()], &mallory).await;
        let mut event = video(&victim);
        event["user_id"] = json!(sender.user);
        sender.emit("messeage", &event).await;
        let echo = timeout(4 * PATIENCE, sender.wait_for("messeage")).await;
        assert_eq!(echo.expect("a turn")["content_type"], "video", "{number}");
    });
    join_all(senders).await;
}
