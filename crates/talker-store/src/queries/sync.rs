//! Reading logs, and pruning them. Writing is the backends' own.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;
use talker_domain::messages::Message;
use talker_domain::sync::page::{Ask, Head, Port};
use talker_domain::sync::prune::{self, ENTRIES, LOGS, Pruned};
use talker_domain::sync::{Logged, Seq};
use talker_domain::{Effect, Event, MessageId, Timestamp, UserId};

use super::{Tx, limit};
use crate::StoreError;
use crate::cached::{Cached, rounded};
use crate::rows::{LARGEST_RUN, LogRun, MessageRow, column, log_number, log_place, log_time, user_id};
use crate::schema::{log_runs, logs, messages};

impl Port for Tx<'_> {
    fn log_head(&mut self, user: UserId) -> Result<Head, StoreError> {
        self.write_log()?;
        let head = logs::table.find(column(user.get())).select((logs::head, logs::pruned));
        let head: Option<(i32, i32)> = head.get_result(self.0).optional()?;
        let (newest, pruned) = head.unwrap_or_default();
        Ok(Head { newest: log_place(newest)?, pruned: log_place(pruned)? })
    }

    fn log_entries(&mut self, ask: Ask) -> Result<Vec<Effect>, StoreError> {
        self.write_log()?;
        let entries = self.entries(ask)?;
        let mut messages = self.messages_of(&entries, ask.bytes)?;
        let effects = entries.into_iter().map_while(|entry| effect(ask.user, entry, &mut messages));
        Ok(effects.collect())
    }
}

impl Tx<'_> {
    fn entries(&mut self, ask: Ask) -> Result<Vec<(Seq, Logged, Timestamp)>, StoreError> {
        let after = log_number(ask.after)?;
        // The first one that he asks for may be the last one of the largest run.
        let begin = i32::try_from(LARGEST_RUN).map_or(0, |run| after.saturating_sub(run));
        let end = i32::try_from(ask.limit).map_or(i32::MAX, |limit| after.saturating_add(limit));
        let runs: Vec<LogRun> = log_runs::table
            .filter(log_runs::user_id.eq(column(ask.user.get())))
            .filter(log_runs::seq.gt(begin).and(log_runs::seq.le(end)))
            .order(log_runs::seq)
            .select(LogRun::as_select())
            .load(self.0)?;
        let entries = runs.into_iter().map(LogRun::into_entries).collect::<Result<Vec<_>, _>>()?;
        let entries = entries.into_iter().flatten().skip_while(|(seq, ..)| *seq <= ask.after);
        Ok(entries.take(ask.limit).collect())
    }

    /// The messages that the entries tell of: all, or as many from the first on as one answer may carry.
    fn messages_of(
        &mut self,
        entries: &[(Seq, Logged, Timestamp)],
        bytes: usize,
    ) -> Result<HashMap<MessageId, Arc<Message>>, StoreError> {
        let ids: Vec<i64> = entries.iter().filter_map(|(_, what, _)| message_of(*what)).collect();
        let rows = messages::table.filter(messages::id.eq_any(rounded(&ids)));
        let rows = Cached(rows.select(MessageRow::as_select()));
        let rows: Vec<MessageRow> = if ids.is_empty() { vec![] } else { rows.load(self.0)? };
        let mut by_id: HashMap<i64, MessageRow> = rows.into_iter().map(|row| (row.id(), row)).collect();
        let in_order = ids.iter().filter_map(|id| by_id.remove(id)).collect();
        let (messages, _) = self.with_media(in_order, bytes)?;
        Ok(messages.into_iter().map(|message| (message.id, Arc::new(message))).collect())
    }
}

fn message_of(what: Logged) -> Option<i64> {
    match what {
        Logged::Message(message) => Some(column(message.get())),
        _ => None,
    }
}

/// What the entry tells, as it was told then; `None` where its message has to wait for the next answer.
fn effect(
    user: UserId,
    (seq, what, at): (Seq, Logged, Timestamp),
    messages: &mut HashMap<MessageId, Arc<Message>>,
) -> Option<Effect> {
    let event = match what {
        Logged::Message(id) => {
            let message = messages.remove(&id)?;
            if message.to == user { Event::Delivery(message) } else { Event::Echo(message) }
        }
        Logged::Notified(message) => Event::Notified(message),
        Logged::Read(message) => Event::Read { message, at },
        Logged::Blocked(blocked) => Event::Blocked(blocked),
        Logged::Unblocked(blocked) => Event::Unblocked(blocked),
    };
    Some(Effect { seq: Some(seq), ..Effect::everywhere(user, event) })
}

impl prune::Port for Tx<'_> {
    fn prune(&mut self, after: Option<UserId>, before: Timestamp) -> Result<Pruned, StoreError> {
        self.write_log()?;
        let after = after.map_or(0, |user| column(user.get()));
        let next = logs::table.filter(logs::user_id.gt(after)).order(logs::user_id).limit(limit(LOGS));
        let next: Vec<(i64, i32)> = next.select((logs::user_id, logs::pruned)).load(self.0)?;
        let mut removed = 0;
        for (user, pruned) in &next {
            removed += self.prune_log(*user, *pruned, log_time(before))?;
        }
        let last = next.last().filter(|_| next.len() == LOGS).map(|(user, _)| user_id(*user)).transpose()?;
        Ok(Pruned { removed, last })
    }
}

impl Tx<'_> {
    /// Runs grow old in the order of their numbers, so the newest old one ends them.
    fn prune_log(&mut self, user: i64, pruned: i32, before: i32) -> Result<usize, StoreError> {
        let most = pruned.saturating_add(i32::try_from(ENTRIES).unwrap_or(i32::MAX));
        let oldest = log_runs::table
            .filter(log_runs::user_id.eq(user).and(log_runs::seq.gt(pruned).and(log_runs::seq.le(most))));
        let last = oldest.filter(log_runs::logged_at.lt(before)).order(log_runs::seq.desc());
        let Some(run): Option<LogRun> = last.select(LogRun::as_select()).first(self.0).optional()? else {
            return Ok(0);
        };
        let last = run.last();
        let old = log_runs::table.filter(log_runs::user_id.eq(user).and(log_runs::seq.le(run.seq)));
        diesel::delete(old).execute(self.0)?;
        diesel::update(logs::table.find(user)).set(logs::pruned.eq(last)).execute(self.0)?;
        Ok(usize::try_from(last - pruned).unwrap_or_default())
    }
}
