//! The sending end of an account's stream: it lets through what is next and remembers when it could not.

use std::future::pending;

use talker_proto::Seq;
use talker_proto::sync::{LoggedEvent, SyncAnswer};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::AccountEvent;
use super::position::{Place, Position};
use crate::{Error, Event};

/// How many events wait at the most until the app takes them.
pub(crate) const CAPACITY: usize = 1024;

/// How many entries of the log are asked for at once.
pub(crate) const PAGE: u16 = 100;

/// Takes what arrives and queues what is to be shown. It never waits: what does not fit is left out, and asked for again
/// when there is room.
pub(crate) struct Feed {
    queue: Sender<AccountEvent>,
    position: Position,
}

impl Feed {
    /// A stream that begins after this entry, and its receiving end.
    pub(crate) fn after(seq: Seq) -> (Self, Receiver<AccountEvent>) {
        let (queue, events) = channel(CAPACITY);
        (Self { queue, position: Position::new(seq) }, events)
    }

    /// The number of the last entry that was queued.
    pub(crate) fn last(&self) -> Seq {
        self.position.last()
    }

    /// Whether something was left out.
    pub(crate) fn is_behind(&self) -> bool {
        self.position.is_behind()
    }

    /// Waits until a page finds room.
    pub(crate) fn room(&self) -> impl Future<Output = ()> + use<> {
        let queue = self.queue.clone();
        async move {
            if queue.reserve_many(PAGE.into()).await.is_err() {
                // Nobody listens any more, and whoever listened last ends this task.
                pending::<()>().await;
            }
        }
    }

    /// Queues what is not logged, if there is room.
    pub(crate) fn notice(&self, event: AccountEvent) {
        let _ = self.queue.try_send(event);
    }

    /// Takes an event of the connection.
    ///
    /// Without its number an event is no entry: a `messeage` then answers a repeat, and its acknowledgement says more.
    ///
    /// # Errors
    /// What it means for the connection, if that is the end of it.
    pub(crate) fn hear(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Logged(entry) => self.log(entry),
            Event::Sync(SyncAnswer::Gap(gap)) if gap.head != self.last() => self.leap(gap.head),
            Event::Typing(typing) => self.notice(AccountEvent::Typing(typing)),
            Event::NotLoggedIn => return Err(Error::NotLoggedIn),
            Event::Disconnected => return Err(Error::Disconnected),
            _ => {}
        }
        Ok(())
    }

    /// Takes the answer to the question what came after `asked`.
    pub(crate) fn fill(&mut self, asked: Seq, answer: SyncAnswer) {
        match answer {
            SyncAnswer::Page(page) => {
                if page.all {
                    self.position.regain_count();
                }
                page.events.into_iter().for_each(|entry| self.log(entry));
            }
            // The event of the same name may have told this before.
            SyncAnswer::Gap(gap) if self.last() == asked => self.leap(gap.head),
            SyncAnswer::Gap(_) => {}
        }
    }

    fn log(&mut self, entry: LoggedEvent) {
        let seq = entry.seq;
        if self.position.place(seq) == Place::Next && self.queue.try_send(AccountEvent::Logged(entry)).is_ok()
        {
            self.position.advance(seq);
        }
    }

    fn leap(&mut self, head: Seq) {
        match self.queue.try_send(AccountEvent::Gap { head }) {
            Ok(()) => self.position.jump(head),
            Err(_) => self.position.lose_count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use talker_proto::messages::{Message, Notified};
    use talker_proto::sync::{Logged, SyncGap, SyncPage};
    use talker_proto::typing::Typing;
    use talker_proto::{Id, True};

    use super::*;

    fn seq(number: u64) -> Seq {
        Seq::new(number).expect("a number in range")
    }

    fn id(number: u64) -> Id {
        Id::new(number).expect("an id in range")
    }

    fn entry(number: u64) -> LoggedEvent {
        LoggedEvent { seq: seq(number), event: Logged::Notified(Notified { messeage_id: id(1) }) }
    }

    fn page(numbers: std::ops::RangeInclusive<u64>, all: bool) -> SyncAnswer {
        let head = seq(*numbers.end());
        SyncAnswer::Page(SyncPage { events: numbers.map(entry).collect(), head, all })
    }

    fn gap(head: u64) -> SyncAnswer {
        SyncAnswer::Gap(SyncGap { gap: True, head: seq(head) })
    }

    /// What is shown, as numbers; a gap as the head's negative.
    fn shown(events: &mut Receiver<AccountEvent>) -> Vec<i64> {
        let mut shown = Vec::new();
        while let Ok(event) = events.try_recv() {
            shown.push(match event {
                AccountEvent::Logged(entry) => entry.seq.get().cast_signed(),
                AccountEvent::Gap { head } => -head.get().cast_signed(),
                other => panic!("{other:?}"),
            });
        }
        shown
    }

    #[test]
    fn what_comes_again_is_shown_once_and_nothing_before_what_precedes_it() {
        for (heard, expected, behind) in [
            (vec![6, 7, 8], vec![6, 7, 8], false),
            (vec![4, 5, 6, 6, 5, 7], vec![6, 7], false),
            (vec![6, 8], vec![6], true),
            (vec![9, 8, 7, 6], vec![6], true),
        ] {
            let (mut feed, mut events) = Feed::after(seq(5));
            for number in &heard {
                feed.hear(Event::Logged(entry(*number))).expect("no end");
            }
            assert_eq!((shown(&mut events), feed.is_behind()), (expected, behind), "{heard:?}");
        }
    }

    #[test]
    fn a_hole_is_filled_from_the_log() {
        let (mut feed, mut events) = Feed::after(seq(5));
        feed.hear(Event::Logged(entry(9))).expect("no end");
        feed.fill(seq(5), page(6..=7, false));
        assert!(feed.is_behind());
        feed.hear(Event::Logged(entry(10))).expect("no end");
        feed.fill(seq(7), page(8..=9, true));
        assert!(feed.is_behind(), "the page is older than what was heard");
        feed.fill(seq(9), page(10..=10, true));
        assert!(!feed.is_behind());
        assert_eq!(shown(&mut events), [6, 7, 8, 9, 10]);
    }

    #[test]
    fn a_gap_is_told_once_however_often_it_is_heard() {
        let by_event = |head| Event::Sync(gap(head));
        let (mut feed, mut events) = Feed::after(seq(5));
        feed.hear(by_event(100)).expect("no end");
        feed.hear(Event::Logged(entry(101))).expect("no end");
        feed.fill(seq(5), gap(100));
        assert_eq!(shown(&mut events), [-100, 101]);

        feed.fill(seq(101), gap(200));
        feed.hear(by_event(200)).expect("no end");
        feed.hear(Event::Logged(entry(201))).expect("no end");
        assert_eq!(shown(&mut events), [-200, 201]);

        feed.hear(by_event(3)).expect("no end");
        feed.hear(Event::Logged(entry(4))).expect("no end");
        assert_eq!(shown(&mut events), [-3, 4], "a log that was set back");
    }

    #[tokio::test]
    async fn what_finds_no_room_is_asked_for_when_there_is() {
        let capacity = u64::try_from(CAPACITY).expect("small");
        let (mut feed, mut events) = Feed::after(seq(0));
        for number in 1..=capacity + 5 {
            feed.hear(Event::Logged(entry(number))).expect("no end");
        }
        assert_eq!((feed.last(), feed.is_behind()), (seq(capacity), true));
        feed.notice(AccountEvent::Disconnected);
        assert_eq!(shown(&mut events).len(), CAPACITY);
        feed.room().await;
        feed.fill(seq(capacity), page(capacity + 1..=capacity + 5, true));
        assert!(!feed.is_behind());
        assert_eq!(shown(&mut events).len(), 5);
    }

    #[test]
    fn a_gap_that_finds_no_room_is_not_forgotten() {
        let (mut feed, mut events) = Feed::after(seq(0));
        for _ in 0..CAPACITY {
            feed.notice(AccountEvent::Logged(entry(1)));
        }
        feed.hear(Event::Sync(gap(90))).expect("no end");
        assert!(feed.is_behind());
        shown(&mut events);
        feed.fill(seq(0), gap(90));
        assert!(!feed.is_behind());
        assert_eq!(shown(&mut events), [-90]);
    }

    #[test]
    fn what_has_no_number_is_not_shown_but_for_typing() {
        let (mut feed, mut events) = Feed::after(seq(5));
        let typing = Typing { typer: id(7), typing: true };
        let repeat = Message {
            id: id(9),
            from_user: id(5),
            to_user: id(7),
            content: "again".into(),
            content_type: talker_proto::messages::ContentType::Text,
            init_date: "2026-01-02 03:04:05".into(),
            readen: None,
            notified: talker_proto::Bit(false),
        };
        for event in [Event::Message(repeat), Event::Error(429), Event::Typing(typing)] {
            feed.hear(event).expect("no end");
        }
        assert_eq!(events.try_recv().expect("an event"), AccountEvent::Typing(typing));
        assert!(events.try_recv().is_err());
    }
}
