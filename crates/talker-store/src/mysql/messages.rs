//! Sending on MySQL: the facts of a whole batch in four queries, and its rows in three statements.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use talker_domain::messages::send::{Addition, Ask, Facts, Port};
use talker_domain::messages::{Content, Message, mark_notified};

use super::lock_users;
use super::queries::Tx;
use crate::StoreError;
use crate::rows::{NewMessageRow, blob_digest, column, message_id};
use crate::schema::{blobs, blocks, contacts, messages, nonces};

/// One row of `contacts`, after a whole batch: the last message and how many more are unread.
type Touched = BTreeMap<(i64, i64), (i64, i64)>;

impl Port for Tx<'_> {
    fn send_facts(&mut self, asks: &[Ask]) -> Result<Vec<Facts>, StoreError> {
        let senders: BTreeSet<i64> = asks.iter().map(|ask| column(ask.from.get())).collect();
        let recipients: BTreeSet<i64> = asks.iter().map(|ask| column(ask.to.get())).collect();
        let people: Vec<i64> = senders.union(&recipients).copied().collect();
        let existing: HashSet<i64> = lock_users(self.0, &people)?.into_iter().collect();
        let blocks = self.blocks_between(&recipients, &senders)?;
        let mut last = self.last_messages_between(&senders, &recipients)?;
        last.extend(self.last_messages_between(&recipients, &senders)?);
        let earlier = self.sent_as(asks)?;
        let facts = asks.iter().map(|ask| {
            let (from, to) = (column(ask.from.get()), column(ask.to.get()));
            let last = last.get(&(from, to)).max(last.get(&(to, from)));
            Ok(Facts {
                recipient_exists: existing.contains(&to),
                blocked: blocks.contains(&(to, from)),
                last: last.copied().map(message_id).transpose()?,
                earlier: name(ask).and_then(|name| earlier.get(&name).cloned()),
            })
        });
        facts.collect()
    }

    fn add_messages(&mut self, additions: &[Addition<'_>]) -> Result<(), StoreError> {
        self.add_blobs(additions)?;
        let rows: Vec<_> = additions.iter().map(|addition| NewMessageRow::new(&addition.message)).collect();
        diesel::insert_into(messages::table).values(rows).execute(self.0)?;
        self.add_nonces(additions)?;
        self.touch_contacts(&touched(additions))
    }
}

impl mark_notified::Port for Tx<'_> {
    fn mark_notified(
        &mut self,
        handed: &[mark_notified::Handed],
    ) -> Result<Vec<mark_notified::Handed>, StoreError> {
        let ids: Vec<i64> = handed.iter().map(|handed| column(handed.message.get())).collect();
        let waiting =
            messages::table.filter(messages::id.eq_any(&ids)).filter(messages::waiting_for.is_not_null());
        let mut waiting: HashSet<i64> =
            waiting.select(messages::id).for_update().load(self.0)?.into_iter().collect();
        diesel::update(messages::table.filter(messages::id.eq_any(&waiting)))
            .set((messages::notified.eq(true), messages::waiting_for.eq(None::<i64>)))
            .execute(self.0)?;
        let marked = handed.iter().filter(|handed| waiting.remove(&column(handed.message.get())));
        Ok(marked.copied().collect())
    }
}

impl Tx<'_> {
    fn blocks_between(
        &mut self,
        by: &BTreeSet<i64>,
        blocked: &BTreeSet<i64>,
    ) -> Result<HashSet<(i64, i64)>, StoreError> {
        let between = blocks::by_user.eq_any(by).and(blocks::blocked_user.eq_any(blocked));
        let pairs = blocks::table.filter(between).select((blocks::by_user, blocks::blocked_user));
        Ok(pairs.load(self.0)?.into_iter().collect())
    }

    /// The last message that each owner may see of his conversations with the peers. What is hidden from one of two is
    /// the other's own, so the greater of both is the last one of all.
    fn last_messages_between(
        &mut self,
        owners: &BTreeSet<i64>,
        peers: &BTreeSet<i64>,
    ) -> Result<HashMap<(i64, i64), i64>, StoreError> {
        let between = contacts::owner.eq_any(owners).and(contacts::peer.eq_any(peers));
        let rows = contacts::table.filter(between);
        let rows = rows.select((contacts::owner, contacts::peer, contacts::last_message_id));
        let rows: Vec<(i64, i64, i64)> = rows.load(self.0)?;
        Ok(rows.into_iter().map(|(owner, peer, last)| ((owner, peer), last)).collect())
    }

    /// What the senders have sent under the nonces. Pair by pair: all senders and all nonces would be as many ranges as
    /// the one number times the other.
    fn sent_as(&mut self, asks: &[Ask]) -> Result<HashMap<Name, Arc<Message>>, StoreError> {
        let names: HashSet<Name> = asks.iter().filter_map(name).collect();
        if names.is_empty() {
            return Ok(HashMap::new());
        }
        let mut sent = nonces::table.into_boxed();
        for (from, nonce) in names {
            sent = sent.or_filter(nonces::from_user.eq(from).and(nonces::nonce.eq(nonce)));
        }
        let rows: Vec<(i64, Vec<u8>, i64)> = sent.load(self.0)?;
        let mut earlier = HashMap::with_capacity(rows.len());
        for (from, nonce, id) in rows {
            if let Some(message) = self.message(id)? {
                earlier.insert((from, nonce), Arc::new(message));
            }
        }
        Ok(earlier)
    }

    fn add_nonces(&mut self, additions: &[Addition<'_>]) -> Result<(), StoreError> {
        let rows = additions.iter().filter_map(|addition| {
            let (message, nonce) = (&addition.message, addition.nonce?);
            Some((
                nonces::from_user.eq(column(message.from.get())),
                nonces::nonce.eq(nonce.as_str().as_bytes()),
                nonces::message_id.eq(column(message.id.get())),
            ))
        });
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            diesel::insert_into(nonces::table).values(rows).execute(self.0)?;
        }
        Ok(())
    }

    fn add_blobs(&mut self, additions: &[Addition<'_>]) -> Result<(), StoreError> {
        for addition in additions {
            let Content::Media(media) = &addition.message.content else { continue };
            let row = (blobs::digest.eq(blob_digest(&media.bytes)), blobs::bytes.eq(&media.bytes));
            diesel::insert_or_ignore_into(blobs::table).values(row).execute(self.0)?;
        }
        Ok(())
    }

    fn touch_contacts(&mut self, touched: &Touched) -> Result<(), StoreError> {
        let rows = vec!["(?, ?, ?, ?, 0)"; touched.len()].join(", ");
        let mut upsert =
            sql_query(format!("{UPSERT_CONTACTS_BEFORE} {rows} {UPSERT_CONTACTS_AFTER}")).into_boxed();
        for ((owner, peer), (last, unread)) in touched {
            upsert = upsert.bind::<BigInt, _>(owner).bind::<BigInt, _>(peer);
            upsert = upsert.bind::<BigInt, _>(last).bind::<BigInt, _>(unread);
        }
        upsert.execute(self.0)?;
        Ok(())
    }
}

/// Diesel's upsert takes one row at a time on this backend.
const UPSERT_CONTACTS_BEFORE: &str =
    "INSERT INTO contacts (owner, peer, last_message_id, unread, read_up_to) VALUES";
const UPSERT_CONTACTS_AFTER: &str = "ON DUPLICATE KEY UPDATE \
    last_message_id = VALUES(last_message_id), unread = unread + VALUES(unread)";

/// A sender, and what he calls his message.
type Name = (i64, Vec<u8>);

fn name(ask: &Ask) -> Option<Name> {
    Some((column(ask.from.get()), ask.nonce.as_ref()?.as_str().as_bytes().to_vec()))
}

fn touched(additions: &[Addition<'_>]) -> Touched {
    let mut touched = Touched::new();
    for Addition { message, .. } in additions {
        let (id, from, to) = (column(message.id.get()), column(message.from.get()), column(message.to.get()));
        touched.entry((from, to)).or_default().0 = id;
        if !message.hidden && from != to {
            let contact = touched.entry((to, from)).or_default();
            *contact = (id, contact.1 + 1);
        }
    }
    touched
}
