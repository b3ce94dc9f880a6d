//! Sending on MySQL: the facts of a whole batch in a few queries, and its rows in statements of many.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use diesel::prelude::*;
use talker_domain::messages::send::{Addition, Ask, Facts, Port};
use talker_domain::messages::{Content, Message, mark_notified};

use super::lock_users;
use super::queries::Tx;
use super::statements::{Value, insert, run_with_list};
use crate::StoreError;
use crate::cached::{Cached, rounded};
use crate::rows::{NewMessageRow, Standing, Touch, blob_digest, column, message_id, touched};
use crate::schema::{blobs, blocks, contacts, messages, nonces};

impl Port for Tx<'_> {
    fn send_facts(&mut self, asks: &[Ask]) -> Result<Vec<Facts>, StoreError> {
        let pairs: BTreeSet<Pair> =
            asks.iter().map(|ask| (column(ask.to.get()), column(ask.from.get()))).collect();
        let both_ways: BTreeSet<Pair> =
            pairs.iter().flat_map(|&(to, from)| [(to, from), (from, to)]).collect();
        let people: BTreeSet<i64> = both_ways.iter().map(|&(person, _)| person).collect();
        let people: Vec<i64> = people.into_iter().collect();
        let existing: HashSet<i64> = lock_users(self.0, &people)?.into_iter().collect();
        let blocks = self.blocks_of(&pairs)?;
        let standings = self.standings_of(&both_ways)?;
        let earlier = self.sent_as(asks)?;
        let facts = asks.iter().map(|ask| {
            let (from, to) = (column(ask.from.get()), column(ask.to.get()));
            let (own, peers) = (standings.get(&(from, to)), standings.get(&(to, from)));
            let last = own.map(|own| own.last).max(peers.map(|peers| peers.last));
            Ok(Facts {
                recipient_exists: existing.contains(&to),
                blocked: blocks.contains(&(to, from)),
                last: last.map(message_id).transpose()?,
                earlier: name(ask).and_then(|name| earlier.get(&name).cloned()),
                acquainted: own.is_some_and(Standing::acquainted),
                unanswered: own.map_or(0, Standing::unanswered),
            })
        });
        facts.collect()
    }

    fn add_messages(&mut self, additions: &[Addition<'_>]) -> Result<(), StoreError> {
        self.add_blobs(additions)?;
        let rows: Vec<_> = additions.iter().map(|addition| NewMessageRow::new(&addition.message)).collect();
        insert(self.0, MESSAGES, rows.iter().map(values).collect(), "")?;
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
        let named = messages::table.filter(messages::id.eq_any(rounded(&ids)));
        let waiting = named.filter(messages::waiting_for.is_not_null()).select(messages::id).for_update();
        let waiting: Vec<i64> = Cached(waiting).load(self.0)?;
        if !waiting.is_empty() {
            run_with_list(self.0, NOTIFY, &waiting)?;
        }
        let mut waiting = HashSet::<i64>::from_iter(waiting);
        let marked = handed.iter().filter(|handed| waiting.remove(&column(handed.message.get())));
        Ok(marked.copied().collect())
    }
}

impl Tx<'_> {
    /// Which of these block which, of those pairs.
    fn blocks_of(&mut self, pairs: &BTreeSet<Pair>) -> Result<HashSet<Pair>, StoreError> {
        let mut standing = HashSet::new();
        for pairs in Vec::from_iter(pairs).chunks(KEYS) {
            let mut blocks = blocks::table.select((blocks::by_user, blocks::blocked_user)).into_boxed();
            for (by, blocked) in rounded(pairs) {
                blocks = blocks.or_filter(blocks::by_user.eq(by).and(blocks::blocked_user.eq(blocked)));
            }
            standing.extend(blocks.load::<Pair>(self.0)?);
        }
        Ok(standing)
    }

    fn standings_of(&mut self, pairs: &BTreeSet<Pair>) -> Result<HashMap<Pair, Standing>, StoreError> {
        let mut standings = HashMap::new();
        for pairs in Vec::from_iter(pairs).chunks(KEYS) {
            let columns = ((contacts::owner, contacts::peer), Standing::as_select());
            let mut contacts = contacts::table.select(columns).into_boxed();
            for (owner, peer) in rounded(pairs) {
                contacts = contacts.or_filter(contacts::owner.eq(owner).and(contacts::peer.eq(peer)));
            }
            standings.extend(contacts.load::<(Pair, Standing)>(self.0)?);
        }
        Ok(standings)
    }

    /// What the senders have sent under the nonces.
    fn sent_as(&mut self, asks: &[Ask]) -> Result<HashMap<Name, Arc<Message>>, StoreError> {
        let names: BTreeSet<Name> = asks.iter().filter_map(name).collect();
        let mut earlier = HashMap::new();
        for names in Vec::from_iter(&names).chunks(KEYS) {
            let mut sent = nonces::table.into_boxed();
            for (from, nonce) in rounded(names) {
                sent = sent.or_filter(nonces::from_user.eq(from).and(nonces::nonce.eq(nonce)));
            }
            for (from, nonce, id) in sent.load::<(i64, Vec<u8>, i64)>(self.0)? {
                if let Some(message) = self.message(id)? {
                    earlier.insert((from, nonce), Arc::new(message));
                }
            }
        }
        Ok(earlier)
    }

    fn add_nonces(&mut self, additions: &[Addition<'_>]) -> Result<(), StoreError> {
        let rows = additions.iter().filter_map(|addition| {
            let (message, nonce) = (&addition.message, addition.nonce?);
            let (from, id) = (column(message.from.get()), column(message.id.get()));
            Some([from.into(), nonce.as_str().as_bytes().into(), id.into()])
        });
        insert(self.0, "nonces (from_user, nonce, message_id)", rows.collect(), "")
    }

    fn add_blobs(&mut self, additions: &[Addition<'_>]) -> Result<(), StoreError> {
        for addition in additions {
            let Content::Media(media) = &addition.message.content else { continue };
            let row = (blobs::digest.eq(blob_digest(&media.bytes)), blobs::bytes.eq(&media.bytes));
            diesel::insert_or_ignore_into(blobs::table).values(row).execute(self.0)?;
        }
        Ok(())
    }

    fn touch_contacts(&mut self, touched: &BTreeMap<(i64, i64), Touch>) -> Result<(), StoreError> {
        let rows = touched
            .iter()
            .map(|(&(owner, peer), touch)| [owner, peer, touch.last, touch.unread, touch.unanswered, 0]);
        let rows = rows.map(|row| row.map(Value::from));
        insert(self.0, CONTACTS, rows.collect(), TOUCH)
    }
}

/// Marks messages as handed over.
const NOTIFY: &str = "UPDATE messages SET notified = 1, waiting_for = NULL WHERE id IN {}";

const MESSAGES: &str = "messages (id, lower_user, higher_user, from_user, to_user, hidden_from, kind, content, \
    content_folded, blob_digest, sent_at, read_at, receipt_hidden, notified, waiting_for)";

const CONTACTS: &str = "contacts (owner, peer, last_message_id, unread, unanswered, read_up_to)";

const TOUCH: &str = "ON DUPLICATE KEY UPDATE \
    last_message_id = VALUES(last_message_id), unread = unread + VALUES(unread), \
    unanswered = unanswered + VALUES(unanswered)";

/// Two users, of whom the first owns the contact, or the block.
type Pair = (i64, i64);

/// A sender, and what he calls his message.
type Name = (i64, Vec<u8>);

/// How many rows one query asks for, each by its whole key. All firsts and all seconds of the keys would be as many ranges
/// as the one number times the other.
const KEYS: usize = 128;

fn name(ask: &Ask) -> Option<Name> {
    Some((column(ask.from.get()), ask.nonce.as_ref()?.as_str().as_bytes().to_vec()))
}

/// A row of a message, in the order of [`MESSAGES`].
fn values<'a>(row: &'a NewMessageRow<'_>) -> [Value<'a>; 15] {
    [
        row.id.into(),
        row.lower_user.into(),
        row.higher_user.into(),
        row.from_user.into(),
        row.to_user.into(),
        row.hidden_from.into(),
        i64::from(row.kind).into(),
        Some(row.content).into(),
        row.content_folded.as_deref().into(),
        row.blob_digest.as_deref().into(),
        row.sent_at.into(),
        row.read_at.into(),
        i64::from(row.receipt_hidden).into(),
        i64::from(row.notified).into(),
        row.waiting_for.into(),
    ]
}
