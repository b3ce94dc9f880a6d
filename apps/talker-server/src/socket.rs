//! The Socket.IO door, over WebSocket and polling.
//!
//! socketioxide runs every asynchronous handler as a task of its own, so that two events of one client could overtake
//! each other. Here a handler only puts the packet into the connection's inbox, inside the read loop, and one task per
//! connection takes them out in order.

mod polling;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::{SocketRef, TryData};
use socketioxide::handler::{ConnectHandler, MessageHandler, Value};
use socketioxide::layer::SocketIoLayer;
use socketioxide::socket::Socket;
use socketioxide::{ParserConfig, SocketIo};
use talker_proto::ClientEvent;
use talker_proto::errors::Code;
use talker_proto::sessions::{Address, Login, Resume};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::connection::{Connection, Door, Emitter, OUTBOX};
use crate::events::{self, Inbound};
use crate::http::Visitor;
use crate::keys;
use crate::outgoing::AckId;
use crate::queues::{self, Limits, Receiver, Sender};
use crate::room::{Client, Room, Share};
use crate::seats::{Full, Seat, Seats};
use crate::ws::READ_BUFFER;
pub(crate) use polling::Ended;
use polling::Ends;

/// How many events of one connection wait at the most.
const INBOX: usize = 256;

/// How many events that found the inbox full are answered at the most. Whoever sends still more goes without.
const REFUSALS: usize = 8_192;

/// How many of them are answered at once, and the pause after that: their answers must leave room for others.
const REFUSALS_AT_ONCE: usize = 32;
const REFUSAL_PAUSE: Duration = Duration::from_millis(10);

/// How many attachments an event may announce. As many are answered together by one `error`, more by one each.
const ATTACHMENTS: usize = 16;

/// How long a connection may stay without joining.
const JOIN_TIMEOUT: Duration = Duration::from_secs(10);

/// The layer that answers at `/socket.io/`, and what polled there and is over.
pub(crate) fn layer(app: &Arc<App>) -> (SocketIoLayer, SocketIo, Ended) {
    let most = app.max_frame_bytes;
    let parser = ParserConfig::common().max_incoming_binaries(ATTACHMENTS);
    let (layer, io) = SocketIo::builder()
        .with_parser(parser)
        .max_payload(most as u64)
        .ws_max_message_size(most)
        .ws_max_frame_size(most)
        .ws_read_buffer_size(READ_BUFFER)
        .max_buffer_size(OUTBOX.items)
        .connect_timeout(JOIN_TIMEOUT)
        .build_layer();
    // The inbox is opened before the client learns that it is connected, so that nothing it sends is missed.
    let (seats, arriving) = (app.seats.clone(), app.arriving.clone());
    let open = async move |socket: SocketRef| open(&socket, &seats, &arriving, most);
    let app = app.clone();
    let (ends, ended) = polling::ends();
    let join = async move |socket: SocketRef, auth: TryData<Box<RawValue>>| {
        join(&app, socket, auth.0.ok(), &ends).await;
    };
    io.ns("/", join.with(open));
    (layer, io, ended)
}

/// What a connection begins with, from its handshake until it has joined. It must not hold the socket that holds it.
#[derive(Clone)]
struct Opened {
    /// Taken once.
    begun: Arc<Mutex<Option<(Seat, Queues)>>>,
    closed: CancellationToken,
}

/// What a connection has to handle.
struct Queues {
    packets: Receiver<Packet>,
    /// Events that found no room among those, by how they want to hear of it.
    refusals: Receiver<Option<AckId>>,
}

/// What a client sent, and under which number it wants to know what became of it.
struct Packet {
    content: Content,
    ack: Option<AckId>,
    /// Room that it takes until it is handled, if it is large.
    _share: Option<Share>,
}

enum Content {
    /// `["event", data]`
    Event(String),
    /// An event with attachments, which no event of ours has.
    Binary,
}

fn open(socket: &SocketRef, seats: &Arc<Seats>, arriving: &Arc<Room>, most_bytes: usize) -> Result<(), Full> {
    let from = socket.req_parts().extensions.get::<Visitor>().and_then(|Visitor(from)| *from);
    let seat = seats.take(from)?;
    let (packets, waiting) = queues::bounded(Limits { items: INBOX, bytes: 2 * most_bytes });
    let (refusals, refused) = queues::bounded(Limits { items: REFUSALS, bytes: 0 });
    let closed = CancellationToken::new();
    let opened = Opened {
        begun: Arc::new(Mutex::new(Some((seat, Queues { packets: waiting, refusals: refused })))),
        closed: closed.clone(),
    };
    socket.extensions.insert(opened);
    let (arriving, client) = (arriving.clone(), Arc::default());
    socket.on_fallback(Inbox { packets, refusals, arriving, client });
    socket.on_disconnect(async move || closed.cancel());
    Ok(())
}

/// Where a connection's packets wait.
struct Inbox {
    packets: Sender<Packet>,
    refusals: Sender<Option<AckId>>,
    arriving: Arc<Room>,
    client: Arc<Client>,
}

impl MessageHandler<LocalAdapter, ()> for Inbox {
    fn call(&self, _socket: Arc<Socket>, value: Value, ack: Option<i64>) {
        let content = match value {
            Value::Str(text, None) => Content::Event(text.to_string()),
            Value::Str(_, Some(_)) | Value::Bytes(_) => Content::Binary,
        };
        let ack = ack.and_then(|id| AckId::try_from(id).ok());
        let bytes = content.bytes();
        // It was read already, and takes room whether there is some or not.
        let share = self.arriving.fill(&self.client, bytes);
        if self.packets.try_send(Packet { content, ack, _share: share }, bytes).is_err() {
            // Whoever sends more than can even be refused goes without an answer.
            let _ = self.refusals.try_send(ack, 0);
        }
    }
}

impl Content {
    fn bytes(&self) -> usize {
        match self {
            Self::Event(text) => text.len(),
            Self::Binary => 0,
        }
    }
}

impl Packet {
    async fn handle(&self, app: &Arc<App>, connection: &Arc<Connection>) {
        let inbound = match &self.content {
            Content::Event(text) => parse(text),
            Content::Binary => Err(Code::Malformed),
        };
        events::handle(app, connection, self.ack, inbound).await;
    }
}

fn parse(text: &str) -> Result<Inbound<'_>, Code> {
    let parts: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| Code::Malformed)?;
    let event = parts.first().ok_or(Code::Malformed)?;
    let event = serde_json::from_str(event.get()).map_err(|_| Code::Malformed)?;
    Ok(Inbound { event, data: parts.get(1).copied() })
}

/// Serves a connection to its end.
async fn join(app: &Arc<App>, socket: SocketRef, auth: Option<Box<RawValue>>, ends: &Ends) {
    let Some(opened) = socket.extensions.remove::<Opened>() else { return };
    let begun = opened.begun.lock().unwrap_or_else(PoisonError::into_inner).take();
    let (Some((seat, mut queues)), Ok(key)) = (begun, keys::random()) else {
        ends.end(&socket, false);
        let _ = socket.disconnect();
        return;
    };
    let connection = Arc::new(Connection::new(
        Door::SocketIo(Emitter::new(socket.clone())),
        app.unsent.clone(),
        seat,
        key.clone(),
        opened.closed,
    ));
    app.hub.add(&connection);
    connection.say(&Address { address: key });
    if let Some(auth) = &auth
        && let Some(event) = asked_by(auth)
    {
        let inbound = Inbound { event: event.into(), data: Some(auth) };
        Box::pin(events::handle(app, &connection, None, Ok(inbound))).await;
    }
    // It may be as large as a frame.
    drop(auth);
    loop {
        tokio::select! {
            biased;
            Some(packet) = queues.packets.recv() => {
                // What handling takes is not kept while nothing is to be handled.
                Box::pin(packet.handle(app, &connection)).await;
                refuse(&connection, &mut queues.refusals, 1).await;
                if connection.is_let_go() {
                    break;
                }
            }
            () = connection.closed() => break,
            Some(refused) = queues.refusals.recv() => {
                events::refuse(&connection, refused, Code::RateLimited).await;
                refuse(&connection, &mut queues.refusals, REFUSALS_AT_ONCE - 1).await;
                tokio::time::sleep(REFUSAL_PAUSE).await;
            }
        }
    }
    // What follows waits for the database, however long it is away.
    ends.end(&socket, connection.is_let_go());
    Box::pin(events::sessions::disconnect(app, &connection)).await;
}

/// Answers events that found the inbox full, as many at the most.
async fn refuse(connection: &Arc<Connection>, refusals: &mut Receiver<Option<AckId>>, most: usize) {
    for _ in 0..most {
        let Some(refused) = refusals.try_recv() else { return };
        events::refuse(connection, refused, Code::RateLimited).await;
    }
}

/// What the handshake's `auth` asks for: a login or a session to resume. What else clients put there is none of our
/// business.
fn asked_by(auth: &RawValue) -> Option<&'static str> {
    #[expect(clippy::zero_sized_map_values, reason = "a set of names would not read past their values")]
    let members: HashMap<Cow<'_, str>, IgnoredAny> = serde_json::from_str(auth.get()).ok()?;
    if members.contains_key("login") {
        Some(Login::EVENT)
    } else {
        members.contains_key("clientAddress").then_some(Resume::EVENT)
    }
}
