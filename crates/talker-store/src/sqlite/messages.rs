//! Sending on SQLite: row by row with cached statements, which is faster there than statements of many rows.

use std::sync::Arc;

use diesel::prelude::*;
use talker_domain::UserId;
use talker_domain::messages::send::{Addition, Ask, Facts, Port};
use talker_domain::messages::{Content, Media, Message, Nonce, mark_notified};

use super::queries::Tx;
use crate::StoreError;
use crate::rows::{NewMessageRow, blob_digest, column, message_id};
use crate::schema::{blobs, contacts, messages, nonces};

impl Port for Tx<'_> {
    fn send_facts(&mut self, asks: &[Ask]) -> Result<Vec<Facts>, StoreError> {
        asks.iter().map(|ask| self.send_facts_of(ask)).collect()
    }

    fn add_messages(&mut self, additions: &[Addition<'_>]) -> Result<(), StoreError> {
        additions.iter().try_for_each(|addition| self.add_message(&addition.message, addition.nonce))
    }
}

impl mark_notified::Port for Tx<'_> {
    fn mark_notified(
        &mut self,
        handed: &[mark_notified::Handed],
    ) -> Result<Vec<mark_notified::Handed>, StoreError> {
        let mut marked = Vec::with_capacity(handed.len());
        for handed in handed {
            let waiting = messages::table
                .filter(messages::id.eq(column(handed.message.get())))
                .filter(messages::waiting_for.is_not_null());
            let taken = (messages::notified.eq(true), messages::waiting_for.eq(None::<i64>));
            if diesel::update(waiting).set(taken).execute(self.0)? > 0 {
                marked.push(*handed);
            }
        }
        Ok(marked)
    }
}

impl Tx<'_> {
    fn send_facts_of(&mut self, ask: &Ask) -> Result<Facts, StoreError> {
        let (from, to) = (column(ask.from.get()), column(ask.to.get()));
        let last = self.last_message(from, to)?.max(self.last_message(to, from)?);
        Ok(Facts {
            recipient_exists: self.user_exists(to)?,
            blocked: self.block_stands(to, from)?,
            last: last.map(message_id).transpose()?,
            earlier: self.sent_as(ask)?.map(Arc::new),
        })
    }

    /// What the sender has sent under the nonce.
    fn sent_as(&mut self, ask: &Ask) -> Result<Option<Message>, StoreError> {
        let Some(nonce) = &ask.nonce else { return Ok(None) };
        let named = nonces::table.find((column(ask.from.get()), nonce.as_str().as_bytes()));
        let named: Option<i64> = named.select(nonces::message_id).first(self.0).optional()?;
        named.map_or(Ok(None), |id| self.message(id))
    }

    /// The last message that `owner` may see. What is hidden from one of the two is the other's own, so the greater of
    /// both is the last one of all.
    fn last_message(&mut self, owner: i64, peer: i64) -> Result<Option<i64>, StoreError> {
        let last = contacts::table.find((owner, peer)).select(contacts::last_message_id).first(self.0);
        Ok(last.optional()?)
    }

    fn add_message(&mut self, message: &Message, nonce: Option<&Nonce>) -> Result<(), StoreError> {
        if let Content::Media(media) = &message.content {
            self.add_blob(media)?;
        }
        diesel::insert_into(messages::table).values(NewMessageRow::new(message)).execute(self.0)?;
        if let Some(nonce) = nonce {
            self.add_nonce(message, nonce)?;
        }
        self.touch_contact(message, message.from, message.to, 0)?;
        if !message.hidden && message.from != message.to {
            self.touch_contact(message, message.to, message.from, 1)?;
        }
        Ok(())
    }

    fn add_nonce(&mut self, message: &Message, nonce: &Nonce) -> Result<(), StoreError> {
        let row = (
            nonces::from_user.eq(column(message.from.get())),
            nonces::nonce.eq(nonce.as_str().as_bytes()),
            nonces::message_id.eq(column(message.id.get())),
        );
        diesel::insert_into(nonces::table).values(row).execute(self.0)?;
        Ok(())
    }

    fn add_blob(&mut self, media: &Media) -> Result<(), StoreError> {
        let row = (blobs::digest.eq(blob_digest(&media.bytes)), blobs::bytes.eq(&media.bytes));
        diesel::insert_or_ignore_into(blobs::table).values(row).execute(self.0)?;
        Ok(())
    }

    fn touch_contact(
        &mut self,
        message: &Message,
        owner: UserId,
        peer: UserId,
        unread: i64,
    ) -> Result<(), StoreError> {
        let last = contacts::last_message_id.eq(column(message.id.get()));
        let row = (
            contacts::owner.eq(column(owner.get())),
            contacts::peer.eq(column(peer.get())),
            last,
            contacts::unread.eq(unread),
            contacts::read_up_to.eq(0),
        );
        diesel::insert_into(contacts::table)
            .values(row)
            .on_conflict((contacts::owner, contacts::peer))
            .do_update()
            .set((last, contacts::unread.eq(contacts::unread + unread)))
            .execute(self.0)?;
        Ok(())
    }
}
