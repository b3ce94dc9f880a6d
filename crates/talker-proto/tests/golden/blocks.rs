//! Blocking, on the wire.

use talker_proto::blocks::{BlockUser, Blocked, ListBlocked, UnblockUser};

use super::{AVATAR, KEY, id};
use crate::{Golden, answer, client, request};

pub(crate) fn goldens() -> Vec<Golden> {
    let blocked =
        Blocked { by_user: id(5), blocked_user: id(7), username: "Ben_7".into(), avatar: AVATAR.into() };
    vec![
        client(BlockUser { user_id: id(5), blocked_id: id(7) }),
        client(UnblockUser { user_id: id(5), blocked_id: id(7) }),
        request(ListBlocked { user_id: id(5), client_address: KEY.into() }),
        answer::<ListBlocked>(vec![blocked]),
    ]
}
