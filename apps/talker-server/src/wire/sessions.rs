//! Sessions.

use talker_domain::{Digest, UserId};
use talker_proto::errors::Code;
use talker_proto::sessions::{LoginAnswer, Session};
use talker_proto::{False, Id, Secret};

use super::ids;
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

pub(crate) const REFUSED: LoginAnswer = LoginAnswer::Refused(False);
