//! Listening on one connection, and asking the log for what is missing.

use std::pin::pin;

use talker_proto::sync::{Sync, SyncAnswer};
use talker_proto::{Id, Seq};
use tokio::select;
use tokio::time::sleep;

use super::backoff::Backoff;
use super::caller::Caller;
use super::feed::{Feed, PAGE};
use crate::inbox::Inbox;
use crate::{Error, Event};

/// What arrives on a connection, on its way into the feed.
pub(crate) struct Listener<'a> {
    pub(crate) feed: &'a mut Feed,
    pub(crate) inbox: &'a mut Inbox,
    pub(crate) caller: Caller<'a>,
}

impl Listener<'_> {
    /// Listens until the connection ends or is of no use, and returns why.
    pub(crate) async fn listen(mut self) -> Error {
        loop {
            if let Err(error) = self.go_on().await {
                return error;
            }
        }
    }

    async fn go_on(&mut self) -> Result<(), Error> {
        self.catch_up().await?;
        let event = self.inbox.next().await;
        self.feed.hear(event.unwrap_or(Event::Disconnected))
    }

    /// Asks for one page after the other until nothing is missing. After one that brought nothing it lets some time
    /// pass: the log may be read where it is not written yet.
    async fn catch_up(&mut self) -> Result<(), Error> {
        let mut backoff = Backoff::default();
        while self.feed.is_behind() {
            let asked = self.feed.last();
            let (room, caller) = (self.feed.room(), self.caller);
            let answer = self.meanwhile(async move {
                room.await;
                ask(caller, asked).await
            });
            let answer = answer.await??;
            self.feed.fill(asked, answer);
            if self.feed.is_behind() && self.feed.last() == asked {
                let wait = backoff.next();
                self.meanwhile(sleep(wait)).await?;
            }
        }
        Ok(())
    }

    /// Waits for something without ceasing to listen.
    async fn meanwhile<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Error> {
        let mut work = pin!(work);
        loop {
            select! {
                done = &mut work => return Ok(done),
                event = self.inbox.next() => self.feed.hear(event.unwrap_or(Event::Disconnected))?,
            }
        }
    }
}

async fn ask(caller: Caller<'_>, after: Seq) -> Result<SyncAnswer, Error> {
    let question = Sync { user_id: caller.me, after, limit: Id::new(PAGE.into()) };
    serde_json::from_value(caller.insist(&question, 0).await?).map_err(Error::Decode)
}
