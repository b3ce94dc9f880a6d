//! Logging in and out, resuming, and what happens when a connection ends.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use talker_domain::messages::search::fold;
use talker_domain::sessions::log_in::{self, Credentials, Login as Name};
use talker_domain::sessions::{Session, resume as resuming};
use talker_domain::sync::Seq;
use talker_domain::users::PasswordHash;
use talker_domain::{Digest, Failure, UserId};

use talker_proto::acks::Nothing;
use talker_proto::errors::Code;
use talker_proto::sessions::{Login, LoginAnswer, NotLoggedIn, Resume, Session as SessionKey};
use talker_proto::{False, Secret};
use talker_store::{StoreError, Transaction};

use super::{Origin, Rejection};
use crate::app::App;
use crate::connection::{Connection, Login as CurrentLogin};
use crate::{backlog, clock, follower, keys, wire};

pub(super) async fn log_in(origin: &Origin<'_>, event: Login) -> Result<SessionKey, Rejection> {
    let Origin { app, connection, .. } = origin;
    let after = event.after.map(wire::sync::to_seq).transpose()?;
    // However a name is written, it is the same name.
    app.limits.login(connection.from(), keys::digest(&Secret::from(fold(&event.login).as_str())))?;
    let (user, matched) = verified(app, event).await?.ok_or(Rejection::LoginRefused)?;
    let (key, now) = (keys::digest(&connection.key()), clock::now());
    let id = app.ids.with(|ids| ids.session(now));
    let session = Session { id, key, user, node: app.node, began_at: now };
    connection.expect_session();
    let revocations = app.revocations.load(Ordering::SeqCst);
    begin(app, connection, session, matched).await?;
    if keys::digest(&connection.key()) != key {
        // Meanwhile the key was resumed elsewhere, and the connection has another one.
        session_write(app, connection, move |transaction| transaction.end_session(key)).await?;
        return Err(Code::Busy.into());
    }
    Ok(enter(app, connection, user, after, revocations))
}

async fn begin(
    app: &Arc<App>,
    connection: &Arc<Connection>,
    session: Session,
    matched: PasswordHash,
) -> Result<(), Rejection> {
    let begun = app.session_writer.command(connection, move |transaction| {
        log_in::run(transaction, &session, &matched)?;
        Ok(((), vec![]))
    });
    begun.await.map_err(refused)
}

/// What is refused to who asks to be let in is answered as wrong.
fn refused(code: Code) -> Rejection {
    match code {
        Code::Unauthenticated => Rejection::LoginRefused,
        code => Rejection::Error(code),
    }
}

/// The user so named and what his password matched, if it is his. Nobody's takes as long as somebody's.
async fn verified(app: &App, event: Login) -> Result<Option<(UserId, PasswordHash)>, Rejection> {
    let password = wire::users::to_password(event.hash)?;
    // First of all: thousands who log in at once would keep the database from those who chat.
    let _place = app.passwords.place().map_err(|error| wire::faults::of_password(&error))?;
    let credentials = match Name::new(&event.login) {
        Some(name) => credentials(app, name).await?,
        None => None,
    };
    let hash = credentials.as_ref().map(|credentials| credentials.password.clone());
    let matches = app.passwords.matches(password, hash).await;
    let matches = matches.map_err(|error| wire::faults::of_password(&error))?;
    let credentials = credentials.filter(|_| matches);
    Ok(credentials.map(|credentials| (credentials.user, credentials.password)))
}

async fn credentials(app: &App, name: Name) -> Result<Option<Credentials>, Rejection> {
    let found = app.store.read(move |transaction| transaction.credentials(&name)).await;
    Ok(found.map_err(|fault: StoreError| wire::faults::of_store(&fault))?)
}

pub(super) async fn resume(origin: &Origin<'_>, event: Resume) -> Result<SessionKey, Rejection> {
    let Origin { app, connection, .. } = origin;
    let after = event.after.map(wire::sync::to_seq).transpose()?;
    let (user, key) = wire::sessions::claim(event.user_id, &event.client_address)?;
    let (fresh, spare) = (fresh_key(connection)?, random_key()?);
    let revocations = app.revocations.load(Ordering::SeqCst);
    let ask = resuming::Ask { user, key, new_key: keys::digest(&fresh), node: app.node };
    move_session(app, connection, ask).await?;
    connection.change_key(fresh);
    // The connection that the session had, if it is still there, is nobody's from now on, and never has that key again.
    for other in app.hub.of(user) {
        if other.id != connection.id && other.key() == event.client_address {
            leave(app, &other);
            other.change_key(spare.clone());
        }
    }
    Ok(enter(app, connection, user, after, revocations))
}

/// A key that no session ever had: the connection's own, unless it had one.
fn fresh_key(connection: &Connection) -> Result<Secret, Code> {
    if connection.may_have_session() { random_key() } else { Ok(connection.key()) }
}

fn random_key() -> Result<Secret, Code> {
    keys::random().map_err(|_| Code::Internal)
}

/// Moves the session, and ends the one that the connection had, if that was another.
async fn move_session(
    app: &Arc<App>,
    connection: &Arc<Connection>,
    ask: resuming::Ask,
) -> Result<(), Rejection> {
    let (own, now) = (keys::digest(&connection.key()), clock::now());
    let had_session = connection.expect_session();
    let moved = app.session_writer.command(connection, move |transaction| {
        let session = resuming::run(transaction, ask, now)?;
        if own != session.key {
            transaction.end_session(own).map_err(Failure::Faulted)?;
        }
        Ok((session, vec![]))
    });
    match moved.await {
        Ok(_session) => Ok(()),
        Err(code) => {
            // So the key is still one that no session had: it opens the session that is resumed with another try.
            if code == Code::Unauthenticated && !had_session {
                connection.expect_no_session();
            }
            Err(refused(code))
        }
    }
}

/// The user is in: he hears so, and then what he missed. So often sessions had been revoked when this was asked for.
fn enter(
    app: &Arc<App>,
    connection: &Arc<Connection>,
    user: UserId,
    after: Option<Seq>,
    revocations: u64,
) -> SessionKey {
    leave(app, connection);
    // First among the user's connections, then what he missed: whatever is stored meanwhile comes one way or the other.
    let login = connection.log_in(user, after);
    app.hub.join(user, connection);
    if app.revocations.load(Ordering::SeqCst) != revocations {
        // Who revoked this one may have looked for its connection too early.
        tokio::spawn(leave_if_revoked(app.clone(), connection.clone(), user, login));
    }
    let session = wire::sessions::session(user, &connection.key());
    connection.say(&LoginAnswer::In(session.clone()));
    let (app, connection) = (app.clone(), connection.clone());
    match after {
        None => tokio::spawn(backlog::deliver(app, connection, user, login)),
        Some(_) => tokio::spawn(follower::follow(app, connection, user, login)),
    };
    session
}

async fn leave_if_revoked(app: Arc<App>, connection: Arc<Connection>, user: UserId, login: CurrentLogin) {
    let key = keys::digest(&connection.key());
    let owner =
        app.read_for(&connection, login, move |transaction| transaction.session_user(key, clock::now()));
    if owner.await.is_ok_and(|owner| owner != Some(user)) && connection.is_current(login) {
        throw_out(&app, &connection);
    }
}

/// These sessions of a user were ended from afar: their connections are nobody's from now on, and hear so.
pub(crate) fn revoked(app: &Arc<App>, user: UserId, ended: &[Digest]) {
    app.revocations.fetch_add(1, Ordering::SeqCst);
    for connection in app.hub.of(user) {
        if ended.contains(&keys::digest(&connection.key())) {
            throw_out(app, &connection);
        }
    }
}

fn throw_out(app: &Arc<App>, connection: &Arc<Connection>) {
    leave(app, connection);
    // With another login it has another key: the old one may be in the wrong hands.
    if let Ok(fresh) = random_key() {
        connection.change_key(fresh);
    }
    connection.say(&NotLoggedIn(False));
}

pub(super) async fn log_out(origin: &Origin<'_>) -> Result<Nothing, Rejection> {
    let Origin { app, connection, .. } = origin;
    if connection.user().is_some() {
        let key = keys::digest(&connection.key());
        // First in the store: where that fails nothing has happened, and the client can try again.
        session_write(app, connection, move |transaction| transaction.end_session(key)).await?;
        leave(app, connection);
    }
    Ok(Nothing {})
}

/// The connection is gone: nobody hears of it any more, and its session waits for the time of grace, even if the
/// database is away just now.
pub(crate) async fn disconnect(app: &Arc<App>, connection: &Arc<Connection>) {
    connection.close();
    app.hub.remove(connection);
    leave(app, connection);
    if !connection.may_have_session() {
        return;
    }
    let key = keys::digest(&connection.key());
    // A server that stops suspends all its sessions by itself.
    while !app.session_writer.has_ended() && suspend(app, connection, key).await.is_err() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn suspend(app: &Arc<App>, connection: &Arc<Connection>, key: Digest) -> Result<(), Code> {
    let ends_at = clock::now().plus(app.session_grace);
    if app.session_grace == 0 {
        return session_write(app, connection, move |transaction| transaction.end_session(key)).await;
    }
    session_write(app, connection, move |transaction| transaction.suspend_session(key, ends_at)).await
}

/// Whoever is logged in hears and is heard no longer on this connection.
fn leave(app: &Arc<App>, connection: &Connection) {
    let Some(user) = connection.log_out() else { return };
    app.hub.leave(user, connection);
    let ended = app.typists.end_all_of(user, connection);
    app.emit(&ended, None);
}

/// Changes a session, of which nobody else hears.
async fn session_write(
    app: &Arc<App>,
    connection: &Arc<Connection>,
    mut write: impl FnMut(&mut dyn Transaction) -> Result<(), StoreError> + Send + 'static,
) -> Result<(), Code> {
    let written = app.session_writer.command(connection, move |transaction| {
        write(transaction).map_err(Failure::<Infallible, _>::Faulted)?;
        Ok(((), vec![]))
    });
    written.await
}
