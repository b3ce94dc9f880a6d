//! Sending: many messages at once, each decided on its own, so that one commit carries them all.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Content, Message, Nonce};
use crate::{Effect, Event, IdMinter, MessageId, Storage, Timestamp, UserId, sync};

/// Somebody wants to say something.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Who.
    pub from: UserId,
    /// To whom: maybe to himself.
    pub to: UserId,
    /// What.
    pub content: Content,
    /// What he calls it, if he may send it again.
    pub nonce: Option<Nonce>,
    /// How many messages may wait for a sign of somebody who has never written to him; `None`: any number.
    pub max_unanswered: Option<u32>,
}

/// How the two stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Whether the recipient exists.
    pub recipient_exists: bool,
    /// Whether the recipient blocks the sender.
    pub blocked: bool,
    /// The last message stored in this conversation, hidden or not.
    pub last: Option<MessageId>,
    /// What the sender has sent under this nonce.
    pub earlier: Option<Arc<Message>>,
    /// Whether the recipient has ever written to the sender, as far as the sender knows.
    pub acquainted: bool,
    /// How many messages the sender has sent since the recipient last read any, as far as the sender knows.
    pub unanswered: u32,
}

/// Why nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is nobody to send to.
    #[error("there is no such user")]
    UnknownRecipient,
    /// The sender has used the nonce for something else.
    #[error("the nonce names another message")]
    NonceReused,
    /// The recipient has neither written to the sender nor read any of many messages.
    #[error("too many messages wait for a sign of the recipient")]
    Unanswered,
}

/// A message, and who hears of it.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The message.
    pub message: Arc<Message>,
    /// Whether it is to be stored; one that was sent again is stored already.
    pub is_new: bool,
    /// Who hears of it.
    pub effects: Vec<Effect>,
}

/// Makes a message of it. While the recipient blocks the sender it is hidden from him, and the sender sees no
/// difference. Sent again under its nonce it is the message that it was, and nobody else hears of it again.
///
/// # Errors
/// The refusal.
pub fn decide(ask: &Ask, facts: &Facts, now: Timestamp, ids: &mut IdMinter) -> Result<Decision, Refusal> {
    if let Some(earlier) = &facts.earlier {
        return repeat(ask, earlier);
    }
    if !facts.recipient_exists {
        return Err(Refusal::UnknownRecipient);
    }
    if has_enough(ask, facts) {
        return Err(Refusal::Unanswered);
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
    Ok(Decision { message, is_new: true, effects })
}

/// Whether the sender is a stranger who has said enough. A block is not to be seen by it.
fn has_enough(ask: &Ask, facts: &Facts) -> bool {
    let is_stranger = !facts.acquainted && ask.from != ask.to;
    is_stranger && ask.max_unanswered.is_some_and(|most| facts.unanswered >= most)
}

fn repeat(ask: &Ask, earlier: &Arc<Message>) -> Result<Decision, Refusal> {
    if earlier.to != ask.to || earlier.content != ask.content {
        return Err(Refusal::NonceReused);
    }
    let effects = vec![Effect::here(ask.from, Event::Echo(earlier.clone()))];
    Ok(Decision { message: earlier.clone(), is_new: false, effects })
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

/// A message to store.
#[derive(Debug, Clone)]
pub struct Addition<'a> {
    /// The message.
    pub message: Arc<Message>,
    /// What its sender calls it: nothing else of his is called so, ever.
    pub nonce: Option<&'a Nonce>,
}

/// What sending asks of a store.
pub trait Port: Storage {
    /// How the two of each ask stand, in the order of the asks. From here to the end of the transaction nobody blocks
    /// or unblocks any of the recipients' senders, no other message enters any of the conversations, and nobody else
    /// sends anything for the senders.
    ///
    /// # Errors
    /// The store's fault.
    fn send_facts(&mut self, asks: &[Ask]) -> Result<Vec<Facts>, Self::Fault>;

    /// Stores the messages, in this order. Each becomes the last of its conversation: for its sender, and, unless it is
    /// hidden, for its recipient, for whom it is unread and waits.
    ///
    /// # Errors
    /// The store's fault; then none is stored.
    fn add_messages(&mut self, additions: &[Addition<'_>]) -> Result<(), Self::Fault>;
}

/// What becomes of an ask.
pub type Outcome = Result<Decision, Refusal>;

/// Decides every ask and stores all that were granted. The answers have the order of the asks.
///
/// # Errors
/// The store's fault; then none is stored.
pub fn run<P: Port + sync::log::Port + ?Sized>(
    port: &mut P,
    asks: &[Ask],
    now: Timestamp,
    ids: &mut IdMinter,
) -> Result<Vec<Outcome>, P::Fault> {
    let facts = if asks.is_empty() { vec![] } else { port.send_facts(asks)? };
    let mut outcomes = decide_all(asks, facts, now, ids);
    let additions: Vec<_> =
        asks.iter().zip(&outcomes).filter_map(|(ask, outcome)| addition(ask, outcome)).collect();
    if !additions.is_empty() {
        port.add_messages(&additions)?;
    }
    sync::note(port, outcomes.iter_mut().flatten().flat_map(|decision| &mut decision.effects), now)?;
    Ok(outcomes)
}

/// Decides one after the other: a nonce may come twice among them, and what a stranger sends adds up.
fn decide_all(asks: &[Ask], facts: Vec<Facts>, now: Timestamp, ids: &mut IdMinter) -> Vec<Outcome> {
    let mut named: HashMap<(UserId, &Nonce), Arc<Message>> = HashMap::new();
    let mut sent: HashMap<(UserId, UserId), u32> = HashMap::new();
    let mut outcomes = Vec::with_capacity(asks.len());
    for (ask, mut facts) in asks.iter().zip(facts) {
        let sent = sent.entry((ask.from, ask.to)).or_default();
        facts.unanswered = facts.unanswered.saturating_add(*sent);
        let name = ask.nonce.as_ref().map(|nonce| (ask.from, nonce));
        facts.earlier = facts.earlier.or_else(|| named.get(&name?).cloned());
        let outcome = decide(ask, &facts, now, ids);
        if let (Some(name), Ok(decision)) = (name, &outcome) {
            named.insert(name, decision.message.clone());
        }
        *sent += u32::from(outcome.as_ref().is_ok_and(|decision| decision.is_new));
        outcomes.push(outcome);
    }
    outcomes
}

fn addition<'a>(ask: &'a Ask, outcome: &Outcome) -> Option<Addition<'a>> {
    let decision = outcome.as_ref().ok().filter(|decision| decision.is_new)?;
    Some(Addition { message: decision.message.clone(), nonce: ask.nonce.as_ref() })
}

#[cfg(test)]
mod tests {
    use super::super::Text;
    use super::*;
    use crate::Audience;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const FACTS: Facts = Facts {
        recipient_exists: true,
        blocked: false,
        last: None,
        earlier: None,
        acquainted: false,
        unanswered: 0,
    };

    fn user(number: u64) -> UserId {
        UserId::new(number).expect("positive")
    }

    fn decision(from: u64, to: u64, blocked: bool) -> Decision {
        let content = Content::Text(Text::new("hi").expect("short"));
        let ask = Ask { from: user(from), to: user(to), content, nonce: None, max_unanswered: Some(1) };
        let facts = Facts { blocked, ..FACTS };
        decide(&ask, &facts, NOW, &mut IdMinter::new(0)).expect("granted")
    }

    fn named(to: u64, words: &str, nonce: &str) -> Ask {
        let content = Content::Text(Text::new(words).expect("short"));
        Ask { from: user(1), to: user(to), content, nonce: Nonce::new(nonce), max_unanswered: None }
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
        let facts = Facts { recipient_exists: false, ..FACTS };
        let decision = decide(&named(9, "hi", "a"), &facts, NOW, &mut IdMinter::new(0));
        assert_eq!(decision.err(), Some(Refusal::UnknownRecipient));
    }

    #[test]
    fn what_is_sent_again_is_the_message_that_it_was_and_the_sender_alone_hears_it() {
        let mut ids = IdMinter::new(0);
        let first = decide(&named(2, "hi", "a"), &FACTS, NOW, &mut ids).expect("granted");
        let facts = Facts { earlier: Some(first.message.clone()), ..FACTS };
        let again = decide(&named(2, "hi", "a"), &facts, NOW.plus(5), &mut ids).expect("granted");
        assert_eq!((&again.message, again.is_new), (&first.message, false));
        assert_eq!(heard(&again), [(Audience::Here(user(1)), "echo")]);
        for other in [named(3, "hi", "a"), named(2, "ho", "a")] {
            assert_eq!(decide(&other, &facts, NOW, &mut ids).err(), Some(Refusal::NonceReused));
        }
    }

    #[test]
    fn a_nonce_may_come_again_in_the_same_batch() {
        let asks = [named(2, "hi", "a"), named(2, "hi", "b"), named(2, "hi", "a"), named(2, "ho", "b")];
        let outcomes = decide_all(&asks, vec![FACTS; 4], NOW, &mut IdMinter::new(0));
        let [Ok(first), Ok(second), Ok(again), Err(refusal)] = &outcomes[..] else { panic!("{outcomes:?}") };
        assert_eq!((first.is_new, second.is_new, again.is_new), (true, true, false));
        assert!(first.message.id == again.message.id && first.message.id != second.message.id);
        assert_eq!(*refusal, Refusal::NonceReused);
    }
    #[test]
    fn a_stranger_may_say_so_much_and_then_waits_for_a_sign() {
        let ask = |nonce| Ask { max_unanswered: Some(3), ..named(2, "hi", nonce) };
        let asks = ["a", "b", "a", "c", "d"].map(ask);
        let granted = |facts: Facts| {
            let outcomes = decide_all(&asks, vec![facts; 5], NOW, &mut IdMinter::new(0));
            outcomes.iter().filter(|outcome| outcome.is_ok()).count()
        };
        assert_eq!(granted(FACTS), 4, "three, and one of them again");
        assert_eq!(granted(Facts { unanswered: 9, blocked: true, ..FACTS }), 0);
        assert_eq!(granted(Facts { unanswered: 9, acquainted: true, ..FACTS }), 5);
    }
}
