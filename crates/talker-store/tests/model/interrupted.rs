//! A transaction that goes wrong after so many calls, as when two collide or a process is killed.

use std::collections::{BTreeMap, BTreeSet};

use diesel::result::Error as DieselError;
use talker_domain::blocks::{block, unblock};
use talker_domain::messages::{mark_notified, mark_read, send};
use talker_domain::sessions::{Session, resume};
use talker_domain::sync::{Entry, Seq, log};
use talker_domain::{Digest, Storage, UserId};
use talker_store::{StoreError, Transaction};

use crate::steps::Fate;

pub(crate) struct Interrupted<'a> {
    tx: &'a mut dyn Transaction,
    fate: Fate,
    calls: usize,
}

impl<'a> Interrupted<'a> {
    pub(crate) fn new(tx: &'a mut dyn Transaction, fate: Fate) -> Self {
        Self { tx, fate, calls: 0 }
    }

    fn call(&mut self) -> Result<&mut dyn Transaction, StoreError> {
        self.calls += 1;
        match self.fate {
            Fate::Collides { after } if self.calls > after => Err(collision()),
            Fate::Crashes { after } if self.calls > after => Err(crash()),
            _ => Ok(self.tx),
        }
    }
}

fn collision() -> StoreError {
    StoreError::Collision(DieselError::RollbackTransaction)
}

pub(crate) fn crash() -> StoreError {
    StoreError::Corrupt("end of everything")
}

impl Storage for Interrupted<'_> {
    type Fault = StoreError;
}

impl send::Port for Interrupted<'_> {
    fn send_facts(&mut self, asks: &[send::Ask]) -> Result<Vec<send::Facts>, StoreError> {
        self.call()?.send_facts(asks)
    }

    fn add_messages(&mut self, additions: &[send::Addition<'_>]) -> Result<(), StoreError> {
        self.call()?.add_messages(additions)
    }
}

impl mark_notified::Port for Interrupted<'_> {
    fn mark_notified(
        &mut self,
        handed: &[mark_notified::Handed],
    ) -> Result<Vec<mark_notified::Handed>, StoreError> {
        self.call()?.mark_notified(handed)
    }
}

impl mark_read::Port for Interrupted<'_> {
    fn read_facts(&mut self, ask: mark_read::Ask) -> Result<Option<mark_read::Facts>, StoreError> {
        self.call()?.read_facts(ask)
    }

    fn mark_read(&mut self, marking: &mark_read::Marking) -> Result<(), StoreError> {
        self.call()?.mark_read(marking)
    }
}

impl block::Port for Interrupted<'_> {
    fn block_facts(&mut self, ask: block::Ask) -> Result<block::Facts, StoreError> {
        self.call()?.block_facts(ask)
    }

    fn add_block(&mut self, block: block::Block) -> Result<(), StoreError> {
        self.call()?.add_block(block)
    }
}

impl unblock::Port for Interrupted<'_> {
    fn unblock_facts(&mut self, ask: block::Ask) -> Result<block::Facts, StoreError> {
        self.call()?.unblock_facts(ask)
    }

    fn remove_block(&mut self, ask: block::Ask) -> Result<(), StoreError> {
        self.call()?.remove_block(ask)
    }
}

impl log::Port for Interrupted<'_> {
    fn log_heads(&mut self, owners: &BTreeSet<UserId>) -> Result<BTreeMap<UserId, Seq>, StoreError> {
        self.call()?.log_heads(owners)
    }

    fn append(&mut self, entries: &[Entry]) -> Result<(), StoreError> {
        self.call()?.append(entries)
    }
}

impl resume::Port for Interrupted<'_> {
    fn session(&mut self, key: Digest) -> Result<Option<resume::Facts>, StoreError> {
        self.call()?.session(key)
    }

    fn move_session(&mut self, key: Digest, to: &Session) -> Result<(), StoreError> {
        self.call()?.move_session(key, to)
    }
}

impl Interrupted<'_> {
    pub(crate) fn end_session(&mut self, key: Digest) -> Result<(), StoreError> {
        self.call()?.end_session(key)
    }
}
