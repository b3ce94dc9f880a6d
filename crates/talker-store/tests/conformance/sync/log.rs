//! What happened is in the logs of those concerned, once, in order and without a gap.

use talker_domain::blocks::{block, unblock};
use talker_domain::messages::mark_notified::{self, Handed};
use talker_domain::messages::{Nonce, send};
use talker_domain::sync::page::LARGEST_PAGE;
use talker_domain::{Event, MessageId, UserId};
use talker_store::StoreError;
use tokio::task::JoinSet;

use super::{in_words, numbers, page_after, place, told};
use crate::chat::{Chat, NOW, ask, text};

cases![
    a_message_is_in_the_logs_of_both,
    a_note_to_oneself_is_in_ones_log_once,
    what_was_handed_over_is_in_the_senders_log_once,
    reading_is_in_the_logs_of_both_once,
    a_note_to_oneself_is_handed_over_and_read_once,
    an_entry_about_a_message_names_it,
    a_block_and_its_end_are_in_the_blockers_log_once,
    what_a_block_hides_is_in_no_log_of_the_blockers,
    what_was_refused_is_in_no_log,
    a_message_sent_again_is_in_no_log_again,
    what_is_heard_has_the_number_that_it_has_in_the_log,
    a_batch_is_logged_in_its_order,
    a_command_that_failed_leaves_no_number_behind,
    a_log_goes_on_when_the_store_is_opened_again,
    a_message_is_shown_as_it_is_now,
    a_hidden_receipt_is_marked_as_one,
    everybody_has_a_log_of_his_own,
    whatever_happens_at_once_leaves_no_gap,
];

async fn a_message_is_in_the_logs_of_both(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    chat.say(anna, bert, "1").await;
    chat.say(bert, anna, "2").await;
    assert_eq!(told(&chat, anna).await, ["sent 1", "received 2"]);
    assert_eq!(told(&chat, bert).await, ["received 1", "sent 2"]);
    assert_eq!(told(&chat, carl).await, [""; 0]);
}

async fn a_note_to_oneself_is_in_ones_log_once(chat: Chat) {
    let anna = chat.user("anna").await;
    chat.say(anna, anna, "buy milk").await;
    assert_eq!(told(&chat, anna).await, ["received buy milk"]);
}

async fn what_was_handed_over_is_in_the_senders_log_once(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let sent = chat.send(anna, bert, text("1")).await;
    for _ in 0..2 {
        chat.hand_over(vec![Handed::from(&*sent); 2]).await;
    }
    assert_eq!(told(&chat, anna).await, ["sent 1", "notified"]);
    assert_eq!(told(&chat, bert).await, ["received 1"]);
}

async fn reading_is_in_the_logs_of_both_once(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let first = chat.say(anna, bert, "1").await;
    let second = chat.say(anna, bert, "2").await;
    for message in [second, first, second] {
        chat.read(bert, message, NOW).await.expect("a message of his");
    }
    assert_eq!(told(&chat, anna).await, ["sent 1", "sent 2", "read"]);
    assert_eq!(told(&chat, bert).await, ["received 1", "received 2", "read"]);
}

async fn a_note_to_oneself_is_handed_over_and_read_once(chat: Chat) {
    let anna = chat.user("anna").await;
    let note = chat.send(anna, anna, text("buy milk")).await;
    chat.hand_over(vec![Handed::from(&*note)]).await;
    chat.read(anna, note.id, NOW).await.expect("a message of hers");
    assert_eq!(told(&chat, anna).await, ["received buy milk", "notified", "read"]);
}

async fn an_entry_about_a_message_names_it(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let first = chat.send(anna, bert, text("1")).await;
    let second = chat.say(anna, bert, "2").await;
    chat.say(bert, anna, "3").await;
    chat.hand_over(vec![Handed::from(&*first)]).await;
    let at = NOW.plus(5_000);
    chat.read(bert, second, at).await.expect("a message of his");
    chat.block(anna, bert).await;
    let page = page_after(&chat, anna, 3, LARGEST_PAGE).await;
    let events: Vec<_> = page.effects.into_iter().map(|effect| effect.event).collect();
    let expected = [Event::Notified(first.id), Event::Read { message: second, at }, Event::Blocked(bert)];
    assert_eq!(events, expected);
}

async fn a_block_and_its_end_are_in_the_blockers_log_once(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.unblock(anna, bert).await;
    for _ in 0..2 {
        for _ in 0..2 {
            chat.block(anna, bert).await;
        }
        for _ in 0..2 {
            chat.unblock(anna, bert).await;
        }
    }
    assert_eq!(told(&chat, anna).await, ["blocked", "unblocked", "blocked", "unblocked"]);
    assert_eq!(told(&chat, bert).await, [""; 0], "the blocked one is not told");
}

async fn what_a_block_hides_is_in_no_log_of_the_blockers(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let before = chat.say(anna, bert, "1").await;
    chat.block(bert, anna).await;
    let hidden = chat.send(anna, bert, text("hidden")).await;
    chat.hand_over(vec![Handed::from(&*hidden)]).await;
    chat.read(bert, before, NOW).await.expect("a message of his");
    chat.unblock(bert, anna).await;
    chat.hand_over(vec![Handed::from(&*hidden)]).await;
    let last = chat.say(anna, bert, "2").await;
    chat.read(bert, last, NOW).await.expect("a message of his");
    assert_eq!(told(&chat, bert).await, ["received 1", "blocked", "read", "unblocked", "received 2", "read"]);
    assert_eq!(told(&chat, anna).await, ["sent 1", "sent hidden", "sent 2", "read"]);
}

async fn what_was_refused_is_in_no_log(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let (nobody, nothing) = (UserId::new(1).expect("an id"), MessageId::new(1).expect("an id"));
    chat.send_all(vec![ask(anna, nobody, "1")]).await;
    chat.read(anna, nothing, NOW).await.expect_err("no message");
    for ask in [block::Ask { by: anna, blocked: anna }, block::Ask { by: anna, blocked: nobody }] {
        chat.write(move |tx, _| block::run(tx, ask, NOW)).await.expect_err("nobody to block");
    }
    let ask = block::Ask { by: anna, blocked: nobody };
    chat.write(move |tx, _| unblock::run(tx, ask, NOW)).await.expect_err("nobody to unblock");
    for user in [anna, bert, nobody] {
        assert_eq!(told(&chat, user).await, [""; 0]);
    }
}

async fn a_message_sent_again_is_in_no_log_again(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let named = |words| send::Ask { nonce: Nonce::new("a"), ..ask(anna, bert, words) };
    chat.send_all(vec![named("1"), named("1")]).await;
    chat.send_all(vec![named("1")]).await;
    chat.send_all(vec![named("2")]).await;
    assert_eq!(told(&chat, anna).await, ["sent 1"]);
    assert_eq!(told(&chat, bert).await, ["received 1"]);
}

async fn what_is_heard_has_the_number_that_it_has_in_the_log(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.say(anna, bert, "1").await;
    chat.say(bert, anna, "2").await;
    let asks = vec![ask(anna, bert, "3"), ask(anna, bert, "4"), ask(anna, anna, "5")];
    let sent = chat.send_all(asks).await;
    let heard = sent.iter().flatten().flat_map(|decision| &decision.effects);
    let heard = heard.map(|effect| (effect.audience.user(), effect.seq, in_words(effect)));
    let expected = [
        (anna, 3, "sent 3"),
        (bert, 3, "received 3"),
        (anna, 4, "sent 4"),
        (bert, 4, "received 4"),
        (anna, 5, "received 5"),
    ];
    let expected = expected.map(|(user, number, words)| (user, Some(place(number)), words.to_owned()));
    assert_eq!(heard.collect::<Vec<_>>(), expected);
    assert_eq!(told(&chat, anna).await, ["sent 1", "received 2", "sent 3", "sent 4", "received 5"]);
    assert_eq!(told(&chat, bert).await, ["received 1", "sent 2", "received 3", "received 4"]);
}

async fn a_batch_is_logged_in_its_order(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let both_ways = (0..200_u32).map(|number| {
        let (from, to) = if number.is_multiple_of(3) { (anna, bert) } else { (bert, anna) };
        ask(from, to, &number.to_string())
    });
    chat.send_all(both_ways.collect()).await;
    for user in [anna, bert] {
        let told = told(&chat, user).await;
        let order = told.iter().map(|entry| entry.rsplit(' ').next().expect("a number"));
        assert!(order.eq((0..200).map(|number| number.to_string())), "{told:?}");
    }
}

async fn a_command_that_failed_leaves_no_number_behind(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for said in ["1", "2"] {
        let failed = chat.write(move |tx, ids| {
            let sent = send::run(tx, &[ask(anna, bert, "never said")], NOW, ids)?;
            let message = &sent[0].as_ref().expect("a recipient").message;
            mark_notified::run(tx, &[Handed::from(&**message)], NOW)?;
            Err::<(), _>(StoreError::Corrupt("mind"))
        });
        failed.await.expect_err("the command's own error");
        chat.say(anna, bert, said).await;
    }
    assert_eq!(told(&chat, anna).await, ["sent 1", "sent 2"]);
    assert_eq!(told(&chat, bert).await, ["received 1", "received 2"]);
}

async fn a_log_goes_on_when_the_store_is_opened_again(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.say(anna, bert, "1").await;
    let opened_again = Chat::open(&chat.location).await;
    opened_again.say(bert, anna, "2").await;
    assert_eq!(told(&chat, anna).await, ["sent 1", "received 2"]);
}

async fn a_message_is_shown_as_it_is_now(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let sent = chat.send(anna, bert, text("1")).await;
    chat.hand_over(vec![Handed::from(&*sent)]).await;
    chat.read(bert, sent.id, NOW.plus(5)).await.expect("a message of his");
    for user in [anna, bert] {
        let page = page_after(&chat, user, 0, 1).await;
        let (Event::Echo(message) | Event::Delivery(message)) = &page.effects[0].event else {
            panic!("{page:?}")
        };
        assert_eq!((message.notified, message.read_at_for(user)), (true, Some(NOW.plus(5))));
    }
}

async fn a_hidden_receipt_is_marked_as_one(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let sent = chat.say(anna, bert, "1").await;
    chat.block(anna, bert).await;
    chat.read(bert, sent, NOW.plus(5)).await.expect("a message of his");
    let page = page_after(&chat, anna, 0, LARGEST_PAGE).await;
    let Event::Echo(message) = &page.effects[0].event else { panic!("{page:?}") };
    assert_eq!((message.read_at_for(anna), message.read_at_for(bert)), (None, Some(NOW.plus(5))));
    assert_eq!(told(&chat, anna).await, ["sent 1", "blocked"]);
    assert_eq!(told(&chat, bert).await, ["received 1", "read"]);
}

async fn everybody_has_a_log_of_his_own(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    chat.send_all(vec![ask(anna, bert, "1"), ask(carl, bert, "2"), ask(bert, carl, "3")]).await;
    assert_eq!(told(&chat, anna).await, ["sent 1"]);
    assert_eq!(told(&chat, bert).await, ["received 1", "received 2", "sent 3"]);
    assert_eq!(told(&chat, carl).await, ["sent 2", "received 3"]);
}

/// Everybody sends to everybody from a node of his own, takes what waits, reads it, and blocks somebody for a moment.
async fn whatever_happens_at_once_leaves_no_gap(chat: Chat) {
    let users = chat.users(["anna", "bert", "carl", "dora"]).await;
    let mut all = JoinSet::new();
    for number in 0..8 {
        let (chat, own) = (chat.node(number), users[usize::from(number % 4)]);
        all.spawn(async move {
            for round in 0..25 {
                let peer = users[(usize::from(number) + round) % 4];
                let sent = chat.say(own, peer, "hello").await;
                let waiting = chat.waiting(own).await;
                chat.hand_over(waiting.iter().map(Handed::from).collect()).await;
                chat.read(own, sent, NOW).await.expect("a message of one's own");
                if peer != own && round % 5 == 0 {
                    chat.block(own, peer).await;
                    chat.unblock(own, peer).await;
                }
            }
        });
    }
    all.join_all().await;
    for user in users {
        let (mut last, mut entries) = (0, 0);
        loop {
            let page = page_after(&chat, user, last, 100).await;
            entries += page.effects.len();
            assert_eq!(numbers(&page), (last + 1..=last + page.effects.len() as u64).collect::<Vec<_>>());
            last += page.effects.len() as u64;
            if page.all {
                break;
            }
        }
        assert!(entries >= 50 + 50, "what one sent and what one received is there at least");
    }
}
