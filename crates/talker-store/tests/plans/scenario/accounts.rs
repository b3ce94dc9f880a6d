//! The ports of users and sessions.

use talker_domain::sessions::{Session, log_in::Login, resume, revoke};
use talker_domain::users::search::{Emails, Needle};
use talker_domain::users::{
    Email, PasswordHash, Username, change_password, confirm, register, reset_password, set_password,
};
use talker_domain::{IdMinter, ResetId, SessionId, Token};
use talker_store::{StoreError, Transaction};

use super::{NOW, digest, granted, registration, user};
use crate::seed::{email, name};

pub(super) fn availability(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    for (name, used) in [(name(7), true), ("new700".into(), true), ("free".into(), false)] {
        let username = Username::new(name.clone()).expect("a username");
        assert_eq!(tx.username_used(&username, NOW)?, used, "{name}");
    }
    for (address, used) in
        [(email(7), true), ("n700@example.org".into(), true), ("free@example.org".into(), false)]
    {
        let email = Email::new(address.clone()).expect("an email");
        assert_eq!(tx.email_used(&email, NOW)?, used, "{address}");
    }
    Ok(())
}

/// Its names belong to two registrations that have expired.
pub(super) fn register(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let ask = register::Ask {
        username: Username::new("new5").expect("a username"),
        email: Email::new("n7@example.org").expect("an email"),
        password: PasswordHash("hash".into()),
        token: Token("token".into()),
        token_digest: digest(1),
    };
    granted(register::run(tx, &ask, NOW, registration(1_000_000)))
}

pub(super) fn confirm(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let link = confirm::Ask { registration: registration(701), token: digest(700) };
    granted(confirm::run(tx, link, NOW, IdMinter::new(0).user(NOW)))
}

pub(super) fn expire(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    assert!(tx.remove_expired_registrations(NOW)? > 100);
    assert!(tx.remove_expired_resets(NOW)? > 5);
    Ok(())
}

pub(super) fn search_users(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let (name, email) = (name(77), email(77));
    for (part, prefixed, contained) in [
        (&name[..], 1, 1),
        (&email[..], 1, 1),
        (&name[..1], 20, 0),
        ("ser77", 0, 11),
        ("mail27.example.org", 0, 20),
        ("example", 0, 20),
        ("nobody", 0, 0),
    ] {
        let needle = Needle::new(part).expect("a part of a name");
        tx.users_named(&needle, Emails::InPart)?;
        assert!(tx.users_beginning_with(&needle, Emails::InPart, 20)?.len() >= prefixed, "{part}");
        assert!(tx.users_containing(&needle, Emails::InPart, 20)?.len() >= contained, "{part}");
    }
    Ok(())
}

pub(super) fn log_in(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    for login in [name(7), email(7)] {
        let login = Login::new(&login).expect("a login");
        assert!(tx.credentials(&login)?.is_some());
    }
    for key in [digest(7), digest(1_000_000)] {
        tx.begin_session(&Session {
            id: SessionId::new(7).expect("positive"),
            key,
            user: user(7),
            node: 0,
            began_at: NOW,
        })?;
    }
    assert!(tx.password_of(user(7))?.is_some());
    Ok(())
}

pub(super) fn authenticate(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    assert_eq!(tx.session_user(digest(7), NOW)?, Some(user(7)));
    Ok(())
}

pub(super) fn sessions(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    assert_eq!(tx.sessions_of(user(11), NOW)?.len(), 1);
    Ok(())
}

pub(super) fn revoke(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    granted(revoke::run(tx, user(11), revoke::Which::All, NOW))
}

pub(super) fn change_password(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let matched = tx.password_of(user(12))?.expect("a user");
    let password = PasswordHash("another".into());
    let ask = change_password::Ask { user: user(12), own: digest(12), matched, password };
    granted(change_password::run(tx, &ask, NOW))
}

/// One who never asked, and one whose last link has to give way.
pub(super) fn reset_password(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    for (number, id) in [(7, 900_001), (3, 900_002)] {
        let ask = reset_password::Ask {
            email: Email::new(email(number)).expect("an email"),
            token: Token("token".into()),
            token_digest: digest(id),
        };
        assert!(reset_password::run(tx, &ask, NOW.plus(reset_password::LIFETIME), reset(id))?);
    }
    Ok(())
}

pub(super) fn set_password(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let link = set_password::Link { reset: reset(5), token: digest(5) };
    granted(set_password::run(tx, link, &PasswordHash("another".into()), NOW))
}

fn reset(number: u64) -> ResetId {
    ResetId::new(number).expect("an id")
}

pub(super) fn resume(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let ask = resume::Ask { user: user(9), key: digest(9), new_key: digest(1_000_001), node: 0 };
    granted(resume::run(tx, ask, NOW))
}

pub(super) fn log_out(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    tx.end_session(digest(8))?;
    tx.suspend_session(digest(10), NOW.plus(1))?;
    assert_eq!(tx.suspend_sessions_of_node(3, NOW.plus(1))?, 100);
    assert_eq!(tx.remove_ended_sessions(NOW)?, 20);
    Ok(())
}
