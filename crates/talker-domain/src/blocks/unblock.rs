//! Unblocking somebody. What was sent while the block stood stays hidden.

use super::Refusal;
use super::block::{Ask, Facts};
use crate::{Effect, Event, Failure, Storage, Timestamp, sync};

/// What to remove, if the block stands, and who hears of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The block.
    pub unblock: Option<Ask>,
    /// Who hears of it: the one who unblocks.
    pub effects: Vec<Effect>,
}

/// Unblocks anybody who exists; never blocked is fine, and no news.
///
/// # Errors
/// The refusal, for nobody.
pub fn decide(ask: Ask, facts: Facts) -> Result<Decision, Refusal> {
    if !facts.exists {
        return Err(Refusal::UnknownUser);
    }
    if !facts.stands {
        return Ok(Decision { unblock: None, effects: vec![] });
    }
    let effects = vec![Effect::everywhere(ask.by, Event::Unblocked(ask.blocked))];
    Ok(Decision { unblock: Some(ask), effects })
}

/// What unblocking asks of a store.
pub trait Port: Storage {
    /// Whom there is to unblock. From here to the end of the transaction nobody else blocks or unblocks for `by`.
    ///
    /// # Errors
    /// The store's fault.
    fn unblock_facts(&mut self, ask: Ask) -> Result<Facts, Self::Fault>;

    /// Removes a block that stands.
    ///
    /// # Errors
    /// The store's fault.
    fn remove_block(&mut self, ask: Ask) -> Result<(), Self::Fault>;
}

/// Unblocks.
///
/// # Errors
/// A refusal, or the store's fault.
pub fn run<P: Port + sync::log::Port + ?Sized>(
    port: &mut P,
    ask: Ask,
    now: Timestamp,
) -> Result<Decision, Failure<Refusal, P::Fault>> {
    let facts = port.unblock_facts(ask).map_err(Failure::Faulted)?;
    let mut decision = decide(ask, facts).map_err(Failure::Refused)?;
    if let Some(block) = decision.unblock {
        port.remove_block(block).map_err(Failure::Faulted)?;
    }
    sync::note(port, &mut decision.effects, now).map_err(Failure::Faulted)?;
    Ok(decision)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UserId;

    #[test]
    fn one_unblocks_anybody_who_exists() {
        let ask = Ask { by: UserId::new(1).expect("positive"), blocked: UserId::new(2).expect("positive") };
        for (exists, stands, unblocked) in
            [(true, true, Ok(Some(ask))), (true, false, Ok(None)), (false, false, Err(Refusal::UnknownUser))]
        {
            let decision = decide(ask, Facts { exists, stands });
            assert_eq!(decision.map(|decision| decision.unblock), unblocked);
        }
    }
}
