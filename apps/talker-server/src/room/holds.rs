//! Who holds how much room, and who makes room when there is none.

use std::collections::{BTreeMap, BTreeSet};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::Crowded;
use super::hold::{Hold, HoldId, Holder};

/// How long nobody looks again who takes nothing: there may be thousands of them, and thousands who wait.
pub(super) const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// How many echoes and acknowledgements have room, whatever their size.
const FEW: usize = 4;

/// All that is held.
pub(super) struct Holds {
    most: usize,
    bytes: usize,
    all: BTreeMap<HoldId, Hold>,
    next: u64,
    looked_at: Option<Instant>,
    /// Those that owe nothing and keep memory, by when they were last used.
    kept: BTreeSet<(Instant, HoldId)>,
    kept_bytes: usize,
}

/// What whoever sends may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    Goes,
    Waits,
    LetGo,
}

impl Holds {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            bytes: 0,
            all: BTreeMap::new(),
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
        let id = HoldId::new(self.next);
        self.next += 1;
        self.bytes += bytes;
        self.all.insert(id, Hold::new(bytes, holder));
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
                let later = hold.used_at.max(used);
                self.set_used(id, later);
            }
        }
        true
    }

    fn resize(&mut self, id: HoldId, bytes: usize, task: &Waker) -> bool {
        self.grow(id, bytes);
        let Some(hold) = self.all.get_mut(&id).filter(|hold| !hold.is_let_go) else { return false };
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
            hold.offer(now);
        }
    }

    /// It is on its way in, and up to the client.
    pub(super) fn arrives(&mut self, id: HoldId, now: Instant) {
        self.offer(id, now);
        if let Some(hold) = self.all.get_mut(&id) {
            hold.arrives = true;
        }
    }

    /// So much of it is there.
    pub(super) fn grow(&mut self, id: HoldId, bytes: usize) {
        if let Some(hold) = self.all.get_mut(&id).filter(|hold| !hold.is_let_go) {
            self.bytes = self.bytes - hold.bytes + bytes;
            hold.bytes = bytes;
        }
    }

    /// Whether there is room for so many bytes where there is twice as much; or for a few of that size, however little there
    /// is: one sender alone is told of his message on each of his devices, and has it acknowledged.
    pub(super) fn have_room_beyond(&self, bytes: usize) -> Result<(), Crowded> {
        let most = self.most.saturating_mul(2).max(bytes.saturating_mul(FEW));
        if self.bytes.saturating_add(bytes) <= most { Ok(()) } else { Err(Crowded) }
    }

    /// It is whole.
    pub(super) fn arrived(&mut self, id: HoldId) {
        self.withdraw(id);
        if let Some(hold) = self.all.get_mut(&id) {
            hold.arrives = false;
        }
    }

    /// Whether more of what arrives may come. Something always may, at least once those who keep more than there is room for
    /// can be let go: two that wait for each other would wait for ever.
    pub(super) fn admit(&mut self, id: HoldId, reader: &Waker, now: Instant) -> Admission {
        let has_room = self.make_room(0, now).is_ok();
        let mut arriving = self.all.iter().filter(|(_, hold)| hold.arrives && !hold.is_let_go);
        let is_first_admitted = self.kept_bytes <= self.most;
        let goes = has_room || is_first_admitted && arriving.next().is_some_and(|(first, _)| *first == id);
        let Some(hold) = self.all.get_mut(&id).filter(|hold| !hold.is_let_go) else {
            return Admission::LetGo;
        };
        hold.holder.wait(reader);
        if !hold.arrives {
            return Admission::Goes;
        }
        if !goes {
            hold.withdraw();
            return Admission::Waits;
        }
        hold.keep_offering(now);
        Admission::Goes
    }

    fn withdraw(&mut self, id: HoldId) {
        if let Some(hold) = self.all.get_mut(&id) {
            hold.withdraw();
        }
    }

    /// The client has taken or sent so much.
    pub(super) fn take(&mut self, id: HoldId, bytes: usize, now: Instant) {
        if let Some(hold) = self.all.get_mut(&id) {
            hold.take(bytes, now);
        }
    }

    /// Sees to it that there is room for so many bytes, if whoever must makes some.
    pub(super) fn make_room(&mut self, bytes: usize, now: Instant) -> Result<(), Crowded> {
        let may_look = self.looked_at.is_none_or(|last| now.duration_since(last) >= BETWEEN_LOOKS);
        if !self.has_room(bytes) && may_look {
            self.looked_at = Some(now);
            self.let_stalled_go(now);
        }
        self.let_kept_go(bytes, now);
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
    fn let_kept_go(&mut self, bytes: usize, now: Instant) {
        let missing = self.bytes.saturating_add(bytes).saturating_sub(self.most);
        let helps = missing <= self.kept_bytes || self.bytes == self.kept_bytes;
        while helps
            && !self.has_room(bytes)
            && let Some((used_at, id)) = self.kept.first().copied()
            && used_at <= now
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
