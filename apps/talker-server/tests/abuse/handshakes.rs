//! Ways of connecting that are none.

use std::time::Duration;

use futures_util::StreamExt as _;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{Error as WebSocketError, Message};

use super::door::{Door, Kind};
use super::streams::rest_of;
use super::{Scene, error};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::inbox::Inbox as _;
use crate::site::PATIENCE;

on_both_databases!(
    requests_that_are_no_engine_io_are_answered_by_400,
    a_websocket_for_an_unknown_session_ends,
    the_id_of_somebody_elses_websocket_opens_nothing,
    joining_with_rubbish_is_joining_without_a_login,
    joining_elsewhere_twice_or_not_at_all_gets_nobody_in,
    a_request_that_never_ends_is_hung_up_on,
    frames_before_the_upgrade_end_the_connection,
    what_does_not_end_with_its_headers_or_comes_too_early_does_not_become_a_websocket,
    an_upgrade_may_follow_other_requests_unless_one_did_not_say_how_long_it_is,
);

async fn requests_that_are_no_engine_io_are_answered_by_400(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let session = Door::connect(&scene.server, Kind::Polling).await.polling_path();
    let sid = session.rsplit_once("sid=").expect("a session").1.to_owned();
    for (method, query) in [
        ("GET", ""),
        ("GET", "?"),
        ("GET", "?EIO=4"),
        ("GET", "?transport=polling"),
        ("GET", "?EIO=3&transport=polling"),
        ("GET", "?EIO=3&transport=websocket"),
        ("GET", "?EIO=5&transport=polling"),
        ("GET", "?EIO=&transport=polling"),
        ("GET", "?EIO=4&EIO=3&transport=telepathy"),
        ("GET", "?EIO=4&transport=telepathy"),
        ("GET", "?EIO=4&transport=websocket"),
        ("GET", "?EIO=4&transport=polling&sid="),
        ("GET", "?EIO=4&transport=polling&sid=x"),
        ("GET", "?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA"),
        ("GET", "?EIO=4&transport=polling&sid=..%2f..%2fetc%2fpasswd"),
        ("POST", "?EIO=4&transport=polling"),
        ("POST", "?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA"),
        ("POST", &format!("?EIO=3&transport=polling&sid={sid}")),
        ("PUT", &format!("?EIO=4&transport=polling&sid={sid}")),
        ("DELETE", &format!("?EIO=4&transport=polling&sid={sid}")),
        ("PATCH", "?EIO=4&transport=polling"),
    ] {
        let url = format!("{}/socket.io/{query}", scene.server.url());
        let method = method.parse().expect("a method");
        let answer = scene.server.http.request(method, &url).send().await.expect("an answer");
        assert_eq!(answer.status(), 400, "{query}");
    }
    scene.expect_peace().await;
}

async fn a_websocket_for_an_unknown_session_ends(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    for sid in ["AAAAAAAAAAAAAAAA", "x"] {
        let url = format!("{}&sid={sid}", Kind::SocketIo.url(&scene.server));
        match connect_async(url).await {
            Err(WebSocketError::Http(refusal)) => assert_eq!(refusal.status(), 400),
            Err(other) => panic!("{other}"),
            Ok((stream, _)) => {
                let mut stream = stream.into_inner();
                let tokio_tungstenite::MaybeTlsStream::Plain(stream) = &mut stream else {
                    panic!("no TLS here")
                };
                rest_of(stream).await;
            }
        }
    }
    scene.expect_peace().await;
}

async fn the_id_of_somebody_elses_websocket_opens_nothing(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let mut victim = Door::log_in(&scene.server, Kind::SocketIo, &scene.victim).await;
    let url = format!("{}/socket.io/?EIO=4&transport=polling&sid={}", scene.server.url(), victim.sid);
    let message =
        format!("42{}", json!(["messeage", {"user_id": victim.user, "to_id": victim.user, "content": "x"}]));
    for _ in 0..3 {
        for request in [scene.server.http.get(&url), scene.server.http.post(&url).body(message.clone())] {
            assert_eq!(request.send().await.expect("an answer").status(), 400);
        }
        let upgrade = format!("{}&sid={}", Kind::SocketIo.url(&scene.server), victim.sid);
        if let Ok((mut stream, _)) = connect_async(upgrade).await {
            let heard = timeout(PATIENCE, stream.next()).await.expect("an end");
            assert!(!matches!(heard, Some(Ok(Message::Text(_) | Message::Binary(_)))), "{heard:?}");
        }
        victim.expect_nothing_more().await;
    }
    scene.expect_peace().await;
}

async fn joining_with_rubbish_is_joining_without_a_login(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let deep = format!(r#"{{"token":{}}}"#, super::deep());
    for kind in [Kind::SocketIo, Kind::Polling] {
        for auth in [
            "",
            "x",
            "null",
            "[]",
            "5",
            r#""login""#,
            "{}",
            "{",
            r#"{"token":"x"}"#,
            r#"{"__proto__":{"login":"anna"}}"#,
            &deep,
        ] {
            let mut door = Door::open(&scene.server, kind).await;
            door.join(&format!("40{auth}")).await;
            door.expect_nothing_more().await;
        }
        for auth in [
            r#"{"login":5,"hash":5}"#,
            r#"{"login":"mallory"}"#,
            r#"{"login":null,"hash":null}"#,
            &format!(r#"{{"login":{},"hash":"x"}}"#, super::deep()),
        ] {
            let mut door = Door::open(&scene.server, kind).await;
            door.join(&format!("40{auth}")).await;
            let answer = door.next().await;
            assert_eq!(answer, error(400), "{kind:?}: {auth:.60}");
            door.expect_nothing_more().await;
        }
        let mut door = Door::open(&scene.server, kind).await;
        door.join(r#"40{"login":"mallory","hash":"not her hash"}"#).await;
        assert_eq!(door.next().await, ("login".to_owned(), json!(false)));
        door.expect_nothing_more().await;
    }
    scene.expect_peace().await;
}

async fn joining_elsewhere_twice_or_not_at_all_gets_nobody_in(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let message = scene.fill_in(r#"["messeage",{"user_id":<me>,"to_id":<you>,"content":"psst"}]"#);
    for kind in [Kind::SocketIo, Kind::Polling] {
        // There is one namespace.
        let mut door = Door::open(&scene.server, kind).await;
        for elsewhere in ["/admin", "/é", "/../", "/%2f", "/\"]"] {
            door.send(&format!("40{elsewhere},")).await;
            let answer = door.packet().await.expect("an answer");
            let refused =
                answer.starts_with(&format!("44{elsewhere},")) && answer.contains("Invalid namespace");
            assert!(refused, "{kind:?}: {answer}");
        }
        // Who has not joined is not heard.
        let mut door = Door::open(&scene.server, kind).await;
        door.send(&format!("42{message}")).await;
        assert!(door.is_closed().await, "{kind:?}");
        // Joining again changes nothing, whoever asks for it.
        let mut door = Door::log_in(&scene.server, kind, &scene.mallory).await;
        for again in ["40", "40{}", r#"40{"login":"victim","hash":"the hash of victim"}"#] {
            door.send(again).await;
            door.expect_nothing_more().await;
        }
        // Who leaves is not heard any more, and hung up on.
        door.send_all(&["41".to_owned(), format!("42{message}")]).await;
        assert!(door.is_hung_up().await, "{kind:?}");
    }
    scene.expect_peace().await;
    scene.expect_nothing_stored().await;
}

async fn a_request_that_never_ends_is_hung_up_on(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let session = Door::connect(&scene.server, Kind::Polling).await.polling_path();
    let length = "Content-Length: 100";
    let mut streams = vec![];
    for beginning in [
        String::new(),
        "G".to_owned(),
        "GET / HTTP/1.1\r\nHost: x\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT".to_owned(),
        format!("POST /register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{length}\r\n\r\n{{"),
        format!("POST {session} HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n42[\"type\","),
    ] {
        let mut stream = TcpStream::connect(scene.server.address()).await.expect("a connection");
        stream.write_all(beginning.as_bytes()).await.expect("the beginning goes out");
        streams.push(stream);
    }
    scene.expect_peace().await;
    for mut stream in streams {
        let answer = rest_of(&mut stream).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 200 ") || answer.starts_with("HTTP/1.1 400 "),
            "{answer}"
        );
    }
    scene.expect_peace().await;
}

const UPGRADE: &str = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

const REQUEST: &str = "POST /isUsed/username HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
    Content-Length: 13\r\n\r\nusername=anna";
const BODY: &str = "username=anna";

async fn frames_before_the_upgrade_end_the_connection(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let mut early = TcpStream::connect(scene.server.address()).await.expect("a connection");
    early.write_all(format!("{UPGRADE}\u{1}").as_bytes()).await.expect("it goes out");
    assert!(!rest_of(&mut early).await.contains(" 101 "));
    scene.expect_peace().await;
}

async fn what_does_not_end_with_its_headers_or_comes_too_early_does_not_become_a_websocket(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let with = |header: &str| UPGRADE.replace("Host: x", &format!("Host: x\r\n{header}"));
    for (asked, answers) in [
        (with("Content-Length: 10"), 1),
        (with("Transfer-Encoding: chunked"), 1),
        (format!("{REQUEST}{UPGRADE}"), 2),
        (format!("{UPGRADE}{UPGRADE}"), 1),
    ] {
        for path in ["/", "/socket.io/?EIO=4&transport=websocket"] {
            let asked = asked.replace("GET /", &format!("GET {path}"));
            let mut stream = TcpStream::connect(scene.server.address()).await.expect("a connection");
            stream.write_all(asked.as_bytes()).await.expect("it goes out");
            let heard = until(&mut stream, |heard| heard.matches("HTTP/1.1 ").count() == answers).await;
            assert!(!heard.contains(" 101 "), "{asked}\n{heard}");
        }
    }
    scene.expect_peace().await;
}

async fn an_upgrade_may_follow_other_requests_unless_one_did_not_say_how_long_it_is(backend: Backend) {
    let scene = Scene::start(backend).await;
    let (head, body) = REQUEST.split_at(REQUEST.len() - BODY.len());
    for parts in [[REQUEST, ""], [head, body], ["\r\n", REQUEST]] {
        let mut stream = TcpStream::connect(scene.server.address()).await.expect("a connection");
        for part in parts {
            stream.write_all(part.as_bytes()).await.expect("it goes out");
            // The server reads the first part by itself.
            sleep(Duration::from_millis(50)).await;
        }
        until(&mut stream, |heard| heard.contains('}')).await;
        stream.write_all(UPGRADE.as_bytes()).await.expect("it goes out");
        until(&mut stream, |heard| heard.contains(r#""event":"address""#)).await;
    }

    let chunked = REQUEST.replace("Content-Length: 13", "Transfer-Encoding: chunked");
    let chunked = chunked.replace(BODY, &format!("d\r\n{BODY}\r\n0\r\n\r\n"));
    let mut stream = TcpStream::connect(scene.server.address()).await.expect("a connection");
    stream.write_all(chunked.as_bytes()).await.expect("it goes out");
    let answer = rest_of(&mut stream).await;
    assert!(answer.contains(" 200 ") && answer.contains("connection: close\r\n"), "{answer}");
}

/// Reads until it is as expected.
async fn until(stream: &mut TcpStream, is_enough: impl Fn(&str) -> bool) -> String {
    let mut heard = Vec::new();
    while !is_enough(&String::from_utf8_lossy(&heard)) {
        let read = timeout(PATIENCE, stream.read_buf(&mut heard)).await.expect("something in time");
        assert!(read.expect("a connection") > 0, "{}", String::from_utf8_lossy(&heard));
    }
    String::from_utf8_lossy(&heard).into_owned()
}
