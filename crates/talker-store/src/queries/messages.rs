//! Reading, looking back, searching, and what waits. Sending is the backends' own.

use diesel::prelude::*;
use talker_domain::messages::history::{self, Page};
use talker_domain::messages::mark_notified::Handed;
use talker_domain::messages::{CONTENT_PER_ANSWER, Message, mark_read, search, waiting};
use talker_domain::{MessageId, Timestamp, UserId};

use super::{Tx, limit, lock_user};
use crate::StoreError;
use crate::cached::{Cached, rounded};
use crate::functions::{instr, length, or_else};
use crate::rows::{MessageRow, NOBODY, TEXT, column, message_id, pair, up_to, user_id};
use crate::schema::{blobs, contacts, messages};

impl mark_read::Port for Tx<'_> {
    fn read_facts(&mut self, ask: mark_read::Ask) -> Result<Option<mark_read::Facts>, StoreError> {
        let reader = column(ask.reader.get());
        // Two of the reader's connections may read at once; what they have read must not go back.
        lock_user(self.0, reader)?;
        let Some(peer) = self.peer_of(reader, column(ask.message.get()))? else { return Ok(None) };
        let read_up_to = contacts::table.find((reader, peer)).select(contacts::read_up_to).get_result(self.0);
        let read_up_to: i64 = read_up_to.optional()?.unwrap_or(0);
        let (lower, higher) = (reader.min(peer), reader.max(peer));
        let newest: Option<i64> = messages::table
            .filter(messages::lower_user.eq(lower).and(messages::higher_user.eq(higher)))
            .filter(messages::hidden_from.eq(NOBODY).and(messages::to_user.eq(reader)))
            .filter(messages::id.gt(read_up_to).and(messages::id.le(column(ask.message.get()))))
            .order(messages::id.desc())
            .select(messages::id)
            .first(self.0)
            .optional()?;
        Ok(Some(mark_read::Facts {
            peer: user_id(peer)?,
            newest_unread: newest.map(message_id).transpose()?,
            before: if newest.is_none() { self.position(read_up_to)? } else { None },
            blocked: self.blocked_either_way(reader, peer)?,
        }))
    }

    fn mark_read(&mut self, marking: &mark_read::Marking) -> Result<(), StoreError> {
        let (reader, peer) = (column(marking.reader.get()), column(marking.peer.get()));
        let up_to = column(marking.up_to.get());
        let contact = contacts::table.find((reader, peer));
        let read_up_to: i64 = contact.select(contacts::read_up_to).get_result(self.0)?;
        let (lower, higher) = (reader.min(peer), reader.max(peer));
        let covered = messages::table
            .filter(messages::lower_user.eq(lower).and(messages::higher_user.eq(higher)))
            .filter(messages::hidden_from.eq(NOBODY).and(messages::to_user.eq(reader)))
            .filter(messages::id.gt(read_up_to).and(messages::id.le(up_to)));
        let read = (messages::read_at.eq(marking.at.0), messages::receipt_hidden.eq(marking.hidden));
        let unread = covered.filter(messages::read_at.is_null());
        let marked = Cached(diesel::update(unread).set(read)).execute(self.0)?;
        let counted = if reader == peer { 0 } else { i64::try_from(marked).unwrap_or(i64::MAX) };
        let fewer = (contacts::unread.eq(contacts::unread - counted), contacts::read_up_to.eq(up_to));
        Cached(diesel::update(contact).set(fewer)).execute(self.0)?;
        if !marking.hidden {
            self.see_a_sign(peer, reader)?;
        }
        Ok(())
    }
}

impl waiting::Port for Tx<'_> {
    fn waiting(&mut self, user: UserId, after: Option<MessageId>) -> Result<Vec<Message>, StoreError> {
        let rows: Vec<MessageRow> = messages::table
            .filter(messages::waiting_for.eq(column(user.get())))
            .filter(messages::id.gt(after.map_or(0, |after| column(after.get()))))
            .order(messages::id)
            .limit(limit(waiting::PAGE))
            .select(MessageRow::as_select())
            .load(self.0)?;
        Ok(self.with_media(rows, waiting::PAGE_BYTES)?.0)
    }

    fn sent_to(&mut self, user: UserId, ids: &[MessageId]) -> Result<Vec<Message>, StoreError> {
        let ids: Vec<i64> = ids.iter().map(|id| column(id.get())).collect();
        let rows = messages::table
            .filter(messages::id.eq_any(rounded(&ids)))
            .filter(messages::to_user.eq(column(user.get())))
            .order(messages::id)
            .select(MessageRow::as_select());
        let rows: Vec<MessageRow> = Cached(rows).load(self.0)?;
        Ok(self.with_media(rows, waiting::PAGE_BYTES)?.0)
    }

    fn waiting_ids(&mut self, user: UserId, most: usize) -> Result<Vec<Handed>, StoreError> {
        let rows: Vec<(i64, i64)> = messages::table
            .filter(messages::waiting_for.eq(column(user.get())))
            .order(messages::id)
            .limit(limit(most))
            .select((messages::id, messages::from_user))
            .load(self.0)?;
        let handed = |(id, from)| Ok(Handed { message: message_id(id)?, from: user_id(from)? });
        rows.into_iter().map(handed).collect()
    }
}

impl history::Port for Tx<'_> {
    fn history(&mut self, ask: history::Ask) -> Result<Page, StoreError> {
        let mut rows = self.visible(ask, limit(history::PAGE) + 1)?;
        let more = rows.len() > history::PAGE;
        rows.truncate(history::PAGE);
        let (messages, complete) = self.with_media(rows, CONTENT_PER_ANSWER)?;
        Ok(Page { messages, all: complete && !more })
    }
}

impl search::Port for Tx<'_> {
    fn search_messages(&mut self, ask: &search::Ask) -> Result<Vec<Message>, StoreError> {
        let (lower, higher) = pair(ask.viewer, ask.peer);
        let mut found = Vec::new();
        for hidden_from in hidden_from(ask.viewer, ask.peer) {
            let folded = or_else(messages::content_folded, messages::content);
            let rows = messages::table
                .filter(messages::lower_user.eq(lower).and(messages::higher_user.eq(higher)))
                .filter(messages::hidden_from.eq(hidden_from).and(messages::id.le(up_to(ask.from))))
                .filter(messages::kind.eq(TEXT).and(instr(folded, ask.needle.as_str()).gt(0)))
                .order(messages::id.desc())
                .limit(limit(search::LIMIT));
            let rows: Vec<MessageRow> = rows.select(MessageRow::as_select()).load(self.0)?;
            found.extend(rows);
        }
        let newest = newest(found, search::LIMIT);
        newest.into_iter().map(|row| row.into_message(vec![])).collect()
    }
}

impl Tx<'_> {
    /// The owner learns that the peer has read what he sent.
    fn see_a_sign(&mut self, owner: i64, peer: i64) -> Result<(), StoreError> {
        let contact = contacts::table.find((owner, peer)).filter(contacts::unanswered.ne(0));
        Cached(diesel::update(contact).set(contacts::unanswered.eq(0))).execute(self.0)?;
        Ok(())
    }

    /// When the message up to which somebody has read was read; `None` for the id 0.
    fn position(&mut self, read_up_to: i64) -> Result<Option<mark_read::Position>, StoreError> {
        let read = messages::table.find(read_up_to).select(messages::read_at);
        let read: Option<Option<i64>> = read.get_result(self.0).optional()?;
        let Some(at) = read.flatten() else { return Ok(None) };
        Ok(Some(mark_read::Position { message: message_id(read_up_to)?, at: Timestamp(at) }))
    }

    /// The message, with its media.
    pub(crate) fn message(&mut self, id: i64) -> Result<Option<Message>, StoreError> {
        let row = messages::table.find(id).select(MessageRow::as_select());
        let row: Option<MessageRow> = row.get_result(self.0).optional()?;
        Ok(self.with_media(row.into_iter().collect(), 0)?.0.pop())
    }

    /// The other one of the conversation that holds this message, if the reader sees the message.
    fn peer_of(&mut self, reader: i64, message: i64) -> Result<Option<i64>, StoreError> {
        let columns = (messages::from_user, messages::to_user, messages::hidden_from);
        let found: Option<(i64, i64, i64)> =
            messages::table.find(message).select(columns).get_result(self.0).optional()?;
        Ok(found.and_then(|(from, to, hidden_from)| match reader {
            _ if hidden_from == reader => None,
            _ if from == reader => Some(to),
            _ if to == reader => Some(from),
            _ => None,
        }))
    }

    /// The newest messages of a conversation that the viewer may see.
    fn visible(&mut self, ask: history::Ask, limit: i64) -> Result<Vec<MessageRow>, StoreError> {
        let (lower, higher) = pair(ask.viewer, ask.peer);
        let mut found = Vec::new();
        for hidden_from in hidden_from(ask.viewer, ask.peer) {
            let rows = messages::table
                .filter(messages::lower_user.eq(lower).and(messages::higher_user.eq(higher)))
                .filter(messages::hidden_from.eq(hidden_from).and(messages::id.le(up_to(ask.from))))
                .order(messages::id.desc())
                .limit(limit);
            let rows: Vec<MessageRow> = rows.select(MessageRow::as_select()).load(self.0)?;
            found.extend(rows);
        }
        Ok(newest(found, usize::try_from(limit).unwrap_or(usize::MAX)))
    }

    /// The messages of the rows, with their media, up to where their content goes over so many bytes, but one at least; and
    /// whether these are all.
    pub(super) fn with_media(
        &mut self,
        rows: Vec<MessageRow>,
        most: usize,
    ) -> Result<(Vec<Message>, bool), StoreError> {
        let mut left = most;
        let mut messages = Vec::with_capacity(rows.len());
        for row in rows {
            let allowance =
                if messages.is_empty() { Some(usize::MAX) } else { left.checked_sub(row.text_bytes()) };
            let Some(allowance) = allowance else { return Ok((messages, false)) };
            let Some(media) = self.media_within(&row, allowance)? else { return Ok((messages, false)) };
            left = left.saturating_sub(row.text_bytes() + media.len());
            messages.push(row.into_message(media)?);
        }
        Ok((messages, true))
    }

    /// The media of a message, empty for a text; `None` if they have more bytes than that.
    pub(super) fn media_within(
        &mut self,
        row: &MessageRow,
        most: usize,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(digest) = &row.blob_digest else { return Ok(Some(vec![])) };
        let blob = blobs::table.find(digest.as_slice());
        let size: i64 = blob.select(length(blobs::bytes)).get_result(self.0)?;
        if usize::try_from(size).unwrap_or(usize::MAX) > most {
            return Ok(None);
        }
        Ok(Some(blob.select(blobs::bytes).get_result(self.0)?))
    }
}

/// What a viewer may see of a conversation is what is hidden from nobody, and what he sent while he was blocked. Each is
/// one range of the index.
fn hidden_from(viewer: UserId, peer: UserId) -> impl Iterator<Item = i64> {
    std::iter::once(NOBODY).chain((viewer != peer).then(|| column(peer.get())))
}

fn newest(mut rows: Vec<MessageRow>, limit: usize) -> Vec<MessageRow> {
    rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.id()));
    rows.truncate(limit);
    rows
}
