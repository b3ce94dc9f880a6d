//! What becomes of a registration when somebody follows its link.

use std::sync::Arc;

use talker_domain::sessions::log_in::Login;
use talker_domain::users::confirm::{self, InvalidLink};
use talker_domain::users::register::{LIFETIME, Registration};
use talker_domain::{Digest, Failure, RegistrationId, Timestamp};
use talker_store::StoreError;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{sign_up, used};
use crate::chat::{Chat, NOW, digest, refusal};

cases![
    the_account_has_what_was_registered,
    a_link_works_once,
    of_two_at_once_one_confirms,
    a_wrong_token_confirms_nothing,
    a_link_to_nothing_confirms_nothing,
    an_expired_link_confirms_nothing,
    the_mail_is_gone_with_the_registration,
];

async fn confirm(
    chat: &Chat,
    registration: RegistrationId,
    token: Digest,
    now: Timestamp,
) -> Result<confirm::Decision, Failure<InvalidLink, StoreError>> {
    let ask = confirm::Ask { registration, token };
    chat.write(move |tx, ids| confirm::run(tx, ask, now, ids.user(now))).await
}

async fn the_account_has_what_was_registered(chat: Chat) {
    let waiting = sign_up(&chat, "Anna_B", "Anna@Example.org", NOW).await.expect("free names");
    let nobody = Login::new("Anna_B").expect("a login");
    assert_eq!(chat.ask(move |tx| tx.credentials(&nobody)).await, None, "it is no account yet");
    let account = confirm(&chat, waiting.id, waiting.token, NOW).await.expect("a link that is valid");
    assert_eq!((account.username.as_str(), account.email.as_str()), ("Anna_B", "Anna@Example.org"));
    let login = Login::new("Anna_B").expect("a login");
    let credentials = chat.ask(move |tx| tx.credentials(&login)).await.expect("an account");
    assert_eq!((credentials.user, credentials.password), (account.user, waiting.password));
    assert_eq!(used(&chat, "anna_b", "anna@example.org", NOW).await, (true, true));
}

async fn a_link_works_once(chat: Chat) {
    let waiting = sign_up(&chat, "anna", "anna@example.org", NOW).await.expect("free names");
    confirm(&chat, waiting.id, waiting.token, NOW).await.expect("a link that is valid");
    assert_eq!(refusal(confirm(&chat, waiting.id, waiting.token, NOW).await), InvalidLink);
}

/// Eight people, each of whom registers again and again and follows his link on two nodes at once.
async fn of_two_at_once_one_confirms(chat: Chat) {
    let mut all = JoinSet::new();
    for person in 0..8 {
        let nodes = [chat.node(2 * person + 1), chat.node(2 * person + 2)];
        all.spawn(async move {
            for round in 0..150 {
                let name = format!("p{person}_{round}");
                let waiting = sign_up(&nodes[0], &name, &format!("{name}@example.org"), NOW).await;
                follow_twice(&nodes, waiting.expect("free names")).await;
            }
        });
    }
    all.join_all().await;
}

async fn follow_twice(nodes: &[Chat; 2], waiting: Registration) {
    let (mut both, start) = (JoinSet::new(), Arc::new(Barrier::new(2)));
    for node in nodes.clone() {
        let start = start.clone();
        both.spawn(async move {
            start.wait().await;
            confirm(&node, waiting.id, waiting.token, NOW).await
        });
    }
    let both = both.join_all().await;
    assert_eq!(both.iter().filter(|one| one.is_ok()).count(), 1);
    for loser in both.into_iter().filter(Result::is_err) {
        assert_eq!(refusal(loser), InvalidLink);
    }
}

async fn a_wrong_token_confirms_nothing(chat: Chat) {
    let waiting = sign_up(&chat, "anna", "anna@example.org", NOW).await.expect("free names");
    assert_eq!(refusal(confirm(&chat, waiting.id, digest(2), NOW).await), InvalidLink);
    confirm(&chat, waiting.id, waiting.token, NOW).await.expect("a link that is valid still");
}

async fn a_link_to_nothing_confirms_nothing(chat: Chat) {
    let nothing = RegistrationId::new(1).expect("an id");
    assert_eq!(refusal(confirm(&chat, nothing, digest(1), NOW).await), InvalidLink);
}

async fn an_expired_link_confirms_nothing(chat: Chat) {
    let waiting = sign_up(&chat, "anna", "anna@example.org", NOW).await.expect("free names");
    let expiry = NOW.plus(LIFETIME);
    assert_eq!(refusal(confirm(&chat, waiting.id, waiting.token, expiry).await), InvalidLink);
    let just_in_time = confirm(&chat, waiting.id, waiting.token, expiry.plus(-1)).await;
    just_in_time.expect("a link that is valid");
}

async fn the_mail_is_gone_with_the_registration(chat: Chat) {
    let waiting = sign_up(&chat, "anna", "anna@example.org", NOW).await.expect("free names");
    confirm(&chat, waiting.id, waiting.token, NOW).await.expect("a link that is valid");
    let mails = chat.write(|tx, _| tx.take_due_mails(NOW, 10)).await.expect("mails");
    assert_eq!(mails, []);
}
