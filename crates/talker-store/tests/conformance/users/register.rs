//! Who gets the names.

use std::sync::Arc;

use talker_domain::mails::Subject;
use talker_domain::users::register::{self, LIFETIME, Refusal};
use talker_domain::{Failure, Timestamp};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{sign_up, used};
use crate::chat::{Chat, NOW, refusal, registration};

cases![
    both_names_are_used_while_the_registration_waits,
    both_names_of_an_account_are_used,
    names_are_the_same_in_every_case,
    the_same_registration_again_is_pending,
    either_name_of_another_registration_is_used,
    an_expired_registration_frees_its_names,
    expired_holders_of_either_name_give_way,
    a_registration_that_still_waits_does_not_give_way,
    of_many_at_once_one_gets_the_names,
    forgetting_removes_what_expired_and_nothing_else,
    forgetting_stops_at_a_thousand,
];

const EXPIRY: Timestamp = NOW.plus(LIFETIME);

async fn both_names_are_used_while_the_registration_waits(chat: Chat) {
    assert_eq!(used(&chat, "anna", "anna@example.org", NOW).await, (false, false));
    sign_up(&chat, "anna", "anna@example.org", NOW).await.expect("free names");
    assert_eq!(used(&chat, "anna", "other@example.org", NOW).await, (true, false));
    assert_eq!(used(&chat, "other", "anna@example.org", NOW).await, (false, true));
}

async fn both_names_of_an_account_are_used(chat: Chat) {
    chat.user("anna").await;
    for (username, email, expected) in [
        ("anna", "other@example.org", Refusal::UsernameUsed),
        ("other", "anna@example.org", Refusal::EmailUsed),
        ("anna", "anna@example.org", Refusal::UsernameUsed),
    ] {
        let long_after = EXPIRY.plus(LIFETIME);
        assert_eq!(refusal(sign_up(&chat, username, email, long_after).await), expected);
    }
    assert_eq!(used(&chat, "anna", "anna@example.org", EXPIRY).await, (true, true));
}

async fn names_are_the_same_in_every_case(chat: Chat) {
    sign_up(&chat, "Anna_B.", "Änna@Example.org", NOW).await.expect("free names");
    assert_eq!(used(&chat, "aNNA_b.", "äNNA@eXAMPLE.ORG", NOW).await, (true, true));
    let again = sign_up(&chat, "aNNA_b.", "äNNA@eXAMPLE.ORG", NOW).await;
    assert_eq!(refusal(again), Refusal::Pending);
    let accents_matter = sign_up(&chat, "Anna_C.", "Anna@Example.org", NOW).await;
    accents_matter.expect("names that differ by more than case");
}

async fn the_same_registration_again_is_pending(chat: Chat) {
    sign_up(&chat, "anna", "anna@example.org", NOW).await.expect("free names");
    let again = sign_up(&chat, "anna", "anna@example.org", EXPIRY.plus(-1)).await;
    assert_eq!(refusal(again), Refusal::Pending);
    let mails = chat.write(|tx, _| tx.take_due_mails(EXPIRY, 10)).await.expect("mails");
    assert_eq!(mails.len(), 1);
}

async fn either_name_of_another_registration_is_used(chat: Chat) {
    sign_up(&chat, "anna", "anna@example.org", NOW).await.expect("free names");
    sign_up(&chat, "bert", "bert@example.org", NOW).await.expect("free names");
    for (username, email, expected) in [
        ("anna", "other@example.org", Refusal::UsernameUsed),
        ("other", "anna@example.org", Refusal::EmailUsed),
        ("anna", "bert@example.org", Refusal::UsernameUsed),
    ] {
        assert_eq!(refusal(sign_up(&chat, username, email, NOW).await), expected);
    }
}

async fn an_expired_registration_frees_its_names(chat: Chat) {
    let first = sign_up(&chat, "anna", "anna@example.org", NOW).await.expect("free names");
    assert_eq!(first.expires_at, EXPIRY);
    assert_eq!(used(&chat, "anna", "anna@example.org", EXPIRY.plus(-1)).await, (true, true));
    assert_eq!(used(&chat, "anna", "anna@example.org", EXPIRY).await, (false, false));
    sign_up(&chat, "anna", "anna@example.org", EXPIRY).await.expect("names that are free again");
    assert_eq!(used(&chat, "anna", "anna@example.org", EXPIRY).await, (true, true));
}

async fn expired_holders_of_either_name_give_way(chat: Chat) {
    sign_up(&chat, "anna", "anna@example.org", NOW).await.expect("free names");
    sign_up(&chat, "bert", "bert@example.org", NOW).await.expect("free names");
    let heir = sign_up(&chat, "Anna", "Bert@example.org", EXPIRY).await.expect("names that are free again");
    let mails = chat.write(|tx, _| tx.take_due_mails(EXPIRY, 10)).await.expect("mails");
    let waiting: Vec<_> = mails.iter().map(|mail| mail.subject).collect();
    assert_eq!(waiting, [Subject::Registration(heir.id)], "the mails of the other two are gone with them");
    assert_eq!(used(&chat, "bert", "anna@example.org", EXPIRY).await, (false, false));
}

async fn a_registration_that_still_waits_does_not_give_way(chat: Chat) {
    sign_up(&chat, "anna", "anna@example.org", NOW).await.expect("free names");
    sign_up(&chat, "bert", "bert@example.org", EXPIRY.plus(-1)).await.expect("free names");
    let mixed = sign_up(&chat, "anna", "bert@example.org", EXPIRY).await;
    assert_eq!(refusal(mixed), Refusal::EmailUsed);
    assert_eq!(used(&chat, "bert", "bert@example.org", EXPIRY).await, (true, true));
}

async fn of_many_at_once_one_gets_the_names(chat: Chat) {
    let (mut all, start) = (JoinSet::new(), Arc::new(Barrier::new(8)));
    for number in 1..=8 {
        let (chat, start) = (chat.node(number), start.clone());
        all.spawn(async move {
            start.wait().await;
            sign_up(&chat, "anna", &format!("anna{}@example.org", number % 2), NOW).await
        });
    }
    let all = all.join_all().await;
    assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 1);
    for loser in all.into_iter().filter(Result::is_err) {
        refusal(loser);
    }
}

async fn forgetting_removes_what_expired_and_nothing_else(chat: Chat) {
    sign_up(&chat, "anna", "anna@example.org", NOW).await.expect("free names");
    sign_up(&chat, "bert", "bert@example.org", NOW).await.expect("free names");
    let late = sign_up(&chat, "carl", "carl@example.org", NOW.plus(1)).await.expect("free names");
    assert_eq!(forget(&chat, EXPIRY.plus(-1)).await, 0);
    assert_eq!(forget(&chat, EXPIRY).await, 2);
    assert_eq!(forget(&chat, EXPIRY).await, 0);
    let mails = chat.write(|tx, _| tx.take_due_mails(EXPIRY, 10)).await.expect("mails");
    let waiting: Vec<_> = mails.iter().map(|mail| mail.subject).collect();
    assert_eq!(waiting, [Subject::Registration(late.id)]);
    assert_eq!(used(&chat, "carl", "carl@example.org", EXPIRY).await, (true, true));
}

async fn forgetting_stops_at_a_thousand(chat: Chat) {
    let many = chat.write(|tx, ids| {
        for number in 0..1_001 {
            let (username, email) = (format!("user{number}"), format!("user{number}@example.org"));
            register::run(tx, &registration(&username, &email), NOW, ids.registration(NOW))?;
        }
        Ok::<_, Failure<Refusal, _>>(())
    });
    many.await.expect("free names");
    assert_eq!(forget(&chat, EXPIRY).await, 1_000);
    assert_eq!(forget(&chat, EXPIRY).await, 1);
}

async fn forget(chat: &Chat, now: Timestamp) -> usize {
    chat.write(move |tx, _| tx.remove_expired_registrations(now)).await.expect("a sweep")
}
