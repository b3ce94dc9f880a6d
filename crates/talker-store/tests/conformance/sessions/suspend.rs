//! Sessions that have lost their connection, and how they end.

use talker_domain::{Digest, Timestamp};

use super::{begin, end, is_session, is_session_at};
use crate::chat::{Chat, NOW, digest};

cases![
    a_suspended_session_stands_until_its_end,
    a_session_with_a_connection_has_no_end,
    suspending_no_session_is_nothing,
    a_suspended_session_ends_at_logout_all_the_same,
    a_key_that_is_bound_again_has_no_end,
    the_sessions_of_a_node_are_suspended_together,
    what_is_suspended_already_keeps_its_end_when_its_node_ends,
    sessions_whose_time_has_come_are_removed,
];

/// What a session has left when its connection is lost.
pub(super) const GRACE: i64 = 120_000;

pub(super) async fn suspend(chat: &Chat, key: Digest, ends_at: Timestamp) {
    chat.write(move |tx, _| tx.suspend_session(key, ends_at)).await.expect("a session that ends");
}

async fn suspend_node(chat: &Chat, node: u8, ends_at: Timestamp) -> usize {
    chat.write(move |tx, _| tx.suspend_sessions_of_node(node, ends_at)).await.expect("a count")
}

async fn remove_ended(chat: &Chat, now: Timestamp) -> usize {
    chat.write(move |tx, _| tx.remove_ended_sessions(now)).await.expect("a count")
}

async fn a_suspended_session_stands_until_its_end(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    begin(&chat, digest(1), anna, 0).await;
    begin(&chat, digest(2), anna, 0).await;
    suspend(&chat, digest(1), NOW.plus(GRACE)).await;
    for (later, stands) in [(0, true), (GRACE - 1, true), (GRACE, false), (GRACE + 1, false)] {
        let now = NOW.plus(later);
        assert_eq!(is_session_at(&chat, digest(1), anna, now).await, stands, "{later}");
        assert!(!is_session_at(&chat, digest(1), bert, now).await);
        assert!(is_session_at(&chat, digest(2), anna, now).await, "the other one has its connection");
    }
}

async fn a_session_with_a_connection_has_no_end(chat: Chat) {
    let anna = chat.user("anna").await;
    begin(&chat, digest(1), anna, 0).await;
    let in_a_hundred_years = NOW.plus(100 * 365 * 86_400_000);
    assert_eq!(remove_ended(&chat, in_a_hundred_years).await, 0);
    assert!(is_session_at(&chat, digest(1), anna, in_a_hundred_years).await);
}

async fn suspending_no_session_is_nothing(chat: Chat) {
    let anna = chat.user("anna").await;
    suspend(&chat, digest(1), NOW.plus(GRACE)).await;
    assert!(!is_session(&chat, digest(1), anna).await);
    assert_eq!(remove_ended(&chat, NOW.plus(GRACE)).await, 0);
}

async fn a_suspended_session_ends_at_logout_all_the_same(chat: Chat) {
    let anna = chat.user("anna").await;
    begin(&chat, digest(1), anna, 0).await;
    suspend(&chat, digest(1), NOW.plus(GRACE)).await;
    end(&chat, digest(1)).await;
    assert!(!is_session(&chat, digest(1), anna).await);
}

async fn a_key_that_is_bound_again_has_no_end(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    begin(&chat, digest(1), anna, 0).await;
    suspend(&chat, digest(1), NOW.plus(GRACE)).await;
    begin(&chat, digest(1), bert, 0).await;
    assert!(is_session_at(&chat, digest(1), bert, NOW.plus(GRACE)).await);
}

async fn the_sessions_of_a_node_are_suspended_together(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for (key, user, node) in [(1, anna, 7), (2, bert, 7), (3, anna, 8)] {
        begin(&chat, digest(key), user, node).await;
    }
    assert_eq!(suspend_node(&chat, 7, NOW.plus(GRACE)).await, 2);
    assert_eq!(suspend_node(&chat, 7, NOW.plus(2 * GRACE)).await, 0);
    for (key, user, stands) in [(1, anna, false), (2, bert, false), (3, anna, true)] {
        assert!(is_session_at(&chat, digest(key), user, NOW.plus(GRACE - 1)).await);
        assert_eq!(is_session_at(&chat, digest(key), user, NOW.plus(GRACE)).await, stands, "{key}");
    }
}

async fn what_is_suspended_already_keeps_its_end_when_its_node_ends(chat: Chat) {
    let anna = chat.user("anna").await;
    begin(&chat, digest(1), anna, 7).await;
    begin(&chat, digest(2), anna, 7).await;
    suspend(&chat, digest(1), NOW.plus(GRACE)).await;
    assert_eq!(suspend_node(&chat, 7, NOW.plus(2 * GRACE)).await, 1);
    assert!(!is_session_at(&chat, digest(1), anna, NOW.plus(GRACE)).await);
    assert!(is_session_at(&chat, digest(2), anna, NOW.plus(GRACE)).await);
}

async fn sessions_whose_time_has_come_are_removed(chat: Chat) {
    let anna = chat.user("anna").await;
    for key in 1..=4 {
        begin(&chat, digest(key), anna, 0).await;
    }
    for (key, left) in [(1, 10), (2, 20), (3, 30)] {
        suspend(&chat, digest(key), NOW.plus(left)).await;
    }
    for (now, removed) in [(9, 0), (10, 1), (19, 0), (30, 2), (1_000, 0)] {
        assert_eq!(remove_ended(&chat, NOW.plus(now)).await, removed, "{now}");
    }
    for (key, stands) in [(1, false), (2, false), (3, false), (4, true)] {
        assert_eq!(is_session(&chat, digest(key), anna).await, stands, "even at a time before: {key}");
    }
}
