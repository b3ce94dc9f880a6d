//! Frames that are no events: each is answered by `error` 400, or ends the connection that it came on, and that alone.

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::door::{Door, KINDS, Kind, unwrap};
use super::{Scene, deep, error};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::inbox::Inbox as _;
use crate::site::NOBODY;

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It gets `error` 400, and stays.
    Told,
    /// Nothing: it stays.
    Stays,
    /// It ends.
    Ends,
}
use Fate::{Ends, Stays, Told};

on_both_databases!(
    a_plain_frame_that_is_no_event_is_answered_by_400,
    a_socket_io_packet_that_is_no_event_of_ours_ends_at_most_its_own_connection,
    attachments_are_refused,
    text_that_is_no_text_ends_its_connection_alone,
);

async fn a_plain_frame_that_is_no_event_is_answered_by_400(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let mut door = Door::log_in(&scene.server, Kind::Plain, &scene.mallory).await;
    let type_ = r#"{"user_id":<me>,"to_id":<you>}"#;
    for frame in [
        String::new(),
        " ".into(),
        "\0".into(),
        "x".into(),
        "null".into(),
        "0".into(),
        "1e400".into(),
        r#""type""#.into(),
        "[]".into(),
        "{}".into(),
        "{".into(),
        "}".into(),
        "{}{}".into(),
        "\u{feff}{}".into(),
        format!(r#"["type",{type_}]"#),
        format!(r#"{{"data":{type_}}}"#),
        format!(r#"{{"event":null,"data":{type_}}}"#),
        format!(r#"{{"event":["type"],"data":{type_}}}"#),
        format!(r#"{{"event":{{"type":1}},"data":{type_}}}"#),
        format!(r#"{{"event":"type","event":"type","data":{type_}}}"#),
        format!(r#"{{"event":"type","data":{type_},"data":{type_}}}"#),
        format!(r#"{{"event":"type","data":{type_}}} trailing"#),
        format!(r#"{{"event":"type","data":{type_}"#),
        format!(r#"{{"event":"type","data":{type_},}}"#),
        format!("{{'event':'type','data':{type_}}}"),
        format!(r#"{{"Event":"type","data":{type_}}}"#),
        format!(r#"{{"event":"type","data":{}}}"#, json!(type_)),
        format!(r#"42["type",{type_}]"#),
        deep(),
        "[".repeat(1_000_000),
        r#"{"event":"#.repeat(100_000),
        format!(r#"{{"event":"type","x":{},"data":null}}"#, deep()),
    ] {
        door.send(&scene.fill_in(&frame)).await;
        assert_eq!(door.next().await, error(400), "{frame:.60}");
    }
    for bytes in [&b""[..], b"x", br#"{"event":"logout"}"#, &[0xff; 1_000]] {
        door.send_binary(bytes).await;
        assert_eq!(door.next().await, error(400), "{bytes:.60?}");
    }
    door.expect_nothing_more().await;
    scene.expect_peace().await;
    scene.expect_nothing_stored().await;
}

async fn a_socket_io_packet_that_is_no_event_of_ours_ends_at_most_its_own_connection(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let event = r#"["type",{"user_id":<me>,"to_id":<you>}]"#;
    // Packets, and what becomes of a WebSocket and of a polling session by them.
    let cases = [
        // Engine.IO
        ("", Ends, Stays),
        ("x", Ends, Ends),
        ("9", Ends, Ends),
        ("é", Ends, Ends),
        ("0", Ends, Ends),
        ("5", Ends, Stays),
        ("6", Ends, Stays),
        ("1", Ends, Ends),
        ("2", Stays, Stays),
        ("3", Stays, Stays),
        ("2probe", Ends, Stays),
        ("b", Ends, Told),
        ("b!!!", Ends, Ends),
        ("bAAAA", Ends, Told),
        // Socket.IO
        ("4", Told, Told),
        ("4x", Told, Told),
        ("47", Told, Told),
        ("4é", Told, Told),
        ("42é", Told, Told),
        ("44", Told, Told),
        (r#"44{"message":"no"}"#, Told, Told),
        ("42", Told, Told),
        ("42[", Told, Told),
        ("42[]", Told, Told),
        ("42{}", Told, Told),
        ("42null", Told, Told),
        ("42[null]", Told, Told),
        ("42[5,{}]", Told, Told),
        (r#"42[["type"],{}]"#, Told, Told),
        (r#"42["ty\u0070e",{}]"#, Told, Told),
        (r#"42["type",{"#, Told, Told),
        (r#"42["type",{}] trailing"#, Told, Told),
        (r#"42["type","#, Told, Told),
        (r#"4299999999999999999999["type",{}]"#, Told, Told),
        (r#"42-1["type",{}]"#, Told, Told),
        (r#"427["type",{}]"#, Told, Told),
        ("43[]", Told, Told),
        ("430[]", Stays, Stays),
        ("4399999[1,2,3]", Stays, Stays),
        // Elsewhere
        ("42/admin,<event>", Told, Told),
        ("42/admin", Told, Told),
        ("41/admin,", Told, Told),
        ("40", Stays, Stays),
        (r#"40{"login":"victim","hash":"the hash of victim"}"#, Stays, Stays),
        // Binary
        ("45", Told, Told),
        ("45-", Told, Told),
        ("45-1-<event>", Told, Told),
        ("45x-<event>", Told, Told),
        (r#"450-["type",{}]"#, Told, Told),
        ("4517-<event>", Told, Told),
        ("451000000-<event>", Told, Told),
        ("4599999999999999999999999-<event>", Told, Told),
        ("460-0[]", Stays, Stays),
    ];
    for (packet, by_socket, by_polling) in cases {
        for (kind, fate) in [(Kind::SocketIo, by_socket), (Kind::Polling, by_polling)] {
            let packet = scene.fill_in(&packet.replace("<event>", event));
            let mut door = Door::connect(&scene.server, kind).await;
            door.send(&packet).await;
            assert_eq!(fate_of(&mut door).await, fate, "{kind:?}: {packet:.60}");
        }
    }
    scene.expect_peace().await;
    scene.expect_nothing_stored().await;
}

/// What has become of a connection, up to the answer to an event that does nothing.
async fn fate_of(door: &mut Door) -> Fate {
    door.emit("read", &json!({"user_id": NOBODY, "messeage_id": 1})).await;
    let mut fate = Stays;
    while let Some(packet) = door.packet().await {
        if let Some(ack) = packet.strip_prefix("43") {
            assert!(fate == Told && ack.contains(r#""ok":false,"error":400"#), "{ack}");
            continue;
        }
        match unwrap(door.kind, &packet) {
            (event, _) if event == "auth" => return fate,
            event => assert_eq!(event, error(400)),
        }
        fate = Told;
    }
    Ends
}

async fn attachments_are_refused(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let message = r#"["messeage",{"user_id":<me>,"to_id":<you>,"content":{"_placeholder":true,"num":0}}]"#;
    for kind in [Kind::SocketIo, Kind::Polling] {
        let mut door = Door::log_in(&scene.server, kind, &scene.mallory).await;
        for announced in [1, 2, 16] {
            door.send(&scene.fill_in(&format!("45{announced}-{message}"))).await;
            for _ in 0..announced {
                door.send_binary(b"attached").await;
            }
            assert_eq!(door.next().await, error(400), "{kind:?}: {announced}");
        }
        // Announced, and something else comes instead: what was announced is over.
        door.send(&scene.fill_in(&format!("452-{message}"))).await;
        door.send_binary(b"attached").await;
        door.send(&kind.wrap(r#""logout""#, None)).await;
        assert_eq!(fate_of(&mut door).await, Stays, "{kind:?}");
        // Announced, and nothing comes at all: nobody waits for it.
        let mut door = Door::log_in(&scene.server, kind, &scene.mallory).await;
        door.send(&scene.fill_in(&format!("4516-{message}"))).await;
        scene.chat().await;
        // Never announced.
        let mut door = Door::log_in(&scene.server, kind, &scene.mallory).await;
        door.send_binary(b"attached").await;
        assert_eq!(fate_of(&mut door).await, Told, "{kind:?}");
        scene.expect_peace().await;
    }
    scene.expect_nothing_stored().await;
}

async fn text_that_is_no_text_ends_its_connection_alone(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    for kind in KINDS {
        let event = kind.wrap(r#""type""#, Some(&scene.fill_in(r#"{"user_id":<me>,"to_id":<you>,"x":"?"}"#)));
        for bad in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xc0\xaf"] {
            let mut door = Door::log_in(&scene.server, kind, &scene.mallory).await;
            let (before, after) = event.split_once('?').expect("a place");
            door.send_bytes_as_text([before.as_bytes(), bad, after.as_bytes()].concat()).await;
            assert!(door.is_closed().await, "{kind:?}: {bad:?}");
        }
    }
    scene.expect_peace().await;
    scene.expect_nothing_stored().await;
}

/// A text frame of any bytes.
pub(super) fn text_of(bytes: Vec<u8>) -> Message {
    Message::Frame(Frame::message(bytes, OpCode::Data(Data::Text), true))
}
