//! Requests that are mostly headers, and upgrades to what is not spoken here.

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::measured::{MIB, Measured};
use super::siege::{Bounds, besiege};
use super::streams::rest_of;
use super::{Scene, crowd};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::site::Site;

on_both_databases!(
    requests_that_are_mostly_headers_are_refused_and_not_kept,
    nothing_is_upgraded_but_to_the_websocket_that_everybody_speaks,
);

async fn requests_that_are_mostly_headers_are_refused_and_not_kept(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    let headers =
        |lines: usize| (0..lines).fold(String::new(), |all, line| all + &format!("X-{line}: x\r\n"));
    let bombs = [
        format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", headers(101)),
        format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", headers(50_000)),
        format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(MIB)),
        format!("GET / HTTP/1.1\r\nHost: x\r\n{}: x\r\n\r\n", "x".repeat(MIB)),
        format!("GET / HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n", "a=b; ".repeat(MIB / 5)),
        format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(MIB)),
        format!("GET /contacts?{} HTTP/1.1\r\nHost: x\r\n\r\n", "user_id=1&".repeat(MIB / 10)),
        format!("{} / HTTP/1.1\r\nHost: x\r\n\r\n", "X".repeat(MIB)),
        format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}", "x\r\n ".repeat(MIB / 4)),
        "\r\n".repeat(MIB / 2),
        "x".repeat(MIB),
    ];
    besiege(&server, Bounds { most: 96, left: 32 }, async |_| {
        let mut asking = JoinSet::new();
        for _ in 0..crowd(10, 200) {
            for (number, bomb) in bombs.iter().enumerate() {
                let (site, bomb): (Site, _) = (server.clone(), bomb.clone());
                asking.spawn(async move {
                    let answer = ask(&site, bomb.as_bytes()).await;
                    // Who is hung up on while he sends may miss the answer.
                    let refused = ["HTTP/1.1 400 ", "HTTP/1.1 414 ", "HTTP/1.1 431 "];
                    assert!(
                        answer.is_empty() || refused.iter().any(|status| answer.starts_with(status)),
                        "{number}: {answer:.200}"
                    );
                });
            }
        }
        asking.join_all().await;
    })
    .await;
}

async fn nothing_is_upgraded_but_to_the_websocket_that_everybody_speaks(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (upgrade, version, key) in [
        ("websocket", "12", key),
        ("websocket", "8", key),
        ("websocket", "14", key),
        ("websocket", "", key),
        ("websocket", "13, 14", key),
        ("websocket", "13", ""),
        ("h2c", "13", key),
        ("TLS/1.3", "13", key),
        ("websockets", "13", key),
    ] {
        let head = format!(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: {upgrade}\r\n\
             Sec-WebSocket-Version: {version}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n{key}\r\n"
        );
        let page = ask(&scene.server, head.as_bytes()).await;
        assert!(page.starts_with("HTTP/1.1 200 "), "{upgrade} {version}: {page}");
        let elsewhere = head.replace("GET /", "GET /socket.io/?EIO=4&transport=websocket");
        let hidden =
            ["&transport=polling HTTP", "=x HTTP", "=&x=y HTTP"].map(|end| elsewhere.replace(" HTTP", end));
        for head in hidden.iter().chain([&elsewhere]) {
            let refused = ask(&scene.server, head.as_bytes()).await;
            assert!(refused.starts_with("HTTP/1.1 400 "), "{upgrade} {version}: {refused}");
        }
    }
    let right = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\n\
                 Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    for (part, wrong) in [
        ("HTTP/1.1", "HTTP/1.0"),
        ("Connection: Upgrade, close", "Connection: close"),
        ("Upgrade: websocket\r\n", ""),
        ("Sec-WebSocket-Version: 13\r\n", ""),
    ] {
        let refused = ask(&scene.server, right.replace(part, wrong).as_bytes()).await;
        assert!(refused.contains(" 400 "), "{part}: {refused}");
    }
    let preface = ask(&scene.server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(preface.is_empty() || preface.starts_with("HTTP/1.1 4"), "{preface}");
    scene.expect_peace().await;
}

/// Sends this, or as much of it as is taken, and returns everything that is answered until the end.
pub(super) async fn ask(site: &Site, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(site.address()).await.expect("a connection");
    let _ = stream.write_all(bytes).await;
    rest_of(&mut stream).await
}
