//! Listing sessions, and ending them from afar.

use talker_domain::sessions::revoke::{self, UnknownSession, Which};
use talker_domain::sessions::{Session, list};
use talker_domain::{Digest, Failure, SessionId, Timestamp, UserId};
use talker_store::StoreError;

use super::{end, is_session};
use crate::chat::{Chat, NOW, digest, refusal};

cases![
    a_user_sees_his_sessions_that_last,
    one_session_ends_or_all_others_or_all,
    a_session_of_somebody_else_is_none_of_his,
];

fn id(number: u8) -> SessionId {
    SessionId::new(number.into()).expect("positive")
}

/// A session whose key has the same number.
async fn begin(chat: &Chat, number: u8, user: UserId) {
    let session = Session { id: id(number), key: digest(number), user, node: 0, began_at: NOW };
    chat.write(move |tx, _| tx.begin_session(&session)).await.expect("a session");
}

async fn listed(chat: &Chat, user: UserId, now: Timestamp) -> Vec<list::Listed> {
    chat.ask(move |tx| tx.sessions_of(user, now)).await
}

async fn revoke(
    chat: &Chat,
    user: UserId,
    which: Which,
) -> Result<Vec<Digest>, Failure<UnknownSession, StoreError>> {
    chat.write(move |tx, _| revoke::run(tx, user, which, NOW)).await
}

async fn a_user_sees_his_sessions_that_last(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for (number, user) in [(3, anna), (1, anna), (2, bert)] {
        begin(&chat, number, user).await;
    }
    let ends_at = NOW.plus(1_000);
    chat.write(move |tx, _| tx.suspend_session(digest(1), ends_at)).await.expect("a suspended session");
    let expected = [(1, Some(ends_at)), (3, None)].map(|(number, ends_at)| list::Listed {
        id: id(number),
        key: digest(number),
        began_at: NOW,
        ends_at,
    });
    assert_eq!(listed(&chat, anna, NOW).await, expected);
    assert_eq!(listed(&chat, anna, ends_at).await, expected[1..], "one has ended by then");
    end(&chat, digest(3)).await;
    assert_eq!(listed(&chat, anna, NOW).await, expected[..1]);
}

async fn one_session_ends_or_all_others_or_all(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for number in 1..=5 {
        begin(&chat, number, anna).await;
    }
    begin(&chat, 6, bert).await;
    for (which, ended, left) in [
        (Which::One(id(2)), vec![2], vec![1, 3, 4, 5]),
        (Which::Others(digest(3)), vec![1, 4, 5], vec![3]),
        (Which::All, vec![3], vec![]),
        (Which::All, vec![], vec![]),
    ] {
        let ended: Vec<_> = ended.into_iter().map(digest).collect();
        assert_eq!(revoke(&chat, anna, which).await.expect("an end"), ended, "{which:?}");
        let keys: Vec<_> = listed(&chat, anna, NOW).await.iter().map(|session| session.key).collect();
        assert_eq!(keys, left.into_iter().map(digest).collect::<Vec<_>>(), "{which:?}");
    }
    assert!(is_session(&chat, digest(6), bert).await);
}

async fn a_session_of_somebody_else_is_none_of_his(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    begin(&chat, 1, anna).await;
    assert_eq!(refusal(revoke(&chat, bert, Which::One(id(1))).await), UnknownSession);
    assert_eq!(revoke(&chat, bert, Which::All).await.expect("nothing to end"), []);
    assert!(is_session(&chat, digest(1), anna).await);
}
