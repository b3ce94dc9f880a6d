//! Unblocking somebody. What was sent while the block stood stays hidden.

use super::Refusal;
use super::block::{Ask, Facts};
use crate::{Failure, Storage};

/// Unblocks anybody who exists; never blocked is fine.
///
/// # Errors
/// The refusal, for nobody.
pub fn decide(ask: Ask, facts: Facts) -> Result<Ask, Refusal> {
    if facts.exists { Ok(ask) } else { Err(Refusal::UnknownUser) }
}

/// What unblocking asks of a store.
pub trait Port: Storage {
    /// Whether the one to unblock exists.
    ///
    /// # Errors
    /// The store's fault.
    fn unblock_facts(&mut self, ask: Ask) -> Result<Facts, Self::Fault>;

    /// Removes the block if it stands.
    ///
    /// # Errors
    /// The store's fault.
    fn remove_block(&mut self, ask: Ask) -> Result<(), Self::Fault>;
}

/// Unblocks.
///
/// # Errors
/// A refusal, or the store's fault.
pub fn run<P: Port + ?Sized>(port: &mut P, ask: Ask) -> Result<(), Failure<Refusal, P::Fault>> {
    let facts = port.unblock_facts(ask).map_err(Failure::Faulted)?;
    let ask = decide(ask, facts).map_err(Failure::Refused)?;
    port.remove_block(ask).map_err(Failure::Faulted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UserId;

    #[test]
    fn one_unblocks_anybody_who_exists() {
        let ask = Ask { by: UserId::new(1).expect("positive"), blocked: UserId::new(2).expect("positive") };
        assert_eq!(decide(ask, Facts { exists: true }), Ok(ask));
        assert_eq!(decide(ask, Facts { exists: false }), Err(Refusal::UnknownUser));
    }
}
