//! What a client is to be told, and has no room for yet.

use std::collections::VecDeque;

use super::NotTaken;
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
