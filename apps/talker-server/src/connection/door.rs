//! The ways out to a client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use socketioxide::extract::SocketRef;
use socketioxide::{SendError, SocketError};
use socketioxide_parser_common::emit_prepared;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::OUTBOX;
use crate::outgoing::Outgoing;
use crate::queues::{NotQueued, Sender};
use crate::room::{Crowded, Share};

/// How frames reach the client.
pub(crate) enum Door {
    /// Through Socket.IO, over WebSocket or polling.
    SocketIo(Emitter),
    /// Through a plain WebSocket, whose own task sends what is put here.
    WebSocket(Sender<Frame>),
}

/// A frame on its way to a plain WebSocket.
pub(crate) struct Frame {
    pub(crate) text: Utf8Bytes,
    /// Given back once the client's end of the connection is asked to take it.
    pub(crate) share: Option<Share>,
}

/// A Socket.IO client, and how many bytes wait in the library's buffer for it.
pub(crate) struct Emitter {
    socket: SocketRef,
    waiting: Arc<AtomicUsize>,
}

/// What waits in the library's buffer.
struct Waiting {
    bytes: usize,
    among: Arc<AtomicUsize>,
    share: Option<Share>,
}

/// Why a frame was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// The client reads too slowly: its buffer is full.
    Full,
    /// It is large, and too much that is large waits for other clients.
    Crowded,
    /// The client is gone.
    Gone,
}

impl Door {
    /// Puts something into the client's buffer, with the room that it takes if it is large.
    pub(super) fn try_send(
        &self,
        outgoing: &Outgoing,
        room: impl FnOnce() -> Result<Option<Share>, Crowded>,
    ) -> Result<(), NotTaken> {
        self.has_room(outgoing.bytes())?;
        let share = room()?;
        share.iter().for_each(Share::offer);
        match self {
            Self::SocketIo(emitter) => emitter.emit(outgoing, share),
            Self::WebSocket(outbox) => {
                let frame = Frame { text: outgoing.frame(), share };
                Ok(outbox.try_send(frame, outgoing.bytes())?)
            }
        }
    }

    /// Whether its buffer has room for so many bytes.
    pub(super) fn has_room(&self, bytes: usize) -> Result<(), NotTaken> {
        match self {
            Self::SocketIo(emitter) => emitter.has_room(bytes),
            Self::WebSocket(outbox) => Ok(outbox.has_room(bytes)?),
        }
    }

    /// Tells a Socket.IO client that it is over, if its buffer has room for that.
    pub(super) fn say_goodbye(&self) {
        if let Self::SocketIo(Emitter { socket, .. }) = self {
            // Where it cannot be told the transport's own time-outs end it.
            let _ = socket.clone().disconnect();
        }
    }
}

impl Emitter {
    pub(crate) fn new(socket: SocketRef) -> Self {
        Self { socket, waiting: Arc::default() }
    }

    fn has_room(&self, bytes: usize) -> Result<(), NotTaken> {
        let has_room = OUTBOX.have_room(self.waiting.load(Ordering::Relaxed), bytes);
        if has_room { Ok(()) } else { Err(NotTaken::Full) }
    }

    fn emit(&self, outgoing: &Outgoing, share: Option<Share>) -> Result<(), NotTaken> {
        let waiting = Waiting::new(outgoing.bytes(), &self.waiting, share);
        match emit_prepared(outgoing.packet(), waiting, || self.socket.emit("", &())) {
            Ok(()) => Ok(()),
            Err(SendError::Socket(SocketError::InternalChannelFull)) => Err(NotTaken::Full),
            Err(_) => Err(NotTaken::Gone),
        }
    }
}

impl Waiting {
    fn new(bytes: usize, among: &Arc<AtomicUsize>, share: Option<Share>) -> Self {
        among.fetch_add(bytes, Ordering::Relaxed);
        Self { bytes, among: among.clone(), share }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.share.iter().for_each(Share::hand_on);
        self.among.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl From<NotQueued> for NotTaken {
    fn from(not_queued: NotQueued) -> Self {
        match not_queued {
            NotQueued::Full => Self::Full,
            NotQueued::Ended => Self::Gone,
        }
    }
}

impl From<Crowded> for NotTaken {
    fn from(_: Crowded) -> Self {
        Self::Crowded
    }
}
