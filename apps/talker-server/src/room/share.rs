//! Room that is taken.

use std::sync::Arc;

use tokio::time::Instant;

use super::hold::{self, HoldId};
use super::{Client, Room};

/// Room for something large, until it is written. There is room again once this is dropped.
pub(crate) struct Share {
    pub(super) room: Arc<Room>,
    pub(super) client: Arc<Client>,
    pub(super) id: HoldId,
    pub(super) bytes: usize,
}

impl Share {
    /// Whether it is room for so many bytes.
    pub(crate) fn is_enough(&self, bytes: usize) -> bool {
        self.bytes >= bytes
    }

    /// From now on it is up to the client.
    pub(crate) fn offer(&self) {
        self.room.holds().offer(self.id, Instant::now());
    }

    /// The client has taken so much of it.
    pub(crate) fn take(&self, bytes: usize) {
        let now = Instant::now();
        self.client.takes(now);
        self.room.holds().take(self.id, bytes, now);
    }

    /// The client's transport begins to write it, and is busy with that for some time.
    pub(crate) fn hand_on(&self) {
        self.client.takes(Instant::now() + hold::longest(self.bytes));
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.room.settle(self.id);
    }
}
