//! Sending a client its user's log, from where it left off, and on whenever it falls behind.

use std::collections::HashMap;
use std::sync::Arc;

use talker_domain::messages::mark_notified::Handed;
use talker_domain::messages::waiting;
use talker_domain::sync::Seq;
use talker_domain::sync::page::{self, Answer, Ask, LARGEST_PAGE, Page};
use talker_domain::{Event, MessageId, UserId};
use talker_proto::errors::Code;
use talker_store::Transaction;

use crate::app::App;
use crate::connection::{Connection, Login};
use crate::outgoing::Outgoing;
use crate::pages::Asker;
use crate::room::Share;
use crate::{emit, wire};

/// How many waiting messages are looked at, to see whether the client knows them already. Those beyond go on waiting.
const WAITING: usize = 10_000;

/// Keeps a client that came back with a number up with its log, as long as this login holds.
pub(crate) async fn follow(app: Arc<App>, connection: Arc<Connection>, user: UserId, login: Login) {
    let ids =
        app.read_for(&connection, login, move |transaction| transaction.waiting_ids(user, WAITING)).await;
    // What of this is not sent now has a number that the client knows: he has it.
    let waiting = ids.map(|ids| ids.into_iter().map(|handed| (handed.message, handed)).collect());
    Follower { app, connection, user, login }.run(waiting).await;
}

/// Keeps a client that reads its log by itself up with what happens from now on.
pub(crate) async fn go_on(app: Arc<App>, connection: Arc<Connection>, user: UserId, login: Login) {
    Follower { app, connection, user, login }.run(Ok(HashMap::new())).await;
}

struct Follower {
    app: Arc<App>,
    connection: Arc<Connection>,
    user: UserId,
    login: Login,
}

impl Follower {
    async fn run(&self, waiting: Result<HashMap<MessageId, Handed>, Code>) {
        let followed = match waiting {
            Ok(waiting) => self.read_on(waiting).await,
            Err(code) => Err(code),
        };
        if followed.is_err() {
            // The log goes nowhere; the client can come back for it.
            self.connection.close();
        }
    }

    async fn read_on(&self, mut waiting: HashMap<MessageId, Handed>) -> Result<(), Code> {
        let mut wanted = 0;
        while let Some(after) = self.connection.behind(self.login).await {
            // Nobody is left to follow where the client is gone, or makes no room.
            let Ok(room) = self.connection.room(wanted).await else { return Ok(()) };
            // What this takes is not kept while the client has everything.
            wanted = Box::pin(self.read_after(after, room, &mut waiting)).await?;
        }
        Ok(())
    }

    /// Sends what comes next, and says how many bytes the first entry has for which there was no room, or 0.
    async fn read_after(
        &self,
        after: Seq,
        room: Option<Share>,
        waiting: &mut HashMap<MessageId, Handed>,
    ) -> Result<usize, Code> {
        let ask = Ask { user: self.user, after, limit: LARGEST_PAGE, bytes: waiting::PAGE_BYTES };
        let answer = move |transaction: &mut dyn Transaction| page::run(transaction, ask);
        // What is small need not stand in line behind what is large.
        let place = match &room {
            Some(_) => Some(self.app.pages.place(Asker::User(self.user)).await),
            None => None,
        };
        let answer = self.app.read_for(&self.connection, self.login, answer).await?;
        drop(place);
        match answer {
            Answer::Gap { head } => {
                // It is not known what of it the client has.
                waiting.clear();
                self.tell_gap(head).await;
                Ok(0)
            }
            Answer::Page(page) => Ok(self.send(page, after, room, waiting).await),
        }
    }

    /// Whoever hears of a gap reads contacts and messages. What waited for him goes on waiting: it was not handed over.
    async fn tell_gap(&self, head: Seq) {
        let gap = Outgoing::new(&wire::sync::gap(head));
        if self.connection.send_patiently(&gap).await.is_ok() {
            self.connection.caught_up(self.login, head, true);
        }
    }

    /// Sends a page, and has its messages marked as handed over; after the last one also those that the client had.
    async fn send(
        &self,
        page: Page,
        mut sent: Seq,
        mut room: Option<Share>,
        waiting: &mut HashMap<MessageId, Handed>,
    ) -> usize {
        let mut handed = Vec::new();
        let mut wanted = 0;
        for effect in page.effects {
            let (Some(seq), true) = (effect.seq, self.connection.is_current(self.login)) else { break };
            let outgoing = emit::outgoing(&effect.event).numbered(seq);
            if self.connection.send_stored(&outgoing, &mut room).await.is_err() {
                wanted = outgoing.bytes();
                break;
            }
            sent = seq;
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
        wanted
    }
}
