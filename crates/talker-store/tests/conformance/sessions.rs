//! Credentials, and sessions from login to logout.

#[path = "sessions/passwords.rs"]
mod passwords;
#[path = "sessions/resume.rs"]
mod resume;
#[path = "sessions/revoke.rs"]
mod revoke;
#[path = "sessions/suspend.rs"]
mod suspend;

use talker_domain::sessions::Session;
use talker_domain::sessions::authenticate::{self, Unauthenticated};
use talker_domain::sessions::log_in::Login;
use talker_domain::{Digest, Timestamp, UserId};

use crate::chat::{Chat, NOW, SESSION, digest, refusal};

cases![
    a_user_logs_in_by_either_name_in_every_case,
    nobody_has_no_credentials,
    a_key_stands_for_its_user_alone,
    a_user_has_many_sessions,
    a_session_ends_and_no_other_with_it,
    a_key_stands_for_whom_it_was_bound_to_last,
];

async fn begin(chat: &Chat, key: Digest, user: UserId, node: u8) {
    let session = Session { id: SESSION, key, user, node, began_at: NOW };
    chat.write(move |tx, _| tx.begin_session(&session)).await.expect("a session");
}

async fn end(chat: &Chat, key: Digest) {
    chat.write(move |tx, _| tx.end_session(key)).await.expect("no session any more");
}

async fn is_session(chat: &Chat, key: Digest, user: UserId) -> bool {
    is_session_at(chat, key, user, NOW).await
}

async fn is_session_at(chat: &Chat, key: Digest, user: UserId, now: Timestamp) -> bool {
    let passed = chat.store.read(move |tx| authenticate::run(tx, user, key, now)).await;
    passed.is_ok() || refusal(passed) != Unauthenticated
}

async fn a_user_logs_in_by_either_name_in_every_case(chat: Chat) {
    let [anna, _] = chat.users(["Anna", "bert"]).await;
    for name in ["Anna", "aNNA", "Anna@example.org", "ANNA@EXAMPLE.ORG"] {
        let login = Login::new(name).expect("a login");
        let found = chat.ask(move |tx| tx.credentials(&login)).await.expect("an account");
        assert_eq!((found.user, found.password.0.as_str()), (anna, "hash of Anna"), "{name}");
    }
}

async fn nobody_has_no_credentials(chat: Chat) {
    chat.user("anna").await;
    for name in ["annabel", "nna_", "anna@example.or", "_nna@example.org", "%@example.org"] {
        let login = Login::new(name).expect("a login");
        assert_eq!(chat.ask(move |tx| tx.credentials(&login)).await, None, "{name}");
    }
}

async fn a_key_stands_for_its_user_alone(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    assert!(!is_session(&chat, digest(1), anna).await);
    begin(&chat, digest(1), anna, 0).await;
    assert!(is_session(&chat, digest(1), anna).await);
    assert!(!is_session(&chat, digest(1), bert).await);
    assert!(!is_session(&chat, digest(2), anna).await);
}

async fn a_user_has_many_sessions(chat: Chat) {
    let anna = chat.user("anna").await;
    for key in 0..=255 {
        begin(&chat, digest(key), anna, key % 3).await;
    }
    for key in 0..=255 {
        assert!(is_session(&chat, digest(key), anna).await, "{key}");
    }
}

async fn a_session_ends_and_no_other_with_it(chat: Chat) {
    let anna = chat.user("anna").await;
    begin(&chat, digest(1), anna, 0).await;
    begin(&chat, digest(2), anna, 0).await;
    for _ in 0..2 {
        end(&chat, digest(1)).await;
        assert!(!is_session(&chat, digest(1), anna).await);
        assert!(is_session(&chat, digest(2), anna).await);
    }
}

async fn a_key_stands_for_whom_it_was_bound_to_last(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    begin(&chat, digest(1), anna, 1).await;
    begin(&chat, digest(1), bert, 2).await;
    assert!(!is_session(&chat, digest(1), anna).await);
    assert!(is_session(&chat, digest(1), bert).await);
}
