//! What a client is to be told, and has no room for yet.

use std::collections::VecDeque;

use super::NotTaken;
use crate::outgoing::Outgoing;
use crate::queues::Limits;

/// How much is kept for a client that has no room for it.
pub(super) const KEPT: Limits = Limits { items: 1_024, bytes: 64 * 1_024 * 1_024 };

/// Events for which there was no room, in their order. While there are any, nothing else is sent.
#[derive(Default)]
pub(super) struct Late {
    pub(super) events: VecDeque<Outgoing>,
    bytes: usize,
    /// What the first of them waits for.
    pub(super) cause: Option<NotTaken>,
}

impl Late {
    pub(super) fn keep(&mut self, event: Outgoing, cause: NotTaken) {
        self.bytes += event.bytes();
        self.events.push_back(event);
        self.cause.get_or_insert(cause);
    }

    /// Whether others may be sent now.
    pub(super) fn lets_pass(&self) -> Result<(), NotTaken> {
        if self.events.is_empty() { Ok(()) } else { Err(self.cause.unwrap_or(NotTaken::Full)) }
    }

    pub(super) fn forget_first(&mut self) {
        self.bytes -= self.events.pop_front().map_or(0, |event| event.bytes());
    }

    pub(super) fn has_room(&self, event: &Outgoing) -> bool {
        self.events.len() < KEPT.items && KEPT.have_room(self.bytes, event.bytes())
    }
}
