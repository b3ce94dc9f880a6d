//! Sending a client its user's log, from where it left off, and on whenever it falls behind.

use std::collections::HashMap;
use std::sync::Arc;

use talker_domain::messages::mark_notified::Handed;
use talker_domain::sync::Seq;
use talker_domain::sync::page::{self, Answer, Ask, LARGEST_PAGE, Page};
use talker_domain::{Effect, Event, MessageId, UserId};
use talker_store::StoreError;

use crate::app::App;
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

struct Follower {
    app: Arc<App>,
    connection: Arc<Connection>,
    user: UserId,
    login: Login,
}

impl Follower {
    async fn run(&self) -> Result<(), StoreError> {
        let mut waiting = self.waiting().await?;
        while let Some(after) = self.connection.behind(self.login).await {
            match self.read(after).await? {
                Answer::Gap { head } => self.tell_gap(head, &mut waiting).await,
                Answer::Page(page) => self.send(page, after, &mut waiting).await,
            }
        }
        Ok(())
    }

    /// What waits for the user. What of it is not sent now has a number that the client knows: he has it.
    async fn waiting(&self) -> Result<HashMap<MessageId, Handed>, StoreError> {
        let user = self.user;
        let waiting = self.app.store.read(move |transaction| transaction.waiting_ids(user, WAITING)).await?;
        Ok(waiting.into_iter().map(|handed| (handed.message, handed)).collect())
    }

    async fn read(&self, after: Seq) -> Result<Answer, StoreError> {
        let ask = Ask { user: self.user, after, limit: LARGEST_PAGE };
        self.app.store.read(move |transaction| page::run(transaction, ask)).await
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
