//! Finding words in a conversation.

use super::{LONGEST_TEXT, Message};
use crate::{MessageId, Storage, UserId};

/// The most messages that one search finds.
pub const LIMIT: usize = 50;

/// Somebody looks for words in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Who looks.
    pub viewer: UserId,
    /// With whom the conversation is.
    pub peer: UserId,
    /// What for.
    pub needle: Needle,
    /// The newest message wanted; the very newest if not given.
    pub from: Option<MessageId>,
}

/// A part of a text, folded as texts are compared: 1 to [`LONGEST_TEXT`] characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle(String);

impl Needle {
    /// Takes what somebody typed; `None` if no text can contain it.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (1..=LONGEST_TEXT).contains(&text.chars().count()).then(|| Self(fold(text)))
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The form in which texts are compared: Unicode lower case, character by character, so that a part of a text folds to
/// a part of the folded text. (As a whole, a sigma would fold to another letter at the end of a word than inside.)
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|letter| if letter == 'ς' { 'σ' } else { letter }).collect()
}

/// How a store searches conversations.
pub trait Port: Storage {
    /// Text messages that the viewer may see and that contain the needle, newest first, at most [`LIMIT`].
    ///
    /// # Errors
    /// The store's fault.
    fn search_messages(&mut self, ask: &Ask) -> Result<Vec<Message>, Self::Fault>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_text_folds_to_a_part_of_the_folded_text() {
        for (text, part) in
            [("Hello", "hELL"), ("ΟΔΥΣΣΕΥΣ", "ΟΔΥΣ"), ("ὀδυσσεύς", "ΣΕΎΣ"), ("STRAẞE", "ß"), ("İz", "i")]
        {
            assert!(fold(text).contains(&fold(part)), "{text} {part}");
        }
    }
}
