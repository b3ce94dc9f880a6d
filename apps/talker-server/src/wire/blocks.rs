//! Blocks.

use talker_domain::UserId;
use talker_domain::blocks::block;
use talker_domain::users::User;
use talker_proto::Id;
use talker_proto::blocks::{Blocked, BlockedUser, UnblockedUser};
use talker_proto::errors::Code;

use super::avatars::avatar;
use super::ids;

pub(crate) fn to_block(by: UserId, blocked: Id) -> Result<block::Ask, Code> {
    Ok(block::Ask { by, blocked: ids::user(blocked)? })
}

pub(crate) fn began(blocked: UserId) -> BlockedUser {
    BlockedUser { user_id: ids::from_user(blocked) }
}

pub(crate) fn ended(blocked: UserId) -> UnblockedUser {
    UnblockedUser { user_id: ids::from_user(blocked) }
}

pub(crate) fn blocked(by: UserId, user: &User) -> Blocked {
    Blocked {
        by_user: ids::from_user(by),
        blocked_user: ids::from_user(user.id),
        username: user.username.as_str().to_owned(),
        avatar: avatar(user),
    }
}
