//! Ids. Both sides have the same range, so that no conversion fails.

use talker_domain::{MessageId, RegistrationId, ResetId, SessionId, UserId};
use talker_proto::Id;
use talker_proto::errors::Code;

pub(super) fn user(id: Id) -> Result<UserId, Code> {
    UserId::new(id.get()).ok_or(Code::Malformed)
}

pub(super) fn message(id: Id) -> Result<MessageId, Code> {
    MessageId::new(id.get()).ok_or(Code::Malformed)
}

pub(super) fn registration(id: Id) -> Result<RegistrationId, Code> {
    RegistrationId::new(id.get()).ok_or(Code::Malformed)
}

pub(super) fn reset(id: Id) -> Result<ResetId, Code> {
    ResetId::new(id.get()).ok_or(Code::Malformed)
}

pub(super) fn session(id: Id) -> Result<SessionId, Code> {
    SessionId::new(id.get()).ok_or(Code::Malformed)
}

pub(super) fn from_session(id: SessionId) -> Id {
    id_of(id.get())
}

pub(super) fn from_user(id: UserId) -> Id {
    id_of(id.get())
}

pub(super) fn from_message(id: MessageId) -> Id {
    id_of(id.get())
}

fn id_of(number: u64) -> Id {
    Id::new(number).expect("the domain's ids have the wire's range")
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_sides_have_the_same_range() {
        assert_eq!(talker_domain::LARGEST_ID, talker_proto::LARGEST_ID);
    }
}
