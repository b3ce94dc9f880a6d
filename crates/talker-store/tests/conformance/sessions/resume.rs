//! Sessions that move to another connection.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use talker_domain::sessions::Session;
use talker_domain::sessions::resume::{self, Ask, Unresumable};
use talker_domain::{Digest, Failure, Timestamp, UserId};
use talker_store::StoreError;
use tokio::sync::{Barrier, mpsc};
use tokio::task::JoinSet;

use super::suspend::{GRACE, suspend};
use super::{begin, end, is_session, is_session_at};
use crate::chat::{Chat, NOW, SESSION, digest, refusal};

cases![
    a_resumed_session_has_a_new_key_and_the_old_one_is_dead,
    a_session_is_resumed_until_its_end,
    a_session_that_still_has_its_connection_is_resumed_too,
    a_resumed_session_has_no_end,
    a_session_is_resumed_over_and_over,
    nobody_resumes_another_ones_session,
    what_is_no_session_cannot_be_resumed,
    the_end_of_the_old_connection_is_nothing_to_the_new_one,
    a_session_belongs_to_the_node_that_resumed_it,
    a_session_never_takes_the_place_of_another,
    a_session_resumed_to_its_own_key_stays,
    whoever_resumes_while_sessions_are_revoked_keeps_none,
    many_changes_in_one_transaction_are_as_one_after_the_other,
    of_two_who_resume_at_once_one_does,
];

type Resumed = Result<Session, Failure<Unresumable, StoreError>>;

async fn resume_at(chat: &Chat, user: UserId, key: Digest, new_key: Digest, now: Timestamp) -> Resumed {
    let ask = Ask { user, key, new_key, node: 3 };
    chat.store.write(move |tx| resume::run(tx, ask, now)).await
}

async fn resume(chat: &Chat, user: UserId, key: Digest, new_key: Digest) -> Resumed {
    resume_at(chat, user, key, new_key, NOW).await
}

async fn a_resumed_session_has_a_new_key_and_the_old_one_is_dead(chat: Chat) {
    let anna = chat.user("anna").await;
    begin(&chat, digest(1), anna, 0).await;
    suspend(&chat, digest(1), NOW.plus(GRACE)).await;
    let session = resume(&chat, anna, digest(1), digest(2)).await.expect("a session");
    assert_eq!(session, Session { id: SESSION, key: digest(2), user: anna, node: 3, began_at: NOW });
    assert!(is_session(&chat, digest(2), anna).await);
    assert!(!is_session(&chat, digest(1), anna).await);
    assert_eq!(refusal(resume(&chat, anna, digest(1), digest(4)).await), Unresumable);
    assert!(!is_session(&chat, digest(4), anna).await);
}

async fn a_session_is_resumed_until_its_end(chat: Chat) {
    let anna = chat.user("anna").await;
    for (later, resumable) in [(0, true), (GRACE - 1, true), (GRACE, false), (GRACE + 1, false)] {
        begin(&chat, digest(1), anna, 0).await;
        suspend(&chat, digest(1), NOW.plus(GRACE)).await;
        let resumed = resume_at(&chat, anna, digest(1), digest(2), NOW.plus(later)).await;
        assert_eq!(resumed.is_ok(), resumable, "{later}");
        assert_eq!(is_session(&chat, digest(2), anna).await, resumable, "{later}");
        end(&chat, digest(2)).await;
    }
}

async fn a_session_that_still_has_its_connection_is_resumed_too(chat: Chat) {
    let anna = chat.user("anna").await;
    begin(&chat, digest(1), anna, 0).await;
    resume(&chat, anna, digest(1), digest(2)).await.expect("a session");
    assert!(!is_session(&chat, digest(1), anna).await);
    assert!(is_session(&chat, digest(2), anna).await);
}

async fn a_resumed_session_has_no_end(chat: Chat) {
    let anna = chat.user("anna").await;
    begin(&chat, digest(1), anna, 0).await;
    suspend(&chat, digest(1), NOW.plus(GRACE)).await;
    resume(&chat, anna, digest(1), digest(2)).await.expect("a session");
    let removed = chat.write(|tx, _| tx.remove_ended_sessions(NOW.plus(GRACE))).await;
    assert_eq!(removed.expect("a count"), 0);
    assert!(is_session_at(&chat, digest(2), anna, NOW.plus(GRACE)).await);
}

async fn a_session_is_resumed_over_and_over(chat: Chat) {
    let anna = chat.user("anna").await;
    begin(&chat, digest(0), anna, 0).await;
    for key in 0..100 {
        suspend(&chat, digest(key), NOW.plus(GRACE)).await;
        resume(&chat, anna, digest(key), digest(key + 1)).await.expect("a session");
    }
    for key in 0..=100 {
        assert_eq!(is_session(&chat, digest(key), anna).await, key == 100, "{key}");
    }
}

async fn nobody_resumes_another_ones_session(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    begin(&chat, digest(1), anna, 0).await;
    for suspended in [false, true] {
        if suspended {
            suspend(&chat, digest(1), NOW.plus(GRACE)).await;
        }
        assert_eq!(refusal(resume(&chat, bert, digest(1), digest(2)).await), Unresumable);
        assert!(is_session(&chat, digest(1), anna).await, "it stays as it was");
        for user in [anna, bert] {
            assert!(!is_session(&chat, digest(2), user).await);
        }
    }
}

async fn what_is_no_session_cannot_be_resumed(chat: Chat) {
    let anna = chat.user("anna").await;
    assert_eq!(refusal(resume(&chat, anna, digest(1), digest(2)).await), Unresumable);
    begin(&chat, digest(1), anna, 0).await;
    end(&chat, digest(1)).await;
    assert_eq!(refusal(resume(&chat, anna, digest(1), digest(2)).await), Unresumable);
    assert!(!is_session(&chat, digest(2), anna).await);
}

async fn the_end_of_the_old_connection_is_nothing_to_the_new_one(chat: Chat) {
    let anna = chat.user("anna").await;
    begin(&chat, digest(1), anna, 0).await;
    resume(&chat, anna, digest(1), digest(2)).await.expect("a session");
    suspend(&chat, digest(1), NOW.plus(GRACE)).await;
    end(&chat, digest(1)).await;
    assert!(is_session_at(&chat, digest(2), anna, NOW.plus(GRACE)).await);
    assert!(!is_session(&chat, digest(1), anna).await);
}

async fn a_session_belongs_to_the_node_that_resumed_it(chat: Chat) {
    let anna = chat.user("anna").await;
    begin(&chat, digest(1), anna, 7).await;
    resume(&chat, anna, digest(1), digest(2)).await.expect("a session");
    for (node, sessions) in [(7, 0), (3, 1)] {
        let suspended = chat.write(move |tx, _| tx.suspend_sessions_of_node(node, NOW.plus(GRACE)));
        assert_eq!(suspended.await.expect("a count"), sessions, "{node}");
    }
}

async fn a_session_never_takes_the_place_of_another(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    begin(&chat, digest(1), anna, 0).await;
    begin(&chat, digest(2), bert, 0).await;
    let resumed = resume(&chat, anna, digest(1), digest(2)).await;
    assert!(matches!(resumed, Err(Failure::Faulted(_))), "{resumed:?}");
    assert!(is_session(&chat, digest(1), anna).await);
    assert!(is_session(&chat, digest(2), bert).await);
}

async fn a_session_resumed_to_its_own_key_stays(chat: Chat) {
    let anna = chat.user("anna").await;
    begin(&chat, digest(1), anna, 0).await;
    suspend(&chat, digest(1), NOW.plus(GRACE)).await;
    resume(&chat, anna, digest(1), digest(1)).await.expect("a session");
    assert!(is_session_at(&chat, digest(1), anna, NOW.plus(GRACE)).await);
}

async fn whoever_resumes_while_sessions_are_revoked_keeps_none(chat: Chat) {
    let anna = chat.user("anna").await;
    begin(&chat, digest(1), anna, 0).await;
    let (listed, mut has_listed) = mpsc::unbounded_channel();
    let revoking = chat.write(move |tx, _| {
        tx.lock_sessions_of(anna)?;
        let sessions = tx.sessions_of(anna, NOW)?;
        listed.send(()).expect("somebody waits to resume");
        thread::sleep(Duration::from_millis(200));
        sessions.iter().try_for_each(|session| tx.end_session(session.key))
    });
    let resuming = async {
        has_listed.recv().await;
        resume(&chat, anna, digest(1), digest(2)).await
    };
    // Who was first is a matter of chance.
    let (revoked, _) = tokio::join!(revoking, resuming);
    revoked.expect("no session any more");
    assert!(!is_session(&chat, digest(1), anna).await);
    assert!(!is_session(&chat, digest(2), anna).await);
}

/// Seventy sessions lose their connections; half of them are resumed, some of these lose the new one, or move once more.
async fn many_changes_in_one_transaction_are_as_one_after_the_other(chat: Chat) {
    let anna = chat.user("anna").await;
    for number in 0..70 {
        begin(&chat, key(number, 0, 0), anna, 0).await;
    }
    let changed = chat.write(move |tx, _| {
        for number in 0..70 {
            tx.suspend_session(key(number, 0, 0), NOW.plus(i64::from(number) + 1))?;
        }
        for number in 0..35 {
            let ask = |from, to| Ask {
                user: anna,
                key: key(number, from, 0),
                new_key: key(number, to, 0),
                node: number,
            };
            resume::run(tx, ask(0, 1), NOW).expect("a session");
            let again = resume::run(tx, ask(0, 3), NOW);
            assert!(matches!(again, Err(Failure::Refused(Unresumable))), "{again:?}");
            match number % 3 {
                0 => tx.suspend_session(key(number, 1, 0), NOW.plus(GRACE))?,
                1 => drop(resume::run(tx, ask(1, 2), NOW).expect("a session")),
                _ => assert_eq!(tx.session_user(key(number, 1, 0), NOW)?, Some(anna)),
            }
        }
        tx.end_session(key(69, 0, 0))
    });
    changed.await.expect("changes");
    for number in 0..70 {
        let (step, end) = match number {
            0..35 => [(1, Some(GRACE)), (2, None), (1, None)][usize::from(number % 3)],
            69 => (9, None),
            _ => (0, Some(i64::from(number) + 1)),
        };
        for other in 0..4 {
            assert_eq!(
                is_session(&chat, key(number, other, 0), anna).await,
                other == step,
                "{number}, {other}"
            );
        }
        let Some(end) = end else { continue };
        assert!(is_session_at(&chat, key(number, step, 0), anna, NOW.plus(end - 1)).await, "{number}");
        assert!(!is_session_at(&chat, key(number, step, 0), anna, NOW.plus(end)).await, "{number}");
    }
    for number in 0..35 {
        let connected = chat.write(move |tx, _| tx.suspend_sessions_of_node(number, NOW));
        assert_eq!(connected.await.expect("a count"), usize::from(number % 3 != 0), "{number}");
    }
}

/// Eight sessions, each with two who want it again and again. Whoever wins leaves the key to the next round.
async fn of_two_who_resume_at_once_one_does(chat: Chat) {
    let anna = chat.user("anna").await;
    let mut all = JoinSet::new();
    for session in 0..8 {
        let chat = chat.clone();
        all.spawn(async move {
            begin(&chat, key(session, 0, 0), anna, 0).await;
            let mut current = key(session, 0, 0);
            for round in 1..=250 {
                let winners =
                    race(&chat, anna, current, [1, 2].map(|racer| key(session, round, racer))).await;
                let [winner] = winners[..] else { panic!("{} won round {round}", winners.len()) };
                assert!(!is_session(&chat, current, anna).await);
                current = winner;
            }
            current
        });
    }
    let last = all.join_all().await;
    let suspended = chat.write(|tx, _| tx.suspend_sessions_of_node(3, NOW)).await;
    assert_eq!(suspended.expect("a count"), last.len(), "nobody who lost has left a session");
}

async fn race(chat: &Chat, user: UserId, key: Digest, new_keys: [Digest; 2]) -> Vec<Digest> {
    let start = Arc::new(Barrier::new(new_keys.len()));
    let mut racers = JoinSet::new();
    for new_key in new_keys {
        let (chat, start) = (chat.clone(), start.clone());
        racers.spawn(async move {
            start.wait().await;
            match resume(&chat, user, key, new_key).await {
                Ok(session) => Some(session.key),
                lost => {
                    assert_eq!(refusal(lost), Unresumable);
                    None
                }
            }
        });
    }
    racers.join_all().await.into_iter().flatten().collect()
}

fn key(session: u8, round: u8, racer: u8) -> Digest {
    let mut key = [0; 32];
    key[..3].copy_from_slice(&[session, round, racer]);
    Digest(key)
}
