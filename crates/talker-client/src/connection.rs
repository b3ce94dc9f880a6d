//! One Socket.IO connection: what `rust_socketio` calls back becomes a stream that says when it ends.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rust_socketio::asynchronous::{Client as Socket, ClientBuilder, ReconnectSettings};
use rust_socketio::{Event as SocketEvent, Payload};
use serde_json::Value;
use talker_proto::ServerEvent;
use talker_proto::errors::EventError;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;

use crate::{Error, Event};

/// How long a goodbye may take before the connection is left to itself.
const GOODBYE: Duration = Duration::from_secs(5);

/// Milliseconds between the end of a stream and the look whether its task may stop.
const END_DELAY: u64 = 20;

/// An open connection; dropping it ends it.
pub(crate) struct Connection {
    line: Arc<Line>,
    /// Whose turn it is to wait for an acknowledgement.
    ///
    /// `rust_socketio` draws the number of each from a thousand, and two that wait with the same one are both given the
    /// first answer, or end its reading task without a word. So only one waits at a time.
    turn: Arc<Semaphore>,
    runtime: Handle,
}

impl Connection {
    /// Connects, and gives the stream of what arrives. It ends with [`Event::Disconnected`].
    pub(crate) async fn open(socket: ClientBuilder) -> Result<(Self, UnboundedReceiver<Event>), Error> {
        let (events, arrivals) = unbounded_channel();
        let line = Arc::new(Line(Mutex::new(State::new(events))));
        let turn = Arc::new(Semaphore::new(1));
        let connection = Self { line: Arc::clone(&line), turn, runtime: Handle::current() };
        let socket = listen(socket, &line).connect().await?;
        line.state().socket = Some(socket);
        Ok((connection, arrivals))
    }

    /// Emits, and returns when the event is written.
    pub(crate) async fn emit(&self, event: &str, data: Value) -> Result<(), Error> {
        let socket = self.line.socket().ok_or(Error::Disconnected)?;
        Ok(socket.emit(event, data).await?)
    }

    /// Waits for the turn to call. Turns are taken in the order in which they were asked for.
    pub(crate) async fn turn(&self) -> Result<Turn, Error> {
        let turn = Arc::clone(&self.turn).acquire_owned().await;
        turn.map(Turn).map_err(|_| Error::Disconnected)
    }

    /// Emits, and waits for the acknowledgement as long as the connection lasts.
    ///
    /// Whoever stops waiting keeps the turn until the acknowledgement has come, and so does what cannot be written.
    pub(crate) async fn call(&self, turn: Turn, event: &str, data: Value) -> Result<Value, Error> {
        let (answered, answer) = oneshot::channel();
        let socket = self.line.expect(Expected { answered, _turn: turn }).ok_or(Error::Disconnected)?;
        let line = Arc::clone(&self.line);
        let hear = move |payload, _| -> Pin<Box<dyn Future<Output = ()> + Send>> {
            line.acknowledge(payload);
            Box::pin(std::future::ready(()))
        };
        socket.emit_with_ack(event, data, Duration::MAX, hear).await?;
        answer.await.map_err(|_| Error::Disconnected)
    }

    /// What is known about why the connection ended.
    pub(crate) fn fault(&self) -> Option<String> {
        self.line.state().fault.clone()
    }

    /// Says goodbye and ends.
    pub(crate) async fn close(self) {
        if let Some(socket) = self.line.hang_up() {
            say_goodbye(socket).await;
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(socket) = self.line.hang_up() {
            self.runtime.spawn(say_goodbye(socket));
        }
    }
}

/// The right to call, given back when it is dropped.
pub(crate) struct Turn(#[expect(dead_code, reason = "it is only held")] OwnedSemaphorePermit);

/// What the owner of a connection shares with `rust_socketio`'s callbacks.
///
/// The callbacks live inside the socket and the socket lives in here, so whoever ends the line takes the socket out.
struct Line(Mutex<State>);

struct State {
    /// Where events go until the end.
    events: Option<UnboundedSender<Event>>,
    /// There from the moment it is connected until it is told goodbye.
    socket: Option<Socket>,
    /// There while an acknowledgement is due and may still come.
    expected: Option<Expected>,
    fault: Option<String>,
}

impl State {
    fn new(events: UnboundedSender<Event>) -> Self {
        Self { events: Some(events), socket: None, expected: None, fault: None }
    }

    fn open_socket(&self) -> Option<Socket> {
        self.events.as_ref().and(self.socket.clone())
    }
}

/// An acknowledgement that is due.
struct Expected {
    /// Leads to the call, if it still waits.
    answered: oneshot::Sender<Value>,
    /// Given back when nothing is due any more.
    _turn: Turn,
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The socket, if the line has not ended.
    fn socket(&self) -> Option<Socket> {
        self.state().open_socket()
    }

    /// Notes that an acknowledgement is due, and gives the socket to ask for it, if the line has not ended.
    fn expect(&self, expected: Expected) -> Option<Socket> {
        let mut state = self.state();
        let socket = state.open_socket()?;
        state.expected = Some(expected);
        Some(socket)
    }

    fn acknowledge(&self, payload: Payload) {
        if let Some(expected) = self.state().expected.take() {
            // Fails only when the call no longer waits.
            let _ = expected.answered.send(only(first(payload)));
        }
    }

    fn has_ended(&self) -> bool {
        self.state().events.is_none()
    }

    fn push(&self, event: Event) {
        if let Some(events) = &self.state().events {
            // Fails only when nobody listens any more.
            let _ = events.send(event);
        }
    }

    /// The connection has ended by itself. Only the first call counts.
    fn end(&self, fault: Option<String>) {
        let mut state = self.state();
        if let Some(events) = state.events.take() {
            state.fault = fault;
            state.expected = None;
            let _ = events.send(Event::Disconnected);
        }
    }

    /// Takes the socket out, for a goodbye; nothing is heard from then on.
    fn hang_up(&self) -> Option<Socket> {
        let mut state = self.state();
        state.events = None;
        state.expected = None;
        state.socket.take()
    }
}

/// Says goodbye, which is also what keeps `rust_socketio` from connecting again.
async fn say_goodbye(socket: Socket) {
    // There is nobody to tell if it fails: the other side may be gone already.
    let _ = timeout(GOODBYE, socket.disconnect()).await;
}

/// Registers the callbacks. `rust_socketio` awaits them one by one where it reads, so pushing at once keeps the
/// order.
///
/// It calls nothing back when the transport ends, except what asks where to reconnect. That question is taken for the
/// news, and its answer is an address that cannot be used: a new connection would have a new key and no session.
fn listen(socket: ClientBuilder, line: &Arc<Line>) -> ClientBuilder {
    let [opened, any, error, closed, ended] = [(); 5].map(|()| Arc::clone(line));
    socket
        .reconnect(true)
        .reconnect_on_disconnect(true)
        .max_reconnect_attempts(1)
        .reconnect_delay(END_DELAY, END_DELAY)
        .on(SocketEvent::Connect, move |_, socket| {
            // Opening makes rust_socketio forget a goodbye that was said before.
            let late = opened.has_ended().then_some(socket);
            Box::pin(async move {
                if let Some(socket) = late {
                    say_goodbye(socket).await;
                }
            })
        })
        .on_any(move |event, payload, _| {
            any.push(Event::decode(event.as_str(), first(payload)));
            Box::pin(std::future::ready(()))
        })
        .on(SocketEvent::Error, move |payload, _| {
            hear_error(&error, first(payload));
            Box::pin(std::future::ready(()))
        })
        .on(SocketEvent::Close, move |_, _| {
            closed.end(None);
            Box::pin(std::future::ready(()))
        })
        .on_reconnect(move || {
            ended.end(None);
            let socket = ended.hang_up();
            Box::pin(async move {
                if let Some(socket) = socket {
                    say_goodbye(socket).await;
                }
                let mut nowhere = ReconnectSettings::new();
                nowhere.address("");
                nowhere
            })
        })
}

/// A server's `error` event carries a number; a text is `rust_socketio`'s own complaint, after which it does not go
/// on.
fn hear_error(line: &Line, data: Value) {
    match data {
        Value::String(fault) => line.end(Some(fault)),
        data => line.push(Event::decode(EventError::EVENT, data)),
    }
}

/// The data of an event: the first argument.
fn first(payload: Payload) -> Value {
    match payload {
        Payload::Text(arguments) => arguments.into_iter().next().unwrap_or_default(),
        _ => Value::Null,
    }
}

/// The data of an acknowledgement: `rust_socketio` gives its arguments as one array.
fn only(data: Value) -> Value {
    match data {
        Value::Array(arguments) => arguments.into_iter().next().unwrap_or_default(),
        data => data,
    }
}
