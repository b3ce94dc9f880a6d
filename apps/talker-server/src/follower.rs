//! Sending a client its user's log, from where it left off, and on whenever it falls behind.

use std::collections::HashMap;
use std::sync::Arc;

use talker_domain::messages::mark_notified::Handed;
use talker_domain::sync::Seq;
use talker_domain::sync::page::{self, Answer, Ask, LARGEST_PAGE, Page};
use talker_domain::{Effect, Event, MessageId, UserId};
use talker_proto::errors::Code;
use talker_store::{StoreError, Transaction};

use crate::app::App;
use crate::backlog::PAUSE;
use crate::connection::{Connection, Login, NotTaken};
use crate::outgoing::Outgoing;
use crate::{emit, wire};

/// How many waiting messages are looked at, to see whether the client knows them already. Those beyond go on waiting.
const WAITING: usize = 10_000;

/// Keeps the client up with the log as long as this login holds.
pub(crate) async fn follow(app: Arc<App>, connection: Arc<Connection>, user: UserId, login: Login) {
    let follower = Follower { app, connection, user, login };
    if let Err(fault) = follower.run().await {
        // The log goes nowhere; the client can come back for it.
        wire::faults::of_store(&fault);
        follower.connection.close();
    }
}

fn is_away(fault: &StoreError) -> bool {
    wire::faults::of_store(fault) == Code::Busy
}

struct Follower {
    app: Arc<App>,
    connection: Arc<Connection>,
    user: UserId,
    login: Login,
}

impl Follower {
    async fn run(&self) -> Result<(), StoreError> {
        let user = self.user;
        // What of this is not sent now has a number that the client knows: he has it.
        let waiting = self.read(move |transaction| transaction.waiting_ids(user, WAITING)).await?;
        let mut waiting = waiting.into_iter().map(|handed| (handed.message, handed)).collect();
        while let Some(after) = self.connection.behind(self.login).await {
            let ask = Ask { user, after, limit: LARGEST_PAGE };
            match self.read(move |transaction| page::run(transaction, ask)).await? {
                Answer::Gap { head } => self.tell_gap(head, &mut waiting).await,
                Answer::Page(page) => self.send(page, after, &mut waiting).await,
            }
        }
        Ok(())
    }

    /// Reads from the store, as soon as it is there.
    async fn read<R: Send + 'static>(
        &self,
        query: impl Fn(&mut dyn Transaction) -> Result<R, StoreError> + Clone + Send + 'static,
    ) -> Result<R, StoreError> {
        loop {
            match self.app.store.read(query.clone()).await {
                Err(fault) if self.connection.is_current(self.login) && is_away(&fault) => {
                    tokio::time::sleep(PAUSE).await;
                }
                answer => return answer,
            }
        }
    }

    /// Whoever hears of a gap reads contacts and messages, and finds there what waited for him.
    async fn tell_gap(&self, head: Seq, waiting: &mut HashMap<MessageId, Handed>) {
        let gap = Outgoing::new(&wire::sync::gap(head));
        if self.connection.send_patiently(&gap).await.is_ok() {
            self.connection.caught_up(self.login, head, true);
            self.app.writer.handed(std::mem::take(waiting).into_values().collect());
        }
    }

    /// Sends a page, and has its messages marked as handed over; after the last one also those that the client had.
    async fn send(&self, page: Page, mut sent: Seq, waiting: &mut HashMap<MessageId, Handed>) {
        let mut handed = Vec::new();
        for effect in &page.effects {
            if self.send_entry(effect).await.is_err() {
                break;
            }
            sent = effect.seq.unwrap_or(sent);
            if let Event::Delivery(message) = &effect.event {
                waiting.remove(&message.id);
                handed.push(Handed::from(&**message));
            }
        }
        let all = page.all && sent == page.head;
        if all {
            handed.extend(std::mem::take(waiting).into_values());
        }
        self.connection.caught_up(self.login, sent, all);
        self.app.writer.handed(handed);
    }

    async fn send_entry(&self, effect: &Effect) -> Result<(), NotTaken> {
        let (Some(seq), true) = (effect.seq, self.connection.is_current(self.login)) else {
            return Err(NotTaken::Gone);
        };
        self.connection.send_patiently(&emit::outgoing(&effect.event).numbered(seq)).await
    }
}
