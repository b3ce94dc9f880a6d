//! What messages change in the contact lists.

use std::collections::BTreeMap;

use talker_domain::messages::send::Addition;

use super::column;

/// What a batch of messages changes in one contact: the one of this owner and this peer.
#[derive(Default, Clone, Copy)]
pub(crate) struct Touch {
    /// The last message from then on.
    pub(crate) last: i64,
    /// How many more are unread.
    pub(crate) unread: i64,
}

/// What the messages change, by owner and peer.
pub(crate) fn touched(additions: &[Addition<'_>]) -> BTreeMap<(i64, i64), Touch> {
    let mut touched: BTreeMap<_, Touch> = BTreeMap::new();
    for Addition { message, .. } in additions {
        let (last, from, to) =
            (column(message.id.get()), column(message.from.get()), column(message.to.get()));
        touched.entry((from, to)).or_default().last = last;
        if !message.hidden && from != to {
            let contact = touched.entry((to, from)).or_default();
            *contact = Touch { last, unread: contact.unread + 1 };
        }
    }
    touched
}
