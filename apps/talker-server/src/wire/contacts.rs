//! Contacts.

use talker_domain::UserId;
use talker_domain::contacts::Contact;
use talker_proto::Bit;
use talker_proto::contacts::Contact as Row;

use super::avatars::avatar;
use super::dates::date;
use super::{ids, messages};

/// The contact as its owner may see it.
pub(crate) fn row(contact: &Contact, owner: UserId) -> Row {
    let last = &contact.last;
    let (content_type, content) = messages::content_of(&last.content);
    Row {
        id: ids::from_user(contact.peer.id),
        avatar: avatar(&contact.peer),
        username: contact.peer.username.as_str().to_owned(),
        content_type,
        content,
        from_user: ids::from_user(last.from),
        readen: last.read_at_for(owner).map(date),
        notified: Bit(last.notified),
        messeage_id: ids::from_message(last.id),
        init_date: date(last.sent_at),
        unread: contact.unread,
    }
}
