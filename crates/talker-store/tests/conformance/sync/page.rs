//! Reading on in a log, page by page.

use talker_domain::sync::page::{Answer, LARGEST_PAGE};
use talker_domain::{LARGEST_ID, UserId};

use super::{in_words, numbers, page_after, place, read_on, told};
use crate::chat::{Chat, ask, file};

cases![
    an_empty_log_has_one_empty_page,
    a_page_goes_on_after_the_number_and_has_no_more_than_asked_for,
    the_last_page_is_said_to_be_the_last,
    a_log_of_a_thousand_entries_is_read_in_pages_of_any_size,
    what_comes_between_two_pages_is_on_the_next_one,
    a_number_beyond_the_head_is_a_gap,
    content_past_the_budget_comes_on_the_next_page,
];

const MEBIBYTE: usize = 1024 * 1024;

/// Sends so many messages.
async fn count_to(chat: &Chat, from: UserId, to: UserId, last: u64) {
    chat.send_all((1..=last).map(|number| ask(from, to, &number.to_string())).collect()).await;
}

async fn an_empty_log_has_one_empty_page(chat: Chat) {
    let anna = chat.user("anna").await;
    let page = page_after(&chat, anna, 0, LARGEST_PAGE).await;
    assert_eq!((page.effects, page.head.get(), page.all), (vec![], 0, true));
}

async fn a_page_goes_on_after_the_number_and_has_no_more_than_asked_for(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    count_to(&chat, anna, bert, 5).await;
    for (after, limit, expected) in
        [(0, 2, 1..=2), (2, 2, 3..=4), (0, 5, 1..=5), (3, 1, 4..=4), (4, 500, 5..=5)]
    {
        let page = page_after(&chat, bert, after, limit).await;
        assert_eq!(numbers(&page), expected.collect::<Vec<_>>(), "{limit} after {after}");
        assert_eq!(page.head.get(), 5);
    }
}

async fn the_last_page_is_said_to_be_the_last(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    count_to(&chat, anna, bert, 5).await;
    for (after, limit, all) in [(0, 4, false), (0, 5, true), (0, 6, true), (1, 4, true), (1, 3, false)] {
        assert_eq!(page_after(&chat, bert, after, limit).await.all, all, "{limit} after {after}");
    }
    let nothing = page_after(&chat, bert, 5, 1).await;
    assert_eq!((nothing.effects, nothing.head.get(), nothing.all), (vec![], 5, true));
}

async fn a_log_of_a_thousand_entries_is_read_in_pages_of_any_size(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    count_to(&chat, anna, bert, 1_000).await;
    for limit in [77, 250, LARGEST_PAGE] {
        let (mut told, mut after) = (Vec::new(), 0);
        loop {
            let page = page_after(&chat, bert, after, limit).await;
            assert!(page.all || page.effects.len() == limit);
            told.extend(page.effects.iter().map(in_words));
            after += page.effects.len() as u64;
            if page.all {
                break;
            }
        }
        assert!(told.into_iter().eq((1..=1_000).map(|number| format!("received {number}"))), "{limit}");
    }
}

async fn what_comes_between_two_pages_is_on_the_next_one(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    count_to(&chat, anna, bert, 3).await;
    let first = page_after(&chat, bert, 0, 2).await;
    assert_eq!((numbers(&first), first.head.get(), first.all), (vec![1, 2], 3, false));
    chat.say(anna, bert, "4").await;
    let second = page_after(&chat, bert, 2, 2).await;
    assert_eq!((numbers(&second), second.head.get(), second.all), (vec![3, 4], 4, true));
}

async fn a_number_beyond_the_head_is_a_gap(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    count_to(&chat, anna, bert, 5).await;
    for (user, head) in [(bert, 5), (carl, 0)] {
        for beyond in [6, 1 << 31, 1 << 32, LARGEST_ID] {
            let answer = read_on(&chat, user, beyond, LARGEST_PAGE).await;
            assert_eq!(answer, Answer::Gap { head: place(head) }, "{beyond}");
        }
    }
}

/// Two fit into one page and three do not, and neither does what comes after the one that does not fit.
async fn content_past_the_budget_comes_on_the_next_page(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for size in [8, 8, 8, 0, 9, 8] {
        chat.send(anna, bert, file(vec![7; size * MEBIBYTE])).await;
        chat.say(anna, bert, "words").await;
    }
    for (after, expected) in [(0, 1..=2), (2, 3..=4), (4, 5..=8), (8, 9..=10), (10, 11..=12)] {
        let page = page_after(&chat, bert, after, LARGEST_PAGE).await;
        assert_eq!(numbers(&page), expected.collect::<Vec<_>>());
        assert_eq!((page.head.get(), page.all), (12, after == 10));
    }
    let small = chat.user("carl").await;
    chat.send(anna, small, file(vec![7; 5])).await;
    assert_eq!(told(&chat, small).await, ["received application/pdf of 5 bytes"]);
}
