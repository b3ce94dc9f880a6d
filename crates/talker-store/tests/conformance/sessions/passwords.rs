//! Changing passwords, and what that ends.

use talker_domain::sessions::Session;
use talker_domain::sessions::log_in::{self, Outdated};
use talker_domain::users::{PasswordHash, change_password};
use talker_domain::{Digest, Failure, UserId};
use talker_store::StoreError;

use super::{begin, is_session};
use crate::chat::{Chat, NOW, SESSION, digest, refusal};

cases![
    a_new_password_ends_every_other_session,
    a_password_is_changed_by_who_knows_it,
    a_password_that_was_changed_meanwhile_lets_nobody_in,
];

async fn change(
    chat: &Chat,
    user: UserId,
    own: Digest,
    (from, to): (&str, &str),
) -> Result<Vec<Digest>, Failure<Outdated, StoreError>> {
    let ask = change_password::Ask {
        user,
        own,
        matched: PasswordHash(from.to_owned()),
        password: PasswordHash(to.to_owned()),
    };
    chat.write(move |tx, _| change_password::run(tx, &ask, NOW)).await
}

async fn log_in(
    chat: &Chat,
    user: UserId,
    key: Digest,
    password: &str,
) -> Result<(), Failure<Outdated, StoreError>> {
    let session = Session { id: SESSION, key, user, node: 0, began_at: NOW };
    let matched = PasswordHash(password.to_owned());
    chat.write(move |tx, _| log_in::run(tx, &session, &matched)).await
}

async fn a_new_password_ends_every_other_session(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for (number, user) in [(1, anna), (2, anna), (3, anna), (4, bert)] {
        begin(&chat, digest(number), user, 0).await;
    }
    let ended = change(&chat, anna, digest(2), ("hash of anna", "another")).await.expect("a change");
    assert_eq!(ended.len(), 2, "{ended:?}");
    for (number, user, lasts) in [(1, anna, false), (2, anna, true), (3, anna, false), (4, bert, true)] {
        assert_eq!(is_session(&chat, digest(number), user).await, lasts, "{number}");
    }
    assert_eq!(chat.ask(move |tx| tx.password_of(anna)).await, Some(PasswordHash("another".into())));
    assert_eq!(chat.ask(move |tx| tx.password_of(bert)).await, Some(PasswordHash("hash of bert".into())));
}

async fn a_password_is_changed_by_who_knows_it(chat: Chat) {
    let anna = chat.user("anna").await;
    begin(&chat, digest(1), anna, 0).await;
    let refused = change(&chat, anna, digest(9), ("a guess", "another")).await;
    assert_eq!(refusal(refused), Outdated);
    assert!(is_session(&chat, digest(1), anna).await);
    assert_eq!(chat.ask(move |tx| tx.password_of(anna)).await, Some(PasswordHash("hash of anna".into())));
}

async fn a_password_that_was_changed_meanwhile_lets_nobody_in(chat: Chat) {
    let anna = chat.user("anna").await;
    log_in(&chat, anna, digest(1), "hash of anna").await.expect("a session");
    change(&chat, anna, digest(1), ("hash of anna", "another")).await.expect("a change");
    assert_eq!(refusal(log_in(&chat, anna, digest(2), "hash of anna").await), Outdated);
    assert!(!is_session(&chat, digest(2), anna).await, "nothing is left of it");
    log_in(&chat, anna, digest(2), "another").await.expect("a session");
}
