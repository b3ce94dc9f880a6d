//! The server's end of a connection.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::task::yield_now;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Frame;

pub(crate) const HANDSHAKE: &str =
    r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}"#;
pub(crate) const OPENED: &str = r#"40{"sid":"s"}"#;
pub(crate) const ADDRESS: &str = r#"42["address",{"address":"key"}]"#;

/// How long a test waits for what must come.
pub(crate) const LONG: Duration = Duration::from_secs(5);

pub(crate) struct Peer {
    socket: WebSocketStream<TcpStream>,
    /// What the client's handshake carried, or what it asked for when it was let in later.
    pub(crate) auth: Value,
}

/// An event that the client wants acknowledged.
pub(crate) struct Asked {
    number: String,
    pub(crate) data: Value,
}

impl Peer {
    pub(crate) async fn say(&mut self, frames: &[&str]) {
        for frame in frames {
            self.socket.send(Frame::text(*frame)).await.expect("a client that listens");
        }
    }

    pub(crate) async fn emit(&mut self, event: &str, data: Value) {
        self.say(&[&format!("42{}", json!([event, data]))]).await;
    }

    /// Lets user 5 in, with this key, whether he asks by his handshake or afterwards.
    pub(crate) async fn let_in(&mut self, key: &str) {
        self.open(key).await;
        if self.auth.is_null() {
            let asked = self.hear(r#"42["resume","#).await;
            let [_, auth]: [Value; 2] = serde_json::from_str(&asked[2..]).expect("two parts");
            self.auth = auth;
        }
        self.emit("login", json!({"id": 5, "clientAddress": key})).await;
    }

    /// Hears user 5 try to resume with this key and after this entry of the log, and lets him in with another one, or not.
    pub(crate) async fn resume(&mut self, key: &str, after: u64, fresh: Option<&str>) {
        let asked = self.hear("42").await;
        let expected = json!(["resume", {"user_id": 5, "clientAddress": key, "after": after}]);
        assert_eq!(serde_json::from_str::<Value>(&asked[2..]).expect("JSON"), expected);
        let answer = fresh.map_or(json!(false), |fresh| json!({"id": 5, "clientAddress": fresh}));
        self.emit("login", answer).await;
    }

    /// Opens a connection with this key.
    pub(crate) async fn open(&mut self, key: &str) {
        self.say(&[OPENED]).await;
        self.emit("address", json!({"address": key})).await;
    }

    /// Emits an entry of the log: a receipt for the message of the same number.
    pub(crate) async fn log(&mut self, seq: u64) {
        self.emit("notified", json!({"messeage_id": seq, "seq": seq})).await;
    }

    /// Waits until the client says something that begins like this.
    pub(crate) async fn hear(&mut self, beginning: &str) -> String {
        let heard = timeout(LONG, async {
            while let Some(frame) = self.socket.next().await {
                let text = frame.expect("a frame").into_text().expect("a text");
                if text.starts_with(beginning) {
                    return text.to_string();
                }
            }
            panic!("the client never said {beginning}");
        });
        heard.await.unwrap_or_else(|_| panic!("the client did not say {beginning} in time"))
    }

    /// Waits for the next event that the client emits, which must have this name and want an acknowledgement.
    pub(crate) async fn asked(&mut self, event: &str) -> Asked {
        let heard = self.hear("42").await;
        let (number, arguments) = heard[2..].split_at(heard[2..].find('[').expect("arguments"));
        let arguments: Value = serde_json::from_str(arguments).expect("JSON");
        assert_eq!(arguments[0], event, "{heard}");
        assert!(!number.is_empty(), "{heard}");
        Asked { number: number.to_owned(), data: arguments[1].clone() }
    }

    pub(crate) async fn acknowledge(&mut self, asked: &Asked, answer: Value) {
        self.say(&[&format!("43{}{}", asked.number, json!([answer]))]).await;
    }

    /// Acknowledges a message as stored under this id.
    pub(crate) async fn store(&mut self, asked: &Asked, id: u64) {
        self.acknowledge(asked, json!({"ok": true, "messeage": row(id, &asked.data)})).await;
    }

    pub(crate) async fn close(mut self) {
        self.socket.close(None).await.expect("a goodbye");
        while let Some(Ok(_)) = self.socket.next().await {}
    }
}

/// The row that a sent message becomes.
pub(crate) fn row(id: u64, sent: &Value) -> Value {
    json!({
        "id": id, "from_user": sent["user_id"], "to_user": sent["to_id"], "content": sent["content"],
        "content_type": "text", "init_date": "2026-01-02 03:04:05", "readen": null, "notified": 0,
    })
}

pub(crate) async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// Takes a connection, up to its handshake.
pub(crate) async fn accept(listener: &TcpListener) -> Peer {
    accept_with(listener, HANDSHAKE).await
}

pub(crate) async fn accept_with(listener: &TcpListener, handshake: &str) -> Peer {
    let (stream, _) = timeout(LONG, listener.accept()).await.expect("a client in time").expect("a client");
    let socket = tokio_tungstenite::accept_async(stream).await.expect("a WebSocket");
    let mut peer = Peer { socket, auth: Value::Null };
    peer.say(&[handshake]).await;
    let opening = peer.hear("40").await;
    peer.auth = serde_json::from_str(&opening[2..]).unwrap_or_default();
    peer
}

/// Waits until nothing runs but the test.
pub(crate) async fn nothing_runs() {
    let nothing_runs = async {
        while Handle::current().metrics().num_alive_tasks() > 0 {
            yield_now().await;
        }
    };
    timeout(LONG, nothing_runs).await.expect("no task is left");
}
