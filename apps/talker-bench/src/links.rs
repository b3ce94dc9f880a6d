//! A connection to the server through one of its doors, and the events on it.

use std::borrow::Cow;
use std::str;
use std::time::Duration;

use bytes::Bytes;
use clap::ValueEnum;
use serde::Deserialize;
use serde_json::value::RawValue;
use talker_proto::ClientEvent;
use talker_proto::sessions::{LoginAnswer, Session};
use tokio::time::timeout;

use crate::arguments::Target;
use crate::error::Error;
use crate::websockets::WebSocket;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a connection comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Door {
    /// Plain WebSocket.
    Plain,
    /// Socket.IO over WebSocket.
    SocketIo,
}

/// A connection that hears events and emits them.
pub(crate) struct Link {
    pub(crate) socket: WebSocket,
    door: Door,
}

/// What a load must tell apart of what comes.
#[derive(Debug)]
pub(crate) enum Heard {
    Login(LoginAnswer),
    Message(Message),
    Notified,
    Typing,
    /// An event did nothing: its number.
    Error(u16),
    /// The acknowledgement of an event, by its number: whether it took effect.
    Ack(u64, bool),
    /// Whatever else there is.
    Other,
}

/// As much of a row as matters here.
#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: u64,
    pub(crate) from_user: u64,
    pub(crate) to_user: u64,
    pub(crate) content: String,
}

#[derive(Deserialize)]
struct PlainFrame<'a> {
    #[serde(borrow, default)]
    event: Cow<'a, str>,
    #[serde(borrow)]
    data: &'a RawValue,
    ack: Option<u64>,
}

#[derive(Deserialize)]
struct Outcome {
    ok: bool,
}

impl Link {
    /// Connects, and waits until the server has given the connection its key.
    pub(crate) async fn open(target: &Target) -> Result<Self, Error> {
        let door = target.door;
        let path = match door {
            Door::Plain => "/",
            Door::SocketIo => "/socket.io/?EIO=4&transport=websocket",
        };
        let socket = WebSocket::open(target, path).await?;
        let mut link = Self { socket, door };
        if door == Door::SocketIo {
            link.socket.queue(b"40");
        }
        link.address().await?;
        Ok(link)
    }

    /// Logs in, or resumes, and returns the session.
    pub(crate) async fn enter(&mut self, event: &impl ClientEvent) -> Result<Option<Session>, Error> {
        self.emit(event, None)?;
        loop {
            match self.next().await? {
                Heard::Login(LoginAnswer::In(session)) => return Ok(Some(session)),
                Heard::Login(LoginAnswer::Refused(_)) => return Ok(None),
                Heard::Error(number) => return Err(Error::Unexpected(format!("error {number}"))),
                _ => {}
            }
        }
    }

    /// Queues an event; with a number its acknowledgement is asked for.
    pub(crate) fn emit<E: ClientEvent>(&mut self, event: &E, ack: Option<u64>) -> Result<(), Error> {
        let data = serde_json::to_string(event).map_err(|error| Error::Unexpected(error.to_string()))?;
        self.emit_raw(E::EVENT, &data, ack);
        Ok(())
    }

    /// Queues an event whose data is written already.
    pub(crate) fn emit_raw(&mut self, event: &str, data: &str, ack: Option<u64>) {
        let text = match (self.door, ack) {
            (Door::Plain, None) => format!(r#"{{"event":"{event}","data":{data}}}"#),
            (Door::Plain, Some(ack)) => format!(r#"{{"event":"{event}","data":{data},"ack":{ack}}}"#),
            (Door::SocketIo, None) => format!(r#"42["{event}",{data}]"#),
            (Door::SocketIo, Some(ack)) => format!(r#"42{ack}["{event}",{data}]"#),
        };
        self.socket.queue(text.as_bytes());
    }

    /// The next event, whenever it comes. Sends what is queued meanwhile.
    pub(crate) async fn next(&mut self) -> Result<Heard, Error> {
        loop {
            if let Some(heard) = self.ready()? {
                return Ok(heard);
            }
            self.socket.turn().await?;
        }
    }

    /// The same, if it comes within half a minute.
    pub(crate) async fn next_soon(&mut self) -> Result<Heard, Error> {
        let next = timeout(PATIENCE, self.next());
        next.await.unwrap_or(Err(Error::Late("the answer to a message")))
    }

    /// The next event among what was received, if there is one.
    pub(crate) fn ready(&mut self) -> Result<Option<Heard>, Error> {
        while let Some(text) = self.socket.next_text()? {
            let heard = match self.door {
                Door::Plain => plain(&text)?,
                Door::SocketIo => self.packet(&text)?,
            };
            if heard.is_some() {
                return Ok(heard);
            }
        }
        Ok(None)
    }

    /// A packet of Engine.IO: only events and acknowledgements are of interest, but a ping wants its answer.
    fn packet(&mut self, text: &Bytes) -> Result<Option<Heard>, Error> {
        match text.get(..2) {
            Some(b"42") => {
                let (event, data): (Cow<'_, str>, &RawValue) = read(&text[2..])?;
                heard(&event, data).map(Some)
            }
            Some(b"43") => acknowledged(&text[2..]).map(Some),
            _ if text[..] == *b"2" => {
                self.socket.queue(b"3");
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    async fn address(&mut self) -> Result<(), Error> {
        // It is the first event of all.
        self.next().await.map(drop)
    }
}

fn plain(text: &Bytes) -> Result<Option<Heard>, Error> {
    let frame: PlainFrame<'_> = read(text)?;
    match frame.ack {
        Some(number) => Ok(Some(Heard::Ack(number, read::<Outcome>(frame.data.get().as_bytes())?.ok))),
        None => heard(&frame.event, frame.data).map(Some),
    }
}

/// `17[{"ok":true}]`
fn acknowledged(text: &[u8]) -> Result<Heard, Error> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = str::from_utf8(&text[..digits]).ok().and_then(|digits| digits.parse().ok());
    let number = number.ok_or_else(|| Error::Unexpected(String::from_utf8_lossy(text).into_owned()))?;
    let (outcome,): (Outcome,) = read(&text[digits..])?;
    Ok(Heard::Ack(number, outcome.ok))
}

fn heard(event: &str, data: &RawValue) -> Result<Heard, Error> {
    let data = data.get().as_bytes();
    Ok(match event {
        "messeage" => Heard::Message(read(data)?),
        "notified" => Heard::Notified,
        "typing" => Heard::Typing,
        "login" => Heard::Login(read(data)?),
        "error" => Heard::Error(read(data)?),
        "auth" => Heard::Error(401),
        _ => Heard::Other,
    })
}

fn read<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, Error> {
    serde_json::from_slice(json)
        .map_err(|error| Error::Unexpected(format!("{error} in {:.200}", String::from_utf8_lossy(json))))
}
