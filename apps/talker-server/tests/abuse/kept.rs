//! What is left in the server of large media that were taken, or never asked for.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use super::door::{Door, Kind};
use super::large::video;
use super::measured::{MIB, Measured};
use crate::databases::Backend;
use crate::harness::{NO_GRACE, on_both_databases};
use crate::inbox::Inbox as _;
use crate::plain::Plain;
use crate::site::{PATIENCE, Person};

on_both_databases!(
    plain_connections_keep_nothing_of_large_media_that_they_took,
    socket_io_connections_that_took_large_media_make_room_for_others,
    who_polls_no_more_makes_room_for_others,
    connections_that_sent_large_frames_make_room_for_others,
);

/// How many take a video, and how much each of them would keep of it.
const READERS: usize = 12;
const VIDEO: usize = 11 * MIB;

/// What may be kept for all.
const UNSENT: &str = "--max-unsent-megabytes=64";

async fn plain_connections_keep_nothing_of_large_media_that_they_took(backend: Backend) {
    let server = Measured::start(backend, &[NO_GRACE]).await;
    let (mallory, victim) = (server.person("mallory").await, server.person("victim").await);
    let mut readers = vec![];
    for _ in 0..READERS {
        readers.push(Plain::log_in(&server, &victim).await);
    }
    let before = server.usage().memory;
    send_video(&server, &mallory, &victim).await;
    join_all(readers.iter_mut().map(|reader| reader.wait_for("messeage"))).await;
    expect_memory(&server, before + READERS * VIDEO / 3).await;
    join_all(readers.iter_mut().map(Plain::settle)).await;
}

async fn socket_io_connections_that_took_large_media_make_room_for_others(backend: Backend) {
    let server = Measured::start(backend, &[NO_GRACE, UNSENT]).await;
    let mallory = server.person("mallory").await;
    let before = server.usage().memory;
    let mut readers = vec![];
    for number in 0..READERS {
        let person = server.person(&format!("reader{number}")).await;
        readers.push(Door::log_in(&server, Kind::SocketIo, &person).await);
        send_video(&server, &mallory, &person).await;
        readers[number].wait_for("messeage").await;
        // Who uses it stays.
        readers[0].expect_nothing_more().await;
    }
    assert!(readers[1].is_hung_up().await, "who does not makes room");
    readers[READERS - 1].expect_nothing_more().await;
    // A driver of MariaDB keeps buffers of its own.
    expect_memory(&server, before + (64 + 80) * MIB).await;
}

async fn who_polls_no_more_makes_room_for_others(backend: Backend) {
    let server = Measured::start(backend, &[NO_GRACE, UNSENT]).await;
    let (mallory, victim, reader) =
        (server.person("mallory").await, server.person("victim").await, server.person("reader").await);
    let mut pollers = vec![];
    for _ in 0..READERS {
        let poller = Door::log_in(&server, Kind::Polling, &victim).await;
        poller.stop_reading();
        pollers.push(poller);
    }
    send_video(&server, &mallory, &victim).await;
    let mut reading = Plain::log_in(&server, &reader).await;
    // Whoever does not read meanwhile makes room as well.
    let sending = send_video(&server, &mallory, &reader);
    let ((), heard) = tokio::join!(sending, timeout(PATIENCE, reading.wait_for("messeage")));
    heard.expect("room for it");
    for poller in &pollers[..2] {
        server.until_dead(victim.id, &poller.key).await;
        expect_no_session(&server, poller).await;
    }
}

async fn connections_that_sent_large_frames_make_room_for_others(backend: Backend) {
    let server = Measured::start(backend, &["--max-arriving-megabytes=24"]).await;
    let filler = "a".repeat(8 * MIB);
    for (kind, packet) in [
        (Kind::Plain, filler.clone()),
        (Kind::SocketIo, format!(r#"42["x",{filler}]"#)),
        // What it announces never comes.
        (Kind::SocketIo, format!(r#"451-/,["x","{filler}"]"#)),
    ] {
        let before = server.usage().memory;
        let mut senders = vec![];
        for _ in 0..READERS {
            let mut sender = Door::connect(&server, kind).await;
            sender.send(&packet).await;
            if !packet.starts_with("45") {
                assert_eq!(sender.wait_for("error").await, 400, "{kind:?}");
            }
            senders.push(sender);
        }
        expect_memory(&server, before + (24 + 24) * MIB).await;
        assert!(senders[0].is_hung_up().await, "{kind:?}: who does nothing makes room");
        senders[READERS - 1].expect_nothing_more().await;
    }
}

/// Engine.IO has no such session any more, nor what waited in it.
async fn expect_no_session(server: &Measured, poller: &Door) {
    let (url, begun) = (format!("{}{}", server.url(), poller.polling_path()), Instant::now());
    while server.http.post(&url).body("3").send().await.expect("an answer").status().as_u16() != 400 {
        assert!(begun.elapsed() < PATIENCE, "it is still there");
        sleep(Duration::from_millis(50)).await;
    }
}

async fn send_video(server: &Measured, from: &Person, to: &Person) {
    // Who sends has to read as well, and does not do so any more once he is done.
    let mut sender = Plain::log_in(server, from).await;
    let ack = sender.call_as_me("messeage", &video(to)).await;
    assert_eq!(ack["ok"], Value::Bool(true), "{}", ack["error"]);
}

/// The server comes down to that soon.
async fn expect_memory(server: &Measured, most: usize) {
    let begun = Instant::now();
    while server.usage().memory > most {
        assert!(begun.elapsed() < PATIENCE, "{} MiB of {}", server.usage().memory / MIB, most / MIB);
        sleep(Duration::from_millis(50)).await;
    }
}
