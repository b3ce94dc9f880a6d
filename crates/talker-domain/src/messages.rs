//! Messages between two users: what one may hold, and what becomes of it.

mod content;
pub mod history;
pub mod mark_notified;
pub mod mark_read;
mod nonce;
pub mod search;
pub mod send;
pub mod waiting;

pub use content::{Content, InvalidContent, LONGEST_TEXT, Media, MediaKind, Text};
pub use nonce::{LONGEST_NONCE, Nonce};

use crate::{MessageId, Timestamp, UserId};

/// The most bytes of content that one answer of several messages carries, unless a single message has more.
pub const CONTENT_PER_ANSWER: usize = 16 * 1024 * 1024;

/// A message as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Which one. Within a conversation the later message has the greater id.
    pub id: MessageId,
    /// Who sent it.
    pub from: UserId,
    /// To whom: maybe to himself.
    pub to: UserId,
    /// What it says.
    pub content: Content,
    /// When it was stored.
    pub sent_at: Timestamp,
    /// When the recipient read it.
    pub read_at: Option<Timestamp>,
    /// Whether it was handed to one of the recipient's connections.
    pub notified: bool,
    /// Hidden from the recipient for good: sent while he blocked the sender.
    pub hidden: bool,
    /// Read while a block stood between the two: the sender does not see that.
    pub receipt_hidden: bool,
}

impl Message {
    /// When the recipient read it, as far as `viewer` may know.
    #[must_use]
    pub fn read_at_for(&self, viewer: UserId) -> Option<Timestamp> {
        self.read_at.filter(|_| viewer == self.to || !self.receipt_hidden)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_receipt_is_seen_by_the_reader_alone() {
        let (sender, reader) = (UserId::new(1).expect("positive"), UserId::new(2).expect("positive"));
        let mut message = Message {
            id: MessageId::new(1).expect("positive"),
            from: sender,
            to: reader,
            content: Content::Text(Text::new("hi").expect("short")),
            sent_at: Timestamp(1),
            read_at: Some(Timestamp(2)),
            notified: true,
            hidden: false,
            receipt_hidden: false,
        };
        assert_eq!(message.read_at_for(sender), Some(Timestamp(2)));
        message.receipt_hidden = true;
        assert_eq!(message.read_at_for(sender), None);
        assert_eq!(message.read_at_for(reader), Some(Timestamp(2)));
    }
}
