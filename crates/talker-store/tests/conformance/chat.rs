//! A chat on one database: the domain's commands, as short as the cases want them.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use talker_domain::blocks::{block, unblock};
use talker_domain::contacts::Contact;
use talker_domain::messages::history::{self, Page};
use talker_domain::messages::mark_notified::{self, Handed};
use talker_domain::messages::{
    CONTENT_PER_ANSWER, Content, Media, MediaKind, Message, Text, mark_read, send,
};
use talker_domain::users::{Email, PasswordHash, Username, confirm, register};
use talker_domain::{Digest, Event, Failure, IdMinter, MessageId, SessionId, Timestamp, Token, UserId};
use talker_store::{Location, Store, StoreError, Transaction, WriteError};

/// When everything happens that has no other time.
/// A session whose number does not matter.
pub(crate) const SESSION: SessionId = SessionId::new(7).expect("positive");

pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000_000);

const CONNECTIONS: u32 = 4;

/// A store, and one minter for all that is new.
#[derive(Clone)]
pub(crate) struct Chat {
    pub(crate) store: Store,
    pub(crate) location: Location,
    ids: Arc<Mutex<IdMinter>>,
}

impl Chat {
    pub(crate) async fn open(location: &Location) -> Self {
        let store = Store::open(location, CONNECTIONS).await.expect("a database that opens");
        Self { store, location: location.clone(), ids: Arc::new(Mutex::new(IdMinter::new(0))) }
    }

    /// Another node on the same store: it mints ids of its own, and its clock is ahead by as many seconds.
    pub(crate) fn node(&self, number: u8) -> Self {
        let mut ids = IdMinter::new(number);
        ids.user(NOW.plus(i64::from(number) * 1_000));
        Self { ids: Arc::new(Mutex::new(ids)), ..self.clone() }
    }

    /// Runs a command. The minter is its own meanwhile, so commands run one after the other.
    pub(crate) async fn write<R, E>(
        &self,
        mut command: impl FnMut(&mut dyn Transaction, &mut IdMinter) -> Result<R, E> + Send + 'static,
    ) -> Result<R, E>
    where
        R: Send + 'static,
        E: WriteError,
    {
        let ids = self.ids.clone();
        let command = move |tx: &mut dyn Transaction| command(tx, &mut ids.lock().expect("the minter"));
        self.store.write(command).await
    }

    /// Runs a query that cannot be refused.
    pub(crate) async fn ask<R: Send + 'static>(
        &self,
        query: impl FnOnce(&mut dyn Transaction) -> Result<R, StoreError> + Send + 'static,
    ) -> R {
        self.store.read(query).await.expect("an answer")
    }

    /// A new user with this name, whose email is the name at example.org.
    pub(crate) async fn user(&self, name: &str) -> UserId {
        let ask = registration(name, &format!("{name}@example.org"));
        let opened = self.write(move |tx, ids| {
            let waiting = register::run(tx, &ask, NOW, ids.registration(NOW)).map_err(in_words)?.registration;
            let link = confirm::Ask { registration: waiting.id, token: waiting.token };
            confirm::run(tx, link, NOW, ids.user(NOW)).map_err(in_words)
        });
        opened.await.expect("a name that is free").user
    }

    pub(crate) async fn users<const N: usize>(&self, names: [&str; N]) -> [UserId; N] {
        let mut users = Vec::with_capacity(N);
        for name in names {
            users.push(self.user(name).await);
        }
        users.try_into().expect("as many users as names")
    }

    pub(crate) async fn send_all(&self, asks: Vec<send::Ask>) -> Vec<send::Outcome> {
        self.write(move |tx, ids| send::run(tx, &asks, NOW, ids)).await.expect("a batch that is stored")
    }

    pub(crate) async fn send(&self, from: UserId, to: UserId, content: Content) -> Arc<Message> {
        let mut sent =
            self.send_all(vec![send::Ask { from, to, content, nonce: None, max_unanswered: None }]).await;
        sent.remove(0).expect("a recipient who exists").message
    }

    pub(crate) async fn say(&self, from: UserId, to: UserId, words: &str) -> MessageId {
        self.send(from, to, text(words)).await.id
    }

    pub(crate) async fn block(&self, by: UserId, blocked: UserId) {
        let ask = block::Ask { by, blocked };
        self.write(move |tx, _| block::run(tx, ask, NOW)).await.expect("a block that is granted");
    }

    pub(crate) async fn unblock(&self, by: UserId, blocked: UserId) {
        let ask = block::Ask { by, blocked };
        self.write(move |tx, _| unblock::run(tx, ask, NOW)).await.expect("a block that may end");
    }

    pub(crate) async fn blocked_by(&self, by: UserId) -> Vec<String> {
        let users = self.ask(move |tx| tx.blocked_users(by)).await;
        users.iter().map(|user| user.username.as_str().to_owned()).collect()
    }

    pub(crate) async fn history(&self, viewer: UserId, peer: UserId, from: Option<MessageId>) -> Page {
        self.ask(move |tx| tx.history(history::Ask { viewer, peer, from })).await
    }

    /// What the viewer sees of a short conversation, oldest first.
    pub(crate) async fn seen(&self, viewer: UserId, peer: UserId) -> Vec<String> {
        let page = self.history(viewer, peer, None).await;
        assert!(page.all, "this conversation has more than one page");
        page.messages.iter().rev().map(words).collect()
    }

    pub(crate) async fn contacts(&self, owner: UserId) -> Vec<Contact> {
        self.ask(move |tx| tx.contacts(owner, CONTENT_PER_ANSWER)).await
    }

    pub(crate) async fn unread(&self, owner: UserId, peer: UserId) -> u64 {
        let contacts = self.contacts(owner).await;
        contacts.iter().find(|contact| contact.peer.id == peer).expect("a contact").unread
    }

    pub(crate) async fn waiting(&self, user: UserId) -> Vec<Message> {
        self.ask(move |tx| tx.waiting(user, None)).await
    }

    pub(crate) async fn read(
        &self,
        reader: UserId,
        message: MessageId,
        at: Timestamp,
    ) -> Result<mark_read::Decision, Failure<mark_read::UnknownMessage, StoreError>> {
        let ask = mark_read::Ask { reader, message };
        self.write(move |tx, _| mark_read::run(tx, ask, at)).await
    }

    /// Hands messages over, and says which of them that is told of.
    pub(crate) async fn hand_over(&self, handed: Vec<Handed>) -> Vec<MessageId> {
        let told = self.write(move |tx, _| mark_notified::run(tx, &handed, NOW));
        let told = told.await.expect("messages that are marked");
        let message = |event| match event {
            Event::Notified(message) => message,
            other => panic!("not of a message that was handed over: {other:?}"),
        };
        told.into_iter().map(|effect| message(effect.event)).collect()
    }
}

pub(crate) fn registration(username: &str, email: &str) -> register::Ask {
    register::Ask {
        username: Username::new(username).expect("a username"),
        email: Email::new(email).expect("an email"),
        password: PasswordHash(format!("hash of {username}")),
        token: Token(format!("token of {username}")),
        token_digest: digest(1),
    }
}

pub(crate) fn digest(byte: u8) -> Digest {
    Digest([byte; 32])
}

pub(crate) fn text(words: &str) -> Content {
    Content::Text(Text::new(words).expect("a text"))
}

pub(crate) fn file(bytes: Vec<u8>) -> Content {
    let size = bytes.len();
    Content::Media(Media::new(MediaKind::File, "application/pdf", bytes, size).expect("a file"))
}

pub(crate) fn ask(from: UserId, to: UserId, words: &str) -> send::Ask {
    send::Ask { from, to, content: text(words), nonce: None, max_unanswered: None }
}

/// What a text says; of anything else its media type and size.
pub(crate) fn words(message: &Message) -> String {
    match &message.content {
        Content::Text(text) => text.as_str().to_owned(),
        Content::Media(media) => format!("{} of {} bytes", media.media_type, media.bytes.len()),
    }
}

/// The refusal with which a command must have ended.
pub(crate) fn refusal<T: Debug, R: Debug>(result: Result<T, Failure<R, StoreError>>) -> R {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn in_words<R: ToString>(failure: Failure<R, StoreError>) -> Failure<String, StoreError> {
    failure.map_refusal(|refusal| refusal.to_string())
}
