//! Resuming: a session moves to another connection, and to its key, without a password.

use super::Session;
use crate::{Digest, Failure, SessionId, Storage, Timestamp, UserId};

/// Somebody shows the key of a session and wants it on his new connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Who he says he is.
    pub user: UserId,
    /// The session's key as it is.
    pub key: Digest,
    /// The new connection's key.
    pub new_key: Digest,
    /// The new connection's node.
    pub node: u8,
}

/// A session, as it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Which one it is.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// When its user logged in.
    pub began_at: Timestamp,
    /// When it ends; `None` while it has a connection.
    pub ends_at: Option<Timestamp>,
}

/// The key is not a session of this user: one answer for every cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this session cannot be resumed")]
pub struct Unresumable;

/// Moves a session of this user that has not ended.
///
/// # Errors
/// [`Unresumable`] for any other.
pub fn decide(ask: Ask, facts: Option<Facts>, now: Timestamp) -> Result<Session, Unresumable> {
    let facts = facts.filter(|facts| facts.user == ask.user).ok_or(Unresumable)?;
    if facts.ends_at.is_some_and(|ends_at| ends_at <= now) {
        return Err(Unresumable);
    }
    Ok(Session { id: facts.id, key: ask.new_key, user: ask.user, node: ask.node, began_at: facts.began_at })
}

/// What resuming asks of a store.
pub trait Port: Storage {
    /// The session with this key. Until the transaction ends nobody else moves or ends it.
    ///
    /// # Errors
    /// The store's fault.
    fn session(&mut self, key: Digest) -> Result<Option<Facts>, Self::Fault>;

    /// Puts the new session, whose key no other session has, in the place of the one with this key, which was found.
    ///
    /// # Errors
    /// The store's fault.
    fn move_session(&mut self, key: Digest, to: &Session) -> Result<(), Self::Fault>;
}

/// Resumes. Of two who show the same key one succeeds.
///
/// # Errors
/// [`Unresumable`], or the store's fault.
pub fn run<P: Port + ?Sized>(
    port: &mut P,
    ask: Ask,
    now: Timestamp,
) -> Result<Session, Failure<Unresumable, P::Fault>> {
    let facts = port.session(ask.key).map_err(Failure::Faulted)?;
    let session = decide(ask, facts, now).map_err(Failure::Refused)?;
    port.move_session(ask.key, &session).map_err(Failure::Faulted)?;
    Ok(session)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    #[test]
    fn only_ones_own_session_that_has_not_ended_is_resumed() {
        let user = |number| UserId::new(number).expect("positive");
        let ask = Ask { user: user(1), key: Digest([1; 32]), new_key: Digest([2; 32]), node: 3 };
        let id = SessionId::new(7).expect("positive");
        let began_at = NOW.plus(-1_000);
        let found = |number, ends_at| Some(Facts { id, user: user(number), began_at, ends_at });
        for (facts, granted) in [
            (found(1, None), true),
            (found(1, Some(NOW.plus(1))), true),
            (found(1, Some(NOW)), false),
            (found(1, Some(NOW.plus(-1))), false),
            (found(2, None), false),
            (None, false),
        ] {
            let session = decide(ask, facts, NOW);
            assert_eq!(session.is_ok(), granted, "{facts:?}");
            assert!(
                session.is_err()
                    || session.is_ok_and(|session| session
                        == Session { id, key: ask.new_key, user: user(1), node: 3, began_at })
            );
        }
    }
}
