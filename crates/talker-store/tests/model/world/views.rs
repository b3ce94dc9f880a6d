//! What everybody sees.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ask, Sent, What, World};
use crate::steps::Said;

/// A message as somebody sees it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) message: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) said: Said,
    pub(crate) sent_at: i64,
    pub(crate) read_at: Option<i64>,
    pub(crate) notified: bool,
}

impl World {
    pub(crate) fn messages(&self) -> usize {
        self.messages.len()
    }

    pub(crate) fn nonces(&self) -> usize {
        self.asks().filter(|ask| ask.nonce.is_some()).count()
    }

    pub(crate) fn log_entries(&self) -> usize {
        self.logs.iter().map(Vec::len).sum()
    }

    /// What was stored, as it was asked for.
    pub(crate) fn asks(&self) -> impl Iterator<Item = &Ask> {
        self.messages.iter().map(|sent| &sent.ask)
    }

    /// What a person sent or was sent, hidden or not.
    pub(crate) fn messages_of(&self, person: usize) -> Vec<usize> {
        let is_of = |message: &usize| {
            let ask = &self.messages[*message].ask;
            ask.from == person || ask.to == person
        };
        (0..self.messages.len()).filter(is_of).collect()
    }

    /// The two of its conversation, the lower number first.
    pub(crate) fn people_of(&self, message: usize) -> [usize; 2] {
        let ask = &self.messages[message].ask;
        [ask.from.min(ask.to), ask.from.max(ask.to)]
    }

    pub(crate) fn is_from(&self, message: usize, person: usize) -> bool {
        self.messages[message].ask.from == person
    }

    pub(crate) fn log(&self, person: usize) -> &[What] {
        &self.logs[person]
    }

    pub(crate) fn row(&self, viewer: usize, message: usize) -> Row {
        let Sent { ask, at, notified, read, .. } = &self.messages[message];
        let read = read.filter(|(_, secretly)| !secretly || viewer == ask.to);
        Row {
            message,
            from: ask.from,
            to: ask.to,
            said: ask.said,
            sent_at: *at,
            read_at: read.map(|(at, _)| at),
            notified: *notified,
        }
    }

    /// Newest first.
    pub(crate) fn conversation(&self, viewer: usize, peer: usize) -> Vec<Row> {
        let shown = |message: &usize| {
            let ask = &self.messages[*message].ask;
            let between = [(viewer, peer), (peer, viewer)].contains(&(ask.from, ask.to));
            between && self.sees(viewer, *message)
        };
        (0..self.messages.len()).rev().filter(shown).map(|message| self.row(viewer, message)).collect()
    }

    /// The last message with each peer, and how many of his are unread.
    pub(crate) fn contacts(&self, owner: usize) -> BTreeMap<usize, (Row, u64)> {
        let mut contacts = BTreeMap::new();
        for peer in 0..self.people {
            let conversation = self.conversation(owner, peer);
            let unread = |row: &&Row| row.from != owner && row.read_at.is_none();
            let unread = conversation.iter().filter(unread).count() as u64;
            if let Some(last) = conversation.into_iter().next() {
                contacts.insert(peer, (last, unread));
            }
        }
        contacts
    }

    pub(crate) fn waiting(&self, person: usize) -> BTreeSet<usize> {
        let waits = |message: &usize| {
            let sent = &self.messages[*message];
            sent.ask.to == person && !sent.hidden && !sent.notified
        };
        (0..self.messages.len()).filter(waits).collect()
    }

    /// In the order in which they were blocked; at one time, in the order in which they came.
    pub(crate) fn blocked(&self, by: usize) -> Vec<usize> {
        let own = self.blocks.iter().filter(|block| block.0 == by);
        let mut own: Vec<(i64, usize)> = own.map(|block| (block.2, block.1)).collect();
        own.sort_unstable();
        own.into_iter().map(|(_, blocked)| blocked).collect()
    }

    /// Whether typing is shown; `None` if there is nobody to see it.
    pub(crate) fn shows_typing(&self, typer: usize, to: usize) -> Option<bool> {
        self.exists(to).then(|| !self.apart(typer, to))
    }
}
