//! Contact lists.

use std::cmp::Reverse;

use diesel::prelude::*;
use talker_domain::UserId;
use talker_domain::contacts::{Contact, Port};

use super::Tx;
use crate::StoreError;
use crate::rows::{MessageRow, UserRow, column};
use crate::schema::{contacts, messages, users};

impl Port for Tx<'_> {
    fn contacts(&mut self, owner: UserId, media_budget: usize) -> Result<Vec<Contact>, StoreError> {
        let mut rows: Vec<(i64, UserRow, MessageRow)> = contacts::table
            .inner_join(users::table.on(users::id.eq(contacts::peer)))
            .inner_join(messages::table.on(messages::id.eq(contacts::last_message_id)))
            .filter(contacts::owner.eq(column(owner.get())))
            .select((contacts::unread, UserRow::as_select(), MessageRow::as_select()))
            .load(self.0)?;
        // All of them are wanted, so that an index in this order would be work for each message and gain nothing here.
        rows.sort_unstable_by_key(|(_, _, last)| Reverse(last.id()));
        let mut left = media_budget;
        rows.into_iter().map(|(unread, peer, last)| self.contact(unread, peer, last, &mut left)).collect()
    }
}

impl Tx<'_> {
    fn contact(
        &mut self,
        unread: i64,
        peer: UserRow,
        last: MessageRow,
        left: &mut usize,
    ) -> Result<Contact, StoreError> {
        let bytes = self.media_within(&last, *left)?.unwrap_or_default();
        *left -= bytes.len();
        Ok(Contact {
            peer: peer.into_user()?,
            last: last.into_message(bytes)?,
            unread: u64::try_from(unread).unwrap_or(0),
        })
    }
}
