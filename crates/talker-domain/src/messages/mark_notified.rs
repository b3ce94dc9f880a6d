//! Handing over: a message that one of the recipient's connections has taken waits no longer.

use super::Message;
use crate::{Effect, Event, MessageId, Storage, Timestamp, UserId, sync};

/// A message that was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handed {
    /// Which one.
    pub message: MessageId,
    /// Who sent it.
    pub from: UserId,
}

impl From<&Message> for Handed {
    fn from(message: &Message) -> Self {
        Self { message: message.id, from: message.from }
    }
}

/// What handing over asks of a store.
pub trait Port: Storage {
    /// Marks those of the messages that still wait as handed over, and says which they were.
    ///
    /// # Errors
    /// The store's fault.
    fn mark_notified(&mut self, handed: &[Handed]) -> Result<Vec<Handed>, Self::Fault>;
}

/// Marks messages as handed over; each sender hears it once.
///
/// # Errors
/// The store's fault.
pub fn run<P: Port + sync::log::Port + ?Sized>(
    port: &mut P,
    handed: &[Handed],
    now: Timestamp,
) -> Result<Vec<Effect>, P::Fault> {
    if handed.is_empty() {
        return Ok(vec![]);
    }
    let marked = port.mark_notified(handed)?;
    let notice = |handed: &Handed| Effect::everywhere(handed.from, Event::Notified(handed.message));
    let mut effects: Vec<Effect> = marked.iter().map(notice).collect();
    sync::note(port, &mut effects, now)?;
    Ok(effects)
}
