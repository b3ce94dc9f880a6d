//! Conversations, page by page.

use std::ops::RangeInclusive;

use talker_domain::messages::history::Page;

use super::{big_file, count_to};
use crate::chat::{Chat, file, words};

cases![
    nothing_said_is_all_there_is,
    twenty_messages_are_one_page,
    twenty_one_messages_are_two_pages,
    a_page_begins_with_the_message_it_begins_from,
    a_page_may_begin_from_a_message_of_others,
    a_conversation_holds_what_its_two_said_to_each_other,
    notes_to_oneself_are_a_conversation_too,
    what_is_hidden_does_not_count_for_the_blocker,
    what_is_hidden_counts_for_its_sender,
    media_past_the_budget_come_on_the_next_page,
];

/// The page must hold these numbers, newest first.
fn assert_page(page: &Page, numbers: RangeInclusive<usize>, all: bool) {
    let said: Vec<_> = page.messages.iter().map(words).collect();
    let expected: Vec<_> = numbers.rev().map(|number| number.to_string()).collect();
    assert_eq!((said, page.all), (expected, all));
}

async fn nothing_said_is_all_there_is(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    assert_eq!(chat.history(anna, bert, None).await, Page { messages: vec![], all: true });
}

async fn twenty_messages_are_one_page(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    count_to(&chat, anna, bert, 20).await;
    for (viewer, peer) in [(anna, bert), (bert, anna)] {
        assert_page(&chat.history(viewer, peer, None).await, 1..=20, true);
    }
}

async fn twenty_one_messages_are_two_pages(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    count_to(&chat, anna, bert, 21).await;
    let page = chat.history(bert, anna, None).await;
    assert_page(&page, 2..=21, false);
    let oldest = page.messages[19].id;
    assert_page(&chat.history(bert, anna, Some(oldest)).await, 1..=2, true);
}

async fn a_page_begins_with_the_message_it_begins_from(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    count_to(&chat, anna, bert, 50).await;
    let mut from = None;
    for (numbers, all) in [(31..=50, false), (12..=31, false), (1..=12, true)] {
        let page = chat.history(anna, bert, from).await;
        assert_page(&page, numbers, all);
        from = page.messages.last().map(|oldest| oldest.id);
    }
    assert_page(&chat.history(anna, bert, from).await, 1..=1, true);
}

async fn a_page_may_begin_from_a_message_of_others(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    chat.say(anna, bert, "1").await;
    let foreign = chat.say(carl, bert, "foreign").await;
    chat.say(anna, bert, "2").await;
    assert_page(&chat.history(anna, bert, Some(foreign)).await, 1..=1, true);
}

async fn a_conversation_holds_what_its_two_said_to_each_other(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    for (from, to, said) in
        [(anna, bert, "1"), (bert, carl, "x"), (carl, anna, "y"), (bert, anna, "2"), (bert, bert, "z")]
    {
        chat.say(from, to, said).await;
    }
    for (viewer, peer) in [(anna, bert), (bert, anna)] {
        assert_page(&chat.history(viewer, peer, None).await, 1..=2, true);
    }
}

async fn notes_to_oneself_are_a_conversation_too(chat: Chat) {
    let anna = chat.user("anna").await;
    count_to(&chat, anna, anna, 21).await;
    assert_page(&chat.history(anna, anna, None).await, 2..=21, false);
}

async fn what_is_hidden_does_not_count_for_the_blocker(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    count_to(&chat, anna, bert, 10).await;
    chat.block(bert, anna).await;
    for _ in 0..30 {
        chat.say(anna, bert, "hidden").await;
    }
    chat.unblock(bert, anna).await;
    for number in 11..=20 {
        chat.say(anna, bert, &number.to_string()).await;
    }
    assert_page(&chat.history(bert, anna, None).await, 1..=20, true);
}

async fn what_is_hidden_counts_for_its_sender(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for number in 1..=30 {
        if number % 4 == 0 {
            chat.block(bert, anna).await;
        }
        let (from, to) = if number % 3 == 0 { (bert, anna) } else { (anna, bert) };
        chat.say(from, to, &number.to_string()).await;
        chat.unblock(bert, anna).await;
    }
    let page = chat.history(anna, bert, None).await;
    assert_page(&page, 11..=30, false);
    let oldest = page.messages[19].id;
    assert_page(&chat.history(anna, bert, Some(oldest)).await, 1..=11, true);
}

async fn media_past_the_budget_come_on_the_next_page(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for content in [file(vec![]), file(vec![7]), big_file(), file(vec![]), big_file()] {
        chat.send(anna, bert, content).await;
    }
    let page = chat.history(bert, anna, None).await;
    assert_eq!((page.messages.len(), page.all), (3, false), "two big files fill the page to the last byte");
    let rest = chat.history(bert, anna, Some(page.messages[2].id)).await;
    assert_eq!((rest.messages.len(), rest.all), (3, true));
}
