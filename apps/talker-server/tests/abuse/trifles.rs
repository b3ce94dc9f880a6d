//! Small things by the thousand: pings, pongs, packets without an end, from clients that read and from clients that do not.

use std::time::Duration;

use futures_util::SinkExt as _;
use tokio::io::{AsyncWriteExt as _, copy, sink};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use super::door::{Door, KINDS, Kind};
use super::measured::{MIB, Measured};
use super::siege::{Bounds, besiege};
use super::streams::narrow;
use super::{Scene, crowd, deep, error};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::inbox::Inbox as _;
use crate::site::Site;

on_both_databases!(
    pings_and_pongs_without_end_cost_nobody_else_anything,
    attachments_that_never_come_are_not_waited_for,
    deep_json_costs_no_more_the_hundredth_time,
    packets_that_come_in_one_body_are_taken_one_by_one,
);

/// How long somebody sends who is not read any more.
const ENOUGH: Duration = Duration::from_secs(2);

async fn pings_and_pongs_without_end_cost_nobody_else_anything(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    besiege(&server, Bounds { most: 24, left: 12 }, async |_| {
        let mut floods = JoinSet::new();
        for (kind, frame) in [
            (Kind::Plain, frame(9, &[b'p'; 125])),
            (Kind::Plain, frame(10, &[b'p'; 125])),
            (Kind::SocketIo, frame(9, &[b'p'; 125])),
            (Kind::SocketIo, frame(10, &[b'p'; 125])),
            (Kind::SocketIo, frame(1, b"2")),
            (Kind::SocketIo, frame(1, b"3")),
        ] {
            for reads in [true, false] {
                let (site, frame): (Site, _) = (server.clone(), frame.clone());
                floods.spawn(async move {
                    let stream = narrow(&site, kind).await.into_inner();
                    flood(stream, &frame.repeat(100), crowd(2_000, 5_000), reads).await;
                });
            }
        }
        floods.join_all().await;
    })
    .await;
}

/// A masked frame of up to 125 bytes; the mask is zero.
fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("a short frame");
    [&[0x80 | opcode, 0x80 | length, 0, 0, 0, 0], payload].concat()
}

/// Sends the bytes again and again, as often or as long as they are taken.
async fn flood(stream: TcpStream, bytes: &[u8], times: usize, reads: bool) {
    let (mut from, mut to) = stream.into_split();
    let reading = reads.then(|| tokio::spawn(async move { copy(&mut from, &mut sink()).await }));
    for _ in 0..times {
        if !matches!(timeout(ENOUGH, to.write_all(bytes)).await, Ok(Ok(()))) {
            break;
        }
    }
    if let Some(reading) = reading {
        reading.abort();
    }
}

async fn attachments_that_never_come_are_not_waited_for(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    let filler = "x".repeat(MIB);
    besiege(&server, Bounds { most: 256, left: crowd(60, 120) }, async |_| {
        let mut waiting = vec![];
        for _ in 0..crowd(30, 60) {
            let mut stream = narrow(&server, Kind::SocketIo).await;
            let announced =
                format!(r#"4516-["messeage",{{"content":"{filler}","x":{{"_placeholder":true,"num":0}}}}]"#);
            stream.send(Message::text(announced)).await.expect("a packet that goes out");
            stream.send(Message::binary(vec![0; 1_000])).await.expect("an attachment that goes out");
            waiting.push(stream);
        }
    })
    .await;
}

async fn deep_json_costs_no_more_the_hundredth_time(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    let deep = deep();
    besiege(&server, Bounds { most: 64, left: 12 }, async |_| {
        for kind in KINDS {
            let mut door = Door::connect(&server, kind).await;
            for _ in 0..crowd(30, 1_000) {
                door.emit_raw(r#""login""#, Some(&format!(r#"{{"login":{deep},"hash":{deep}}}"#))).await;
                assert_eq!(door.next().await, error(400), "{kind:?}");
            }
        }
        for _ in 0..crowd(30, 1_000) {
            let post =
                server.http.post(server.url() + "/register").header("Content-Type", "application/json");
            let answer = post.body(format!(r#"{{"email":{deep}}}"#)).send().await.expect("an answer");
            assert_eq!(answer.status(), 400);
        }
    })
    .await;
}

async fn packets_that_come_in_one_body_are_taken_one_by_one(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    for body in ["2\x1e".repeat(5_000), "\x1e".repeat(5_000), "4".repeat(5_000), "b\x1e".repeat(1_000)] {
        let mut door = Door::connect(&scene.server, Kind::Polling).await;
        door.send(&body).await;
        scene.chat().await;
    }
    scene.expect_peace().await;
}
