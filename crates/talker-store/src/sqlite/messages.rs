//! Sending on SQLite: row by row with cached statements, which is faster there than statements of many rows.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use diesel::prelude::*;
use talker_domain::UserId;
use talker_domain::messages::send::{Addition, Ask, Facts, Port};
use talker_domain::messages::{Content, Media, Message, Nonce, mark_notified};

use super::fixed::{Fixed, Text};
use super::queries::Tx;
use crate::StoreError;
use crate::rows::{NewMessageRow, Standing, Touch, blob_digest, column, message_id, touched};
use crate::schema::{blobs, contacts, messages, nonces};

impl Port for Tx<'_> {
    fn send_facts(&mut self, asks: &[Ask]) -> Result<Vec<Facts>, StoreError> {
        let mut pairs: HashMap<(UserId, UserId), Facts> = HashMap::new();
        let facts = asks.iter().map(|ask| {
            let pair = match pairs.entry((ask.from, ask.to)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.facts_of(ask.from, ask.to)?),
            };
            Ok(Facts { earlier: self.sent_as(ask)?.map(Arc::new), ..pair.clone() })
        });
        facts.collect()
    }

    fn add_messages(&mut self, additions: &[Addition<'_>]) -> Result<(), StoreError> {
        for addition in additions {
            self.add_message(&addition.message, addition.nonce)?;
        }
        for ((owner, peer), Touch { last, unread, unanswered }) in touched(additions) {
            Fixed::<TouchContact, 5>::run(self.0, [owner, peer, last, unread, unanswered])?;
        }
        Ok(())
    }
}

impl mark_notified::Port for Tx<'_> {
    fn mark_notified(
        &mut self,
        handed: &[mark_notified::Handed],
    ) -> Result<Vec<mark_notified::Handed>, StoreError> {
        let mut marked = Vec::with_capacity(handed.len());
        for handed in handed {
            if Fixed::<Notify, 1>::run(self.0, [column(handed.message.get())])? > 0 {
                marked.push(*handed);
            }
        }
        Ok(marked)
    }
}

impl Tx<'_> {
    /// How the two stand, whatever it is that the one sends to the other.
    fn facts_of(&mut self, from: UserId, to: UserId) -> Result<Facts, StoreError> {
        let (from, to) = (column(from.get()), column(to.get()));
        let (own, peers) = (self.standing(from, to)?, self.standing(to, from)?);
        let last = own.map(|own| own.last).max(peers.map(|peers| peers.last));
        Ok(Facts {
            recipient_exists: self.user_exists(to)?,
            blocked: self.block_stands(to, from)?,
            last: last.map(message_id).transpose()?,
            earlier: None,
            acquainted: own.is_some_and(|own| own.acquainted()),
            unanswered: own.map_or(0, |own| own.unanswered()),
        })
    }

    /// What the sender has sent under the nonce.
    fn sent_as(&mut self, ask: &Ask) -> Result<Option<Message>, StoreError> {
        let Some(nonce) = &ask.nonce else { return Ok(None) };
        let named = nonces::table.find((column(ask.from.get()), nonce.as_str().as_bytes()));
        let named: Option<i64> = named.select(nonces::message_id).get_result(self.0).optional()?;
        named.map_or(Ok(None), |id| self.message(id))
    }

    fn standing(&mut self, owner: i64, peer: i64) -> Result<Option<Standing>, StoreError> {
        let contact = contacts::table.find((owner, peer)).select(Standing::as_select());
        Ok(contact.get_result(self.0).optional()?)
    }

    fn add_message(&mut self, message: &Message, nonce: Option<&Nonce>) -> Result<(), StoreError> {
        if let Content::Media(media) = &message.content {
            self.add_blob(media)?;
        }
        diesel::insert_into(messages::table).values(NewMessageRow::new(message)).execute(self.0)?;
        if let Some(nonce) = nonce {
            self.add_nonce(message, nonce)?;
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
}

/// Marks a message as handed over, if it waits.
struct Notify;

impl Text for Notify {
    const SQL: &'static str =
        "UPDATE messages SET notified = 1, waiting_for = NULL WHERE id = ? AND waiting_for IS NOT NULL";
}

/// Makes a message the last one of a conversation.
struct TouchContact;

impl Text for TouchContact {
    const SQL: &'static str = "INSERT INTO contacts (owner, peer, last_message_id, unread, unanswered, read_up_to) \
        VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (owner, peer) DO UPDATE \
        SET last_message_id = excluded.last_message_id, unread = unread + excluded.unread, \
        unanswered = unanswered + excluded.unanswered";
}
