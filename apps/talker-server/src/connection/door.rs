//! The ways out to a client.

use std::sync::Arc;

use axum::extract::ws::Utf8Bytes;
use socketioxide::extract::AckSender;
use socketioxide::handler::{FromMessageParts as _, Value};
use socketioxide::socket::Socket;
use socketioxide::{SendError, SocketError};

use crate::outgoing::{Kind, Outgoing};
use crate::queues::{NotQueued, Sender};

/// How frames reach the client.
pub(crate) enum Door {
    /// Through Socket.IO, over WebSocket or polling.
    SocketIo(Arc<Socket>),
    /// Through a plain WebSocket, whose own task sends what is put here.
    WebSocket(Sender<Utf8Bytes>),
}

/// Why a frame was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// The client reads too slowly: its buffer is full.
    Full,
    /// The client is gone.
    Gone,
}

impl Door {
    /// Puts something into the client's buffer.
    pub(super) fn try_send(&self, outgoing: &Outgoing) -> Result<(), NotTaken> {
        match self {
            Self::SocketIo(socket) => match emit(socket, outgoing) {
                Ok(()) => Ok(()),
                Err(SendError::Socket(SocketError::InternalChannelFull)) => Err(NotTaken::Full),
                Err(_) => Err(NotTaken::Gone),
            },
            Self::WebSocket(outbox) => {
                let frame = outgoing.frame();
                let bytes = frame.len();
                outbox.try_send(frame, bytes).map_err(|not_queued| match not_queued {
                    NotQueued::Full => NotTaken::Full,
                    NotQueued::Ended => NotTaken::Gone,
                })
            }
        }
    }

    /// Tells a Socket.IO client that it is over, if its buffer has room for that.
    pub(super) fn say_goodbye(&self) {
        if let Self::SocketIo(socket) = self {
            // Where it cannot be told the transport's own time-outs end it.
            let _ = socket.clone().disconnect();
        }
    }
}

fn emit(socket: &Arc<Socket>, outgoing: &Outgoing) -> Result<(), SendError> {
    match outgoing.kind() {
        Kind::Event(event) => socket.emit(event, outgoing.data()),
        Kind::Ack(id) => ack_sender(socket, id).send(outgoing.data()),
    }
}

/// What acknowledges the event with this number. The library makes one only from the parts of a packet.
fn ack_sender(socket: &Arc<Socket>, id: u64) -> AckSender {
    let mut no_data = Value::Str("[]".into(), None);
    let Ok(sender) = AckSender::from_message_parts(socket, &mut no_data, &i64::try_from(id).ok());
    sender
}
