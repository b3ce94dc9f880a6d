//! Large media for many who take none of it, on a server with little memory.

use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

use super::crowd;
use super::door::Kind;
use super::measured::{MIB, Measured};
use super::siege::{Bounds, besiege};
use super::silences::stuck;
use crate::databases::Backend;
use crate::harness::{NO_GRACE, on_both_databases};
use crate::plain::Plain;
use crate::site::{PATIENCE, Person};

on_both_databases!(
    plain_readers_that_stop_before_large_media_do_not_fill_the_memory,
    socket_io_readers_that_stop_before_large_media_do_not_fill_the_memory,
);

/// What the server's process may have, and what it may keep for its clients.
const MEMORY: usize = 512 * MIB;
const UNSENT: &str = "--max-unsent-megabytes=64";

/// How many are sent each time.
const VIDEOS: usize = 2;

async fn plain_readers_that_stop_before_large_media_do_not_fill_the_memory(backend: Backend) {
    stop_reading(backend, Kind::Plain).await;
}

async fn socket_io_readers_that_stop_before_large_media_do_not_fill_the_memory(backend: Backend) {
    stop_reading(backend, Kind::SocketIo).await;
}

async fn stop_reading(backend: Backend, kind: Kind) {
    let mut server = Measured::start(backend, &[NO_GRACE, UNSENT]).await;
    server.confine(MEMORY);
    let (mallory, victim) = (server.person("mallory").await, server.person("victim").await);
    let video = video(&victim);
    // Each connection to MariaDB has buffers that stay, of 4 MiB once there was something large in them.
    let left = if backend == Backend::Mysql { 96 } else { 64 };
    besiege(&server, Bounds { most: 440, left }, async |_| {
        let mut stuck_ones = vec![];
        for _ in 0..crowd(10, 200) {
            stuck_ones.push(stuck(&server, kind, &victim).await);
        }
        let mut reader = Plain::log_in(&server, &victim).await;
        let reading = AbortOnDropHandle::new(tokio::spawn(async move {
            for _ in 0..VIDEOS {
                reader.wait_for("messeage").await;
            }
        }));
        for _ in 0..VIDEOS {
            // Who sends has to read as well, and does not do so any more once he is done.
            let mut sender = Plain::log_in(&server, &mallory).await;
            let ack = sender.call_as_me("messeage", &video).await;
            assert_eq!(ack["ok"], Value::Bool(true), "{}", ack["error"]);
        }
        // Whoever reads is not let go for those who do not.
        timeout(2 * PATIENCE, reading).await.expect("all of it in time").expect("all of it");
        for stuck in &stuck_ones {
            server.until_dead(victim.id, &stuck.key).await;
        }
    })
    .await;
}

/// A message with the largest video that there may be.
pub(super) fn video(to: &Person) -> Value {
    let content = format!("data:video/mp4;base64,{}", "AAAA".repeat(8 * MIB / 3));
    json!({"to_id": to.id, "content": content, "content_type": "video"})
}
