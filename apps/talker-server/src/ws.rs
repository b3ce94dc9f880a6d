//! The plain WebSocket door, at `/`: text frames `{"event": name, "data": data}` both ways.

mod close_codes;
mod fragments;

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use talker_proto::errors::Code;
use talker_proto::sessions::Address;
use tokio::time::{Instant, Interval, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::connection::{Connection, Door, Frame as Outbound, OUTBOX};
use crate::events::{self, Inbound};
use crate::http::{HttpError, Visitor};
use crate::keys;
use crate::outgoing::AckId;
use crate::queues::{self, Receiver};
use crate::room::LARGE;
use crate::seats::Seat;

/// How often a client is asked whether it is there; browsers answer by themselves.
const PING_INTERVAL: Duration = Duration::from_secs(25);

/// How much is read at once, and kept for it while nothing comes: a few messages of text.
pub(crate) const READ_BUFFER: usize = 2 * 1_024;

/// How much is gathered before it is written. With a frame behind it, it is not large, and what is kept for it is less than
/// twice as much.
const WRITE_BUFFER: usize = LARGE - fragments::FRAGMENT - 1_024;

/// How long a client may be silent.
const SILENCE: Duration = Duration::from_mins(1);

/// How long the last frames may take.
const FAREWELL: Duration = Duration::from_secs(2);

type WebSocket = WebSocketStream<TokioIo<Upgraded>>;

/// Turns a request into a connection, if there is a seat for it; `None` if it does not ask for one.
pub(crate) fn upgrade(app: &Arc<App>, Visitor(from): Visitor, request: Request) -> Option<Response> {
    let accepted = create_response_with_body(&request, Body::empty).ok()?;
    let seat = match app.seats.take(from) {
        Ok(seat) => seat,
        Err(full) => return Some(HttpError::from(full).into_response()),
    };
    let (app, upgrading) = (app.clone(), hyper::upgrade::on(request));
    tokio::spawn(async move {
        // Whoever is gone by now needs no connection.
        let Ok(upgraded) = upgrading.await else { return };
        let config = config(app.max_frame_bytes);
        let socket =
            WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        // A task of its own is no larger than it must be; this one ends.
        drop(tokio::spawn(serve(app, seat, socket)));
    });
    Some(accepted)
}

fn config(most: usize) -> WebSocketConfig {
    WebSocketConfig::default()
        .max_message_size(Some(most))
        .max_frame_size(Some(most))
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
}

/// Serves a connection to its end.
async fn serve(app: Arc<App>, seat: Seat, socket: WebSocket) {
    let Ok(key) = keys::random() else { return };
    let (outbox, outgoing) = queues::bounded(OUTBOX);
    let closed = CancellationToken::new();
    let connection = Arc::new(Connection::new(
        Door::WebSocket(outbox),
        app.unsent.clone(),
        seat,
        key.clone(),
        closed.clone(),
    ));
    let (sink, stream) = socket.split();
    let sending = tokio::spawn(send(sink, outgoing, closed));
    app.hub.add(&connection);
    connection.say(&Address { address: key });
    let code = receive(&app, &connection, stream).await;
    // Goodbye first: what follows waits for the database, however long it is away.
    connection.close();
    if let Ok(sink) = sending.await {
        close(sink, code).await;
    }
    Box::pin(events::sessions::disconnect(&app, &connection)).await;
}

/// Takes frames one by one; the next one is read when the last one has taken effect. Returns why it ended.
async fn receive(
    app: &Arc<App>,
    connection: &Arc<Connection>,
    mut stream: SplitStream<WebSocket>,
) -> CloseCode {
    loop {
        let frame = tokio::select! {
            frame = timeout(SILENCE, stream.next()) => frame,
            () = connection.closed() => return CloseCode::Away,
        };
        let frame = match frame {
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(error))) => return close_codes::of_unreadable(&error),
            Ok(None) | Err(_) => return CloseCode::Away,
        };
        let frame = match &frame {
            Message::Text(text) => parse(text),
            Message::Binary(_) => Err(Code::Malformed),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => continue,
            Message::Close(_) => return CloseCode::Normal,
        };
        let (ack, inbound) = match frame {
            Ok(Frame { event, data, ack }) => (ack, Ok(Inbound { event, data })),
            Err(code) => (None, Err(code)),
        };
        // What handling takes is not kept while nothing is to be handled.
        Box::pin(events::handle(app, connection, ack, inbound)).await;
    }
}

/// A client's frame.
#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    /// Under which number it wants to know what became of the event: 0 or more.
    #[serde(default, deserialize_with = "given")]
    ack: Option<AckId>,
}

fn parse(text: &str) -> Result<Frame<'_>, Code> {
    if !text.trim_start().starts_with('{') {
        return Err(Code::Malformed);
    }
    serde_json::from_str(text).map_err(|_| Code::Malformed)
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<AckId>, D::Error> {
    AckId::deserialize(deserializer).map(Some)
}

/// Sends what is in the outbox, and a ping now and then, until the connection ends.
async fn send(
    mut sink: SplitSink<WebSocket, Message>,
    mut outgoing: Receiver<Outbound>,
    closed: CancellationToken,
) -> SplitSink<WebSocket, Message> {
    let mut ping = tokio::time::interval_at(Instant::now() + PING_INTERVAL, PING_INTERVAL);
    loop {
        let sent = tokio::select! {
            frame = outgoing.recv() => match frame {
                Some(frame) => {
                    // What sending takes is not kept while nothing is to be sent.
                    let sending = Box::pin(send_all(&mut sink, frame, &mut outgoing, &mut ping));
                    closed.run_until_cancelled(sending).await
                }
                None => break,
            },
            _ = ping.tick() => closed.run_until_cancelled(flush(&mut sink, fragments::ping())).await,
            () = closed.cancelled() => break,
        };
        if sent != Some(ControlFlow::Continue(())) {
            break;
        }
    }
    closed.cancel();
    sink
}

/// Says goodbye, to whoever still listens.
async fn close(mut sink: SplitSink<WebSocket, Message>, code: CloseCode) {
    let farewell = CloseFrame { code, reason: Utf8Bytes::default() };
    let goodbye = async {
        // Fails where the client has said goodbye first. Then closing sends what answers it.
        let _ = sink.send(Message::Close(Some(farewell))).await;
        sink.close().await
    };
    let _ = timeout(FAREWELL, goodbye).await;
}

/// Sends a frame and all that wait behind it, and flushes once.
async fn send_all(
    sink: &mut SplitSink<WebSocket, Message>,
    first: Outbound,
    outgoing: &mut Receiver<Outbound>,
    pings: &mut Interval,
) -> ControlFlow<()> {
    let mut next = Some(first);
    while let Some(Outbound { text, share }) = next {
        fragments::feed(sink, text, share, pings).await?;
        next = outgoing.try_recv();
    }
    if sink.flush().await.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

async fn flush(sink: &mut SplitSink<WebSocket, Message>, message: Message) -> ControlFlow<()> {
    if sink.send(message).await.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}
