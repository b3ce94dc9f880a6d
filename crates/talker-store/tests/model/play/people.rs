//! Accounts, blocks, and reading on in logs.

use talker_domain::blocks::{block, unblock};
use talker_domain::sync::page;
use talker_domain::users::{Email, PasswordHash, Username, confirm, register};
use talker_domain::{Digest, Failure, Token};
use talker_store::StoreError;

use super::{Play, unless_refused};
use crate::glance::{ask as log_ask, compare_log};
use crate::steps::Fate;

impl Play {
    /// Registers and follows the link, twice: it works once.
    pub(super) async fn register(&mut self, person: usize) {
        let ask = self.registration(person);
        let (now, ids) = (self.stage.at(self.world.now), self.stage.minter(0));
        let opened = self.stage.write(move |tx| {
            let mut ids = ids.lock().expect("the minter");
            let waiting = register::run(tx, &ask, now, ids.registration(now)).map_err(in_words)?;
            let link = confirm::Ask { registration: waiting.registration.id, token: ask.token_digest };
            let opened = confirm::run(tx, link, now, ids.user(now)).map_err(in_words)?;
            let again = confirm::run(tx, link, now, ids.user(now));
            assert!(matches!(again, Err(Failure::Refused(confirm::InvalidLink))));
            Ok(opened)
        });
        let opened = unless_refused(opened.await);
        assert_eq!(opened.is_some(), self.world.register(person));
        self.stage.users.extend(opened.map(|opened| opened.user));
        self.followed.resize(self.world.people(), 0);
        self.owed.contacts.insert(person);
    }

    fn registration(&self, person: usize) -> register::Ask {
        let name = format!("{:04x}_{person}", self.stage.seed);
        register::Ask {
            username: Username::new(name.as_str()).expect("a username"),
            email: Email::new(format!("{name}@e")).expect("an email"),
            password: PasswordHash("hash".into()),
            token: Token("token".into()),
            token_digest: Digest([1; 32]),
        }
    }

    pub(super) async fn block(&mut self, by: usize, blocked: usize, fate: Fate) {
        let ask = block::Ask { by: self.stage.user(by), blocked: self.stage.user(blocked) };
        let now = self.stage.at(self.world.now);
        if let Some(answer) = self.stage.command(fate, move |tx| block::run(tx, ask, now)).await {
            let effects = unless_refused(answer).map(|decision| decision.effects);
            let expected = self.world.block(by, blocked);
            assert_eq!(effects.is_some(), expected.is_some());
            self.assert_heard(&effects.unwrap_or_default(), &expected.unwrap_or_default());
        }
        self.owed.blocked.insert(by);
        self.owe_log(by);
    }

    pub(super) async fn unblock(&mut self, by: usize, blocked: usize, fate: Fate) {
        let ask = block::Ask { by: self.stage.user(by), blocked: self.stage.user(blocked) };
        let now = self.stage.at(self.world.now);
        if let Some(answer) = self.stage.command(fate, move |tx| unblock::run(tx, ask, now)).await {
            let effects = unless_refused(answer).map(|decision| decision.effects);
            let expected = self.world.unblock(by, blocked);
            assert_eq!(effects.is_some(), expected.is_some());
            self.assert_heard(&effects.unwrap_or_default(), &expected.unwrap_or_default());
        }
        self.owed.blocked.insert(by);
        self.owe_log(by);
    }

    pub(super) async fn sync(&mut self, person: usize, after: u64, limit: usize) {
        let ask = log_ask(self.stage.user(person), after, limit);
        let answer = self.stage.read(move |tx| page::run(tx, ask)).await;
        compare_log(&self.stage, &self.world, (person, after, limit), &answer);
    }
}

fn in_words<R: ToString>(failure: Failure<R, StoreError>) -> Failure<String, StoreError> {
    failure.map_refusal(|refusal| refusal.to_string())
}
