//! What messages change in the contact lists.

use std::collections::BTreeMap;

use diesel::prelude::*;
use talker_domain::messages::send::Addition;

use super::column;
use crate::schema::contacts;

/// What a contact says of how its owner stands with the peer. All of it is known to the owner.
#[derive(Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = contacts)]
pub(crate) struct Standing {
    /// The last message that the owner may see. What is hidden from one of two is the other's own, so the greater one of
    /// both contacts is the last one of all.
    #[diesel(column_name = last_message_id)]
    pub(crate) last: i64,
    unread: i64,
    unanswered: i64,
    read_up_to: i64,
}

impl Standing {
    /// Whether the peer has ever written to the owner.
    pub(crate) fn acquainted(&self) -> bool {
        self.unread > 0 || self.read_up_to > 0
    }

    /// How many messages the owner has sent since the peer last read any.
    pub(crate) fn unanswered(&self) -> u32 {
        u32::try_from(self.unanswered).unwrap_or(u32::MAX)
    }
}

/// What a batch of messages changes in one contact: the one of this owner and this peer.
#[derive(Default, Clone, Copy)]
pub(crate) struct Touch {
    /// The last message from then on.
    pub(crate) last: i64,
    /// How many more are unread.
    pub(crate) unread: i64,
    /// How many more the owner has sent.
    pub(crate) unanswered: i64,
}

/// What the messages change, by owner and peer.
pub(crate) fn touched(additions: &[Addition<'_>]) -> BTreeMap<(i64, i64), Touch> {
    let mut touched: BTreeMap<_, Touch> = BTreeMap::new();
    for Addition { message, .. } in additions {
        let (last, from, to) =
            (column(message.id.get()), column(message.from.get()), column(message.to.get()));
        let contact = touched.entry((from, to)).or_default();
        *contact = Touch { last, unanswered: contact.unanswered + 1, ..*contact };
        if !message.hidden && from != to {
            let contact = touched.entry((to, from)).or_default();
            *contact = Touch { last, unread: contact.unread + 1, ..*contact };
        }
    }
    touched
}
