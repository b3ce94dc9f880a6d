//! What one client holds, and whether it has to let it go.

use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::Client;

/// How long a client may take nothing of what it is sent, or send nothing more of what it has begun, while others wait for
/// room.
pub(super) const STALLED: Duration = Duration::from_secs(3);

/// How many bytes a second a client must take or send while others wait for room. Kestrel has a rate of this kind for whoever takes
/// an answer (`MinResponseDataRate`: 240 bytes a second, after 5 seconds); this one is larger, as it is for those who hold
/// what others need.
pub(super) const LEAST_RATE: usize = 64 * 1_024;

/// From when on it must.
pub(super) const GRACE: Duration = Duration::from_secs(10);

/// How long a client may be busy with so many bytes.
pub(super) fn longest(bytes: usize) -> Duration {
    Duration::from_millis((bytes as u64).saturating_mul(1_000) / LEAST_RATE as u64)
}

/// Tells what one client holds from the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HoldId(u64);

/// What one client holds, or sends.
pub(super) struct Hold {
    pub(super) bytes: usize,
    pub(super) holder: Holder,
    pub(super) is_let_go: bool,
    /// Whether it is on its way in.
    pub(super) arrives: bool,
    /// When it was last used, if it only keeps memory.
    pub(super) used_at: Option<Instant>,
    /// What is up to the client.
    offered: Option<Offered>,
}

/// What a client can take, or send.
struct Offered {
    at: Instant,
    /// When it last took or sent something.
    took_at: Instant,
    taken: usize,
}

/// Who learns that it is let go.
pub(super) enum Holder {
    /// A task that writes or reads, or would.
    Task(Waker),
    Client(Arc<Client>),
}

impl HoldId {
    pub(super) fn new(number: u64) -> Self {
        Self(number)
    }
}

impl Hold {
    pub(super) fn new(bytes: usize, holder: Holder) -> Self {
        Self { bytes, holder, is_let_go: false, arrives: false, used_at: None, offered: None }
    }

    /// From now on it is up to the client.
    pub(super) fn offer(&mut self, at: Instant) {
        self.offered = Some(Offered { at, took_at: at, taken: 0 });
    }

    /// It is up to the client, from now on if it was not before.
    pub(super) fn keep_offering(&mut self, now: Instant) {
        if self.offered.is_none() {
            self.offer(now);
        }
    }

    /// It is not up to the client any more.
    pub(super) fn withdraw(&mut self) {
        self.offered = None;
    }

    /// The client has taken or sent so much.
    pub(super) fn take(&mut self, bytes: usize, now: Instant) {
        if let Some(offered) = self.offered.as_mut().filter(|_| bytes > 0) {
            offered.took_at = now;
            offered.taken = offered.taken.saturating_add(bytes);
        }
    }

    /// Whether the client takes or sends too little, while others wait.
    pub(super) fn is_stalled(&self, now: Instant) -> bool {
        let Some(Offered { at, took_at, taken }) = self.offered else { return false };
        let took_at = match &self.holder {
            Holder::Task(_) => took_at,
            Holder::Client(client) => client.took_after(took_at),
        };
        let age = now.duration_since(at);
        // Whoever was given none of it yet may still take what goes before it.
        let is_slow = age > GRACE && taken > 0 && longest(taken) < age;
        now.duration_since(took_at) >= STALLED || is_slow
    }
}

impl Holder {
    /// From now on this task waits.
    pub(super) fn wait(&mut self, task: &Waker) {
        if let Self::Task(waker) = self {
            waker.clone_from(task);
        }
    }

    pub(super) fn let_go(&self) {
        match self {
            Self::Task(waker) => waker.wake_by_ref(),
            Self::Client(client) => client.let_go(),
        }
    }
}
