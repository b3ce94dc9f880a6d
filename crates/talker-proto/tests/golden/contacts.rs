//! Contacts, on the wire.

use talker_proto::Bit;
use talker_proto::contacts::{Contact, ListContacts};
use talker_proto::messages::ContentType;

use super::{AVATAR, KEY, id};
use crate::{Golden, answer, request};

pub(crate) fn goldens() -> Vec<Golden> {
    vec![
        request(ListContacts { user_id: id(5), client_address: KEY.into() }),
        answer::<ListContacts>(vec![unread_text(), photo_without_its_bytes()]),
    ]
}

fn unread_text() -> Contact {
    Contact {
        id: id(7),
        avatar: AVATAR.into(),
        username: "Ben_7".into(),
        content_type: ContentType::Text,
        content: "Are you there?".into(),
        from_user: id(7),
        readen: None,
        notified: Bit(true),
        messeage_id: id(42),
        init_date: "2026-03-01 12:30:05".into(),
        unread: 3,
    }
}

fn photo_without_its_bytes() -> Contact {
    Contact {
        id: id(8),
        avatar: AVATAR.into(),
        username: "cleo".into(),
        content_type: ContentType::Photo,
        content: "data:image/png;base64,".into(),
        from_user: id(5),
        readen: Some("2026-02-28 23:59:59".into()),
        notified: Bit(true),
        messeage_id: id(41),
        init_date: "2026-02-28 23:59:50".into(),
        unread: 0,
    }
}
