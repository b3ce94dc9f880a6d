//! Who holds how much room, and who makes room when there is none.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::{Client, Crowded};

/// How long a client may take nothing of what it is sent while others wait for room.
pub(super) const STALLED: Duration = Duration::from_secs(3);

/// How many bytes a second a client must take while others wait for room. Kestrel has a rate of this kind for whoever takes
/// an answer (`MinResponseDataRate`: 240 bytes a second, after 5 seconds); this one is larger, as it is for those who hold
/// what others need.
pub(super) const LEAST_RATE: usize = 64 * 1_024;

/// From when on it must.
pub(super) const GRACE: Duration = Duration::from_secs(10);

/// How long nobody looks again who takes nothing: there may be thousands of them, and thousands who wait.
pub(super) const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// How long a client may be busy with so many bytes.
pub(super) fn longest(bytes: usize) -> Duration {
    Duration::from_millis((bytes as u64).saturating_mul(1_000) / LEAST_RATE as u64)
}

/// Tells what one client holds from the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HoldId(u64);

/// All that is held.
pub(super) struct Holds {
    most: usize,
    bytes: usize,
    all: HashMap<HoldId, Hold>,
    next: u64,
    looked_at: Option<Instant>,
    /// Those that owe nothing and keep memory, by when they were last used.
    kept: BTreeSet<(Instant, HoldId)>,
    kept_bytes: usize,
}

struct Hold {
    bytes: usize,
    holder: Holder,
    is_let_go: bool,
    offered: Option<Offered>,
    /// When it was last used, if it only keeps memory.
    used_at: Option<Instant>,
}

/// What a client can take.
struct Offered {
    at: Instant,
    /// When it last took something.
    took_at: Instant,
    taken: usize,
}

/// Who learns that it is let go.
pub(super) enum Holder {
    /// A task that writes, or would.
    Task(Waker),
    Client(Arc<Client>),
}

impl Holds {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            bytes: 0,
            all: HashMap::new(),
            next: 0,
            looked_at: None,
            kept: BTreeSet::new(),
            kept_bytes: 0,
        }
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn add(&mut self, bytes: usize, holder: Holder) -> HoldId {
        let id = HoldId(self.next);
        self.next += 1;
        self.bytes += bytes;
        self.all.insert(id, Hold { bytes, holder, is_let_go: false, offered: None, used_at: None });
        id
    }

    pub(super) fn remove(&mut self, id: HoldId) {
        self.set_used(id, None);
        self.bytes -= self.all.remove(&id).map_or(0, |hold| hold.bytes);
    }

    /// So much is left of it, and `writer` waits until the client takes some. Says whether it still is at all.
    pub(super) fn owe(&mut self, id: HoldId, left: usize, writer: &Waker, now: Instant) -> bool {
        if self.set_used(id, None).is_some() {
            self.offer(id, now);
        }
        self.resize(id, left, writer)
    }

    /// The client owes nothing, and so much memory is kept for it. `reader` waits for what it sends. Says whether it still is
    /// at all.
    pub(super) fn keep(&mut self, id: HoldId, bytes: usize, reader: &Waker, now: Instant) -> bool {
        self.set_used(id, None);
        let stays = self.resize(id, bytes, reader);
        if stays {
            self.withdraw(id);
            self.set_used(id, Some(now));
        }
        stays
    }

    /// If it only keeps memory, it was used, or is waited for by this reader. Says whether it still is at all.
    pub(super) fn stays(&mut self, id: HoldId, used: Option<Instant>, reader: Option<&Waker>) -> bool {
        let Some(hold) = self.all.get_mut(&id).filter(|hold| !hold.is_let_go) else { return false };
        if hold.used_at.is_some() {
            if let Some(reader) = reader {
                hold.holder.wait(reader);
            }
            if used.is_some() {
                self.set_used(id, used);
            }
        }
        true
    }

    fn resize(&mut self, id: HoldId, bytes: usize, task: &Waker) -> bool {
        let Some(hold) = self.all.get_mut(&id).filter(|hold| !hold.is_let_go) else { return false };
        self.bytes = self.bytes - hold.bytes + bytes;
        hold.bytes = bytes;
        hold.holder.wait(task);
        true
    }

    /// Puts it among those that only keep memory, or takes it from there. Returns what was before.
    fn set_used(&mut self, id: HoldId, used_at: Option<Instant>) -> Option<Instant> {
        let hold = self.all.get_mut(&id)?;
        let before = std::mem::replace(&mut hold.used_at, used_at);
        if let Some(before) = before {
            self.kept.remove(&(before, id));
            self.kept_bytes -= hold.bytes;
        }
        if let Some(used_at) = used_at {
            self.kept.insert((used_at, id));
            self.kept_bytes += hold.bytes;
        }
        before
    }

    /// From now on it is up to the client.
    pub(super) fn offer(&mut self, id: HoldId, now: Instant) {
        if let Some(hold) = self.all.get_mut(&id) {
            hold.offered = Some(Offered { at: now, took_at: now, taken: 0 });
        }
    }

    fn withdraw(&mut self, id: HoldId) {
        if let Some(hold) = self.all.get_mut(&id) {
            hold.offered = None;
        }
    }

    /// The client has taken so much.
    pub(super) fn take(&mut self, id: HoldId, bytes: usize, now: Instant) {
        let hold = self.all.get_mut(&id).filter(|_| bytes > 0);
        if let Some(offered) = hold.and_then(|hold| hold.offered.as_mut()) {
            offered.took_at = now;
            offered.taken = offered.taken.saturating_add(bytes);
        }
    }

    /// Sees to it that there is room for so many bytes, if whoever must makes some.
    pub(super) fn make_room(&mut self, bytes: usize, now: Instant) -> Result<(), Crowded> {
        let may_look = self.looked_at.is_none_or(|last| now.duration_since(last) >= BETWEEN_LOOKS);
        if !self.has_room(bytes) && may_look {
            self.looked_at = Some(now);
            self.let_stalled_go(now);
        }
        self.let_kept_go(bytes);
        if self.has_room(bytes) { Ok(()) } else { Err(Crowded) }
    }

    fn has_room(&self, bytes: usize) -> bool {
        self.bytes == 0 || self.bytes.saturating_add(bytes) <= self.most
    }

    fn let_stalled_go(&mut self, now: Instant) {
        let stalled = self.all.iter().filter(|(_, hold)| !hold.is_let_go && hold.is_stalled(now));
        let stalled: Vec<HoldId> = stalled.map(|(id, _)| *id).collect();
        for id in stalled {
            self.let_go(id);
        }
    }

    /// Lets go those who only keep memory, whoever was used least recently first, if that makes room for so many bytes.
    fn let_kept_go(&mut self, bytes: usize) {
        let missing = self.bytes.saturating_add(bytes).saturating_sub(self.most);
        let helps = missing <= self.kept_bytes || self.bytes == self.kept_bytes;
        while helps
            && !self.has_room(bytes)
            && let Some((_, id)) = self.kept.first().copied()
        {
            self.let_go(id);
        }
    }

    fn let_go(&mut self, id: HoldId) {
        self.set_used(id, None);
        let Some(hold) = self.all.get_mut(&id) else { return };
        tracing::debug!(hold.bytes, "letting go of a client while others wait for room");
        hold.is_let_go = true;
        hold.holder.let_go();
        if matches!(hold.holder, Holder::Task(_)) {
            // Its stream ends by itself. Of a client the memory is held until its transport lets go of it.
            self.bytes -= std::mem::take(&mut hold.bytes);
        }
    }
}

impl Hold {
    fn is_stalled(&self, now: Instant) -> bool {
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
    fn wait(&mut self, task: &Waker) {
        if let Self::Task(waker) = self {
            waker.clone_from(task);
        }
    }

    fn let_go(&self) {
        match self {
            Self::Task(waker) => waker.wake_by_ref(),
            Self::Client(client) => client.let_go(),
        }
    }
}
