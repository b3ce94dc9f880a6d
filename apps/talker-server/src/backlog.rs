//! Delivering what waits for a user who comes back, or who reads more slowly than messages come: oldest first, before
//! anything newer.

use std::sync::Arc;

use talker_domain::messages::mark_notified::Handed;
use talker_domain::messages::{Message, waiting};
use talker_domain::{MessageId, UserId};
use talker_store::Transaction;

use crate::app::App;
use crate::connection::{Connection, Login, Missing};
use crate::outgoing::Outgoing;
use crate::wire;

/// Delivers everything that waits, then lets new messages through, and again whenever the client falls behind, as long
/// as this login holds.
pub(crate) async fn deliver(app: Arc<App>, connection: Arc<Connection>, user: UserId, login: Login) {
    while let Some(missing) = connection.missing(login).await {
        // What this takes is not kept while the client has everything.
        Box::pin(deliver_missing(&app, &connection, user, login, missing)).await;
    }
}

async fn deliver_missing(
    app: &App,
    connection: &Connection,
    user: UserId,
    login: Login,
    Missing { after, missed }: Missing,
) {
    let misses_some = !missed.is_empty();
    let next = move |transaction: &mut dyn Transaction| waiting::next(transaction, user, after, &missed);
    let page = app.read_for(connection, login, next).await;
    match page {
        Ok(page) if !page.is_empty() || !misses_some => {
            let page = without_gap(connection, page);
            deliver_page(app, connection, page, login).await;
        }
        // What waits goes on waiting; the client can come back for it.
        _ => connection.close(),
    }
}

/// More may have been missed than was read, and since.
fn without_gap(connection: &Connection, mut page: Vec<Message>) -> Vec<Message> {
    let ids: Vec<MessageId> = page.iter().map(|message| message.id).collect();
    if let Some(gap) = connection.gap(&ids) {
        page.retain(|message| message.id < gap);
    }
    page
}

/// Delivers a page, and in their places the live messages that were held back meanwhile. After the last page, which is
/// empty, only those are left.
async fn deliver_page(app: &App, connection: &Connection, page: Vec<Message>, login: Login) {
    let end = page.last().map(|message| message.id);
    let mut all = connection.take_held(login, end);
    for message in page {
        let row = || Outgoing::new(&wire::messages::row(&message, message.to));
        all.entry(message.id).or_insert_with(|| (row(), Handed::from(&message)));
    }
    let mut handed = Vec::with_capacity(all.len());
    for (outgoing, message) in all.into_values() {
        if connection.send_waiting(login, &outgoing).await.is_err() {
            break;
        }
        handed.push(message);
    }
    connection.delivered(login, &handed, end.is_none());
    app.writer.handed(handed);
}
