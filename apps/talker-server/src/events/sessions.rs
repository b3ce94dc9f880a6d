//! Logging in and out, and what happens when a connection ends.

use std::sync::Arc;
use std::time::Duration;

use talker_domain::sessions::Session;
use talker_domain::sessions::log_in::{Credentials, Login as Name};
use talker_domain::{Digest, UserId};
use talker_proto::sessions::Login;
use talker_store::StoreError;

use super::Rejection;
use crate::app::App;
use crate::connection::Connection;
use crate::{backlog, clock, keys, wire};

pub(crate) async fn log_in(
    app: &Arc<App>,
    connection: &Arc<Connection>,
    event: Login,
) -> Result<(), Rejection> {
    let Some(user) = verified(app, event).await? else {
        connection.say(&wire::sessions::REFUSED);
        return Ok(());
    };
    let session =
        Session { key: keys::digest(&connection.key), user, node: app.node, began_at: clock::now() };
    connection.expect_session();
    let begun = app.store.write(move |transaction| transaction.begin_session(&session)).await;
    begun.map_err(|fault: StoreError| wire::faults::of_store(&fault))?;
    leave(app, connection);
    // First among the user's connections, then what waits for him: whatever is stored meanwhile comes one way or the
    // other.
    let login = connection.log_in(user);
    app.hub.join(user, connection);
    connection.say(&wire::sessions::logged_in(user, &connection.key));
    tokio::spawn(backlog::deliver(app.clone(), connection.clone(), user, login));
    Ok(())
}

/// The user so named, if the password is his. Nobody's takes as long as somebody's.
async fn verified(app: &App, event: Login) -> Result<Option<UserId>, Rejection> {
    let password = wire::users::to_password(event.hash)?;
    let credentials = match Name::new(&event.login) {
        Some(name) => credentials(app, name).await?,
        None => None,
    };
    let user = credentials.as_ref().map(|credentials| credentials.user);
    let hash = credentials.map(|credentials| credentials.password);
    let matches = app.passwords.matches(password, hash).await;
    let matches = matches.map_err(|error| wire::faults::of_password(&error))?;
    Ok(user.filter(|_| matches))
}

async fn credentials(app: &App, name: Name) -> Result<Option<Credentials>, Rejection> {
    let found = app.store.read(move |transaction| transaction.credentials(&name)).await;
    Ok(found.map_err(|fault: StoreError| wire::faults::of_store(&fault))?)
}

pub(crate) async fn log_out(app: &Arc<App>, connection: &Arc<Connection>) -> Result<(), Rejection> {
    if connection.user().is_some() {
        // First in the store: where that fails nothing has happened, and the client can try again.
        let ended = end(app, keys::digest(&connection.key)).await;
        ended.map_err(|fault| wire::faults::of_store(&fault))?;
        leave(app, connection);
    }
    Ok(())
}

/// The connection is gone: nobody hears of it any more, and its key dies, even if the database is away just now.
pub(crate) async fn disconnect(app: &Arc<App>, connection: &Arc<Connection>) {
    connection.close();
    app.hub.remove(connection);
    leave(app, connection);
    if !connection.may_have_session() {
        return;
    }
    let key = keys::digest(&connection.key);
    while let Err(fault) = end(app, key).await {
        wire::faults::of_store(&fault);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Whoever is logged in hears and is heard no longer on this connection.
fn leave(app: &Arc<App>, connection: &Connection) {
    let Some(user) = connection.log_out() else { return };
    app.hub.leave(user, connection);
    let ended = app.typists.end_all_of(user, connection);
    app.emit(&ended, None);
}

async fn end(app: &App, key: Digest) -> Result<(), StoreError> {
    app.store.write(move |transaction| transaction.end_session(key)).await
}
