//! Who waits for a commit, and is told what became of it.

use std::sync::Arc;

use talker_proto::acks::Ack;
use talker_proto::errors::Code;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::connection::Connection;
use crate::events::Rejection;
use crate::outgoing::{AckId, Outgoing};
use crate::wire;

/// The senders of a batch in the order of its messages, and the askers in that of its commands.
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) senders: Vec<Sender>,
    pub(super) askers: Vec<Asker>,
}

/// Who sent a message.
pub(super) struct Sender {
    pub(super) origin: Arc<Connection>,
    ack: Option<AckId>,
    refused: bool,
    /// Held until it is known what became of the message.
    _places: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

/// Who gave a command.
pub(super) struct Asker {
    pub(super) origin: Arc<Connection>,
    pub(super) done: Option<oneshot::Sender<Result<(), Code>>>,
}

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.senders.is_empty() && self.askers.is_empty()
    }

    /// The first so many askers and senders.
    pub(super) fn take_first(&mut self, askers: usize, senders: usize) -> Self {
        Self {
            senders: self.senders.drain(..senders).collect(),
            askers: self.askers.drain(..askers).collect(),
        }
    }

    /// Tells everybody that it was not stored, or that nobody knows.
    pub(super) fn refuse(&mut self, code: Code) {
        for sender in &mut self.senders {
            sender.refuse(&code.into());
        }
        for asker in &mut self.askers {
            asker.tell(Err(code));
        }
    }
}

impl Sender {
    pub(super) fn new(
        origin: Arc<Connection>,
        ack: Option<AckId>,
        places: (OwnedSemaphorePermit, OwnedSemaphorePermit),
    ) -> Self {
        Self { origin, ack, refused: false, _places: places }
    }

    /// Acknowledges the message, if that was asked for.
    pub(super) fn acknowledge(&mut self, stored: &talker_domain::messages::Message) {
        if let Some(id) = self.ack.take() {
            self.origin.send(&Outgoing::ack(id, &Ack::done(wire::messages::stored(stored))));
        }
    }

    /// Tells the sender once that his message was not stored.
    pub(super) fn refuse(&mut self, rejection: &Rejection) {
        if std::mem::replace(&mut self.refused, true) {
            return;
        }
        self.origin.say(&rejection.event());
        if let Some(id) = self.ack.take() {
            self.origin.send(&Outgoing::ack(id, &rejection.ack()));
        }
    }
}

impl Asker {
    pub(super) fn tell(&mut self, result: Result<(), Code>) {
        if let Some(done) = self.done.take() {
            // Whoever gave the command may be gone.
            let _ = done.send(result);
        }
    }
}
