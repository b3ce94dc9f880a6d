//! The embedding service: its clock, its ids, and who of its people is there to hear something.

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;

use talker_domain::blocks::block;
use talker_domain::messages::{Content, Message, Nonce, Text, history, mark_notified, mark_read, send};
use talker_domain::messages::{history::Port as _, waiting::Port as _};
use talker_domain::sync::{Seq, page};
use talker_domain::users::{Email, PasswordHash, Username, confirm, register};
use talker_domain::{
    Audience, Digest, Effect, Event, Failure, IdMinter, MessageId, Timestamp, Token, UserId,
};

use super::memory::{Answer, Memory};

/// The embedding service. A real one takes `now` from its clock and opens a transaction around each command.
pub(super) struct Service {
    pub(super) memory: Memory,
    ids: IdMinter,
    pub(super) now: Timestamp,
    pub(super) online: BTreeSet<UserId>,
}

impl Service {
    pub(super) fn new() -> Self {
        let now = Timestamp(1_800_000_000_000);
        Self { memory: Memory::default(), ids: IdMinter::new(0), now, online: BTreeSet::new() }
    }

    /// Registers and confirms at once. A real service mails the token and keeps a slow hash of the password.
    pub(super) fn open_account(
        &mut self,
        name: &str,
        token_digest: Digest,
    ) -> Result<UserId, Box<dyn Error>> {
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

    pub(super) fn send(
        &mut self,
        from: UserId,
        to: UserId,
        text: &str,
        nonce: Option<&str>,
    ) -> Result<MessageId, Box<dyn Error>> {
        let content = Content::Text(Text::new(text)?);
        let ask = send::Ask { from, to, content, nonce: nonce.and_then(Nonce::new), max_unanswered: None };
        let decisions = send::run(&mut self.memory, &[ask], self.now, &mut self.ids)?;
        let decision = decisions.into_iter().next().ok_or("one ask, one answer")??;
        self.tell(&decision.effects)?;
        Ok(decision.message.id)
    }

    pub(super) fn read(&mut self, reader: UserId, message: MessageId) -> Result<Vec<Effect>, Box<dyn Error>> {
        let decision = mark_read::run(&mut self.memory, mark_read::Ask { reader, message }, self.now)?;
        self.tell(&decision.effects)?;
        Ok(decision.effects)
    }

    pub(super) fn block(&mut self, by: UserId, blocked: UserId) -> Result<(), Box<dyn Error>> {
        let decision = block::run(&mut self.memory, block::Ask { by, blocked }, self.now)?;
        Ok(self.tell(&decision.effects)?)
    }

    /// Everything that happened to the user after this, page by page.
    pub(super) fn read_on(&mut self, user: UserId, after: Seq) -> Result<Vec<Effect>, Box<dyn Error>> {
        let (mut after, mut effects) = (after, vec![]);
        loop {
            let ask = page::Ask { user, after, limit: page::LARGEST_PAGE, bytes: usize::MAX };
            let page::Answer::Page(page) = page::run(&mut self.memory, ask)? else {
                return Err("some of it was pruned".into());
            };
            after = page.effects.last().and_then(|effect| effect.seq).unwrap_or(after);
            effects.extend(page.effects);
            if page.all {
                return Ok(effects);
            }
        }
    }

    pub(super) fn come_online(&mut self, user: UserId) -> Answer<()> {
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
                Audience::Here(user) => (user, "the device that asked"),
            };
            if !self.online.contains(&user) {
                continue;
            }
            let name = self.memory.accounts[&user].username.as_str();
            println!("{name}, {devices}: {}", in_words(effect));
            if let Event::Delivery(message) = &effect.event {
                handed.push(mark_notified::Handed::from(&**message));
            }
        }
        if handed.is_empty() {
            return Ok(());
        }
        let heard = mark_notified::run(&mut self.memory, &handed, self.now)?;
        self.tell(&heard)
    }

    pub(super) fn texts(&mut self, viewer: UserId, peer: UserId) -> Answer<Vec<String>> {
        let page = self.memory.history(history::Ask { viewer, peer, from: None })?;
        Ok(page.messages.iter().map(in_text).collect())
    }
}

/// What is heard, and before it its number in the log.
pub(super) fn in_words(effect: &Effect) -> String {
    let event = match &effect.event {
        Event::Echo(message) => format!("stored: {}", in_text(message)),
        Event::Delivery(message) => format!("for you: {}", in_text(message)),
        Event::Notified(_) => "handed over".into(),
        Event::Read { .. } => "read".into(),
        Event::Blocked(_) => "blocked".into(),
        Event::Unblocked(_) => "unblocked".into(),
        Event::Typing { .. } => "typing".into(),
    };
    effect.seq.map_or(event.clone(), |seq| format!("{}, {event}", seq.get()))
}

fn in_text(message: &Message) -> String {
    let Content::Text(text) = &message.content else { return "no text".into() };
    text.as_str().into()
}
