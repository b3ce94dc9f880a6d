//! In which order a connection hears what happens to its user.

use std::sync::Arc;

use talker_domain::messages::mark_notified::Handed;
use talker_domain::sync::Seq;
use talker_domain::{Effect, Event, MessageId, UserId};

use super::cursor::Cursor;
use super::held::{Held, Messages, Missing};
use super::{Connection, Login, NotTaken};
use crate::outgoing::Outgoing;
use crate::room::Share;

/// What comes before what happens now.
pub(super) enum Feed {
    /// Nothing. The last message that the client was sent, if it was sent any.
    Live(Option<MessageId>),
    /// The messages that wait; others came meanwhile.
    Waiting(Held),
    /// The log, from where the client left off.
    Following(Cursor),
}

impl Default for Feed {
    fn default() -> Self {
        Self::Live(None)
    }
}

/// Whether base clients never hear of it.
fn is_for_followers(event: &Event) -> bool {
    matches!(event, Event::Blocked(_) | Event::Unblocked(_))
}

impl Connection {
    /// Tells the client what happened to its user, or leaves it for later where other things go first. `asked` says that
    /// it was this client who asked for it, so that only its log has to tell it. Says whether the client's buffer took it.
    pub(crate) fn hear(self: &Arc<Self>, effect: &Effect, outgoing: &Outgoing, asked: bool) -> bool {
        let state = &mut *self.state();
        match (effect.seq, &mut state.feed) {
            (Some(seq), Feed::Following(cursor)) => return self.offer(cursor, seq, outgoing),
            (Some(_), _) if asked || is_for_followers(&effect.event) => return false,
            _ => {}
        }
        if let Event::Delivery(message) = &effect.event {
            return !state.ahead.has(message.id)
                && self.deliver(&mut state.feed, Handed::from(&**message), outgoing);
        }
        self.send(outgoing);
        false
    }

    /// Sends a message, or holds it back until those before it are sent. A client without room for it falls behind: it is
    /// sent the rest as if it had just come back.
    fn deliver(&self, feed: &mut Feed, handed: Handed, outgoing: &Outgoing) -> bool {
        if let Feed::Live(last) = feed {
            match self.try_send(outgoing) {
                Ok(()) => *last = Some(handed.message),
                Err(NotTaken::Gone) => return false,
                Err(NotTaken::Full | NotTaken::Crowded) => {
                    let mut held = Held::after(*last);
                    held.wants(outgoing.bytes());
                    *feed = Feed::Waiting(held);
                }
            }
        }
        let Feed::Waiting(held) = feed else { return true };
        if held.hold(handed, outgoing.clone()).is_err() {
            self.close_slow();
        }
        self.behind.notify_one();
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

    /// From now on the client follows its log, which it knows up to here or will ask for; the login, if this is news. What
    /// waits for its user does not come by itself any more: the log holds it.
    pub(crate) fn follow(&self, user: UserId, head: Seq) -> Option<Login> {
        let mut state = self.state();
        let is_news = state.user == Some(user) && !matches!(state.feed, Feed::Following(_));
        is_news.then(|| {
            state.feed = Feed::Following(Cursor::after(head));
            Login(state.login)
        })
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
        self.pass_on()
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

    /// Waits until there is more for the client than it was sent, and says what; `None` once this login is over, or the
    /// client follows its log.
    pub(crate) async fn missing(&self, login: Login) -> Option<Missing> {
        while self.is_current(login) {
            match &mut self.state().feed {
                Feed::Waiting(held) => return Some(held.missing()),
                // It never waits again under this login.
                Feed::Following(_) => break,
                Feed::Live(_) => {}
            }
            tokio::select! {
                () = self.behind.notified() => {}
                () = self.closed() => {}
            }
        }
        self.pass_on()
    }

    /// Whoever no longer reads the store for this connection may have been woken in place of the one who does.
    fn pass_on<T>(&self) -> Option<T> {
        self.behind.notify_one();
        None
    }

    /// The first message that the client missed and that is not on this page.
    pub(crate) fn gap(&self, page: &[MessageId]) -> Option<MessageId> {
        let Feed::Waiting(held) = &self.state().feed else { return None };
        held.gap(page)
    }

    /// Takes what was held back up to this message, or all of it.
    pub(crate) fn take_held(&self, login: Login, up_to: Option<MessageId>) -> Messages {
        let mut state = self.state();
        if state.login != login.0 {
            return Messages::new();
        }
        let Feed::Waiting(held) = &mut state.feed else { return Messages::new() };
        held.take(up_to)
    }

    /// Sends a message that waits, and waits itself for room unless it is large; not if the login is over, or the client
    /// follows its log now.
    pub(crate) async fn send_waiting(
        &self,
        login: Login,
        outgoing: &Outgoing,
        room: &mut Option<Share>,
    ) -> Result<(), NotTaken> {
        self.patiently_unless_large(outgoing.bytes(), || {
            let state = self.state();
            match state.feed {
                Feed::Waiting(_) if state.login == login.0 => {
                    self.try_send_after(&self.late(), outgoing, room)
                }
                _ => Err(NotTaken::Gone),
            }
        })
        .await
    }

    /// The client was not sent these, and others of its user's may be: they are to be read from the store, once there is
    /// room for so many bytes, which the first of them has.
    pub(crate) fn miss(&self, login: Login, messages: impl Iterator<Item = MessageId>, bytes: usize) {
        let state = &mut *self.state();
        if state.login == login.0
            && let Feed::Waiting(held) = &mut state.feed
        {
            for message in messages {
                held.miss(message);
                // It may have been read before it is told as news.
                state.ahead.note(message);
            }
            held.wants(bytes);
        }
    }

    /// The client was sent these of what waits, which are the last of it or not. If they are, messages go straight to the
    /// client from now on, unless more came meanwhile.
    pub(crate) fn delivered(&self, login: Login, sent: &[Handed], all: bool) {
        let state = &mut *self.state();
        let Feed::Waiting(held) = &mut state.feed else { return };
        if state.login != login.0 {
            return;
        }
        held.after = held.after.max(sent.last().map(|handed| handed.message));
        for Handed { message, .. } in sent {
            if !held.remove(*message) {
                state.ahead.note(*message);
            }
        }
        if all && held.is_empty() {
            state.feed = Feed::Live(held.after);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::poll;
    use talker_domain::Timestamp;
    use talker_domain::messages::{Content, Message, Text};

    use super::super::tests::connection;
    use super::*;
    use crate::emit;

    fn seq(number: u64) -> Seq {
        Seq::new(number).expect("in range")
    }

    #[tokio::test]
    async fn who_reads_for_a_connection_no_longer_wakes_who_does() {
        let (connection, _frames) = connection(1);
        let user = UserId::new(1).expect("positive");
        let login = connection.log_in(user, None);
        connection.delivered(login, &[], true);
        let mut former = Box::pin(connection.missing(login));
        assert!(poll!(&mut former).is_pending(), "it has everything");
        let login = connection.follow(user, seq(0)).expect("news");
        connection.caught_up(login, seq(0), true);
        let mut follower = Box::pin(connection.behind(login));
        assert!(poll!(&mut follower).is_pending(), "it has everything");
        for number in 1..=2 {
            let event = Event::Blocked(user);
            let effect = Effect { seq: Some(seq(number)), ..Effect::everywhere(user, event) };
            connection.hear(&effect, &emit::outgoing(&effect.event), false);
        }
        assert_eq!((former.await, follower.await), (None, Some(seq(1))));
    }

    #[tokio::test]
    async fn what_was_read_and_missed_before_it_is_told_comes_once() {
        let (connection, mut frames) = connection(8);
        let (from, to) = (UserId::new(1).expect("positive"), UserId::new(2).expect("positive"));
        let message = Message {
            id: MessageId::new(7).expect("positive"),
            from,
            to,
            content: Content::Text(Text::new("hello").expect("a text")),
            sent_at: Timestamp(1),
            read_at: None,
            notified: false,
            hidden: false,
            receipt_hidden: false,
        };
        let (handed, effect) =
            (Handed::from(&message), Effect::everywhere(to, Event::Delivery(message.into())));
        let outgoing = emit::outgoing(&effect.event);
        let login = connection.log_in(to, None);
        connection.miss(login, std::iter::once(handed.message), outgoing.bytes());
        let missing = connection.missing(login).await.expect("it misses something");
        assert_eq!((missing.missed, missing.bytes), (vec![handed.message], outgoing.bytes()));
        assert_eq!(connection.send_waiting(login, &outgoing, &mut None).await, Ok(()));
        connection.delivered(login, &[handed], false);
        connection.delivered(login, &[], true);
        assert!(!connection.hear(&effect, &outgoing, false), "it was sent before it was told");
        assert!(frames.try_recv().is_some() && frames.try_recv().is_none());
    }
}
