//! The embedding service's store, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use talker_domain::blocks::block;
use talker_domain::messages::{Message, history, mark_notified, mark_read, send, waiting};
use talker_domain::sync::{Logged, Seq, log, page};
use talker_domain::users::{Email, Username, confirm, register};
use talker_domain::{Effect, Event, MessageId, RegistrationId, Storage, Timestamp, UserId};

/// What this store answers: it cannot fail. Another one has its own fault here.
pub(super) type Answer<T> = Result<T, Infallible>;

/// `&mut` makes every command one step, as a transaction does elsewhere. It does not count the media of an answer,
/// because this service has none, and it prunes nothing.
#[derive(Default)]
pub(super) struct Memory {
    registrations: BTreeMap<RegistrationId, register::Registration>,
    pub(super) accounts: BTreeMap<UserId, confirm::Decision>,
    /// Who blocks whom.
    blocks: BTreeSet<(UserId, UserId)>,
    messages: BTreeMap<MessageId, Message>,
    /// What each sender has called his messages.
    nonces: BTreeMap<(UserId, String), MessageId>,
    /// What happened to each user: the first entry has the number 1.
    logs: BTreeMap<UserId, Vec<log::Entry>>,
}

impl Memory {
    /// The messages between the two that `viewer` may see, newest first.
    fn seen_by(&self, viewer: UserId, peer: UserId) -> impl Iterator<Item = &Message> {
        let newest_first = self.messages.values().rev();
        newest_first.filter(move |message| sees(viewer, message) && other_end(viewer, message) == peer)
    }

    /// How far the reader has read.
    fn position(&self, reader: UserId, peer: UserId) -> Option<mark_read::Position> {
        let mut received = self.seen_by(reader, peer).filter(|message| message.to == reader);
        received.find_map(|message| Some(mark_read::Position { message: message.id, at: message.read_at? }))
    }

    /// What an entry tells, as it was told then.
    fn effect(&self, entry: &log::Entry) -> Effect {
        let event = match entry.what {
            Logged::Message(id) => {
                let message = Arc::new(self.messages[&id].clone());
                if message.to == entry.owner { Event::Delivery(message) } else { Event::Echo(message) }
            }
            Logged::Notified(message) => Event::Notified(message),
            Logged::Read(message) => Event::Read { message, at: entry.at },
            Logged::Blocked(user) => Event::Blocked(user),
            Logged::Unblocked(user) => Event::Unblocked(user),
        };
        Effect { seq: Some(entry.seq), ..Effect::everywhere(entry.owner, event) }
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
        let stands = self.blocks.contains(&(ask.by, ask.blocked));
        Ok(block::Facts { exists: self.accounts.contains_key(&ask.blocked), stands })
    }

    fn add_block(&mut self, block: block::Block) -> Answer<()> {
        self.blocks.insert((block.by, block.blocked));
        Ok(())
    }
}

impl send::Port for Memory {
    fn send_facts(&mut self, asks: &[send::Ask]) -> Answer<Vec<send::Facts>> {
        let last = |ask: &send::Ask| {
            let ends = [(ask.from, ask.to), (ask.to, ask.from)];
            self.messages.values().rfind(|message| ends.contains(&(message.from, message.to)))
        };
        let earlier = |ask: &send::Ask| {
            let name = (ask.from, ask.nonce.as_ref()?.as_str().to_owned());
            self.messages.get(self.nonces.get(&name)?)
        };
        let is_seen = |message: &Message| message.read_at.is_some() && !message.receipt_hidden;
        let unanswered = |ask: &send::Ask| {
            let sent = self.messages.values().filter(|sent| (sent.from, sent.to) == (ask.from, ask.to));
            sent.filter(|sent| !is_seen(sent)).count()
        };
        let acquainted = |ask: &send::Ask| {
            let ends = (ask.to, ask.from);
            self.messages.values().any(|message| (message.from, message.to) == ends && !message.hidden)
        };
        let facts = |ask: &send::Ask| send::Facts {
            recipient_exists: self.accounts.contains_key(&ask.to),
            blocked: self.blocks.contains(&(ask.to, ask.from)),
            last: last(ask).map(|message| message.id),
            earlier: earlier(ask).cloned().map(Arc::new),
            acquainted: acquainted(ask),
            unanswered: u32::try_from(unanswered(ask)).unwrap_or(u32::MAX),
        };
        Ok(asks.iter().map(facts).collect())
    }

    fn add_messages(&mut self, additions: &[send::Addition<'_>]) -> Answer<()> {
        for send::Addition { message, nonce } in additions {
            self.messages.insert(message.id, Message::clone(message));
            let name = nonce.map(|nonce| (message.from, nonce.as_str().to_owned()));
            self.nonces.extend(name.map(|name| (name, message.id)));
        }
        Ok(())
    }
}

impl waiting::Port for Memory {
    fn waiting(&mut self, user: UserId, after: Option<MessageId>) -> Answer<Vec<Message>> {
        let waits = |message: &&Message| message.to == user && sees(user, message) && !message.notified;
        let later = self.messages.values().filter(|message| Some(message.id) > after);
        Ok(later.filter(waits).take(waiting::PAGE).cloned().collect())
    }

    fn sent_to(&mut self, user: UserId, messages: &[MessageId]) -> Answer<Vec<Message>> {
        let among = |message: &&Message| message.to == user && messages.contains(&message.id);
        Ok(self.messages.values().filter(among).cloned().collect())
    }

    fn waiting_ids(&mut self, user: UserId, limit: usize) -> Answer<Vec<mark_notified::Handed>> {
        let waiting = self.waiting(user, None)?;
        Ok(waiting.iter().take(limit).map(mark_notified::Handed::from).collect())
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
        let newest_unread = newest_unread.map(|seen| seen.id);
        let before = if newest_unread.is_none() { self.position(ask.reader, peer) } else { None };
        let blocked =
            [(ask.reader, peer), (peer, ask.reader)].iter().any(|block| self.blocks.contains(block));
        Ok(Some(mark_read::Facts { peer, newest_unread, before, blocked }))
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

impl log::Port for Memory {
    fn log_heads(&mut self, owners: &BTreeSet<UserId>) -> Answer<BTreeMap<UserId, Seq>> {
        let head = |owner: &UserId| Some((*owner, self.logs.get(owner)?.last()?.seq));
        Ok(owners.iter().filter_map(head).collect())
    }

    fn append(&mut self, entries: &[log::Entry]) -> Answer<()> {
        for entry in entries {
            self.logs.entry(entry.owner).or_default().push(*entry);
        }
        Ok(())
    }
}

impl page::Port for Memory {
    fn log_head(&mut self, user: UserId) -> Answer<page::Head> {
        let newest = self.logs.get(&user).and_then(|log| log.last());
        let newest = newest.map_or(Seq::START, |entry| entry.seq);
        Ok(page::Head { newest, pruned: Seq::START })
    }

    fn log_entries(&mut self, ask: page::Ask) -> Answer<Vec<Effect>> {
        let log = self.logs.get(&ask.user).into_iter().flatten();
        let later = log.filter(|entry| entry.seq > ask.after).take(ask.limit);
        Ok(later.map(|entry| self.effect(entry)).collect())
    }
}
