//! Frames of somebody who is logged in, from the socket to the database: the first byte says by which door. Whatever they are,
//! the server answers what comes after them, on this connection or, if they broke it, on the next one.
#![no_main]

use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::{Value, json};
use talker_fuzz::{RUNTIME, Site};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// What parts the frames of an input.
const SEPARATOR: u8 = b'\n';

const PATIENCE: Duration = Duration::from_secs(20);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// One connection of each kind, as long as it lasts.
static DOORS: LazyLock<[Mutex<Option<Door>>; 2]> = LazyLock::new(|| {
    Site::get().account("mallory");
    [const { Mutex::new(None) }; 2]
});

struct Door {
    socket: Socket,
    socket_io: bool,
    user: u64,
}

impl Door {
    async fn open(socket_io: bool) -> Self {
        let path = if socket_io { "socket.io/?EIO=4&transport=websocket" } else { "" };
        let (socket, _) =
            connect_async(format!("ws://{}/{path}", Site::get().address)).await.expect("a connection");
        let mut door = Self { socket, socket_io, user: 0 };
        if socket_io {
            assert!(door.send("40").await);
        }
        door.expect_address().await;
        let answer =
            door.call("login", &json!({"login": "mallory", "hash": "secret"})).await.expect("an answer");
        door.user = answer["id"].as_u64().unwrap_or_else(|| panic!("no login: {answer}"));
        door
    }

    /// Nothing may be sent before it on a connection that is about to join.
    async fn expect_address(&mut self) {
        while let Some(Ok(message)) = self.socket.next().await {
            if message.to_text().is_ok_and(|text| text.contains("\"address\"")) {
                return;
            }
        }
        panic!("a connection without an address");
    }

    async fn send(&mut self, frame: &str) -> bool {
        self.socket.send(Message::text(frame)).await.is_ok()
    }

    /// Asks something under a number that no input has; `None` if the connection is over.
    async fn call(&mut self, event: &str, data: &Value) -> Option<Value> {
        const NUMBER: u64 = 987_654_321;
        let frame = if self.socket_io {
            format!("42{NUMBER}{}", json!([event, data]))
        } else {
            json!({"event": event, "data": data, "ack": NUMBER}).to_string()
        };
        if !self.send(&frame).await {
            return None;
        }
        while let Some(Ok(message)) = self.socket.next().await {
            let Message::Text(text) = message else { continue };
            if text.as_str() == "2" && !self.send("3").await {
                return None;
            }
            if let Some(answer) = text.strip_prefix(&format!("43{NUMBER}")) {
                let answer: Value = serde_json::from_str(answer).expect("JSON");
                return Some(answer[0].clone());
            }
            let frame: Value = serde_json::from_str(&text).unwrap_or_default();
            if frame["ack"] == NUMBER {
                return Some(frame["data"].clone());
            }
        }
        None
    }

    /// Sends the frames, and sees that the server goes on; `false` if the connection or its session is over.
    async fn take(&mut self, frames: &[u8]) -> bool {
        for frame in frames.split(|byte| *byte == SEPARATOR) {
            let message = match std::str::from_utf8(frame) {
                Ok(text) => Message::text(text.replace("<me>", &self.user.to_string())),
                Err(_) => Message::binary(frame.to_vec()),
            };
            if self.socket.send(message).await.is_err() {
                return false;
            }
        }
        let answer = self.call("sync", &json!({"user_id": self.user, "after": 0})).await;
        answer.is_some_and(|answer| answer["ok"] == true)
    }
}

fuzz_target!(|input: &[u8]| -> Corpus {
    let [kind, frames @ ..] = input else { return Corpus::Reject };
    if input.len() > 4_096 {
        return Corpus::Reject;
    }
    let socket_io = kind % 2 == 1;
    let mut place = DOORS[usize::from(socket_io)].lock().expect("no panic");
    RUNTIME.block_on(async {
        let work = async {
            let mut door = match place.take() {
                Some(door) => door,
                None => Door::open(socket_io).await,
            };
            if door.take(frames).await {
                *place = Some(door);
            }
        };
        timeout(PATIENCE, work).await.expect("the server goes on");
    });
    Corpus::Keep
});
