//! Pruning logs.

use talker_domain::sync::log::note;
use talker_domain::sync::page::{Answer, LARGEST_PAGE};
use talker_domain::sync::prune::{ENTRIES, LOGS, Port, Pruned};
use talker_domain::{Effect, Event, Timestamp, UserId};
use tokio::task::JoinSet;

use super::{numbers, page_after, place, read_on, say_at, told};
use crate::chat::{Chat, NOW, ask};

cases![
    entries_from_before_are_removed_and_no_others,
    whoever_is_behind_what_was_pruned_is_told,
    a_log_that_was_pruned_to_its_end_goes_on_counting,
    nothing_old_is_nothing_pruned,
    what_was_pruned_is_pruned_once,
    a_long_log_is_pruned_in_parts,
    many_logs_are_pruned_in_parts,
    whatever_is_written_meanwhile_leaves_no_gap,
];

const DAY: i64 = 86_400_000;

async fn prune(chat: &Chat, after: Option<UserId>, before: Timestamp) -> Pruned {
    chat.write(move |tx, _| Port::prune(tx, after, before)).await.expect("a count")
}

/// Anna sends something to Bert every day. Both have an entry for it.
async fn days(chat: &Chat, anna: UserId, bert: UserId, days: i64) {
    for day in 0..days {
        say_at(chat, anna, bert, &day.to_string(), NOW.plus(day * DAY)).await;
    }
}

fn everything_of(logs: usize, entries: usize) -> Pruned {
    Pruned { removed: logs * entries, last: None }
}

async fn entries_from_before_are_removed_and_no_others(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    days(&chat, anna, bert, 5).await;
    assert_eq!(prune(&chat, None, NOW.plus(2 * DAY)).await, everything_of(2, 2));
    for user in [anna, bert] {
        let page = page_after(&chat, user, 2, LARGEST_PAGE).await;
        assert_eq!((numbers(&page), page.head.get(), page.all), (vec![3, 4, 5], 5, true));
    }
    assert_eq!(chat.seen(bert, anna).await.len(), 5, "the messages themselves are there");
}

async fn whoever_is_behind_what_was_pruned_is_told(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    days(&chat, anna, bert, 5).await;
    prune(&chat, None, NOW.plus(2 * DAY)).await;
    for (after, gap) in [(0, true), (1, true), (2, false), (5, false), (6, true)] {
        let answer = read_on(&chat, bert, after, LARGEST_PAGE).await;
        assert_eq!(answer == Answer::Gap { head: place(5) }, gap, "{after}");
    }
}

async fn a_log_that_was_pruned_to_its_end_goes_on_counting(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    days(&chat, anna, bert, 3).await;
    assert_eq!(prune(&chat, None, NOW.plus(9 * DAY)).await, everything_of(2, 3));
    assert_eq!(read_on(&chat, bert, 0, 1).await, Answer::Gap { head: place(3) });
    assert_eq!(page_after(&chat, bert, 3, 1).await.effects, []);
    chat.say(anna, bert, "hello").await;
    let page = page_after(&chat, bert, 3, LARGEST_PAGE).await;
    assert_eq!((numbers(&page), page.all), (vec![4], true));
}

async fn nothing_old_is_nothing_pruned(chat: Chat) {
    assert_eq!(prune(&chat, None, NOW).await, everything_of(0, 0));
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    days(&chat, anna, bert, 2).await;
    for before in [NOW, NOW.plus(-40 * 365 * DAY)] {
        assert_eq!(prune(&chat, None, before).await, everything_of(0, 0));
    }
    assert_eq!(told(&chat, bert).await.len(), 2);
}

async fn what_was_pruned_is_pruned_once(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    days(&chat, anna, bert, 4).await;
    for (day, removed) in [(1, 1), (1, 0), (0, 0), (3, 2)] {
        assert_eq!(prune(&chat, None, NOW.plus(day * DAY)).await, everything_of(2, removed), "{day}");
    }
    assert_eq!(numbers(&page_after(&chat, bert, 3, 9).await), [4]);
}

async fn a_long_log_is_pruned_in_parts(chat: Chat) {
    let anna = chat.user("anna").await;
    let many = ENTRIES + 50;
    chat.send_all((0..many).map(|_| ask(anna, anna, "note")).collect()).await;
    for removed in [ENTRIES, 50, 0] {
        assert_eq!(prune(&chat, None, NOW.plus(DAY)).await, everything_of(1, removed));
    }
    assert_eq!(read_on(&chat, anna, many as u64 - 1, 1).await, Answer::Gap { head: place(many as u64) });
}

/// Nobody has to exist for a log.
async fn many_logs_are_pruned_in_parts(chat: Chat) {
    let user = |number: usize| UserId::new(number as u64).expect("an id");
    let logs = 2 * LOGS + 50;
    let blocks = (1..=logs).map(move |number| Effect::everywhere(user(number), Event::Blocked(user(1))));
    let noted = chat.write(move |tx, _| note(tx, &mut blocks.clone().collect::<Vec<_>>(), NOW));
    noted.await.expect("entries");
    let mut after = None;
    for (removed, last) in [(LOGS, Some(LOGS)), (LOGS, Some(2 * LOGS)), (50, None)] {
        let pruned = prune(&chat, after, NOW.plus(DAY)).await;
        assert_eq!(pruned, Pruned { removed, last: last.map(user) });
        after = pruned.last;
    }
}

async fn whatever_is_written_meanwhile_leaves_no_gap(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let mut all = JoinSet::new();
    for number in 1..=4 {
        let chat = chat.node(number);
        all.spawn(async move {
            for second in 0..50 {
                say_at(&chat, anna, bert, "hello", NOW.plus(second * 1_000)).await;
                if number > 2 {
                    prune(&chat, None, NOW.plus((second - 5) * 1_000)).await;
                }
            }
        });
    }
    all.join_all().await;
    for user in [anna, bert] {
        let head = chat.ask(move |tx| talker_domain::sync::page::Port::log_head(tx, user)).await;
        assert!(head.newest == place(200) && head.pruned > place(0));
        let page = page_after(&chat, user, head.pruned.get(), LARGEST_PAGE).await;
        assert_eq!(numbers(&page), (head.pruned.get() + 1..=200).collect::<Vec<_>>());
    }
}
