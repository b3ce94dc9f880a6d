//! The ways in, so that one case runs through all of them: plain WebSocket, Socket.IO over WebSocket, and over polling.

use std::collections::VecDeque;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tokio_util::task::AbortOnDropHandle;

use super::polling::Polling;
use crate::inbox::Inbox;
use crate::site::{PATIENCE, Person, Site};

/// Which way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    SocketIo,
    Polling,
}

pub(crate) const KINDS: [Kind; 3] = [Kind::Plain, Kind::SocketIo, Kind::Polling];

impl Kind {
    /// An event in this door's wrapping; its name and its data are JSON, or meant to look like it.
    pub(crate) fn wrap(self, event: &str, data: Option<&str>) -> String {
        match (self, data) {
            (Self::Plain, Some(data)) => format!(r#"{{"event":{event},"data":{data}}}"#),
            (Self::Plain, None) => format!(r#"{{"event":{event}}}"#),
            (_, Some(data)) => format!("42[{event},{data}]"),
            (_, None) => format!("42[{event}]"),
        }
    }

    /// The address of its WebSocket.
    pub(crate) fn url(self, server: &Site) -> String {
        match self {
            Self::Plain => format!("ws://{}/", server.address()),
            _ => format!("ws://{}/socket.io/?EIO=4&transport=websocket", server.address()),
        }
    }
}

pub(crate) type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A connection, always read, whose packets are written by hand.
pub(crate) struct Door {
    pub(crate) kind: Kind,
    way: Way,
    /// Packets as they came; it ends with the connection.
    arrivals: UnboundedReceiver<String>,
    passed_over: VecDeque<(String, Value)>,
    /// Engine.IO's own name of a WebSocket.
    pub(crate) sid: String,
    /// Who is logged in, and the session's key.
    pub(crate) user: u64,
    pub(crate) key: String,
}

enum Way {
    WebSocket { sink: Box<SplitSink<Stream, Message>>, _listening: AbortOnDropHandle<()> },
    Polling(Polling),
}

impl Door {
    /// Opens a connection that has not joined yet where joining is a step of its own.
    pub(crate) async fn open(server: &Site, kind: Kind) -> Self {
        let (arriving, arrivals) = unbounded_channel();
        let way = if kind == Kind::Polling {
            Way::Polling(Polling::open(server, arriving).await)
        } else {
            let (stream, _) = connect_async(kind.url(server)).await.expect("a connection");
            let (sink, stream) = stream.split();
            let listening = AbortOnDropHandle::new(tokio::spawn(listen(stream, arriving)));
            Way::WebSocket { sink: Box::new(sink), _listening: listening }
        };
        let mut door = Self {
            kind,
            way,
            arrivals,
            passed_over: VecDeque::new(),
            sid: String::new(),
            user: 0,
            key: String::new(),
        };
        if kind == Kind::SocketIo {
            let handshake = door.packet().await.expect("a handshake");
            let opened = handshake.strip_prefix('0').expect("an open packet");
            let opened: Value = serde_json::from_str(opened).expect("JSON");
            opened["sid"].as_str().expect("an id").clone_into(&mut door.sid);
        }
        door
    }

    /// Connects, and takes the `address`.
    pub(crate) async fn connect(server: &Site, kind: Kind) -> Self {
        let mut door = Self::open(server, kind).await;
        door.join("40").await;
        door
    }

    /// Joins by this packet, if this door needs one, and takes the `address`.
    pub(crate) async fn join(&mut self, packet: &str) {
        if self.kind != Kind::Plain {
            self.send(packet).await;
            let joined = self.packet().await.expect("an answer to joining");
            assert!(joined.starts_with("40{"), "{joined}");
        }
        assert_eq!(self.next().await.0, "address", "the first thing on a connection");
    }

    /// Connects and logs in.
    pub(crate) async fn log_in(server: &Site, kind: Kind, person: &Person) -> Self {
        let mut door = Self::connect(server, kind).await;
        door.emit("login", &json!({"login": person.username, "hash": person.hash})).await;
        let session = door.wait_for("login").await;
        door.user = session["id"].as_u64().expect("a successful login");
        session["clientAddress"].as_str().expect("a key").clone_into(&mut door.key);
        door
    }

    /// Emits what may be no event at all, in an event's wrapping.
    pub(crate) async fn emit_raw(&mut self, event: &str, data: Option<&str>) {
        self.send(&self.kind.wrap(event, data)).await;
    }

    /// Sends a packet as it is. That it does not get through shows in what comes back.
    pub(crate) async fn send(&mut self, packet: &str) {
        match &mut self.way {
            Way::WebSocket { sink, .. } => drop(sink.send(Message::text(packet)).await),
            Way::Polling(polling) => drop(polling.post(packet.to_owned()).await),
        }
    }

    /// Sends several packets at once.
    pub(crate) async fn send_all(&mut self, packets: &[String]) {
        match &mut self.way {
            Way::WebSocket { sink, .. } => {
                for packet in packets {
                    drop(sink.feed(Message::text(packet)).await);
                }
                drop(sink.flush().await);
            }
            Way::Polling(polling) => drop(polling.post(packets.join("\x1e")).await),
        }
    }

    /// Sends a binary frame, or what stands for one.
    pub(crate) async fn send_binary(&mut self, bytes: &[u8]) {
        match &mut self.way {
            Way::WebSocket { sink, .. } => drop(sink.send(Message::binary(bytes.to_vec())).await),
            Way::Polling(polling) => drop(polling.post_binary(bytes).await),
        }
    }

    /// Sends bytes that are no text where text belongs.
    pub(crate) async fn send_bytes_as_text(&mut self, bytes: Vec<u8>) {
        match &mut self.way {
            Way::WebSocket { sink, .. } => drop(sink.send(super::frames::text_of(bytes)).await),
            Way::Polling(polling) => drop(polling.post(bytes).await),
        }
    }

    /// Polls no more.
    pub(crate) fn stop_reading(&self) {
        if let Way::Polling(polling) = &self.way {
            polling.stop();
        }
    }

    /// Path and query of its polling session.
    pub(crate) fn polling_path(&self) -> String {
        match &self.way {
            Way::Polling(polling) => {
                polling.url.split_once("/socket.io").map(|(_, rest)| format!("/socket.io{rest}"))
            }
            Way::WebSocket { .. } => None,
        }
        .expect("a polling session")
    }

    /// The next packet as it came, without the pings; `None` after the end.
    pub(crate) async fn packet(&mut self) -> Option<String> {
        timeout(PATIENCE, self.hear()).await.expect("something to come in time")
    }

    async fn hear(&mut self) -> Option<String> {
        loop {
            let packet = self.arrivals.recv().await?;
            match (self.kind, packet.as_str()) {
                (Kind::Plain, _) => return Some(packet),
                (_, "2") => self.send("3").await,
                (_, "6") => {}
                // The server's goodbyes, of Engine.IO and of Socket.IO.
                (_, "1" | "41") => return None,
                _ => return Some(packet),
            }
        }
    }

    /// Whether the server ends the connection, after whatever it says first.
    pub(crate) async fn is_closed(&mut self) -> bool {
        let end = async { while self.hear().await.is_some() {} };
        timeout(PATIENCE, end).await.is_ok()
    }

    /// Whether the server hangs up, or ends the polling, and does not only say goodbye.
    pub(crate) async fn is_hung_up(&mut self) -> bool {
        let end = async { while self.arrivals.recv().await.is_some() {} };
        timeout(PATIENCE, end).await.is_ok()
    }
}

impl Inbox for Door {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Plain => "a plain WebSocket",
            Kind::SocketIo => "Socket.IO by WebSocket",
            Kind::Polling => "Socket.IO by polling",
        }
    }

    fn passed_over(&mut self) -> &mut VecDeque<(String, Value)> {
        &mut self.passed_over
    }

    async fn receive(&mut self) -> (String, Value) {
        let packet = self.packet().await.expect("an open connection");
        unwrap(self.kind, &packet)
    }

    async fn emit(&mut self, event: &str, data: &Value) {
        self.emit_raw(&json!(event).to_string(), Some(&data.to_string())).await;
    }
}

/// The event in a packet.
pub(crate) fn unwrap(kind: Kind, packet: &str) -> (String, Value) {
    let json = if kind == Kind::Plain { packet } else { packet.strip_prefix("42").expect(packet) };
    let mut frame: Value = serde_json::from_str(json).expect("JSON");
    let (event, data) = match kind {
        Kind::Plain => (frame["event"].take(), frame["data"].take()),
        _ => (frame[0].take(), frame[1].take()),
    };
    (event.as_str().expect("an event").to_owned(), data)
}

async fn listen(mut stream: SplitStream<Stream>, arriving: UnboundedSender<String>) {
    while let Some(Ok(frame)) = stream.next().await {
        match frame {
            Message::Text(text) if arriving.send(text.to_string()).is_err() => return,
            Message::Close(_) => return,
            _ => {}
        }
    }
}
