//! What is too large: it ends its own connection, and is never kept.

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::bystanders::Bystanders;
use super::cost::Cost;
use super::door::{Door, Kind};
use super::measured::{MIB, Measured};
use super::streams::{frame_head, narrow, pour, rest_of};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::site::Site;

on_both_databases!(
    a_frame_over_the_limit_ends_its_connection_alone_and_is_not_kept,
    a_body_over_the_limit_is_answered_by_413_and_is_not_kept,
);

/// Five times the largest frame.
const TOO_LARGE: usize = 60 * MIB;

/// How much memory all attempts together may cost: a few frames of the largest size.
const FEW_FRAMES: usize = 4 * 12 * MIB;

/// The opcodes of WebSocket frames.
const TEXT: u8 = 1;
const CONTINUATION: u8 = 0;

async fn a_frame_over_the_limit_ends_its_connection_alone_and_is_not_kept(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    let mut bystanders = Bystanders::arrive(&server).await;
    let mut cost = Cost::begin(&server);
    for kind in [Kind::Plain, Kind::SocketIo] {
        for _ in 0..4 {
            let mut whole = narrow(&server, kind).await.into_inner();
            whole.write_all(&frame_head(TEXT, true, TOO_LARGE)).await.expect("the head goes out");
            pour(&mut whole, TOO_LARGE).await;
            rest_of(&mut whole).await;

            let mut pieces = narrow(&server, kind).await.into_inner();
            let mut opcode = TEXT;
            for _ in 0..TOO_LARGE / MIB {
                let head = frame_head(opcode, false, MIB);
                if pieces.write_all(&head).await.is_err() || !pour(&mut pieces, MIB).await {
                    break;
                }
                opcode = CONTINUATION;
            }
            rest_of(&mut pieces).await;
        }
        cost.notice(bystanders.chat().await);
    }
    expect_little_more(&server, &cost);
}

async fn a_body_over_the_limit_is_answered_by_413_and_is_not_kept(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    let mut bystanders = Bystanders::arrive(&server).await;
    let mut cost = Cost::begin(&server);
    for _ in 0..4 {
        for length in [format!("Content-Length: {TOO_LARGE}"), "Transfer-Encoding: chunked".to_owned()] {
            let session = Door::connect(&server, Kind::Polling).await.polling_path();
            for (path, content_type) in [
                (session.as_str(), "text/plain"),
                ("/search/users", "application/json"),
                ("/register", "application/x-www-form-urlencoded"),
            ] {
                let type_and_length = format!("Content-Type: {content_type}\r\n{length}");
                let answer = post_too_much(&server, path, &type_and_length).await;
                // Who is hung up on while he sends may miss the answer.
                assert!(
                    answer.is_empty() || answer.starts_with("HTTP/1.1 413 "),
                    "{path} {length}: {answer}"
                );
            }
        }
        cost.notice(bystanders.chat().await);
    }
    expect_little_more(&server, &cost);
}

/// Posts a body that is too large, or as much of it as is taken, and returns the answer.
async fn post_too_much(site: &Site, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(site.address()).await.expect("a connection");
    let first = if headers.ends_with("chunked") { format!("{TOO_LARGE:x}\r\n") } else { String::new() };
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n{first}");
    stream.write_all(head.as_bytes()).await.expect("the head goes out");
    pour(&mut stream, TOO_LARGE).await;
    rest_of(&mut stream).await
}

fn expect_little_more(server: &Measured, cost: &Cost) {
    cost.tell(server);
    let most = cost.at_most(server);
    assert!(most < FEW_FRAMES, "{} MiB more", most / MIB);
}
