//! Mails that wait.

use std::collections::HashSet;
use std::sync::Arc;

use talker_domain::mails::{LEASE, Mail, Subject};
use talker_domain::users::register;
use talker_domain::{Failure, Timestamp};
use talker_store::StoreError;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::chat::{Chat, NOW, registration};

cases![
    a_registration_queues_its_mail,
    a_registration_that_fails_queues_none,
    no_more_are_taken_than_asked_for,
    who_waits_longest_comes_first,
    a_taken_mail_is_due_again_after_its_lease,
    a_sent_mail_is_gone,
    a_failed_mail_waits_for_its_next_attempt,
    what_becomes_of_a_mail_that_is_gone_is_nothing,
    two_senders_never_take_the_same_mail,
];

async fn register(chat: &Chat, username: &str, now: Timestamp) -> Subject {
    let ask = registration(username, &format!("{username}@example.org"));
    let registered = chat.write(move |tx, ids| register::run(tx, &ask, now, ids.registration(now)));
    Subject::Registration(registered.await.expect("free names").registration.id)
}

async fn take(chat: &Chat, now: Timestamp, limit: usize) -> Vec<Mail> {
    chat.write(move |tx, _| tx.take_due_mails(now, limit)).await.expect("mails")
}

async fn recipients(chat: &Chat, now: Timestamp, limit: usize) -> Vec<String> {
    take(chat, now, limit).await.iter().map(|mail| mail.username.as_str().to_owned()).collect()
}

async fn a_registration_queues_its_mail(chat: Chat) {
    let id = register(&chat, "Anna", NOW).await;
    assert_eq!(take(&chat, NOW.plus(-1), 10).await, []);
    let mails = take(&chat, NOW, 10).await;
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    assert_eq!((mail.subject, mail.attempts), (id, 0));
    assert_eq!((mail.recipient.as_str(), mail.username.as_str()), ("Anna@example.org", "Anna"));
    assert_eq!(mail.token.0, "token of Anna");
}

async fn a_registration_that_fails_queues_none(chat: Chat) {
    let ask = registration("anna", "anna@example.org");
    let failed = chat.write(move |tx, ids| {
        register::run(tx, &ask, NOW, ids.registration(NOW))?;
        Err::<(), Failure<register::Refusal, _>>(Failure::Faulted(StoreError::Corrupt("mind")))
    });
    failed.await.expect_err("the command's own error");
    assert_eq!(take(&chat, NOW, 10).await, []);
    register(&chat, "anna", NOW).await;
}

async fn no_more_are_taken_than_asked_for(chat: Chat) {
    for name in ["anna", "bert", "carl"] {
        register(&chat, name, NOW).await;
    }
    assert_eq!(take(&chat, NOW, 2).await.len(), 2);
    assert_eq!(take(&chat, NOW, 2).await.len(), 1);
    assert_eq!(take(&chat, NOW, 2).await.len(), 0);
}

async fn who_waits_longest_comes_first(chat: Chat) {
    for (name, since) in [("anna", 2), ("bert", 0), ("carl", 1)] {
        register(&chat, name, NOW.plus(since)).await;
    }
    assert_eq!(recipients(&chat, NOW.plus(2), 2).await, ["bert", "carl"]);
    assert_eq!(recipients(&chat, NOW.plus(2), 2).await, ["anna"]);
}

async fn a_taken_mail_is_due_again_after_its_lease(chat: Chat) {
    register(&chat, "anna", NOW).await;
    let first = take(&chat, NOW, 10).await;
    assert_eq!(take(&chat, NOW.plus(LEASE - 1), 10).await, []);
    assert_eq!(take(&chat, NOW.plus(LEASE), 10).await, first);
}

async fn a_sent_mail_is_gone(chat: Chat) {
    let [anna, _] = [register(&chat, "anna", NOW).await, register(&chat, "bert", NOW).await];
    take(&chat, NOW, 10).await;
    chat.write(move |tx, _| tx.mail_sent(anna)).await.expect("a mail fewer");
    assert_eq!(recipients(&chat, NOW.plus(LEASE), 10).await, ["bert"]);
}

async fn a_failed_mail_waits_for_its_next_attempt(chat: Chat) {
    let anna = register(&chat, "anna", NOW).await;
    for attempts in 0..3 {
        let now = NOW.plus(i64::from(attempts) * 1_000);
        let mails = take(&chat, now, 10).await;
        assert_eq!(mails.iter().map(|mail| mail.attempts).collect::<Vec<_>>(), [attempts]);
        chat.write(move |tx, _| tx.mail_failed(anna, now.plus(1_000))).await.expect("a mail that waits");
        assert_eq!(take(&chat, now.plus(999), 10).await, []);
    }
}

async fn what_becomes_of_a_mail_that_is_gone_is_nothing(chat: Chat) {
    let anna = register(&chat, "anna", NOW).await;
    for _ in 0..2 {
        chat.write(move |tx, _| tx.mail_sent(anna)).await.expect("no mail");
    }
    chat.write(move |tx, _| tx.mail_failed(anna, NOW)).await.expect("no mail");
    assert_eq!(take(&chat, NOW.plus(LEASE), 10).await, []);
}

async fn two_senders_never_take_the_same_mail(chat: Chat) {
    for round in 0..5 {
        for number in 0..8 {
            register(&chat, &format!("user{round}.{number}"), NOW).await;
        }
        let (mut senders, start) = (JoinSet::new(), Arc::new(Barrier::new(4)));
        for _ in 0..4 {
            let (store, start) = (chat.store.clone(), start.clone());
            senders.spawn(async move {
                start.wait().await;
                store.write(|tx| tx.take_due_mails(NOW, 4)).await.expect("mails")
            });
        }
        let taken: Vec<_> = senders.join_all().await.into_iter().flatten().collect();
        let different: HashSet<_> = taken.iter().map(|mail| mail.subject).collect();
        assert_eq!(taken.len(), different.len(), "{taken:?}");
        take(&chat, NOW, 100).await;
    }
}
