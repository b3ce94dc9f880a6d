//! Delivering what waits for a user who comes back, or who reads more slowly than messages come: oldest first, before
//! anything newer.

use std::sync::Arc;

use talker_domain::messages::Message;
use talker_domain::messages::mark_notified::Handed;
use talker_domain::{MessageId, UserId};

use crate::app::App;
use crate::connection::{Connection, Login};
use crate::outgoing::Outgoing;
use crate::wire;

/// Delivers everything that waits, then lets new messages through, and again whenever the client falls behind, as long
/// as this login holds.
pub(crate) async fn deliver(app: Arc<App>, connection: Arc<Connection>, user: UserId, login: Login) {
    while let Some(after) = connection.missing(login).await {
        // What this takes is not kept while the client has everything.
        Box::pin(deliver_after(&app, &connection, user, login, after)).await;
    }
}

async fn deliver_after(
    app: &App,
    connection: &Connection,
    user: UserId,
    login: Login,
    after: Option<MessageId>,
) {
    let page = app.read_for(connection, login, move |transaction| transaction.waiting(user, after)).await;
    match page {
        Ok(page) => deliver_page(app, connection, &page, login).await,
        // What waits goes on waiting; the client can come back for it.
        Err(_) => connection.close(),
    }
}

/// Delivers a page, and in their places the live messages that were held back meanwhile. After the last page, which is
/// empty, only those are left.
async fn deliver_page(app: &App, connection: &Connection, page: &[Message], login: Login) {
    let end = page.last().map(|message| message.id);
    let mut all = connection.take_held(login, end);
    for message in page {
        let row = || Outgoing::new(&wire::messages::row(message, message.to));
        all.entry(message.id).or_insert_with(|| (row(), Handed::from(message)));
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
