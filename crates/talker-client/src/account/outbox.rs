//! What an account was told to do, in order, until the server has acknowledged each.

use std::future::pending;

use serde_json::Value;
use talker_proto::Id;
use talker_proto::blocks::{BlockUser, UnblockUser};
use talker_proto::errors::Code;
use talker_proto::messages::{Read, SendMessage};
use tokio::sync::{mpsc, oneshot};

use super::caller::Caller;
use crate::{Content, Error};

/// How many orders wait at the most; whoever gives another one waits too.
pub(crate) const CAPACITY: usize = 256;

/// How many connections may end under one order. The next one might end because of it, as a content does that is beyond
/// the server's limit.
const MOST_STARTS: u32 = 10;

/// Something that may be done twice with the effect of once.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    Send { to: Id, content: Content, nonce: String },
    Read(Id),
    Block(Id),
    Unblock(Id),
}

/// A deed, and who wants to know what became of it.
pub(crate) struct Order {
    deed: Deed,
    starts: u32,
    answered: oneshot::Sender<Result<Value, Error>>,
}

impl Order {
    pub(crate) fn new(deed: Deed) -> (Self, oneshot::Receiver<Result<Value, Error>>) {
        let (answered, answer) = oneshot::channel();
        (Self { deed, starts: 0, answered }, answer)
    }

    async fn carry_out(&mut self, caller: Caller<'_>) -> Result<Value, Error> {
        self.starts += 1;
        if self.starts > MOST_STARTS {
            return Err(Error::GaveUp);
        }
        let me = caller.me;
        match &self.deed {
            Deed::Send { to, content, nonce } => {
                let (content_type, content) = content.clone().into_parts();
                let (bytes, nonce) = (content.len(), Some(nonce.clone()));
                let message = SendMessage { user_id: me, to_id: *to, content, content_type, nonce };
                caller.insist(&message, bytes).await
            }
            Deed::Read(message) => caller.insist(&Read { user_id: me, messeage_id: *message }, 0).await,
            Deed::Block(user) => caller.insist(&BlockUser { user_id: me, blocked_id: *user }, 0).await,
            Deed::Unblock(user) => caller.insist(&UnblockUser { user_id: me, blocked_id: *user }, 0).await,
        }
    }
}

/// The orders that are not acknowledged.
///
/// One is under way at a time: a message that the server puts off must not be overtaken by the next one.
pub(crate) struct Outbox {
    /// What is under way. It stays here when the connection ends.
    first: Option<Order>,
    rest: mpsc::Receiver<Order>,
}

impl Outbox {
    pub(crate) fn new() -> (mpsc::Sender<Order>, Self) {
        let (orders, rest) = mpsc::channel(CAPACITY);
        (orders, Self { first: None, rest })
    }

    /// Carries out one order after the other, and returns why this connection can carry out no more. Nothing is lost if
    /// the future is dropped.
    pub(crate) async fn work_off(&mut self, caller: Caller<'_>) -> Error {
        loop {
            match self.first().await.carry_out(caller).await {
                Err(error) if ends_connection(&error) => return error,
                outcome => self.settle(outcome),
            }
        }
    }

    async fn first(&mut self) -> &mut Order {
        let order = match self.first.take() {
            Some(order) => order,
            None => match self.rest.recv().await {
                Some(order) => order,
                None => pending().await,
            },
        };
        self.first.insert(order)
    }

    fn settle(&mut self, outcome: Result<Value, Error>) {
        if let Some(order) = self.first.take() {
            // Fails only when nobody wants to know.
            let _ = order.answered.send(outcome);
        }
    }
}

/// Whether this says something about the connection and nothing about the order.
fn ends_connection(error: &Error) -> bool {
    match error {
        Error::Connection(_) | Error::Disconnected | Error::TimedOut => true,
        Error::Refused(failed) => failed.code == Code::Unauthenticated,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use talker_proto::False;
    use talker_proto::acks::Failed;

    use super::*;

    fn refused(code: Code) -> Error {
        let (error, message) = (code.number(), String::new());
        Error::Refused(Failed { ok: False, error, code, message, retry_after_ms: None })
    }

    fn id(number: u64) -> Id {
        Id::new(number).expect("an id in range")
    }

    #[test]
    fn only_what_the_order_is_to_blame_for_is_its_answer() {
        for (error, ends) in [
            (Error::Disconnected, true),
            (Error::TimedOut, true),
            (refused(Code::Unauthenticated), true),
            (refused(Code::NotFound), false),
            (refused(Code::Internal), false),
            (Error::GaveUp, false),
        ] {
            assert_eq!(ends_connection(&error), ends, "{error}");
        }
    }

    #[tokio::test]
    async fn an_order_stays_first_until_it_is_settled() {
        let (orders, mut outbox) = Outbox::new();
        let mut answers = Vec::new();
        for number in [1, 2] {
            let (order, answer) = Order::new(Deed::Read(id(number)));
            orders.send(order).await.expect("room");
            answers.push(answer);
        }
        for number in [1, 1, 2] {
            let first = outbox.first().await;
            assert!(matches!(first.deed, Deed::Read(message) if message == id(number)));
            first.starts += 1;
            if first.starts == 2 {
                outbox.settle(Err(Error::GaveUp));
                let answer = answers.remove(0).await.expect("an answer");
                assert!(matches!(answer, Err(Error::GaveUp)));
            }
        }
    }
}
