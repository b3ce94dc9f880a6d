//! Ending sessions of one's own from afar: a device that was lost, or all but the one in hand.

use super::{list, log_out};
use crate::{Digest, Failure, SessionId, Storage, Timestamp, UserId};

/// Which sessions are to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(SessionId),
    /// All but the one with this key.
    Others(Digest),
    /// All.
    All,
}

/// He has no such session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such session")]
pub struct UnknownSession;

/// What ending sessions from afar asks of a store.
pub trait Port: list::Port + log_out::Port + Storage {
    /// Until the transaction ends, nobody else begins, resumes or ends sessions of this user.
    ///
    /// # Errors
    /// The store's fault.
    fn lock_sessions_of(&mut self, user: UserId) -> Result<(), Self::Fault>;
}

/// The keys of those that end.
///
/// # Errors
/// [`UnknownSession`] if one was named that is not among them.
pub fn decide(which: Which, sessions: &[list::Listed]) -> Result<Vec<Digest>, UnknownSession> {
    let ends = |session: &&list::Listed| match which {
        Which::One(id) => session.id == id,
        Which::Others(own) => session.key != own,
        Which::All => true,
    };
    let ended: Vec<Digest> = sessions.iter().filter(ends).map(|session| session.key).collect();
    if ended.is_empty() && matches!(which, Which::One(_)) { Err(UnknownSession) } else { Ok(ended) }
}

/// Ends sessions, and returns their keys.
///
/// # Errors
/// [`UnknownSession`], or the store's fault.
pub fn run<P: Port + ?Sized>(
    port: &mut P,
    user: UserId,
    which: Which,
    now: Timestamp,
) -> Result<Vec<Digest>, Failure<UnknownSession, P::Fault>> {
    port.lock_sessions_of(user).map_err(Failure::Faulted)?;
    let sessions = port.sessions_of(user, now).map_err(Failure::Faulted)?;
    let ended = decide(which, &sessions).map_err(Failure::Refused)?;
    for key in &ended {
        port.end_session(*key).map_err(Failure::Faulted)?;
    }
    Ok(ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_all_others_or_all_end() {
        let id = |number| SessionId::new(number).expect("positive");
        let session = |number: u8| list::Listed {
            id: id(number.into()),
            key: Digest([number; 32]),
            began_at: Timestamp(0),
            ends_at: None,
        };
        let keys =
            |numbers: &[u8]| Ok(numbers.iter().map(|number| Digest([*number; 32])).collect::<Vec<_>>());
        let sessions = [session(1), session(2), session(3)];
        for (which, ended) in [
            (Which::One(id(2)), keys(&[2])),
            (Which::One(id(4)), Err(UnknownSession)),
            (Which::Others(Digest([2; 32])), keys(&[1, 3])),
            (Which::Others(Digest([9; 32])), keys(&[1, 2, 3])),
            (Which::All, keys(&[1, 2, 3])),
        ] {
            assert_eq!(decide(which, &sessions), ended, "{which:?}");
        }
        assert_eq!(decide(Which::All, &[]), keys(&[]));
    }
}
