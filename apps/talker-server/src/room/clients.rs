//! A client, as far as it takes what is large.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// One connection's client.
#[derive(Default)]
pub(crate) struct Client {
    closed: CancellationToken,
    is_let_go: AtomicBool,
    /// When it took something, or until when it may be busy with what it was given.
    takes: Mutex<Option<Instant>>,
}

impl Client {
    /// Its connection ends once `closed` is cancelled.
    pub(crate) fn new(closed: CancellationToken) -> Self {
        Self { closed, ..Self::default() }
    }

    /// When it took something last, if that was after this.
    pub(super) fn took_after(&self, begun: Instant) -> Instant {
        self.takes.lock().unwrap_or_else(PoisonError::into_inner).map_or(begun, |took| took.max(begun))
    }

    /// It takes something now, or may be busy until then with what it was given.
    pub(super) fn takes(&self, until: Instant) {
        let mut takes = self.takes.lock().unwrap_or_else(PoisonError::into_inner);
        *takes = Some(takes.map_or(until, |before| before.max(until)));
    }

    /// Whether others needed the room that it held.
    pub(crate) fn is_let_go(&self) -> bool {
        self.is_let_go.load(Ordering::Relaxed)
    }

    pub(super) fn let_go(&self) {
        self.is_let_go.store(true, Ordering::Relaxed);
        self.closed.cancel();
    }
}
