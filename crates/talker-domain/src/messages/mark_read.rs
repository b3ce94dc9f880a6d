//! Reading: everything sent to me in a conversation, up to one message.

use crate::{Effect, Event, Failure, MessageId, Storage, Timestamp, UserId, sync};

/// `reader` has read up to `message`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Who reads.
    pub reader: UserId,
    /// A message of the conversation, sent by either of the two.
    pub message: MessageId,
}

/// The conversation, as the reader sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The other one of the conversation.
    pub peer: UserId,
    /// The newest message to the reader that he has not read, not after the one in question.
    pub newest_unread: Option<MessageId>,
    /// How far he has read before; asked for only where nothing is unread.
    pub before: Option<Position>,
    /// Whether one of the two blocks the other.
    pub blocked: bool,
}

/// How far somebody has read a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The newest message to him that he has read.
    pub message: MessageId,
    /// When he read it.
    pub at: Timestamp,
}

/// There is no such message, or it is none of the reader's business: he cannot tell which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such message")]
pub struct UnknownMessage;

/// Messages to mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marking {
    /// Who reads.
    pub reader: UserId,
    /// Whose messages.
    pub peer: UserId,
    /// The newest one to mark; all before it are marked too.
    pub up_to: MessageId,
    /// When.
    pub at: Timestamp,
    /// Whether the sender may not see it: a block stands between the two.
    pub hidden: bool,
}

/// What to mark, if anything is new, and who hears of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What to mark.
    pub marking: Option<Marking>,
    /// How far the reader has read then; `None` if nothing in the conversation was ever sent to him.
    pub position: Option<Position>,
    /// Who hears of it.
    pub effects: Vec<Effect>,
}

/// Marks what is unread and tells the sender, unless a block stands between the two, and the reader's other
/// connections.
///
/// # Errors
/// [`UnknownMessage`] if the message is not one of the reader's.
pub fn decide(ask: Ask, facts: Option<Facts>, now: Timestamp) -> Result<Decision, UnknownMessage> {
    let facts = facts.ok_or(UnknownMessage)?;
    let Some(up_to) = facts.newest_unread else {
        return Ok(Decision { marking: None, position: facts.before, effects: vec![] });
    };
    let marking = Marking { reader: ask.reader, peer: facts.peer, up_to, at: now, hidden: facts.blocked };
    let position = Some(Position { message: up_to, at: now });
    Ok(Decision { marking: Some(marking), position, effects: effects(&marking) })
}

fn effects(marking: &Marking) -> Vec<Effect> {
    let event = Event::Read { message: marking.up_to, at: marking.at };
    if marking.reader == marking.peer {
        return vec![Effect::everywhere(marking.reader, event)];
    }
    let mut effects = vec![Effect::elsewhere(marking.reader, event.clone())];
    if !marking.hidden {
        effects.push(Effect::everywhere(marking.peer, event));
    }
    effects
}

/// What reading asks of a store.
pub trait Port: Storage {
    /// The conversation of this message; `None` if the reader does not see such a message.
    ///
    /// # Errors
    /// The store's fault.
    fn read_facts(&mut self, ask: Ask) -> Result<Option<Facts>, Self::Fault>;

    /// Marks the messages that are not marked yet, and counts them off the unread ones.
    ///
    /// # Errors
    /// The store's fault.
    fn mark_read(&mut self, marking: &Marking) -> Result<(), Self::Fault>;
}

/// Reads.
///
/// # Errors
/// [`UnknownMessage`], or the store's fault.
pub fn run<P: Port + sync::log::Port + ?Sized>(
    port: &mut P,
    ask: Ask,
    now: Timestamp,
) -> Result<Decision, Failure<UnknownMessage, P::Fault>> {
    let facts = port.read_facts(ask).map_err(Failure::Faulted)?;
    let mut decision = decide(ask, facts, now).map_err(Failure::Refused)?;
    if let Some(marking) = &decision.marking {
        port.mark_read(marking).map_err(Failure::Faulted)?;
    }
    sync::note(port, &mut decision.effects, now).map_err(Failure::Faulted)?;
    Ok(decision)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Audience;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn user(number: u64) -> UserId {
        UserId::new(number).expect("positive")
    }

    fn audiences(peer: u64, newest_unread: Option<u64>, blocked: bool) -> Vec<Audience> {
        let message = |number| MessageId::new(number).expect("positive");
        let ask = Ask { reader: user(1), message: message(9) };
        let before = Position { message: message(3), at: NOW.plus(-5) };
        let newest_unread = newest_unread.map(message);
        let facts = Facts { peer: user(peer), newest_unread, before: Some(before), blocked };
        let decision = decide(ask, Some(facts), NOW).expect("a message of the reader's");
        let position = newest_unread.map_or(before, |message| Position { message, at: NOW });
        assert_eq!(decision.position, Some(position));
        assert_eq!(decision.marking.map(|marking| marking.up_to), newest_unread);
        decision.effects.iter().map(|effect| effect.audience).collect()
    }

    #[test]
    fn the_sender_hears_it_and_the_readers_other_connections() {
        let expected = [Audience::Elsewhere(user(1)), Audience::Everywhere(user(2))];
        assert_eq!(audiences(2, Some(7), false), expected);
    }

    #[test]
    fn a_block_hides_it_from_the_sender() {
        assert_eq!(audiences(2, Some(7), true), [Audience::Elsewhere(user(1))]);
    }

    #[test]
    fn nothing_new_is_heard_by_nobody() {
        assert_eq!(audiences(2, None, false), []);
    }

    #[test]
    fn reading_ones_own_note_is_heard_once() {
        assert_eq!(audiences(1, Some(7), false), [Audience::Everywhere(user(1))]);
    }

    #[test]
    fn a_message_of_others_is_unknown() {
        let ask = Ask { reader: user(1), message: MessageId::new(9).expect("positive") };
        assert_eq!(decide(ask, None, NOW), Err(UnknownMessage));
    }
}
