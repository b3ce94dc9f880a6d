//! What a client is to be told, and has no room for yet.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Connection, NotTaken};
use crate::outgoing::Outgoing;
use crate::queues::Limits;
use crate::room::Share;

/// How much is kept for a client that has no room for it.
pub(super) const KEPT: Limits = Limits { items: 1_024, bytes: 64 * 1_024 * 1_024 };

/// Events that the client had no room for, in their order. While there are any, nothing else is sent.
#[derive(Default)]
pub(super) struct Late {
    pub(super) events: VecDeque<Event>,
    bytes: usize,
}

/// An event, in room that was taken for it among those of all clients.
pub(super) struct Event {
    pub(super) outgoing: Outgoing,
    pub(super) room: Option<Share>,
}

impl Late {
    pub(super) fn keep(&mut self, event: Event) {
        self.bytes += event.outgoing.bytes();
        self.events.push_back(event);
    }

    /// Whether others may be sent now.
    pub(super) fn lets_pass(&self) -> Result<(), NotTaken> {
        if self.events.is_empty() { Ok(()) } else { Err(NotTaken::Full) }
    }

    pub(super) fn forget_first(&mut self) {
        self.bytes -= self.events.pop_front().map_or(0, |event| event.outgoing.bytes());
    }

    pub(super) fn has_room(&self, event: &Outgoing) -> bool {
        self.events.len() < KEPT.items && KEPT.have_room(self.bytes, event.bytes())
    }
}

impl Connection {
    /// Sends what is kept, as the client makes room. Once the connection is closed nothing is kept: others want the room.
    pub(super) async fn send_late(self: Arc<Self>) {
        while self.patiently(|| self.send_next()).await.is_ok() {
            if self.late().events.is_empty() {
                return;
            }
        }
        *self.late() = Late::default();
    }

    /// Sends the first of what is kept, if anything is.
    fn send_next(&self) -> Result<(), NotTaken> {
        let mut late = self.late();
        let Some(Event { outgoing, room }) = late.events.front_mut() else { return Ok(()) };
        self.send_to_door(outgoing, room)?;
        late.forget_first();
        Ok(())
    }
}
