//! Changing passwords, and what that ends.

use talker_domain::mails::Subject;
use talker_domain::sessions::Session;
use talker_domain::sessions::log_in::{self, Outdated};
use talker_domain::users::confirm::InvalidLink;
use talker_domain::users::reset_password::{self, LIFETIME, PAUSE};
use talker_domain::users::{Email, PasswordHash, change_password, set_password};
use talker_domain::{Digest, Failure, ResetId, Timestamp, Token, UserId};
use talker_store::StoreError;

use super::{begin, is_session};
use crate::chat::{Chat, NOW, SESSION, digest, refusal};

cases![
    a_new_password_ends_every_other_session,
    a_password_is_changed_by_who_knows_it,
    a_password_that_was_changed_meanwhile_lets_nobody_in,
    a_forgotten_password_is_set_by_its_link_once,
    a_link_that_is_not_good_sets_nothing,
    a_new_link_takes_the_place_of_the_old_one,
    a_new_password_ends_the_link,
    links_are_forgotten_when_they_end,
];

/// Asks for a link under this number, whose token has the same one. Says whether a mail was queued.
async fn ask_for_link(chat: &Chat, email: &str, number: u8, now: Timestamp) -> bool {
    let ask = reset_password::Ask {
        email: Email::new(email).expect("an email"),
        token: Token(format!("token {number}")),
        token_digest: digest(number),
    };
    chat.write(move |tx, _| reset_password::run(tx, &ask, now, reset(number))).await.expect("an answer")
}

fn reset(number: u8) -> ResetId {
    ResetId::new(number.into()).expect("positive")
}

async fn follow(
    chat: &Chat,
    number: u8,
    token: u8,
    now: Timestamp,
) -> Result<(UserId, Vec<Digest>), Failure<InvalidLink, StoreError>> {
    let link = set_password::Link { reset: reset(number), token: digest(token) };
    let password = PasswordHash("set anew".into());
    chat.write(move |tx, _| set_password::run(tx, link, &password, now)).await
}

async fn mailed(chat: &Chat, now: Timestamp) -> Vec<(Subject, String, String)> {
    let mails = chat.write(move |tx, _| tx.take_due_mails(now, 10)).await.expect("mails");
    mails.into_iter().map(|mail| (mail.subject, mail.recipient.as_str().to_owned(), mail.token.0)).collect()
}

async fn password(chat: &Chat, user: UserId) -> String {
    chat.ask(move |tx| tx.password_of(user)).await.expect("a user").0
}

async fn a_forgotten_password_is_set_by_its_link_once(chat: Chat) {
    let [anna, bert] = chat.users(["Anna", "bert"]).await;
    for (number, user) in [(1, anna), (2, anna), (3, bert)] {
        begin(&chat, digest(number), user, 0).await;
    }
    assert!(ask_for_link(&chat, "ANNA@example.org", 9, NOW).await);
    let mail = (Subject::Reset(reset(9)), "Anna@example.org".to_owned(), "token 9".to_owned());
    assert_eq!(mailed(&chat, NOW).await, [mail]);
    let (user, ended) = follow(&chat, 9, 9, NOW).await.expect("a good link");
    assert_eq!((user, ended.len()), (anna, 2));
    assert_eq!(
        (password(&chat, anna).await.as_str(), password(&chat, bert).await.as_str()),
        ("set anew", "hash of bert")
    );
    assert!(!is_session(&chat, digest(1), anna).await && is_session(&chat, digest(3), bert).await);
    assert_eq!(refusal(follow(&chat, 9, 9, NOW).await), InvalidLink, "it works once");
}

async fn a_link_that_is_not_good_sets_nothing(chat: Chat) {
    let [anna, _] = chat.users(["anna", "bert"]).await;
    assert!(!ask_for_link(&chat, "nobody@example.org", 8, NOW).await);
    assert!(ask_for_link(&chat, "anna@example.org", 9, NOW).await);
    for (number, token, now) in [(9, 8, NOW), (8, 9, NOW), (9, 9, NOW.plus(LIFETIME))] {
        assert_eq!(refusal(follow(&chat, number, token, now).await), InvalidLink, "{number} {token}");
    }
    assert_eq!(password(&chat, anna).await, "hash of anna");
    follow(&chat, 9, 9, NOW.plus(LIFETIME - 1)).await.expect("a link that is still good");
}

async fn a_new_link_takes_the_place_of_the_old_one(chat: Chat) {
    chat.user("anna").await;
    assert!(ask_for_link(&chat, "anna@example.org", 7, NOW).await);
    assert!(!ask_for_link(&chat, "anna@example.org", 8, NOW.plus(PAUSE - 1)).await, "too soon");
    assert!(ask_for_link(&chat, "anna@example.org", 9, NOW.plus(PAUSE)).await);
    let mails = mailed(&chat, NOW.plus(PAUSE)).await;
    assert_eq!(mails.iter().map(|mail| mail.0).collect::<Vec<_>>(), [Subject::Reset(reset(9))]);
    for number in [7, 8] {
        assert_eq!(refusal(follow(&chat, number, number, NOW).await), InvalidLink);
    }
    follow(&chat, 9, 9, NOW.plus(PAUSE)).await.expect("a good link");
}

async fn a_new_password_ends_the_link(chat: Chat) {
    let anna = chat.user("anna").await;
    assert!(ask_for_link(&chat, "anna@example.org", 9, NOW).await);
    change(&chat, anna, digest(1), ("hash of anna", "another")).await.expect("a change");
    assert_eq!(refusal(follow(&chat, 9, 9, NOW).await), InvalidLink);
    assert_eq!(mailed(&chat, NOW).await, [], "its mail is gone with it");
}

async fn links_are_forgotten_when_they_end(chat: Chat) {
    chat.users(["anna", "bert"]).await;
    assert!(ask_for_link(&chat, "anna@example.org", 8, NOW).await);
    assert!(ask_for_link(&chat, "bert@example.org", 9, NOW.plus(1)).await);
    for (later, forgotten) in [(LIFETIME - 1, 0), (LIFETIME, 1), (LIFETIME, 0)] {
        let removed = chat.write(move |tx, _| tx.remove_expired_resets(NOW.plus(later))).await;
        assert_eq!(removed.expect("an answer"), forgotten, "{later}");
    }
    assert_eq!(mailed(&chat, NOW.plus(LIFETIME)).await.len(), 1);
}

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
    assert_eq!(refusal(log_in(&chat, anna, digest(1), "hash of anna").await), Outdated);
    assert!(is_session(&chat, digest(1), anna).await, "the session that has the key stays");
    log_in(&chat, anna, digest(2), "another").await.expect("a session");
}
