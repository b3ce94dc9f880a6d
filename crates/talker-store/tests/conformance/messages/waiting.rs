//! What waits for somebody who was away.

use talker_domain::messages::waiting::{PAGE, PAGE_BYTES};
use talker_domain::messages::{Content, Message, Text, mark_notified::Handed};
use talker_domain::{MessageId, UserId};

use super::{big_file, count_to};
use crate::chat::{Chat, file, words};

cases![
    messages_of_all_senders_wait_oldest_first,
    only_the_recipient_is_waited_for,
    what_comes_after_a_message_is_without_it,
    a_page_has_a_hundred_messages,
    what_was_handed_over_waits_no_more,
    what_was_read_elsewhere_waits_still,
    a_hidden_message_does_not_wait,
    a_block_keeps_back_nothing_from_before,
    what_goes_over_the_size_of_a_page_comes_on_the_next_one,
    a_message_larger_than_a_page_comes_alone,
];

async fn waiting(chat: &Chat, user: UserId, after: Option<MessageId>) -> Vec<Message> {
    chat.ask(move |tx| tx.waiting(user, after)).await
}

async fn messages_of_all_senders_wait_oldest_first(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    for (from, said) in [(carl, "1"), (bert, "2"), (carl, "3"), (anna, "4"), (bert, "5")] {
        chat.say(from, anna, said).await;
    }
    let waiting = waiting(&chat, anna, None).await;
    assert_eq!(waiting.iter().map(words).collect::<Vec<_>>(), ["1", "2", "3", "4", "5"]);
}

async fn only_the_recipient_is_waited_for(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    chat.say(anna, bert, "hello").await;
    assert_eq!(waiting(&chat, anna, None).await, []);
    assert_eq!(waiting(&chat, carl, None).await, []);
    assert_eq!(waiting(&chat, bert, None).await.len(), 1);
}

async fn what_comes_after_a_message_is_without_it(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let first = chat.say(anna, bert, "1").await;
    let second = chat.say(anna, bert, "2").await;
    let third = chat.say(anna, bert, "3").await;
    let after = async |message| -> Vec<_> {
        waiting(&chat, bert, Some(message)).await.iter().map(|message| message.id).collect()
    };
    assert_eq!(after(first).await, [second, third]);
    assert_eq!(after(second).await, [third]);
    assert_eq!(after(third).await, []);
}

async fn a_page_has_a_hundred_messages(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    count_to(&chat, anna, bert, PAGE + 1).await;
    let page = waiting(&chat, bert, None).await;
    assert_eq!(page.len(), PAGE);
    assert_eq!((words(&page[0]), words(&page[PAGE - 1])), ("1".into(), "100".into()));
    let next = waiting(&chat, bert, Some(page[PAGE - 1].id)).await;
    assert_eq!(next.iter().map(words).collect::<Vec<_>>(), ["101"]);
}

async fn what_was_handed_over_waits_no_more(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    count_to(&chat, anna, bert, 3).await;
    let page = waiting(&chat, bert, None).await;
    chat.hand_over(vec![Handed::from(&page[1])]).await;
    assert_eq!(
        waiting(&chat, bert, None).await.iter().map(words).collect::<Vec<_>>(),
        ["1", "3"],
        "a connection may take some and not others"
    );
}

async fn what_was_read_elsewhere_waits_still(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let sent = chat.say(anna, bert, "1").await;
    chat.read(bert, sent, crate::chat::NOW).await.expect("a message of his");
    assert_eq!(waiting(&chat, bert, None).await.len(), 1);
}

async fn a_hidden_message_does_not_wait(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.block(bert, anna).await;
    chat.say(anna, bert, "hidden").await;
    chat.unblock(bert, anna).await;
    chat.say(anna, bert, "shown").await;
    assert_eq!(waiting(&chat, bert, None).await.iter().map(words).collect::<Vec<_>>(), ["shown"]);
}

async fn a_block_keeps_back_nothing_from_before(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.say(anna, bert, "hello").await;
    chat.block(bert, anna).await;
    assert_eq!(waiting(&chat, bert, None).await.iter().map(words).collect::<Vec<_>>(), ["hello"]);
}

async fn what_goes_over_the_size_of_a_page_comes_on_the_next_one(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let half = || vec![7; PAGE_BYTES / 2];
    for content in [file(half()), file(vec![]), text(PAGE_BYTES / 2), text(1), file(vec![])] {
        chat.send(anna, bert, content).await;
    }
    let page = waiting(&chat, bert, None).await;
    assert_eq!(page.len(), 3, "a file and a text fill the page to the last byte");
    let next = waiting(&chat, bert, Some(page[2].id)).await;
    assert_eq!(next.len(), 2);
    let again = chat.ask(move |tx| tx.sent_to(bert, &ids(page.iter().chain(&next)))).await;
    assert_eq!(again.len(), 3, "those that somebody missed come in such pages too");
}

async fn a_message_larger_than_a_page_comes_alone(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for content in [big_file(), text(1), big_file()] {
        chat.send(anna, bert, content).await;
    }
    let mut after = None;
    for _ in 0..3 {
        let page = waiting(&chat, bert, after).await;
        assert_eq!(page.len(), 1);
        after = Some(page[0].id);
    }
}

fn text(bytes: usize) -> Content {
    Content::Text(Text::new("x".repeat(bytes)).expect("short enough"))
}

fn ids<'a>(messages: impl Iterator<Item = &'a Message>) -> Vec<MessageId> {
    messages.map(|message| message.id).collect()
}
