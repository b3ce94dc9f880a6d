//! The store, and what the numbers of a history stand for in it.

use std::sync::{Arc, Mutex};

use talker_domain::messages::{Content, Media, MediaKind, Message, Text};
use talker_domain::{Audience, Digest, Effect, Event, IdMinter, MessageId, Timestamp, UserId};
use talker_store::{Location, Store, StoreError, Transaction, WriteError};

use crate::draw::everything_said;
use crate::interrupted::{Interrupted, crash};
use crate::steps::{Fate, NOBODY, Said};
use crate::world::{Heard, Row, What, Who};

/// When the first history begins.
const BEGINNING: i64 = 1_800_000_000_000;

/// Each history has an hour of its own, so that its nodes mint no id that those of another one do. There are not enough for
/// a million before ids end: the next half has the same hours, and other nodes.
const HOUR: i64 = 3_600_000;
const HOURS: u64 = 500_000;

/// The clocks of the two nodes are so far apart.
const SKEW: i64 = 5_000;

pub(crate) struct Stage {
    pub(crate) store: Store,
    pub(crate) location: Location,
    pub(crate) seed: u64,
    /// Two of these are the nodes of each player's sessions.
    player: u8,
    begin: i64,
    minters: [Arc<Mutex<IdMinter>>; 2],
    pub(crate) users: Vec<UserId>,
    pub(crate) messages: Vec<MessageId>,
}

impl Stage {
    pub(crate) fn new(seed: u64, player: u8, store: Store, location: Location) -> Self {
        let begin = BEGINNING + i64::try_from(seed % HOURS).expect("few hours") * HOUR;
        let first_node = 2 * u8::try_from(seed / HOURS).expect("few halves of a million");
        let minters = [0, 1].map(|node| {
            let mut ids = IdMinter::new(first_node + node);
            ids.message(Timestamp(begin + i64::from(node) * SKEW), None);
            Arc::new(Mutex::new(ids))
        });
        Self { store, location, seed, player, begin, minters, users: vec![], messages: vec![] }
    }

    /// Runs a command that meets its fate; `None` if that is a crash.
    pub(crate) async fn command<R, E>(
        &self,
        fate: Fate,
        mut command: impl FnMut(&mut Interrupted<'_>) -> Result<R, E> + Send + 'static,
    ) -> Option<Result<R, E>>
    where
        R: Send + 'static,
        E: WriteError,
    {
        let mut fates = std::iter::once(fate);
        let crashes = matches!(fate, Fate::Crashes { .. });
        let answer = self.write(move |tx| {
            let mut tx = Interrupted::new(tx, fates.next().unwrap_or(Fate::Commits));
            let answer = command(&mut tx)?;
            if crashes { Err(crash().into()) } else { Ok(answer) }
        });
        let answer = answer.await;
        assert!(!crashes || answer.is_err());
        (!crashes).then_some(answer)
    }

    pub(crate) async fn write<R, E>(
        &self,
        command: impl FnMut(&mut dyn Transaction) -> Result<R, E> + Send + 'static,
    ) -> Result<R, E>
    where
        R: Send + 'static,
        E: WriteError,
    {
        self.store.write(command).await
    }

    pub(crate) async fn read<R: Send + 'static>(
        &self,
        query: impl FnOnce(&mut dyn Transaction) -> Result<R, StoreError> + Send + 'static,
    ) -> R {
        self.store.read(query).await.expect("an answer")
    }

    pub(crate) async fn reopen(&mut self) {
        self.store = Store::open(&self.location, 1).await.expect("a database that opens again");
    }

    pub(crate) fn minter(&self, node: usize) -> Arc<Mutex<IdMinter>> {
        self.minters[node].clone()
    }

    pub(crate) fn at(&self, now: i64) -> Timestamp {
        Timestamp(self.begin + now)
    }

    fn time(&self, at: Timestamp) -> i64 {
        at.0 - self.begin
    }

    pub(crate) fn session_node(&self, node: usize) -> u8 {
        2 * self.player + u8::try_from(node).expect("one of two nodes")
    }

    /// The key of a connection.
    pub(crate) fn key(&self, connection: usize) -> Digest {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_be_bytes());
        key[8] = u8::try_from(connection).expect("few connections");
        Digest(key)
    }

    pub(crate) fn user(&self, person: usize) -> UserId {
        if person == NOBODY { UserId::new(1).expect("an id") } else { self.users[person] }
    }

    pub(crate) fn person(&self, user: UserId) -> usize {
        self.users.iter().position(|known| *known == user).expect("a user of this history")
    }

    pub(crate) fn number(&self, message: MessageId) -> usize {
        self.messages.iter().position(|known| *known == message).expect("a message of this history")
    }

    pub(crate) fn heard(&self, effect: &Effect) -> Heard {
        let who = match effect.audience {
            Audience::Everywhere(user) => Who::All(self.person(user)),
            Audience::Elsewhere(user) => Who::AllOthers(self.person(user)),
            Audience::Here(user) => Who::Asker(self.person(user)),
        };
        Heard { who, what: self.what(&effect.event), number: effect.seq.map(talker_domain::sync::Seq::get) }
    }

    pub(crate) fn what(&self, event: &Event) -> What {
        match event {
            Event::Echo(message) => What::Sent(self.number(message.id)),
            Event::Delivery(message) => What::Received(self.number(message.id)),
            Event::Notified(message) => What::Notified(self.number(*message)),
            Event::Read { message, at } => What::Read(self.number(*message), self.time(*at)),
            Event::Blocked(user) => What::Blocked(self.person(*user)),
            Event::Unblocked(user) => What::Unblocked(self.person(*user)),
            Event::Typing { .. } => panic!("nobody is told of typing by a command"),
        }
    }

    pub(crate) fn row(&self, viewer: usize, message: &Message) -> Row {
        Row {
            message: self.number(message.id),
            from: self.person(message.from),
            to: self.person(message.to),
            said: said(&message.content),
            sent_at: self.time(message.sent_at),
            read_at: message.read_at_for(self.user(viewer)).map(|at| self.time(at)),
            notified: message.notified,
        }
    }
}

pub(crate) fn content(said: Said) -> Content {
    match said {
        Said::Words(words) => Content::Text(Text::new(words).expect("a text")),
        Said::File(bytes) => {
            Content::Media(Media::new(MediaKind::File, "", bytes.to_vec(), bytes.len()).expect("a file"))
        }
    }
}

fn said(found: &Content) -> Said {
    everything_said().find(|said| content(*said) == *found).expect("something that may be said")
}
