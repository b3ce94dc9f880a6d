//! Blocks, and what they hide.

use talker_domain::UserId;
use talker_domain::blocks::{Refusal, block, unblock};
use talker_domain::messages::search;

use crate::chat::{Chat, NOW, ask, refusal, words};

cases![
    blocked_users_are_listed_in_the_order_of_their_blocks,
    blocking_twice_is_fine,
    unblocking_whom_nobody_blocks_is_fine,
    nobody_blocks_himself,
    nobody_blocks_nobody,
    a_block_is_one_sided,
    two_may_block_each_other,
    a_blocked_senders_message_never_shows,
    a_blocked_sender_keeps_his_message,
    a_block_hides_nothing_from_before,
    a_block_hides_nobody_else,
    the_blocker_may_still_write,
    in_one_batch_only_the_blocked_senders_messages_are_hidden,
];

async fn blocked_users_are_listed_in_the_order_of_their_blocks(chat: Chat) {
    let [anna, bert, carl, dora] = chat.users(["anna", "bert", "Carl", "dora"]).await;
    for (blocked, since) in [(carl, 1), (bert, 3), (dora, 2)] {
        let ask = block::Ask { by: anna, blocked };
        chat.write(move |tx, _| block::run(tx, ask, NOW.plus(since))).await.expect("a block");
    }
    assert_eq!(chat.blocked_by(anna).await, ["Carl", "dora", "bert"]);
    chat.unblock(anna, dora).await;
    assert_eq!(chat.blocked_by(anna).await, ["Carl", "bert"]);
}

async fn blocking_twice_is_fine(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    for (blocked, since) in [(bert, 1), (carl, 2), (bert, 3)] {
        let ask = block::Ask { by: anna, blocked };
        chat.write(move |tx, _| block::run(tx, ask, NOW.plus(since))).await.expect("a block");
    }
    assert_eq!(chat.blocked_by(anna).await, ["bert", "carl"], "the first time counts");
    chat.unblock(anna, bert).await;
    assert_eq!(chat.blocked_by(anna).await, ["carl"]);
}

async fn unblocking_whom_nobody_blocks_is_fine(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for _ in 0..2 {
        chat.unblock(anna, bert).await;
        assert_eq!(chat.blocked_by(anna).await, [""; 0]);
    }
}

async fn nobody_blocks_himself(chat: Chat) {
    let anna = chat.user("anna").await;
    let ask = block::Ask { by: anna, blocked: anna };
    assert_eq!(refusal(chat.write(move |tx, _| block::run(tx, ask, NOW)).await), Refusal::Oneself);
    assert_eq!(chat.blocked_by(anna).await, [""; 0]);
}

async fn nobody_blocks_nobody(chat: Chat) {
    let anna = chat.user("anna").await;
    let ask = block::Ask { by: anna, blocked: UserId::new(1).expect("an id") };
    assert_eq!(refusal(chat.write(move |tx, _| block::run(tx, ask, NOW)).await), Refusal::UnknownUser);
    assert_eq!(refusal(chat.write(move |tx, _| unblock::run(tx, ask, NOW)).await), Refusal::UnknownUser);
}

async fn a_block_is_one_sided(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.block(anna, bert).await;
    assert_eq!(chat.blocked_by(bert).await, [""; 0]);
    chat.unblock(bert, anna).await;
    assert_eq!(chat.blocked_by(anna).await, ["bert"]);
}

async fn two_may_block_each_other(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.block(anna, bert).await;
    chat.block(bert, anna).await;
    chat.say(anna, bert, "from anna").await;
    chat.say(bert, anna, "from bert").await;
    assert_eq!(chat.seen(anna, bert).await, ["from anna"]);
    assert_eq!(chat.seen(bert, anna).await, ["from bert"]);
}

async fn a_blocked_senders_message_never_shows(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.block(anna, bert).await;
    let hidden = chat.say(bert, anna, "let me in").await;
    for unblocked in [false, true] {
        if unblocked {
            chat.unblock(anna, bert).await;
        }
        assert_eq!(chat.seen(anna, bert).await, [""; 0]);
        assert_eq!(chat.history(anna, bert, Some(hidden)).await.messages, []);
        assert_eq!(found(&chat, anna, bert, "let").await, [""; 0]);
        assert_eq!(chat.waiting(anna).await, []);
        assert_eq!(chat.contacts(anna).await, []);
    }
    chat.say(bert, anna, "thank you").await;
    assert_eq!(chat.seen(anna, bert).await, ["thank you"]);
    assert_eq!(chat.unread(anna, bert).await, 1);
}

async fn a_blocked_sender_keeps_his_message(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.block(anna, bert).await;
    chat.say(bert, anna, "let me in").await;
    for unblocked in [false, true] {
        if unblocked {
            chat.unblock(anna, bert).await;
        }
        assert_eq!(chat.seen(bert, anna).await, ["let me in"]);
        assert_eq!(found(&chat, bert, anna, "let").await, ["let me in"]);
        let contacts = chat.contacts(bert).await;
        assert_eq!(contacts.iter().map(|contact| words(&contact.last)).collect::<Vec<_>>(), ["let me in"]);
        assert_eq!(contacts[0].unread, 0);
    }
}

async fn a_block_hides_nothing_from_before(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.say(bert, anna, "hello").await;
    chat.block(anna, bert).await;
    chat.say(bert, anna, "let me in").await;
    assert_eq!(chat.seen(anna, bert).await, ["hello"]);
    assert_eq!(chat.seen(bert, anna).await, ["hello", "let me in"]);
    assert_eq!(chat.unread(anna, bert).await, 1);
    assert_eq!(chat.waiting(anna).await.iter().map(words).collect::<Vec<_>>(), ["hello"]);
}

async fn a_block_hides_nobody_else(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    chat.block(anna, bert).await;
    chat.say(carl, anna, "from carl").await;
    chat.say(bert, carl, "from bert").await;
    assert_eq!(chat.seen(anna, carl).await, ["from carl"]);
    assert_eq!(chat.seen(carl, bert).await, ["from bert"]);
}

async fn the_blocker_may_still_write(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.block(anna, bert).await;
    chat.say(anna, bert, "leave me alone").await;
    assert_eq!(chat.seen(bert, anna).await, ["leave me alone"]);
    assert_eq!(chat.unread(bert, anna).await, 1);
}

async fn in_one_batch_only_the_blocked_senders_messages_are_hidden(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    chat.block(anna, bert).await;
    let sent = chat
        .send_all(vec![
            ask(bert, anna, "1"),
            ask(carl, anna, "2"),
            ask(anna, bert, "3"),
            ask(bert, carl, "4"),
        ])
        .await;
    let hidden: Vec<_> = sent.iter().flatten().map(|decision| decision.message.hidden).collect();
    assert_eq!(hidden, [true, false, false, false]);
    assert_eq!(chat.seen(anna, bert).await, ["3"]);
    assert_eq!(chat.seen(bert, anna).await, ["1", "3"]);
    assert_eq!(chat.seen(anna, carl).await, ["2"]);
}

async fn found(chat: &Chat, viewer: UserId, peer: UserId, part: &str) -> Vec<String> {
    let needle = search::Needle::new(part).expect("a part of a text");
    let ask = search::Ask { viewer, peer, needle, from: None };
    chat.ask(move |tx| tx.search_messages(&ask)).await.iter().map(words).collect()
}
