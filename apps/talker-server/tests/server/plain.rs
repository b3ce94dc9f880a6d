//! A client on a plain WebSocket, which shows every frame as it is.

use std::collections::HashSet;
use std::ops::Range;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Map, Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::site::{NOBODY, PATIENCE, Person, Site, merged};

/// A connection. What was received and not asked for yet waits in order.
///
/// A message may come again under the same id to whoever is just logging in, as the protocol allows; such repetitions
/// are put aside, as clients do.
pub(crate) struct Plain {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    passed_over: Vec<(String, Value)>,
    seen: HashSet<u64>,
    /// How many acknowledgements were asked for.
    acks: u64,
    /// How many messages came again.
    pub(crate) repetitions: usize,
    /// The connection's own key.
    pub(crate) address: String,
    /// Who is logged in.
    pub(crate) user: u64,
    /// What he logged in with.
    credentials: Value,
}

impl Plain {
    /// Connects, and takes the `address`.
    pub(crate) async fn connect(site: &Site) -> Self {
        let (stream, _) = connect_async(format!("ws://{}/", site.address)).await.expect("a connection");
        Self::begin(stream).await
    }

    /// Connects through a proxy, for somebody in this network, if the server lets him.
    pub(crate) async fn try_connect_from(site: &Site, network: &str) -> Option<Self> {
        let mut request = format!("ws://{}/", site.address).into_client_request().expect("a request");
        request.headers_mut().insert("X-Forwarded-For", network.parse().expect("a header"));
        match connect_async(request).await {
            Ok((stream, _)) => Some(Self::begin(stream).await),
            Err(Error::Http(refused)) => {
                assert_eq!(refused.status(), 429);
                None
            }
            Err(error) => panic!("{error}"),
        }
    }

    async fn begin(stream: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        let mut plain = Self {
            stream,
            passed_over: vec![],
            seen: HashSet::new(),
            acks: 0,
            repetitions: 0,
            address: String::new(),
            user: 0,
            credentials: Value::Null,
        };
        let (event, data) = plain.next().await;
        assert_eq!(event, "address", "the first thing on a connection");
        data["address"].as_str().expect("a key").clone_into(&mut plain.address);
        plain
    }

    /// Connects and logs in.
    pub(crate) async fn log_in(site: &Site, person: &Person) -> Self {
        let mut plain = Self::connect(site).await;
        plain.become_user(&person.username, &person.hash).await;
        plain
    }

    /// Connects and logs in once more as the same user.
    pub(crate) async fn another(&self, site: &Site) -> Self {
        let mut plain = Self::connect(site).await;
        let word = |name: &str| self.credentials[name].as_str().expect("somebody who logged in").to_owned();
        plain.become_user(&word("login"), &word("hash")).await;
        plain
    }

    /// Logs in on this connection.
    pub(crate) async fn become_user(&mut self, login: &str, hash: &str) {
        let session = self.try_login(login, hash).await;
        self.user = session["id"].as_u64().expect("a successful login");
        self.credentials = json!({"login": login, "hash": hash});
    }

    /// Tries to log in, and returns what `login` says.
    pub(crate) async fn try_login(&mut self, login: &str, hash: &str) -> Value {
        self.emit("login", &json!({"login": login, "hash": hash})).await;
        self.wait_for("login").await
    }

    /// What REST takes as a session.
    pub(crate) fn session(&self) -> Value {
        json!({"user_id": self.user, "clientAddress": self.address})
    }

    pub(crate) async fn emit(&mut self, event: &str, data: &Value) {
        self.send(&json!({"event": event, "data": data}).to_string()).await;
    }

    /// Emits with my `user_id`.
    pub(crate) async fn act(&mut self, event: &str, data: &Value) {
        self.emit(event, &merged(&json!({"user_id": self.user}), data)).await;
    }

    /// Sends a text frame as it is.
    pub(crate) async fn send(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.expect("a frame that goes out");
    }

    /// Sends these numbers in one go, without waiting for anything.
    pub(crate) async fn chatter(&mut self, to: u64, numbers: Range<u32>) {
        for number in numbers {
            self.act("messeage", &json!({"to_id": to, "content": number.to_string()})).await;
        }
    }

    /// Says one thing after the other until the server closes the connection; returns the ids of all that was echoed,
    /// and the code of the close frame.
    pub(crate) async fn talk_to_the_end(mut self, to: u64) -> (Vec<Value>, Option<u16>) {
        let mut echoed = Vec::new();
        for number in 0.. {
            let message =
                merged(&self.session(), &json!({"to_id": to, "content": format!("number {number}")}));
            let frame = json!({"event": "messeage", "data": message}).to_string();
            // A connection that the server has closed still holds what it sent before.
            let _ = self.stream.send(Message::text(frame)).await;
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).expect("JSON");
                    echoed.extend((frame["event"] == "messeage").then(|| frame["data"]["id"].clone()));
                }
                Some(Ok(Message::Close(frame))) => return (echoed, frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                _ => break,
            }
        }
        (echoed, None)
    }

    /// Emits with an acknowledgement, and returns that; what else comes keeps its place.
    pub(crate) async fn call(&mut self, event: &str, data: &Value) -> Value {
        let id = self.ask(event, data).await;
        self.wait_for(&format!("ack {id}")).await
    }

    /// Emits with an acknowledgement, and returns its number.
    pub(crate) async fn ask(&mut self, event: &str, data: &Value) -> u64 {
        self.acks += 1;
        let frame = json!({"event": event, "data": data, "ack": self.acks});
        self.send(&frame.to_string()).await;
        self.acks
    }

    /// Calls with my `user_id`.
    pub(crate) async fn call_as_me(&mut self, event: &str, data: &Value) -> Value {
        self.call(event, &merged(&json!({"user_id": self.user}), data)).await
    }

    /// Emits what must be refused, and returns the number of the `error`.
    pub(crate) async fn refused(&mut self, event: &str, data: &Value) -> u64 {
        self.act(event, data).await;
        self.wait_for("error").await.as_u64().expect("a number")
    }

    /// The next event, whatever it is.
    pub(crate) async fn next(&mut self) -> (String, Value) {
        if self.passed_over.is_empty() { self.receive().await } else { self.passed_over.remove(0) }
    }

    /// The next event that is not one of these, which are dropped.
    pub(crate) async fn next_but(&mut self, dropped: &str) -> (String, Value) {
        loop {
            let next = self.next().await;
            if next.0 != dropped {
                return next;
            }
        }
    }

    /// The next event of this name; others keep their place.
    pub(crate) async fn wait_for(&mut self, event: &str) -> Value {
        self.wait_for_one(|name, _| name == event).await
    }

    /// The data of the next event like this; others keep their place.
    pub(crate) async fn wait_for_one(&mut self, is_it: impl Fn(&str, &Value) -> bool) -> Value {
        if let Some(place) = self.passed_over.iter().position(|(event, data)| is_it(event, data)) {
            return self.passed_over.remove(place).1;
        }
        loop {
            let (event, data) = self.receive().await;
            if is_it(&event, &data) {
                return data;
            }
            self.passed_over.push((event, data));
        }
    }

    /// Waits until everything that was emitted has taken effect: until the answers to two events that do nothing.
    pub(crate) async fn settle(&mut self) {
        self.emit("no such event", &json!({})).await;
        self.emit("read", &json!({"user_id": NOBODY, "messeage_id": 1})).await;
        let auth = self.wait_for("auth").await;
        assert_eq!(auth, false);
        let answer = ("error".to_owned(), json!(400));
        let place = self.passed_over.iter().rposition(|passed| *passed == answer);
        self.passed_over.remove(place.expect("an error for an unknown event"));
    }

    /// What has come of this event up to here.
    pub(crate) async fn all_that_came_of(&mut self, event: &str) -> Vec<Value> {
        self.settle().await;
        let came = self.passed_over.extract_if(.., |(name, _)| name == event);
        came.map(|(_, data)| data).collect()
    }

    /// Shows that nothing else has come up to here.
    pub(crate) async fn expect_nothing_more(&mut self) {
        self.settle().await;
        assert_eq!(self.passed_over, [], "something else has come");
    }

    /// Forgets what has come up to here.
    pub(crate) async fn forget(&mut self) {
        self.settle().await;
        self.passed_over.clear();
        self.repetitions = 0;
    }

    async fn receive(&mut self) -> (String, Value) {
        loop {
            let text = timeout(PATIENCE, self.receive_text()).await.unwrap_or_else(|_| {
                panic!("nothing more comes in time; so far there were {:?}", self.passed_over)
            });
            let mut frame: Value = serde_json::from_str(&text).expect("JSON");
            let event = match frame["ack"].as_u64() {
                Some(id) => format!("ack {id}"),
                None => frame["event"].as_str().expect("an event").to_owned(),
            };
            assert_eq!(frame.as_object().map(Map::len), Some(2), "an event and its data alone: {frame}");
            let data = frame["data"].take();
            if event == "messeage"
                && data["seq"].is_null()
                && !self.seen.insert(data["id"].as_u64().expect("an id"))
            {
                self.repetitions += 1;
                continue;
            }
            return (event, data);
        }
    }

    async fn receive_text(&mut self) -> Utf8Bytes {
        loop {
            let frame = self.stream.next().await.expect("an open connection").expect("a frame");
            if let Message::Text(text) = frame {
                return text;
            }
        }
    }

    /// Whether the server has closed the connection, up to what is received first.
    pub(crate) async fn is_closed(&mut self) -> bool {
        timeout(PATIENCE, self.farewell()).await.is_ok()
    }

    /// Waits for the end of the connection, and returns the code of its close frame, if there was one.
    pub(crate) async fn farewell(&mut self) -> Option<u16> {
        while let Some(Ok(frame)) = self.stream.next().await {
            if let Message::Close(frame) = frame {
                return frame.map(|frame| frame.code.into());
            }
        }
        None
    }

    pub(crate) async fn close(mut self) {
        self.stream.close(None).await.expect("a goodbye");
    }
}
