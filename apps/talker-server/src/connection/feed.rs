//! In which order a connection hears what happens to its user.

use std::collections::BTreeMap;

use talker_domain::messages::mark_notified::Handed;
use talker_domain::sync::Seq;
use talker_domain::{Effect, Event, MessageId};

use super::{Connection, Login};
use crate::outgoing::Outgoing;

/// How many live messages are held back while older ones are still being delivered.
const HELD: usize = 1_024;

/// What comes before what happens now.
#[derive(Default)]
pub(super) enum Feed {
    /// Nothing.
    #[default]
    Live,
    /// The messages that wait; these came meanwhile.
    Waiting(Held),
    /// The log, from where the client left off.
    Following(Cursor),
}

/// Messages that are held back, in the order in which they are to be shown.
pub(super) type Held = BTreeMap<MessageId, (Outgoing, Handed)>;

/// Holds a message back; `false` if there are too many.
fn hold(held: &mut Held, handed: Handed, outgoing: Outgoing) -> bool {
    let fits = held.len() < HELD;
    if fits {
        held.insert(handed.message, (outgoing, handed));
    }
    fits
}

/// How far a client has been sent its user's log. Nothing is held back for it: what it has not been sent is in the log.
pub(super) struct Cursor {
    /// The number of the last entry that it was sent.
    sent: Seq,
    /// The greatest number heard of.
    announced: Seq,
    /// Whether the next entry goes straight to the client. Otherwise it is read from the log.
    live: bool,
}

impl Cursor {
    /// A client that knows the log up to here.
    pub(super) const fn after(seq: Seq) -> Self {
        Self { sent: seq, announced: Seq::START, live: false }
    }

    /// Offers the client an entry as it happens. It is sent if it is the next one and there is room, and left to the log
    /// otherwise. Says whether it was sent.
    pub(super) fn offer(&mut self, seq: Seq, send: impl FnOnce() -> bool) -> bool {
        if seq <= self.sent {
            return false;
        }
        self.announced = self.announced.max(seq);
        self.live = self.live && seq == self.sent.next() && send();
        if self.live {
            self.sent = seq;
        }
        self.live
    }

    /// After which entry to read on in the log; `None` while there is no need to.
    pub(super) fn behind(&self) -> Option<Seq> {
        (!self.live).then_some(self.sent)
    }

    /// The client was sent the log up to here. If that is all there is, it is live from now on, unless more was heard
    /// of meanwhile.
    pub(super) fn caught_up(&mut self, seq: Seq, all: bool) {
        self.sent = seq;
        self.live = all && self.announced <= seq;
    }
}

/// Whether base clients never hear of it.
fn is_for_followers(event: &Event) -> bool {
    matches!(event, Event::Blocked(_) | Event::Unblocked(_))
}

impl Connection {
    /// Tells the client what happened to its user, or leaves it for later where other things go first. `asked` says that
    /// it was this client who asked for it, so that only its log has to tell it. Says whether the client's buffer took it.
    pub(crate) fn hear(&self, effect: &Effect, outgoing: &Outgoing, asked: bool) -> bool {
        let Some(seq) = effect.seq else { return self.send(outgoing) };
        let mut state = self.state();
        if let Feed::Following(cursor) = &mut state.feed {
            return self.offer(cursor, seq, outgoing);
        }
        if !state.numbered && (asked || is_for_followers(&effect.event)) {
            return false;
        }
        let outgoing = if state.numbered { outgoing.numbered(seq) } else { outgoing.clone() };
        let (Feed::Waiting(held), Event::Delivery(message)) = (&mut state.feed, &effect.event) else {
            drop(state);
            return self.send(&outgoing);
        };
        let fits = hold(held, Handed::from(&**message), outgoing);
        drop(state);
        if !fits {
            self.close();
        }
        false
    }

    /// Offers an entry to a client that follows its log, and wakes whoever reads the log for it if it falls behind.
    fn offer(&self, cursor: &mut Cursor, seq: Seq, outgoing: &Outgoing) -> bool {
        let sent = cursor.offer(seq, || self.try_send(&outgoing.numbered(seq)).is_ok());
        if cursor.behind().is_some() {
            self.behind.notify_one();
        }
        sent
    }

    /// Waits until there is more in the log than the client was sent, and says after which entry it goes on; `None` once
    /// this login is over.
    pub(crate) async fn behind(&self, login: Login) -> Option<Seq> {
        while self.is_current(login) {
            if let Feed::Following(cursor) = &self.state().feed
                && let Some(seq) = cursor.behind()
            {
                return Some(seq);
            }
            tokio::select! {
                () = self.behind.notified() => {}
                () = self.closed() => {}
            }
        }
        None
    }

    /// The client was sent its log up to this entry, which is all of it or not.
    pub(crate) fn caught_up(&self, login: Login, seq: Seq, all: bool) {
        let mut state = self.state();
        if state.login == login.0
            && let Feed::Following(cursor) = &mut state.feed
        {
            cursor.caught_up(seq, all);
        }
    }

    /// Takes what was held back up to this message.
    pub(crate) fn take_held(&self, up_to: MessageId) -> Vec<(Outgoing, Handed)> {
        let mut state = self.state();
        let Feed::Waiting(held) = &mut state.feed else { return vec![] };
        let mut taken = std::mem::take(held);
        if let Some(next) = MessageId::new(up_to.get() + 1) {
            *held = taken.split_off(&next);
        }
        taken.into_values().collect()
    }

    /// Sends what was held back, and lets messages go straight to the client from now on. Says what was handed over.
    pub(crate) fn deliver_held(&self, login: Login) -> Vec<Handed> {
        let mut state = self.state();
        if state.login != login.0 {
            return vec![];
        }
        let Feed::Waiting(held) = std::mem::take(&mut state.feed) else { return vec![] };
        let sent = held.into_values().filter(|(outgoing, _)| self.send(outgoing));
        sent.map(|(_, handed)| handed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seq(number: u64) -> Seq {
        Seq::new(number).expect("in range")
    }

    #[test]
    fn what_happens_while_the_log_is_read_is_read_as_well() {
        let mut cursor = Cursor::after(seq(3));
        assert!(!cursor.offer(seq(5), || panic!("it is not live yet")));
        cursor.caught_up(seq(4), true);
        assert_eq!(cursor.behind(), Some(seq(4)), "the fifth was heard of");
        cursor.caught_up(seq(5), true);
        assert_eq!(cursor.behind(), None);
        assert!(!cursor.offer(seq(5), || panic!("it was sent")));
        assert!(cursor.offer(seq(6), || true));
    }

    #[test]
    fn an_entry_out_of_its_turn_or_without_room_is_left_to_the_log() {
        for (number, room) in [(2, true), (1, false)] {
            let mut cursor = Cursor::after(seq(0));
            cursor.caught_up(seq(0), true);
            assert!(!cursor.offer(seq(number), || room));
            assert_eq!(cursor.behind(), Some(seq(0)));
            cursor.caught_up(seq(number), true);
            assert!(cursor.offer(seq(number + 1), || true));
        }
    }

    #[test]
    fn a_page_that_is_not_all_keeps_the_client_behind() {
        let mut cursor = Cursor::after(seq(0));
        cursor.caught_up(seq(500), false);
        assert_eq!(cursor.behind(), Some(seq(500)));
    }
}
