//! The model: what must come of each step, as plainly as it can be said. It shares no rule with the domain.

#[path = "world/sessions.rs"]
mod sessions;
#[path = "world/talk.rs"]
mod talk;
#[path = "world/views.rs"]
mod views;

use std::collections::BTreeMap;

use crate::steps::Ask;

pub(crate) use sessions::GRACE;
pub(crate) use talk::Sending;
pub(crate) use views::Row;

#[derive(Default)]
pub(crate) struct World {
    pub(crate) now: i64,
    people: usize,
    /// In the order in which they were stored.
    messages: Vec<Sent>,
    /// By whom, whom, and since when.
    blocks: Vec<(usize, usize, i64)>,
    /// What happened to each person.
    logs: Vec<Vec<What>>,
    connections: Vec<sessions::Connection>,
    /// By the connection whose key it is.
    sessions: BTreeMap<usize, sessions::Session>,
}

struct Sent {
    ask: Ask,
    at: i64,
    /// Its recipient blocked its sender.
    hidden: bool,
    /// It was handed over.
    notified: bool,
    /// When, and whether its sender may not know.
    read: Option<(i64, bool)>,
}

/// Something that somebody hears of. Messages are named by their numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    Sent(usize),
    Received(usize),
    Notified(usize),
    Read(usize, i64),
    Blocked(usize),
    Unblocked(usize),
}

/// Which connections hear it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Who {
    All(usize),
    AllOthers(usize),
    Asker(usize),
}

/// Somebody hears something, which has this number in his log.
#[derive(Debug, PartialEq)]
pub(crate) struct Heard {
    pub(crate) who: Who,
    pub(crate) what: What,
    pub(crate) number: Option<u64>,
}

impl World {
    pub(crate) fn people(&self) -> usize {
        self.people
    }

    /// Whether somebody opened an account.
    pub(crate) fn register(&mut self, person: usize) -> bool {
        let opens = person == self.people;
        if opens {
            self.people += 1;
            self.logs.push(vec![]);
        }
        opens
    }

    fn exists(&self, person: usize) -> bool {
        person < self.people
    }

    fn blocks(&self, by: usize, whom: usize) -> bool {
        self.blocks.iter().any(|block| (block.0, block.1) == (by, whom))
    }

    fn apart(&self, one: usize, other: usize) -> bool {
        self.blocks(one, other) || self.blocks(other, one)
    }

    /// All or all other connections of the person hear what is logged.
    fn log_for(&mut self, who: Who, what: What) -> Heard {
        let (Who::All(person) | Who::AllOthers(person) | Who::Asker(person)) = who;
        self.logs[person].push(what.clone());
        Heard { who, what, number: Some(self.logs[person].len() as u64) }
    }

    /// `None` if there is nobody to block.
    pub(crate) fn block(&mut self, by: usize, whom: usize) -> Option<Vec<Heard>> {
        if by == whom || !self.exists(whom) {
            return None;
        }
        if self.blocks(by, whom) {
            return Some(vec![]);
        }
        self.blocks.push((by, whom, self.now));
        Some(vec![self.log_for(Who::All(by), What::Blocked(whom))])
    }

    /// `None` if there is nobody to unblock.
    pub(crate) fn unblock(&mut self, by: usize, whom: usize) -> Option<Vec<Heard>> {
        if !self.exists(whom) {
            return None;
        }
        if !self.blocks(by, whom) {
            return Some(vec![]);
        }
        self.blocks.retain(|block| (block.0, block.1) != (by, whom));
        Some(vec![self.log_for(Who::All(by), What::Unblocked(whom))])
    }
}
