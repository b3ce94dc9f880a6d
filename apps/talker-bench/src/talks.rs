//! Pairs of people who write to each other, and an account of all they said.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use hdrhistogram::Histogram;
use talker_proto::messages::{ContentType, SendMessage};
use talker_proto::sync::Sync;
use talker_proto::{Id, Seq};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::accounts::{self, Person};
use crate::arguments::{Habits, Target};
use crate::error::Error;
use crate::ledgers::{Faults, Ledger};
use crate::links::{Heard, Link, Message};
use crate::reports::{microseconds, times};

/// Once nobody writes any more and nothing has come for so long, nothing will.
const SILENCE: Duration = Duration::from_secs(5);

/// How many bytes one person lets wait in his own program: past that he writes no more until the server takes some.
const UNSENT: usize = 1_024 * 1_024;

/// When somebody writes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    /// As many messages are on their way at once.
    Window(u64),
    /// One message in so much time.
    Every(Duration),
}

impl Pace {
    /// When the next message is due, if so many were written since the start and so many of them are stored; `None` while
    /// it waits for one of those.
    pub(crate) fn due(self, start: Instant, written: u32, stored: u32) -> Option<Instant> {
        match self {
            Self::Window(most) => (u64::from(written) < u64::from(stored) + most).then_some(start),
            Self::Every(time) => Some(start + time * written),
        }
    }
}

/// Pairs that are talking. Dropping it ends their connections.
pub(crate) struct Talks {
    people: JoinSet<Result<(), Error>>,
    ledgers: Vec<Rc<RefCell<Ledger>>>,
    shared: Rc<Shared>,
}

/// What all of them know of each other.
struct Shared {
    start: Instant,
    /// Nobody writes any more.
    over: Cell<bool>,
    counts: Cell<Counts>,
    /// How long deliveries took, in microseconds.
    times: RefCell<Histogram<u64>>,
    echoes: RefCell<Histogram<u64>>,
}

/// How often something happened to all of them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) echoed: u64,
    pub(crate) delivered: u64,
    pub(crate) refused: u64,
}

/// One of them.
struct Talker {
    link: Link,
    me: Id,
    peer: Id,
    pace: Pace,
    habits: Habits,
    /// What the messages of this run begin with: what an earlier one left behind is not its own.
    run: u32,
    mine: Rc<RefCell<Ledger>>,
    theirs: Rc<RefCell<Ledger>>,
    shared: Rc<Shared>,
    /// When the next message is due, if somebody writes by the clock.
    due: Instant,
}

impl Talks {
    /// Lets people talk, the first with the second, the third with the fourth and so on.
    pub(crate) async fn start(target: &Target, mut people: Vec<Person>, pace: Pace) -> Result<Self, Error> {
        let start = Instant::now();
        let shared = Rc::new(Shared {
            start,
            over: Cell::default(),
            counts: Cell::default(),
            times: RefCell::new(times()),
            echoes: RefCell::new(times()),
        });
        let (run, habits) = (run_number(), target.habits);
        let mut talks = Self { people: JoinSet::new(), ledgers: Vec::new(), shared };
        // All follow before anybody writes.
        for Person { link, session } in people.iter_mut().filter(|_| habits.follow) {
            follow(link, session.id).await?;
        }
        let mut people = people.into_iter();
        while let (Some(one), Some(other)) = (people.next(), people.next()) {
            let ids = (one.session.id, other.session.id);
            let (mine, theirs) = (Rc::<RefCell<Ledger>>::default(), Rc::<RefCell<Ledger>>::default());
            talks.ledgers.extend([mine.clone(), theirs.clone()]);
            for (person, peer, mine, theirs) in
                [(one, ids.1, mine.clone(), theirs.clone()), (other, ids.0, theirs, mine)]
            {
                let due = start + talks.offset(pace);
                let (me, shared) = (person.session.id, talks.shared.clone());
                let link = person.link;
                let talker = Talker { link, me, peer, pace, habits, run, mine, theirs, shared, due };
                talks.people.spawn_local(talker.run());
            }
        }
        Ok(talks)
    }

    /// What happened since the start.
    pub(crate) fn counts(&self) -> Counts {
        self.shared.counts.get()
    }

    /// How long deliveries and echoes took since the last call.
    pub(crate) fn take_times(&self) -> (Histogram<u64>, Histogram<u64>) {
        (self.shared.times.replace(times()), self.shared.echoes.replace(times()))
    }

    /// Fails if somebody could not go on.
    pub(crate) fn check(&mut self) -> Result<(), Error> {
        match self.people.try_join_next() {
            Some(Ok(Err(error))) => Err(error),
            Some(_) => Err(Error::Ended),
            None => Ok(()),
        }
    }

    /// Nobody writes any more; what is on its way arrives, if it does.
    pub(crate) async fn end(mut self) -> Result<Faults, Error> {
        self.shared.over.set(true);
        let (mut heard, mut last) = (self.counts(), Instant::now());
        while last.elapsed() < SILENCE && !self.ledgers.iter().all(|ledger| ledger.borrow().is_settled()) {
            self.check()?;
            sleep(Duration::from_millis(10)).await;
            if self.counts() != heard {
                (heard, last) = (self.counts(), Instant::now());
            }
        }
        // What comes twice comes late.
        sleep(Duration::from_millis(100)).await;
        let mut faults = Faults::default();
        self.ledgers.iter().for_each(|ledger| faults += ledger.borrow().faults());
        Ok(faults)
    }

    /// Those who write by the clock do not all do so in the same moment.
    fn offset(&self, pace: Pace) -> Duration {
        match pace {
            Pace::Window(_) => Duration::ZERO,
            Pace::Every(time) => time * u32::try_from(self.people.len() % 64).unwrap_or(0) / 64,
        }
    }
}

impl Talker {
    async fn run(mut self) -> Result<(), Error> {
        if let Pace::Window(window) = self.pace {
            for _ in 0..window {
                self.write(Instant::now())?;
            }
        }
        loop {
            while let Some(heard) = self.link.ready()? {
                self.hear(heard)?;
            }
            let due = self.write_what_is_due()?;
            tokio::select! {
                turned = self.link.socket.turn() => turned?,
                () = sleep_until(due.unwrap_or(self.due)), if due.is_some() => {}
            }
        }
    }

    /// Returns when the next message is due.
    fn write_what_is_due(&mut self) -> Result<Option<Instant>, Error> {
        let Pace::Every(time) = self.pace else { return Ok(None) };
        let now = Instant::now();
        while self.due <= now && !self.shared.over.get() && self.link.socket.unsent() < UNSENT {
            self.write(self.due)?;
            self.due += time;
        }
        // Whom the server takes nothing from any more waits until it does.
        Ok(Some(self.due).filter(|due| *due > now))
    }

    /// Writes a message that was due at this moment. It carries its number and that moment.
    fn write(&mut self, due: Instant) -> Result<(), Error> {
        let number = self.mine.borrow_mut().send();
        let moment = due.duration_since(self.shared.start).as_micros();
        let (run, size) = (self.run, usize::from(self.habits.size));
        let content = format!("{:x<size$}", format!("{run:x} {number} {moment} "));
        let nonce = self.habits.nonces.then(|| format!("{run:x}-{number}"));
        let (user_id, to_id, content_type) = (self.me, self.peer, ContentType::Text);
        let message = SendMessage { user_id, to_id, content, content_type, nonce };
        self.link.emit(&message, self.habits.acks.then_some(number))
    }

    fn hear(&mut self, heard: Heard) -> Result<(), Error> {
        match heard {
            Heard::Message(message) if message.from_user == self.me.get() => self.hear_echo(&message),
            Heard::Message(message) => {
                self.hear_message(&message);
                Ok(())
            }
            Heard::Error(429 | 503) => self.hear_refusal(),
            Heard::Error(number) => Err(Error::Unexpected(format!("error {number}"))),
            _ => Ok(()),
        }
    }

    fn hear_echo(&mut self, message: &Message) -> Result<(), Error> {
        let Some((number, moment)) = self.parse(&message.content) else { return Ok(()) };
        self.mine.borrow_mut().echo(number);
        self.shared.count(|counts| counts.echoed += 1);
        self.shared.record(&self.shared.echoes, moment);
        self.go_on()
    }

    fn hear_message(&mut self, message: &Message) {
        // Others may write to them as well.
        if message.from_user == self.peer.get()
            && let Some((number, moment)) = self.parse(&message.content)
        {
            self.theirs.borrow_mut().deliver(number);
            self.shared.count(|counts| counts.delivered += 1);
            self.shared.record(&self.shared.times, moment);
        }
    }

    fn hear_refusal(&mut self) -> Result<(), Error> {
        self.mine.borrow_mut().refuse();
        self.shared.count(|counts| counts.refused += 1);
        self.go_on()
    }

    /// One message has arrived: the next one goes.
    fn go_on(&mut self) -> Result<(), Error> {
        match self.pace {
            Pace::Window(_) if !self.shared.over.get() => self.write(Instant::now()),
            _ => Ok(()),
        }
    }

    /// Number and moment of a message, unless it is of another run.
    fn parse(&self, content: &str) -> Option<(u64, u64)> {
        let mut words = content.split(' ');
        u32::from_str_radix(words.next()?, 16).ok().filter(|run| *run == self.run)?;
        Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
    }
}

impl Shared {
    fn count(&self, how: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.get();
        how(&mut counts);
        self.counts.set(counts);
    }

    fn record(&self, times: &RefCell<Histogram<u64>>, moment: u64) {
        let time = self.start.elapsed().saturating_sub(Duration::from_micros(moment));
        times.borrow_mut().saturating_record(microseconds(time));
    }
}

/// Asks for the log, so that what happens carries its number from now on.
async fn follow(link: &mut Link, me: Id) -> Result<(), Error> {
    let (after, limit) = (Seq::new(0).expect("a place"), Id::new(1));
    link.emit(&Sync { user_id: me, after, limit }, Some(0))?;
    while !matches!(link.next().await?, Heard::Ack(0, _)) {}
    Ok(())
}

/// A number that no other run has: when it began, in milliseconds, as far as it fits.
fn run_number() -> u32 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    u32::try_from(since.as_millis() % u128::from(u32::MAX)).unwrap_or(0)
}

/// Logs people in and lets them talk: those with these numbers, two and two.
pub(crate) async fn start(target: &Target, first: usize, pairs: usize, pace: Pace) -> Result<Talks, Error> {
    let people = accounts::enter(target, first..first + 2 * pairs).await?;
    Talks::start(target, people, pace).await
}
