//! Sending, handing over, reading and typing.

use talker_domain::messages::mark_notified::{self, Handed};
use talker_domain::messages::{Nonce, mark_read, send};
use talker_domain::{MessageId, typing};

use super::{Play, unless_refused};
use crate::interrupted::Interrupted;
use crate::stage::content;
use crate::steps::{Ask, Fate, NOBODY};
use crate::world::{Heard, Sending};

impl Play {
    pub(super) async fn send(&mut self, asks: Vec<Ask>, node: usize, fate: Fate) {
        let batch: Vec<_> = asks.iter().map(|ask| self.ask(ask)).collect();
        let (now, ids) = (self.stage.at(self.world.now), self.stage.minter(node));
        let command =
            move |tx: &mut Interrupted<'_>| send::run(tx, &batch, now, &mut ids.lock().expect("the minter"));
        if let Some(outcomes) = self.stage.command(fate, command).await {
            let outcomes = outcomes.expect("a batch that is stored");
            assert_eq!(outcomes.len(), asks.len());
            for (ask, outcome) in asks.iter().zip(&outcomes) {
                let expected = self.world.send(ask);
                self.compare_outcome(ask, outcome, &expected);
            }
        }
        for ask in asks.iter().filter(|ask| ask.to != NOBODY) {
            self.owe_sent(ask.from, ask.to);
        }
    }

    /// What the recipient sees: what the sender sees of his message was compared already.
    fn owe_sent(&mut self, from: usize, to: usize) {
        self.owe_view(to, from);
        self.owed.waiting.insert(to);
        self.owed.contacts.extend([from, to]);
    }

    fn ask(&self, ask: &Ask) -> send::Ask {
        send::Ask {
            from: self.stage.user(ask.from),
            to: self.stage.user(ask.to),
            content: content(ask.said),
            nonce: ask.nonce.map(|nonce| Nonce::new(nonce).expect("a nonce")),
            max_unanswered: None,
        }
    }

    fn compare_outcome(&mut self, ask: &Ask, outcome: &send::Outcome, expected: &Sending) {
        match (outcome, expected) {
            (Ok(decision), Sending::New(number, heard)) => {
                assert!(decision.is_new, "{ask:?}");
                self.learn(*number, decision.message.id);
                self.compare_decision(ask, decision, heard);
            }
            (Ok(decision), Sending::Again(number, heard)) => {
                assert!(!decision.is_new, "{ask:?}");
                assert_eq!(self.stage.number(decision.message.id), *number, "{ask:?}");
                self.compare_decision(ask, decision, heard);
            }
            (Err(send::Refusal::UnknownRecipient), Sending::UnknownRecipient)
            | (Err(send::Refusal::NonceReused), Sending::NonceReused) => {}
            _ => panic!("{ask:?} is answered by {outcome:?} and not by {expected:?}"),
        }
    }

    fn compare_decision(&self, ask: &Ask, decision: &send::Decision, heard: &[Heard]) {
        let row = self.stage.row(ask.from, &decision.message);
        assert_eq!(row, self.world.row(ask.from, row.message));
        self.assert_heard(&decision.effects, heard);
    }

    /// The id of a new message. It is the greatest of its conversation.
    fn learn(&mut self, number: usize, id: MessageId) {
        assert!(!self.stage.messages.contains(&id));
        assert_eq!(number, self.stage.messages.len());
        self.stage.messages.push(id);
        let between = |number: usize| self.world.people_of(number);
        let earlier = (0..number).filter(|earlier| between(*earlier) == between(number));
        for earlier in earlier {
            assert!(self.stage.messages[earlier] < id, "ids grow in the order of storage");
        }
    }

    pub(super) async fn hand_over(&mut self, messages: Vec<usize>, fate: Fate) {
        let handed: Vec<_> = messages.iter().map(|number| self.handed(*number)).collect();
        let now = self.stage.at(self.world.now);
        let command = move |tx: &mut Interrupted<'_>| mark_notified::run(tx, &handed, now);
        if let Some(effects) = self.stage.command(fate, command).await {
            let expected = self.world.hand_over(&messages);
            self.assert_heard(&effects.expect("messages that are marked"), &expected);
        }
        for number in messages {
            let [one, other] = self.world.people_of(number);
            self.owe_view(one, other);
            self.owe_view(other, one);
            self.owed.waiting.extend([one, other]);
        }
    }

    fn handed(&self, number: usize) -> Handed {
        let [one, other] = self.world.people_of(number);
        let sender = if self.world.is_from(number, one) { one } else { other };
        Handed { message: self.stage.messages[number], from: self.stage.user(sender) }
    }

    pub(super) async fn read(&mut self, person: usize, message: Option<usize>, fate: Fate) {
        let id = message.map_or(MessageId::new(1).expect("an id"), |number| self.stage.messages[number]);
        let ask = mark_read::Ask { reader: self.stage.user(person), message: id };
        let now = self.stage.at(self.world.now);
        if let Some(answer) = self.stage.command(fate, move |tx| mark_read::run(tx, ask, now)).await {
            self.compare_reading(person, message, unless_refused(answer));
        }
        if let Some(number) = message {
            let [one, other] = self.world.people_of(number);
            self.owe_view(one, other);
            self.owe_view(other, one);
            self.owed.contacts.extend([one, other]);
        }
    }

    fn compare_reading(
        &mut self,
        person: usize,
        message: Option<usize>,
        decision: Option<mark_read::Decision>,
    ) {
        let expected = self.world.read(person, message);
        assert_eq!(decision.is_some(), expected.is_some(), "{person} reads up to {message:?}");
        let (Some(decision), Some(expected)) = (decision, expected) else { return };
        let position = decision.position.map(|read| (self.stage.number(read.message), read.at));
        let expected_position = expected.position.map(|(number, at)| (number, self.stage.at(at)));
        assert_eq!(position, expected_position);
        self.assert_heard(&decision.effects, &expected.heard);
    }

    pub(super) async fn show_typing(&mut self, typer: usize, to: usize) {
        let ask = typing::Ask { typer: self.stage.user(typer), to: self.stage.user(to) };
        let answer = self.stage.store.read(move |tx| typing::run(tx, ask)).await;
        let shown = unless_refused(answer).map(|decision| decision == typing::Decision::Shown);
        assert_eq!(shown, self.world.shows_typing(typer, to));
    }
}
