//! Logs: what is written into them, how they are read on, and how they are pruned.

#[path = "sync/log.rs"]
mod log;
#[path = "sync/page.rs"]
mod page;
#[path = "sync/prune.rs"]
mod prune;

use talker_domain::messages::CONTENT_PER_ANSWER;
use talker_domain::sync::Seq;
use talker_domain::sync::page::{Answer, Ask, LARGEST_PAGE, Page, run};
use talker_domain::{Effect, Event, Timestamp, UserId};

use crate::chat::{Chat, ask, words};

fn place(number: u64) -> Seq {
    Seq::new(number).expect("a place")
}

async fn read_on(chat: &Chat, user: UserId, after: u64, limit: usize) -> Answer {
    let ask = Ask { user, after: place(after), limit, bytes: CONTENT_PER_ANSWER };
    chat.ask(move |tx| run(tx, ask)).await
}

/// What comes after this; there must be no gap.
async fn page_after(chat: &Chat, user: UserId, after: u64, limit: usize) -> Page {
    match read_on(chat, user, after, limit).await {
        Answer::Page(page) => page,
        gap @ Answer::Gap { .. } => panic!("{gap:?} after {after}"),
    }
}

/// The numbers of the entries.
fn numbers(page: &Page) -> Vec<u64> {
    page.effects.iter().map(|effect| effect.seq.expect("a number").get()).collect()
}

/// The whole log of somebody to whom little has happened, in words: it begins with 1 and has no gap.
async fn told(chat: &Chat, user: UserId) -> Vec<String> {
    let page = page_after(chat, user, 0, LARGEST_PAGE).await;
    assert!(page.all);
    assert_eq!(numbers(&page), (1..=page.head.get()).collect::<Vec<_>>());
    page.effects.iter().map(in_words).collect()
}

fn in_words(effect: &Effect) -> String {
    match &effect.event {
        Event::Echo(message) => format!("sent {}", words(message)),
        Event::Delivery(message) => format!("received {}", words(message)),
        Event::Notified(_) => "notified".into(),
        Event::Read { .. } => "read".into(),
        Event::Blocked(_) => "blocked".into(),
        Event::Unblocked(_) => "unblocked".into(),
        Event::Typing { .. } => panic!("typing is never logged"),
    }
}

async fn say_at(chat: &Chat, from: UserId, to: UserId, words: &str, at: Timestamp) {
    let asks = [ask(from, to, words)];
    let sent = chat.write(move |tx, ids| talker_domain::messages::send::run(tx, &asks, at, ids)).await;
    assert!(sent.expect("a batch that is stored")[0].is_ok());
}
