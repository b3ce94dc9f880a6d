//! Sending: many messages at once, each decided on its own, so that one commit carries them all.

use std::sync::Arc;

use super::{Content, Message};
use crate::{Effect, Event, IdMinter, MessageId, Storage, Timestamp, UserId};

/// Somebody wants to say something.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Who.
    pub from: UserId,
    /// To whom: maybe to himself.
    pub to: UserId,
    /// What.
    pub content: Content,
}

/// How the two stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Whether the recipient exists.
    pub recipient_exists: bool,
    /// Whether the recipient blocks the sender.
    pub blocked: bool,
    /// The last message stored in this conversation, hidden or not.
    pub last: Option<MessageId>,
}

/// There is nobody to send to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such user")]
pub struct UnknownRecipient;

/// A message to store, and who hears of it then.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The message.
    pub message: Arc<Message>,
    /// Who hears of it.
    pub effects: Vec<Effect>,
}

/// Makes a message of it. While the recipient blocks the sender it is hidden from him, and the sender sees no
/// difference.
///
/// # Errors
/// [`UnknownRecipient`] if there is nobody to send to.
pub fn decide(
    ask: &Ask,
    facts: Facts,
    now: Timestamp,
    ids: &mut IdMinter,
) -> Result<Decision, UnknownRecipient> {
    if !facts.recipient_exists {
        return Err(UnknownRecipient);
    }
    let message = Arc::new(Message {
        id: ids.message(now, facts.last),
        from: ask.from,
        to: ask.to,
        content: ask.content.clone(),
        sent_at: now,
        read_at: None,
        notified: false,
        hidden: facts.blocked,
        receipt_hidden: false,
    });
    let effects = effects(&message);
    Ok(Decision { message, effects })
}

/// The sender hears an echo and the recipient the message; whoever writes to himself hears it once.
fn effects(message: &Arc<Message>) -> Vec<Effect> {
    let mut effects = Vec::with_capacity(2);
    if message.from != message.to {
        effects.push(Effect::everywhere(message.from, Event::Echo(message.clone())));
    }
    if !message.hidden {
        effects.push(Effect::everywhere(message.to, Event::Delivery(message.clone())));
    }
    effects
}

/// What sending asks of a store.
pub trait Port: Storage {
    /// How the two of each ask stand, in the order of the asks. From here to the end of the transaction nobody blocks
    /// or unblocks any of the recipients' senders, and no other message enters any of the conversations.
    ///
    /// # Errors
    /// The store's fault.
    fn send_facts(&mut self, asks: &[Ask]) -> Result<Vec<Facts>, Self::Fault>;

    /// Stores the messages, in this order. Each becomes the last of its conversation: for its sender, and, unless it is
    /// hidden, for its recipient, for whom it is unread and waits.
    ///
    /// # Errors
    /// The store's fault; then none is stored.
    fn add_messages(&mut self, messages: &[Arc<Message>]) -> Result<(), Self::Fault>;
}

/// Decides every ask and stores all that were granted. The answers have the order of the asks.
///
/// # Errors
/// The store's fault; then none is stored.
pub fn run<P: Port + ?Sized>(
    port: &mut P,
    asks: &[Ask],
    now: Timestamp,
    ids: &mut IdMinter,
) -> Result<Vec<Result<Decision, UnknownRecipient>>, P::Fault> {
    let facts = port.send_facts(asks)?;
    let decisions: Vec<_> = asks.iter().zip(facts).map(|(ask, facts)| decide(ask, facts, now, ids)).collect();
    let messages: Vec<_> = decisions.iter().flatten().map(|decision| decision.message.clone()).collect();
    if !messages.is_empty() {
        port.add_messages(&messages)?;
    }
    Ok(decisions)
}

#[cfg(test)]
mod tests {
    use super::super::Text;
    use super::*;
    use crate::Audience;

    fn user(number: u64) -> UserId {
        UserId::new(number).expect("positive")
    }

    fn decision(from: u64, to: u64, blocked: bool) -> Decision {
        let content = Content::Text(Text::new("hi").expect("short"));
        let ask = Ask { from: user(from), to: user(to), content };
        let facts = Facts { recipient_exists: true, blocked, last: None };
        decide(&ask, facts, Timestamp(1_800_000_000_000), &mut IdMinter::new(0)).expect("granted")
    }

    fn heard(decision: &Decision) -> Vec<(Audience, &'static str)> {
        let name = |event: &Event| match event {
            Event::Echo(_) => "echo",
            Event::Delivery(_) => "delivery",
            _ => "other",
        };
        decision.effects.iter().map(|effect| (effect.audience, name(&effect.event))).collect()
    }

    #[test]
    fn the_sender_hears_an_echo_and_the_recipient_the_message() {
        let decision = decision(1, 2, false);
        let expected = [(Audience::Everywhere(user(1)), "echo"), (Audience::Everywhere(user(2)), "delivery")];
        assert_eq!(heard(&decision), expected);
        assert!(!decision.message.hidden);
    }

    #[test]
    fn a_blocked_sender_hears_his_echo_and_the_blocker_nothing() {
        let decision = decision(1, 2, true);
        assert_eq!(heard(&decision), [(Audience::Everywhere(user(1)), "echo")]);
        assert!(decision.message.hidden);
    }

    #[test]
    fn whoever_writes_to_himself_hears_it_once() {
        assert_eq!(heard(&decision(1, 1, false)), [(Audience::Everywhere(user(1)), "delivery")]);
    }

    #[test]
    fn nobody_writes_to_nobody() {
        let ask = Ask { from: user(1), to: user(9), content: Content::Text(Text::new("hi").expect("short")) };
        let facts = Facts { recipient_exists: false, blocked: false, last: None };
        assert_eq!(decide(&ask, facts, Timestamp(0), &mut IdMinter::new(0)).err(), Some(UnknownRecipient));
    }
}
