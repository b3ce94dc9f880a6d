//! Typing.

use talker_domain::UserId;
use talker_domain::typing::Ask;
use talker_proto::Id;
use talker_proto::errors::Code;
use talker_proto::typing::Typing;

use super::ids;

pub(crate) fn to_type(typer: UserId, to: Id) -> Result<Ask, Code> {
    Ok(Ask { typer, to: ids::user(to)? })
}

pub(crate) fn typing(typer: UserId, typing: bool) -> Typing {
    Typing { typer: ids::from_user(typer), typing }
}
