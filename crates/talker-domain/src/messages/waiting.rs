//! What waits for somebody who was away.

use super::Message;
use super::mark_notified::Handed;
use crate::{MessageId, Storage, UserId};

/// How many messages are loaded at once for somebody who comes back.
pub const PAGE: usize = 100;

/// How many bytes of content these have, unless a single message has more: they are kept in memory until he has read them.
pub const PAGE_BYTES: usize = 32 * 1024;

/// What of the messages to this user comes next for a connection that was sent those up to `after`: those that wait, and of
/// those that it `missed`, because others of his connections took them, all up to there. None means that there are none.
///
/// # Errors
/// The store's fault.
pub fn next<P: Port + ?Sized>(
    port: &mut P,
    user: UserId,
    after: Option<MessageId>,
    missed: &[MessageId],
) -> Result<Vec<Message>, P::Fault> {
    let mut page = port.waiting(user, after)?;
    if missed.is_empty() {
        return Ok(page);
    }
    let end = page.last().map(|message| message.id);
    page.extend(port.sent_to(user, missed)?);
    page.retain(|message| end.is_none_or(|end| message.id <= end));
    page.sort_unstable_by_key(|message| message.id);
    page.dedup_by_key(|message| message.id);
    Ok(page)
}

/// How a store keeps what waits.
pub trait Port: Storage {
    /// Messages that wait for this user and have a greater id than `after`, oldest first: at most [`PAGE`], and fewer
    /// where their content goes over [`PAGE_BYTES`], but one at least if any wait.
    ///
    /// # Errors
    /// The store's fault.
    fn waiting(&mut self, user: UserId, after: Option<MessageId>) -> Result<Vec<Message>, Self::Fault>;

    /// Those of these messages that were sent to this user, oldest first, whether they wait or not: all, or fewer where
    /// their content goes over [`PAGE_BYTES`], but one at least.
    ///
    /// # Errors
    /// The store's fault.
    fn sent_to(&mut self, user: UserId, messages: &[MessageId]) -> Result<Vec<Message>, Self::Fault>;

    /// Which messages wait for this user, oldest first, at most `limit`.
    ///
    /// # Errors
    /// The store's fault.
    fn waiting_ids(&mut self, user: UserId, limit: usize) -> Result<Vec<Handed>, Self::Fault>;
}
