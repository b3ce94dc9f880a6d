//! Another service embeds the rules of Talker: its own store, its own clock, and its own way of telling people.
//!
//! `cargo run -p talker-domain --example embed` tells a short story and checks it along the way.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use talker_domain::blocks::{Refusal, block};
use talker_domain::messages::{Content, Message, Text, history, mark_notified, mark_read, send, waiting};
use talker_domain::messages::{history::Port as _, waiting::Port as _};
use talker_domain::users::{Email, PasswordHash, Username, confirm, register};
use talker_domain::{Audience, Digest, Effect, Event, Failure, IdMinter, MessageId, Token};
use talker_domain::{RegistrationId, Storage, Timestamp, UserId};

fn main() -> Result<(), Box<dyn Error>> {
    let mut service = Service::new();
    let anna = service.open_account("anna", Digest([1; 32]))?;
    let benno = service.open_account("benno", Digest([2; 32]))?;

    // Benno is there: he takes the message, and Anna hears that he did.
    service.online = BTreeSet::from([anna, benno]);
    let hello = service.send(anna, benno, "Hello Benno!")?;
    assert!(service.memory.waiting(benno, None)?.is_empty());

    // Benno is away: the message waits until he comes back.
    service.online.remove(&benno);
    service.send(anna, benno, "Still there?")?;
    assert_eq!(service.memory.waiting(benno, None)?.len(), 1);
    service.come_online(benno)?;
    assert!(service.memory.waiting(benno, None)?.is_empty());

    // Benno reads the first of the two: Anna hears it, and his other devices. Reading it again is no news.
    assert_eq!(service.read(benno, hello)?.len(), 2);
    assert_eq!(service.read(benno, hello)?, []);

    // While Benno blocks Anna she sees her message as always, and he never does.
    block::run(&mut service.memory, block::Ask { by: benno, blocked: anna }, service.now)?;
    service.send(anna, benno, "Are you cross with me?")?;
    assert_eq!(service.texts(anna, benno)?, ["Are you cross with me?", "Still there?", "Hello Benno!"]);
    assert_eq!(service.texts(benno, anna)?, ["Still there?", "Hello Benno!"]);

    // A refusal is a value, and nothing is stored.
    let oneself = block::run(&mut service.memory, block::Ask { by: benno, blocked: benno }, service.now);
    assert_eq!(oneself, Err(Failure::Refused(Refusal::Oneself)));
    Ok(())
}

/// What this store answers: it cannot fail. Another one has its own fault here.
type Answer<T> = Result<T, Infallible>;

/// The embedding service. A real one takes `now` from its clock and opens a transaction around each command.
struct Service {
    memory: Memory,
    ids: IdMinter,
    now: Timestamp,
    online: BTreeSet<UserId>,
}

impl Service {
    fn new() -> Self {
        let now = Timestamp(1_800_000_000_000);
        Self { memory: Memory::default(), ids: IdMinter::new(0), now, online: BTreeSet::new() }
    }

    /// Registers and confirms at once. A real service mails the token and keeps a slow hash of the password.
    fn open_account(&mut self, name: &str, token_digest: Digest) -> Result<UserId, Box<dyn Error>> {
        let ask = register::Ask {
            username: Username::new(name)?,
            email: Email::new(format!("{name}@example.org"))?,
            password: PasswordHash("a slow hash of the password".into()),
            token: Token("a long random text".into()),
            token_digest,
        };
        let id = self.ids.registration(self.now);
        let waiting = register::run(&mut self.memory, &ask, self.now, id)?;
        let link = confirm::Ask { registration: waiting.registration.id, token: token_digest };
        let user = self.ids.user(self.now);
        let account = confirm::run(&mut self.memory, link, self.now, user)?;
        let again = confirm::run(&mut self.memory, link, self.now, user);
        assert_eq!(again, Err(Failure::Refused(confirm::InvalidLink)));
        Ok(account.user)
    }

    fn send(&mut self, from: UserId, to: UserId, text: &str) -> Result<MessageId, Box<dyn Error>> {
        let ask = send::Ask { from, to, content: Content::Text(Text::new(text)?) };
        let decisions = send::run(&mut self.memory, &[ask], self.now, &mut self.ids)?;
        let decision = decisions.into_iter().next().ok_or("one ask, one answer")??;
        self.tell(&decision.effects)?;
        Ok(decision.message.id)
    }

    fn read(&mut self, reader: UserId, message: MessageId) -> Result<Vec<Effect>, Box<dyn Error>> {
        let decision = mark_read::run(&mut self.memory, mark_read::Ask { reader, message }, self.now)?;
        self.tell(&decision.effects)?;
        Ok(decision.effects)
    }

    fn come_online(&mut self, user: UserId) -> Answer<()> {
        self.online.insert(user);
        let mut page = self.memory.waiting(user, None)?;
        while let Some(last) = page.last().map(|message| message.id) {
            let deliver = |message| Effect::everywhere(user, Event::Delivery(Arc::new(message)));
            self.tell(&page.into_iter().map(deliver).collect::<Vec<_>>())?;
            page = self.memory.waiting(user, Some(last))?;
        }
        Ok(())
    }

    /// Tells whoever is there, and marks what was handed over. Every command was stored before it is told.
    fn tell(&mut self, effects: &[Effect]) -> Answer<()> {
        let mut handed = Vec::new();
        for effect in effects {
            let (user, devices) = match effect.audience {
                Audience::Everywhere(user) => (user, "every device"),
                Audience::Elsewhere(user) => (user, "every other device"),
            };
            if !self.online.contains(&user) {
                continue;
            }
            let name = self.memory.accounts[&user].username.as_str();
            println!("{name}, {devices}: {}", in_words(&effect.event));
            if let Event::Delivery(message) = &effect.event {
                handed.push(mark_notified::Handed::from(&**message));
            }
        }
        if handed.is_empty() {
            return Ok(());
        }
        let heard = mark_notified::run(&mut self.memory, &handed)?;
        self.tell(&heard)
    }

    fn texts(&mut self, viewer: UserId, peer: UserId) -> Answer<Vec<String>> {
        let page = self.memory.history(history::Ask { viewer, peer, from: None })?;
        Ok(page.messages.iter().map(in_text).collect())
    }
}

fn in_words(event: &Event) -> String {
    match event {
        Event::Echo(message) => format!("stored: {}", in_text(message)),
        Event::Delivery(message) => format!("for you: {}", in_text(message)),
        Event::Notified(_) => "handed over".into(),
        Event::Read { .. } => "read".into(),
        Event::Typing { .. } => "typing".into(),
    }
}

fn in_text(message: &Message) -> String {
    let Content::Text(text) = &message.content else { return "no text".into() };
    text.as_str().into()
}

/// The embedding service's store. `&mut` makes every command one step, as a transaction does elsewhere. It does not
/// count the media of an answer: this service has none.
#[derive(Default)]
struct Memory {
    registrations: BTreeMap<RegistrationId, register::Registration>,
    accounts: BTreeMap<UserId, confirm::Decision>,
    /// Who blocks whom.
    blocks: BTreeSet<(UserId, UserId)>,
    messages: BTreeMap<MessageId, Message>,
}

impl Memory {
    /// The messages between the two that `viewer` may see, newest first.
    fn seen_by(&self, viewer: UserId, peer: UserId) -> impl Iterator<Item = &Message> {
        let newest_first = self.messages.values().rev();
        newest_first.filter(move |message| sees(viewer, message) && other_end(viewer, message) == peer)
    }
}

fn sees(viewer: UserId, message: &Message) -> bool {
    message.from == viewer || message.to == viewer && !message.hidden
}

fn other_end(viewer: UserId, message: &Message) -> UserId {
    if message.from == viewer { message.to } else { message.from }
}

impl Storage for Memory {
    type Fault = Infallible;
}

impl register::Port for Memory {
    fn register_facts(&mut self, ask: &register::Ask, now: Timestamp) -> Answer<register::Facts> {
        let username = |name: &Username| name.folded() == ask.username.folded();
        let email = |email: &Email| email.folded() == ask.email.folded();
        let accounts = || self.accounts.values();
        let waiting = || self.registrations.values().filter(|waiting| waiting.expires_at > now);
        Ok(register::Facts {
            username_used: accounts().any(|one| username(&one.username))
                || waiting().any(|one| username(&one.username)),
            email_used: accounts().any(|one| email(&one.email)) || waiting().any(|one| email(&one.email)),
            pending: waiting().any(|one| username(&one.username) && email(&one.email)),
        })
    }

    fn add_registration(&mut self, decision: &register::Decision) -> Answer<()> {
        self.registrations.retain(|_, waiting| waiting.expires_at > decision.now);
        self.registrations.insert(decision.registration.id, decision.registration.clone());
        Ok(())
    }
}

impl confirm::Port for Memory {
    fn registration(&mut self, id: RegistrationId) -> Answer<Option<register::Registration>> {
        Ok(self.registrations.get(&id).cloned())
    }

    fn open_account(&mut self, decision: &confirm::Decision) -> Answer<()> {
        self.registrations.remove(&decision.registration);
        self.accounts.insert(decision.user, decision.clone());
        Ok(())
    }
}

impl block::Port for Memory {
    fn block_facts(&mut self, ask: block::Ask) -> Answer<block::Facts> {
        Ok(block::Facts { exists: self.accounts.contains_key(&ask.blocked) })
    }

    fn add_block(&mut self, decision: block::Decision) -> Answer<()> {
        self.blocks.insert((decision.by, decision.blocked));
        Ok(())
    }
}

impl send::Port for Memory {
    fn send_facts(&mut self, asks: &[send::Ask]) -> Answer<Vec<send::Facts>> {
        let last = |ask: &send::Ask| {
            let ends = [(ask.from, ask.to), (ask.to, ask.from)];
            self.messages.values().rfind(|message| ends.contains(&(message.from, message.to)))
        };
        let facts = |ask: &send::Ask| send::Facts {
            recipient_exists: self.accounts.contains_key(&ask.to),
            blocked: self.blocks.contains(&(ask.to, ask.from)),
            last: last(ask).map(|message| message.id),
        };
        Ok(asks.iter().map(facts).collect())
    }

    fn add_messages(&mut self, messages: &[Arc<Message>]) -> Answer<()> {
        self.messages.extend(messages.iter().map(|message| (message.id, Message::clone(message))));
        Ok(())
    }
}

impl waiting::Port for Memory {
    fn waiting(&mut self, user: UserId, after: Option<MessageId>) -> Answer<Vec<Message>> {
        let waits = |message: &&Message| message.to == user && sees(user, message) && !message.notified;
        let later = self.messages.values().filter(|message| Some(message.id) > after);
        Ok(later.filter(waits).take(waiting::PAGE).cloned().collect())
    }
}

impl mark_notified::Port for Memory {
    fn mark_notified(&mut self, handed: &[mark_notified::Handed]) -> Answer<Vec<mark_notified::Handed>> {
        let mut mark = |one: &mark_notified::Handed| {
            let message = self.messages.get_mut(&one.message);
            message.is_some_and(|message| !std::mem::replace(&mut message.notified, true))
        };
        Ok(handed.iter().copied().filter(|one| mark(one)).collect())
    }
}

impl mark_read::Port for Memory {
    fn read_facts(&mut self, ask: mark_read::Ask) -> Answer<Option<mark_read::Facts>> {
        let message = self.messages.get(&ask.message);
        let Some(message) = message.filter(|message| sees(ask.reader, message)) else { return Ok(None) };
        let peer = other_end(ask.reader, message);
        let mut before = self.seen_by(ask.reader, peer).skip_while(|seen| seen.id > ask.message);
        let newest_unread = before.find(|seen| seen.to == ask.reader && seen.read_at.is_none());
        let blocked =
            [(ask.reader, peer), (peer, ask.reader)].iter().any(|block| self.blocks.contains(block));
        Ok(Some(mark_read::Facts { peer, newest_unread: newest_unread.map(|seen| seen.id), blocked }))
    }

    fn mark_read(&mut self, marking: &mark_read::Marking) -> Answer<()> {
        let ends = (marking.peer, marking.reader);
        for message in self.messages.range_mut(..=marking.up_to).map(|(_, message)| message) {
            if (message.from, message.to) == ends && !message.hidden && message.read_at.is_none() {
                (message.read_at, message.receipt_hidden) = (Some(marking.at), marking.hidden);
            }
        }
        Ok(())
    }
}

impl history::Port for Memory {
    fn history(&mut self, ask: history::Ask) -> Answer<history::Page> {
        let seen = self.seen_by(ask.viewer, ask.peer);
        let mut wanted = seen.skip_while(|message| ask.from.is_some_and(|from| message.id > from));
        let messages = wanted.by_ref().take(history::PAGE).cloned().collect();
        Ok(history::Page { messages, all: wanted.next().is_none() })
    }
}
