//! Delivering what waits for a user who comes back, or who reads more slowly than messages come: oldest first, before
//! anything newer.

use std::sync::Arc;

use talker_domain::messages::mark_notified::Handed;
use talker_domain::messages::{Message, waiting};
use talker_domain::{MessageId, UserId};
use talker_proto::errors::Code;
use talker_store::Transaction;

use crate::app::App;
use crate::connection::{Connection, Login, Messages, Missing};
use crate::outgoing::Outgoing;
use crate::pages::{Asker, Place};
use crate::room::Share;
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
    Missing { after, missed, bytes }: Missing,
) {
    let misses_some = !missed.is_empty();
    let Ok(room) = connection.room(bytes).await else { return connection.close() };
    // What cannot be read goes on waiting; the client can come back for it.
    let Ok((page, place)) = read(app, connection, user, login, after, missed).await else {
        return connection.close();
    };
    let page = without_gap(connection, page);
    if page.is_empty() && misses_some {
        return connection.close();
    }
    let end = page.last().map(|message| message.id);
    let messages = with_held(connection, login, page, end);
    drop(place);
    let sent = send(connection, login, messages, room).await;
    connection.delivered(login, &sent, end.is_none());
    app.writer.handed(sent);
}

/// Reads a page, and holds a place until it is on its way.
async fn read<'a>(
    app: &'a App,
    connection: &Connection,
    user: UserId,
    login: Login,
    after: Option<MessageId>,
    missed: Vec<MessageId>,
) -> Result<(Vec<Message>, Option<Place<'a>>), Code> {
    if after.is_none() && missed.is_empty() {
        // Most who come back have missed nothing, and need not stand in line to learn so.
        let first = move |transaction: &mut dyn Transaction| transaction.waiting_ids(user, 1);
        if app.read_for(connection, login, first).await?.is_empty() {
            return Ok((vec![], None));
        }
    }
    let place = app.pages.place(Asker::User(user)).await;
    let next = move |transaction: &mut dyn Transaction| waiting::next(transaction, user, after, &missed);
    Ok((app.read_for(connection, login, next).await?, Some(place)))
}

/// More may have been missed than was read, and since.
fn without_gap(connection: &Connection, mut page: Vec<Message>) -> Vec<Message> {
    let ids: Vec<MessageId> = page.iter().map(|message| message.id).collect();
    if let Some(gap) = connection.gap(&ids) {
        page.retain(|message| message.id < gap);
    }
    page
}

/// A page, and in their places the live messages that were held back meanwhile. After the last page, which is empty, only
/// those are left.
fn with_held(connection: &Connection, login: Login, page: Vec<Message>, end: Option<MessageId>) -> Messages {
    let mut all = connection.take_held(login, end);
    for message in page {
        let row = || Outgoing::new(&wire::messages::row(&message, message.to));
        all.entry(message.id).or_insert_with(|| (row(), Handed::from(&message)));
    }
    all
}

/// Sends messages while there is room for them, and says which went out. The others are not kept: they are missed.
async fn send(
    connection: &Connection,
    login: Login,
    messages: Messages,
    mut room: Option<Share>,
) -> Vec<Handed> {
    let mut sent = Vec::with_capacity(messages.len());
    let mut left = messages.into_iter();
    while let Some((id, (outgoing, message))) = left.next() {
        if connection.send_waiting(login, &outgoing, &mut room).await.is_err() {
            let missed = std::iter::once(id).chain(left.map(|(id, _)| id));
            connection.miss(login, missed, outgoing.bytes());
            break;
        }
        sent.push(message);
    }
    sent
}
