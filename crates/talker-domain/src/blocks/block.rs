//! Blocking somebody.

use super::Refusal;
use crate::{Effect, Event, Failure, Storage, Timestamp, UserId, sync};

/// `by` wants to hear no more of `blocked`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Who blocks.
    pub by: UserId,
    /// Whom.
    pub blocked: UserId,
}

/// Whom there is to block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Whether the one to block exists.
    pub exists: bool,
    /// Whether the block stands already.
    pub stands: bool,
}

/// A block to store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Who blocks.
    pub by: UserId,
    /// Whom.
    pub blocked: UserId,
    /// Since when.
    pub now: Timestamp,
}

/// What to store, if the block is new, and who hears of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The block.
    pub block: Option<Block>,
    /// Who hears of it: the one who blocks.
    pub effects: Vec<Effect>,
}

/// Blocks anybody but oneself. Twice is fine, and no news.
///
/// # Errors
/// The refusal, for oneself and for nobody.
pub fn decide(ask: Ask, facts: Facts, now: Timestamp) -> Result<Decision, Refusal> {
    if ask.by == ask.blocked {
        return Err(Refusal::Oneself);
    }
    if !facts.exists {
        return Err(Refusal::UnknownUser);
    }
    if facts.stands {
        return Ok(Decision { block: None, effects: vec![] });
    }
    let effects = vec![Effect::everywhere(ask.by, Event::Blocked(ask.blocked))];
    Ok(Decision { block: Some(Block { by: ask.by, blocked: ask.blocked, now }), effects })
}

/// What blocking asks of a store.
pub trait Port: Storage {
    /// Whom there is to block. From here to the end of the transaction no message reaches the blocker.
    ///
    /// # Errors
    /// The store's fault.
    fn block_facts(&mut self, ask: Ask) -> Result<Facts, Self::Fault>;

    /// Stores a block that does not stand yet.
    ///
    /// # Errors
    /// The store's fault.
    fn add_block(&mut self, block: Block) -> Result<(), Self::Fault>;
}

/// Blocks.
///
/// # Errors
/// A refusal, or the store's fault.
pub fn run<P: Port + sync::log::Port + ?Sized>(
    port: &mut P,
    ask: Ask,
    now: Timestamp,
) -> Result<Decision, Failure<Refusal, P::Fault>> {
    let facts = port.block_facts(ask).map_err(Failure::Faulted)?;
    let mut decision = decide(ask, facts, now).map_err(Failure::Refused)?;
    if let Some(block) = decision.block {
        port.add_block(block).map_err(Failure::Faulted)?;
    }
    sync::note(port, &mut decision.effects, now).map_err(Failure::Faulted)?;
    Ok(decision)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_blocks_others_who_exist() {
        let user = |number| UserId::new(number).expect("positive");
        for (by, blocked, exists, refusal) in [
            (1, 2, true, None),
            (1, 2, false, Some(Refusal::UnknownUser)),
            (1, 1, true, Some(Refusal::Oneself)),
        ] {
            let ask = Ask { by: user(by), blocked: user(blocked) };
            assert_eq!(decide(ask, Facts { exists, stands: false }, Timestamp(0)).err(), refusal);
        }
    }

    #[test]
    fn blocking_twice_is_no_news() {
        let user = |number| UserId::new(number).expect("positive");
        let ask = Ask { by: user(1), blocked: user(2) };
        for (stands, news) in [(false, 1), (true, 0)] {
            let decision = decide(ask, Facts { exists: true, stands }, Timestamp(0)).expect("granted");
            assert_eq!((decision.block.is_some(), decision.effects.len()), (!stands, news));
        }
    }
}
