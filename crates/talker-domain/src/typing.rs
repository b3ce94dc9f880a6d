//! Typing: who may see that somebody types. When it ends is a matter of clocks, and of the server.

use crate::{Effect, Event, Failure, Storage, UserId};

/// How long one sign of typing lasts, in milliseconds.
pub const LIFETIME: u64 = 1_500;

/// `typer` types to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ask {
    /// Who types.
    pub typer: UserId,
    /// To whom.
    pub to: UserId,
}

/// How the two stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Whether the other one exists.
    pub exists: bool,
    /// Whether one of the two blocks the other.
    pub blocked: bool,
}

/// Whether anybody sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The other one sees it.
    Shown,
    /// A block stands between them; the typer is not told.
    Hidden,
}

/// There is nobody to type to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such user")]
pub struct UnknownUser;

/// Shows typing unless a block stands in between, in either direction.
///
/// # Errors
/// [`UnknownUser`] if the other one does not exist.
pub fn decide(facts: Facts) -> Result<Decision, UnknownUser> {
    match facts {
        Facts { exists: false, .. } => Err(UnknownUser),
        Facts { blocked: true, .. } => Ok(Decision::Hidden),
        Facts { .. } => Ok(Decision::Shown),
    }
}

/// Tells the other one that typing starts (`typing`) or ends.
#[must_use]
pub const fn effect(ask: Ask, typing: bool) -> Effect {
    Effect::everywhere(ask.to, Event::Typing { typer: ask.typer, typing })
}

/// What typing asks of a store.
pub trait Port: Storage {
    /// How the two stand.
    ///
    /// # Errors
    /// The store's fault.
    fn typing_facts(&mut self, ask: Ask) -> Result<Facts, Self::Fault>;
}

/// Decides whether the other one sees it. Nothing is stored.
///
/// # Errors
/// [`UnknownUser`], or the store's fault.
pub fn run<P: Port + ?Sized>(port: &mut P, ask: Ask) -> Result<Decision, Failure<UnknownUser, P::Fault>> {
    let facts = port.typing_facts(ask).map_err(Failure::Faulted)?;
    decide(facts).map_err(Failure::Refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_ends_by_itself_after_a_second_and_a_half() {
        assert_eq!(LIFETIME, 1_500);
    }

    #[test]
    fn typing_is_shown_to_those_who_exist_and_see_each_other() {
        for (exists, blocked, expected) in [
            (true, false, Ok(Decision::Shown)),
            (true, true, Ok(Decision::Hidden)),
            (false, false, Err(UnknownUser)),
        ] {
            assert_eq!(decide(Facts { exists, blocked }), expected);
        }
    }
}
