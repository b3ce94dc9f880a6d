//! Sessions.

use talker_domain::sessions::list;
use talker_domain::sessions::revoke::Which;
use talker_domain::{Digest, UserId};
use talker_proto::errors::Code;
use talker_proto::sessions::{ListedSession, LoginAnswer, Session};
use talker_proto::{False, Id, Secret};

use super::{dates, ids};
use crate::keys;

/// Who says he asks, and the digest of the key that has to show it.
pub(crate) fn claim(user_id: Id, client_address: &Secret) -> Result<(UserId, Digest), Code> {
    Ok((ids::user(user_id)?, keys::digest(client_address)))
}

/// The user whom an event names as its sender.
pub(crate) fn sender(user_id: Id) -> Result<UserId, Code> {
    ids::user(user_id)
}

pub(crate) fn session(user: UserId, key: &Secret) -> Session {
    Session { id: ids::from_user(user), client_address: key.clone() }
}

/// Which sessions the owner of this key wants to end.
pub(crate) fn which(id: Option<Id>, own: Digest) -> Result<Which, Code> {
    id.map_or(Ok(Which::Others(own)), |id| ids::session(id).map(Which::One))
}

pub(crate) fn listed(session: &list::Listed, own: Digest) -> ListedSession {
    ListedSession {
        id: ids::from_session(session.id),
        init_date: dates::date(session.began_at),
        connected: session.ends_at.is_none(),
        current: session.key == own,
    }
}

pub(crate) const REFUSED: LoginAnswer = LoginAnswer::Refused(False);
