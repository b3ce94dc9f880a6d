//! Blocking somebody.

use super::Refusal;
use crate::{Failure, Storage, Timestamp, UserId};

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
}

/// A block to store. Twice is fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Who blocks.
    pub by: UserId,
    /// Whom.
    pub blocked: UserId,
    /// Since when.
    pub now: Timestamp,
}

/// Blocks anybody but oneself.
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
    Ok(Decision { by: ask.by, blocked: ask.blocked, now })
}

/// What blocking asks of a store.
pub trait Port: Storage {
    /// Whether the one to block exists. From here to the end of the transaction no message reaches the blocker.
    ///
    /// # Errors
    /// The store's fault.
    fn block_facts(&mut self, ask: Ask) -> Result<Facts, Self::Fault>;

    /// Stores the block unless it stands already.
    ///
    /// # Errors
    /// The store's fault.
    fn add_block(&mut self, decision: Decision) -> Result<(), Self::Fault>;
}

/// Blocks.
///
/// # Errors
/// A refusal, or the store's fault.
pub fn run<P: Port + ?Sized>(
    port: &mut P,
    ask: Ask,
    now: Timestamp,
) -> Result<(), Failure<Refusal, P::Fault>> {
    let facts = port.block_facts(ask).map_err(Failure::Faulted)?;
    let decision = decide(ask, facts, now).map_err(Failure::Refused)?;
    port.add_block(decision).map_err(Failure::Faulted)
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
            assert_eq!(decide(ask, Facts { exists }, Timestamp(0)).err(), refusal);
        }
    }
}
