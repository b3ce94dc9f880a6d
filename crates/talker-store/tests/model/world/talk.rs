//! Sending, handing over and reading.

use super::{Ask, Heard, Sent, What, Who, World};

/// What becomes of an ask.
#[derive(Debug, PartialEq)]
pub(crate) enum Sending {
    /// It is this new message.
    New(usize, Vec<Heard>),
    /// It was this one already.
    Again(usize, Vec<Heard>),
    UnknownRecipient,
    NonceReused,
}

/// What becomes of reading.
#[derive(Debug, PartialEq)]
pub(crate) struct Reading {
    /// How far the reader has read, and when he did.
    pub(crate) position: Option<(usize, i64)>,
    pub(crate) heard: Vec<Heard>,
}

impl World {
    pub(crate) fn send(&mut self, ask: &Ask) -> Sending {
        let named =
            |sent: &Sent| ask.nonce.is_some() && (sent.ask.from, sent.ask.nonce) == (ask.from, ask.nonce);
        if let Some(message) = self.messages.iter().position(named) {
            if self.messages[message].ask != *ask {
                return Sending::NonceReused;
            }
            let echo = Heard { who: Who::Asker(ask.from), what: What::Sent(message), number: None };
            return Sending::Again(message, vec![echo]);
        }
        if !self.exists(ask.to) {
            return Sending::UnknownRecipient;
        }
        let (message, hidden) = (self.messages.len(), self.blocks(ask.to, ask.from));
        self.messages.push(Sent { ask: ask.clone(), at: self.now, hidden, notified: false, read: None });
        let mut heard = Vec::new();
        if ask.from != ask.to {
            heard.push(self.log_for(Who::All(ask.from), What::Sent(message)));
        }
        if !hidden {
            heard.push(self.log_for(Who::All(ask.to), What::Received(message)));
        }
        Sending::New(message, heard)
    }

    pub(crate) fn hand_over(&mut self, messages: &[usize]) -> Vec<Heard> {
        let mut heard = Vec::new();
        for &message in messages {
            let sent = &mut self.messages[message];
            if !sent.hidden && !sent.notified {
                sent.notified = true;
                let sender = sent.ask.from;
                heard.push(self.log_for(Who::All(sender), What::Notified(message)));
            }
        }
        heard
    }

    /// `None` if the reader knows no such message.
    pub(crate) fn read(&mut self, reader: usize, message: Option<usize>) -> Option<Reading> {
        let message = message.filter(|message| self.sees(reader, *message))?;
        let peer = self.other_end(reader, message);
        let received: Vec<usize> =
            (0..self.messages.len()).filter(|other| self.received(reader, peer, *other)).collect();
        let is_read = |other: &usize| self.messages[*other].read.is_some();
        let unread: Vec<usize> =
            received.iter().copied().filter(|other| *other <= message && !is_read(other)).collect();
        let Some(&newest) = unread.last() else {
            let last = received.into_iter().rev().find(is_read);
            let at = |last: usize| self.messages[last].read.expect("a message that is read").0;
            return Some(Reading { position: last.map(|last| (last, at(last))), heard: vec![] });
        };
        let secretly = self.apart(reader, peer);
        for other in unread {
            self.messages[other].read = Some((self.now, secretly));
        }
        Some(Reading {
            position: Some((newest, self.now)),
            heard: self.tell_of(reader, peer, newest, secretly),
        })
    }

    fn tell_of(&mut self, reader: usize, peer: usize, newest: usize, secretly: bool) -> Vec<Heard> {
        let what = What::Read(newest, self.now);
        if reader == peer {
            return vec![self.log_for(Who::All(reader), what)];
        }
        let mut heard = vec![self.log_for(Who::AllOthers(reader), what.clone())];
        if !secretly {
            heard.push(self.log_for(Who::All(peer), what));
        }
        heard
    }

    /// The peer sent it to the reader, who may see it.
    fn received(&self, reader: usize, peer: usize, message: usize) -> bool {
        let sent = &self.messages[message];
        (sent.ask.from, sent.ask.to) == (peer, reader) && !sent.hidden
    }

    pub(super) fn sees(&self, viewer: usize, message: usize) -> bool {
        let sent = &self.messages[message];
        sent.ask.from == viewer || (sent.ask.to == viewer && !sent.hidden)
    }

    fn other_end(&self, viewer: usize, message: usize) -> usize {
        let ask = &self.messages[message].ask;
        if ask.from == viewer { ask.to } else { ask.from }
    }
}
