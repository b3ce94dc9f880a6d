//! Many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use talker_domain::blocks::block;
use talker_domain::messages::history::{Ask, PAGE};
use talker_domain::messages::{Message, send};
use talker_domain::sync::{Seq, page};
use talker_domain::{Event, MessageId, UserId};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::chat::{Chat, NOW, ask, words};

cases![
    writers_lose_nothing_and_keep_their_order,
    nothing_sent_after_a_block_is_ever_seen,
    what_a_block_hides_is_not_in_the_log_either,
    blocks_and_messages_both_ways_never_collide,
    reading_while_messages_come_counts_right,
];

const WRITERS: u8 = 16;
const MESSAGES: usize = 50;

/// The whole conversation, oldest first.
async fn conversation(chat: &Chat, viewer: UserId, peer: UserId) -> Vec<Message> {
    let mut newest_first: Vec<Message> = Vec::new();
    loop {
        let from = newest_first.last().map(|oldest| oldest.id);
        let page = chat.ask(move |tx| tx.history(Ask { viewer, peer, from })).await;
        assert!(page.all || page.messages.len() == PAGE);
        newest_first.extend(page.messages.into_iter().skip(usize::from(from.is_some())));
        if page.all {
            return newest_first.into_iter().rev().collect();
        }
    }
}

/// Half of the writers share one conversation and half another, from both of its sides.
async fn writers_lose_nothing_and_keep_their_order(chat: Chat) {
    let users = chat.users(["anna", "bert", "carl", "dora"]).await;
    let newest = Arc::new([AtomicU64::new(0), AtomicU64::new(0)]);
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let (chat, newest, side) = (chat.node(number), newest.clone(), usize::from(number % 4));
        let (from, to) = (users[side], users[side ^ 1]);
        writers.spawn(async move {
            for count in 0..MESSAGES {
                let stored = newest[side / 2].load(Ordering::SeqCst);
                let id = chat.say(from, to, &format!("{number}: {count}")).await.get();
                assert!(id > stored, "a later message has the greater id");
                newest[side / 2].fetch_max(id, Ordering::SeqCst);
            }
        });
    }
    writers.join_all().await;
    for (viewer, peer) in [(users[0], users[1]), (users[3], users[2])] {
        let all = conversation(&chat, viewer, peer).await;
        assert_eq!(all.len(), usize::from(WRITERS) / 2 * MESSAGES);
        assert_eq!(chat.unread(viewer, peer).await, all.len() as u64 / 2);
        assert_eq!(chat.contacts(viewer).await[0].last.id, all[all.len() - 1].id);
        for number in 0..WRITERS {
            let own: Vec<_> =
                all.iter().map(words).filter(|said| said.starts_with(&format!("{number}: "))).collect();
            let in_order = (0..own.len()).map(|count| format!("{number}: {count}"));
            assert!(own.iter().eq(&in_order.collect::<Vec<_>>()), "{own:?}");
        }
    }
}

async fn nothing_sent_after_a_block_is_ever_seen(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for round in 0..20 {
        let (blocked, start) = (Arc::new(AtomicBool::new(false)), Arc::new(Barrier::new(4)));
        let mut senders = JoinSet::new();
        for number in 1..=3 {
            let (chat, blocked, start) = (chat.node(number), blocked.clone(), start.clone());
            senders.spawn(async move {
                start.wait().await;
                let mut sent_too_late = Vec::new();
                for _ in 0..5 {
                    let too_late = blocked.load(Ordering::SeqCst);
                    let sent = chat.say(bert, anna, "hello").await;
                    sent_too_late.extend(too_late.then_some(sent));
                }
                sent_too_late
            });
        }
        start.wait().await;
        for _ in 0..round % 4 {
            tokio::task::yield_now().await;
        }
        chat.block(anna, bert).await;
        blocked.store(true, Ordering::SeqCst);
        let too_late: Vec<MessageId> = senders.join_all().await.into_iter().flatten().collect();
        assert_hidden_from_there_on(&chat, bert, anna).await;
        let seen = conversation(&chat, anna, bert).await;
        assert!(seen.iter().all(|message| !too_late.contains(&message.id)), "round {round}");
        assert_eq!(seen.len(), chat.waiting(anna).await.len(), "round {round}");
        forget_conversation(&chat).await;
        chat.unblock(anna, bert).await;
    }
}

/// A block takes effect once, so what it hides comes after what it does not.
async fn assert_hidden_from_there_on(chat: &Chat, sender: UserId, blocker: UserId) {
    let sent = conversation(chat, sender, blocker).await;
    assert!(sent.is_sorted_by_key(|message| message.hidden), "{sent:?}");
}

async fn forget_conversation(chat: &Chat) {
    crate::databases::execute(
        &chat.location,
        "DELETE FROM messages; DELETE FROM contacts; DELETE FROM log_runs; DELETE FROM logs",
    )
    .await;
}

/// Eight pairs, in each of which one writes while the other blocks, a hundred times.
async fn what_a_block_hides_is_not_in_the_log_either(chat: Chat) {
    let mut pairs = JoinSet::new();
    for pair in 0..8 {
        let (anna, bert) = (chat.user(&format!("anna{pair}")).await, chat.user(&format!("bert{pair}")).await);
        let (one, other) = (chat.node(2 * pair + 1), chat.node(2 * pair + 2));
        pairs.spawn(async move {
            for _ in 0..100 {
                tokio::join!(one.block(anna, bert), other.say(bert, anna, "hello"));
                one.unblock(anna, bert).await;
            }
            (anna, bert)
        });
    }
    for (anna, bert) in pairs.join_all().await {
        let ask = page::Ask { user: anna, after: Seq::START, limit: page::LARGEST_PAGE, bytes: usize::MAX };
        let events = chat.ask(move |tx| tx.log_entries(ask)).await;
        let (mut blocked, mut received) = (false, Vec::new());
        for effect in events {
            match effect.event {
                Event::Blocked(_) => blocked = true,
                Event::Unblocked(_) => blocked = false,
                Event::Delivery(message) if !blocked => received.push(message.id),
                other => panic!("logged while she blocks him: {other:?}"),
            }
        }
        let seen = conversation(&chat, anna, bert).await;
        assert_eq!(seen.iter().map(|message| message.id).collect::<Vec<_>>(), received);
        assert_eq!(conversation(&chat, bert, anna).await.len(), 100);
    }
}

/// What collides is run again, but not for ever, so whoever takes locks in any order would fail now and then.
async fn blocks_and_messages_both_ways_never_collide(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let attempts = Arc::new(AtomicUsize::new(0));
    let mut all = JoinSet::new();
    for number in 0..8 {
        let (chat, attempts) = (chat.node(number), attempts.clone());
        let (by, other) = if number % 2 == 0 { (anna, bert) } else { (bert, anna) };
        all.spawn(async move {
            for _ in 0..25 {
                let attempts = attempts.clone();
                let both = chat.write(move |tx, ids| {
                    attempts.fetch_add(1, Ordering::SeqCst);
                    if number < 6 {
                        return block::run(tx, block::Ask { by, blocked: other }, NOW).map(drop);
                    }
                    send::run(tx, &[ask(by, other, "hello")], NOW, ids)?;
                    Ok(())
                });
                both.await.expect("a block or a message");
                chat.unblock(by, other).await;
            }
        });
    }
    all.join_all().await;
    assert_eq!(attempts.load(Ordering::SeqCst), 8 * 25);
}

async fn reading_while_messages_come_counts_right(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.say(anna, bert, "0").await;
    let mut all = JoinSet::new();
    for number in 1..=2 {
        let chat = chat.node(number);
        all.spawn(async move {
            for _ in 0..MESSAGES {
                chat.say(anna, bert, "hello").await;
            }
        });
    }
    for number in 3..=5 {
        let chat = chat.node(number);
        all.spawn(async move {
            for _ in 0..MESSAGES {
                let newest = chat.contacts(bert).await[0].last.id;
                chat.read(bert, newest, NOW).await.expect("a message of his");
            }
        });
    }
    all.join_all().await;
    let sent = conversation(&chat, bert, anna).await;
    let unread = sent.iter().filter(|message| message.read_at.is_none()).count();
    assert_eq!(chat.unread(bert, anna).await, unread as u64);
    let last = sent.last().expect("a message").id;
    chat.read(bert, last, NOW).await.expect("a message of his");
    assert_eq!(chat.unread(bert, anna).await, 0);
    assert!(conversation(&chat, bert, anna).await.iter().all(|message| message.read_at.is_some()));
}
