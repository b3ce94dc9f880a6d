//! What opens a session when it is not known how the last attempts ended.

use talker_proto::Secret;
use talker_proto::sessions::Session;

/// How many connections may break in a row before the oldest of their keys is given up.
const MOST_SPARE: usize = 16;

/// A session, and the keys of connections that may have taken it over without our hearing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The session as it was heard of last.
    pub(crate) session: Session,
    /// Oldest first.
    pub(crate) spare: Vec<Secret>,
}

impl Claim {
    pub(crate) fn new(session: Session) -> Self {
        Self { session, spare: Vec::new() }
    }

    /// A connection with this key is about to take the session over.
    pub(crate) fn expect(&mut self, key: &Secret) {
        self.spare.retain(|spare| spare != key);
        if self.spare.len() == MOST_SPARE {
            self.spare.remove(0);
        }
        self.spare.push(key.clone());
    }

    /// The keys to try on the connection with this one, in turn.
    ///
    /// The server may only come now to what a broken connection had asked for, and so move the session from a key that
    /// is yet to be tried to one that was tried. Each round in vain takes such a connection, so as many rounds do.
    pub(crate) fn keys(&self, own: &Secret) -> impl Iterator<Item = Secret> + use<> {
        let newest_first: Vec<Secret> = self.spare.iter().rev().filter(|key| *key != own).cloned().collect();
        let rounds = newest_first.len();
        let spare = std::iter::repeat_n(newest_first, rounds).flatten();
        std::iter::once(self.session.client_address.clone()).chain(spare)
    }
}

#[cfg(test)]
mod tests {
    use talker_proto::Id;

    use super::*;

    fn claim(spare: &[&str]) -> Claim {
        let session = Session { id: Id::new(5).expect("an id"), client_address: "old".into() };
        Claim { session, spare: spare.iter().map(|key| Secret::from(*key)).collect() }
    }

    #[test]
    fn every_key_is_tried_but_the_connections_own() {
        for (spare, tried) in [
            (vec!["own"], vec!["old"]),
            (vec!["a", "own"], vec!["old", "a"]),
            (vec!["a", "b", "own"], vec!["old", "b", "a", "b", "a"]),
        ] {
            let keys = claim(&spare).keys(&"own".into());
            assert_eq!(keys.collect::<Vec<_>>(), tried.into_iter().map(Secret::from).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_key_is_kept_once_and_the_oldest_goes() {
        let mut claim = claim(&[]);
        for number in 0..=MOST_SPARE {
            for _ in 0..2 {
                claim.expect(&number.to_string().as_str().into());
            }
        }
        assert_eq!(claim.spare.len(), MOST_SPARE);
        assert_eq!(claim.spare.first(), Some(&"1".into()));
    }
}
