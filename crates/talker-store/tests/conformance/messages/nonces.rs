//! Messages that are sent again under their nonce.

use std::sync::Arc;

use talker_domain::messages::mark_notified::Handed;
use talker_domain::messages::send::{Ask, Outcome, Refusal};
use talker_domain::messages::{Content, LONGEST_NONCE, Media, MediaKind, Nonce};
use talker_domain::{Audience, Event, MessageId, UserId};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::chat::{Chat, NOW, file, text};

cases![
    sent_again_it_is_the_message_that_it_was,
    it_is_answered_as_it_is_now,
    the_recipient_hears_nothing_of_it,
    it_may_come_again_in_the_same_batch,
    it_is_remembered_when_the_store_is_opened_again,
    for_something_else_it_is_refused,
    media_are_the_same_if_all_of_them_is,
    one_refusal_in_a_batch_is_nothing_to_the_others,
    another_senders_nonces_are_his_own,
    different_characters_are_different_names,
    the_longest_nonces_are_told_apart,
    what_was_refused_has_not_used_its_nonce,
    what_a_block_hid_stays_hidden_when_it_is_sent_again,
    a_block_changes_nothing_of_what_was_sent_before,
    without_a_nonce_everything_is_new,
    of_two_nodes_with_one_nonce_one_stores,
];

fn named(from: UserId, to: UserId, content: Content, nonce: &str) -> Ask {
    Ask { from, to, content, nonce: Some(Nonce::new(nonce).expect("a nonce")), max_unanswered: None }
}

fn said(from: UserId, to: UserId, words: &str, nonce: &str) -> Ask {
    named(from, to, text(words), nonce)
}

async fn send(chat: &Chat, ask: Ask) -> Outcome {
    chat.send_all(vec![ask]).await.remove(0)
}

/// Which messages they are, and whether they are new.
fn answers(outcomes: &[Outcome]) -> Vec<Result<(MessageId, bool), Refusal>> {
    let answer = |outcome: &Outcome| match outcome {
        Ok(decision) => Ok((decision.message.id, decision.is_new)),
        Err(refusal) => Err(*refusal),
    };
    outcomes.iter().map(answer).collect()
}

async fn sent_again_it_is_the_message_that_it_was(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let first = send(&chat, said(anna, bert, "hello", "a")).await.expect("a message");
    assert!(first.is_new);
    for _ in 0..3 {
        let again = send(&chat, said(anna, bert, "hello", "a")).await.expect("the message");
        assert_eq!((&again.message, again.is_new), (&first.message, false));
        let [echo] = &again.effects[..] else { panic!("{again:?}") };
        assert_eq!((echo.audience, &echo.event), (Audience::Here(anna), &Event::Echo(first.message.clone())));
    }
    for (viewer, peer) in [(anna, bert), (bert, anna)] {
        assert_eq!(chat.seen(viewer, peer).await, ["hello"]);
    }
}

async fn it_is_answered_as_it_is_now(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let first = send(&chat, said(anna, bert, "hello", "a")).await.expect("a message").message;
    chat.hand_over(vec![Handed::from(&*first)]).await;
    chat.read(bert, first.id, NOW.plus(5)).await.expect("a message of his");
    let again = send(&chat, said(anna, bert, "hello", "a")).await.expect("the message").message;
    assert_eq!((again.id, again.notified, again.read_at), (first.id, true, Some(NOW.plus(5))));
}

async fn the_recipient_hears_nothing_of_it(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let first = send(&chat, said(anna, bert, "hello", "a")).await.expect("a message").message;
    send(&chat, said(anna, bert, "hello", "a")).await.expect("the message");
    assert_eq!((chat.unread(bert, anna).await, chat.waiting(bert).await.len()), (1, 1));
    chat.read(bert, first.id, NOW).await.expect("a message of his");
    chat.hand_over(vec![Handed::from(&*first)]).await;
    send(&chat, said(anna, bert, "hello", "a")).await.expect("the message");
    assert_eq!((chat.unread(bert, anna).await, chat.waiting(bert).await.len()), (0, 0));
}

async fn it_may_come_again_in_the_same_batch(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let asks = ["a", "b", "a", "a", "b"].map(|nonce| said(anna, bert, nonce, nonce));
    for is_new in [true, false] {
        let sent = answers(&chat.send_all(asks.to_vec()).await);
        let [Ok((a, a_is_new)), Ok((b, b_is_new)), rest @ ..] = &sent[..] else { panic!("{sent:?}") };
        assert_eq!((*a_is_new, *b_is_new), (is_new, is_new));
        assert_eq!(rest, [Ok((*a, false)), Ok((*a, false)), Ok((*b, false))]);
    }
    assert_eq!(chat.seen(bert, anna).await, ["a", "b"]);
}

async fn it_is_remembered_when_the_store_is_opened_again(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let first = send(&chat, said(anna, bert, "hello", "a")).await.expect("a message");
    let opened_again = Chat::open(&chat.location).await;
    let again = send(&opened_again, said(anna, bert, "hello", "a")).await.expect("the message");
    assert_eq!((again.message, again.is_new), (first.message, false));
}

async fn for_something_else_it_is_refused(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    send(&chat, said(anna, bert, "hello", "a")).await.expect("a message");
    let nobody = UserId::new(1).expect("an id");
    for other in [
        said(anna, carl, "hello", "a"),
        said(anna, anna, "hello", "a"),
        said(anna, nobody, "hello", "a"),
        said(anna, bert, "Hello", "a"),
        said(anna, bert, "hello ", "a"),
        said(anna, bert, "hell", "a"),
        named(anna, bert, file(b"hello".to_vec()), "a"),
    ] {
        let outcome = send(&chat, other.clone()).await;
        assert_eq!(outcome.expect_err("a refusal"), Refusal::NonceReused, "{other:?}");
    }
    assert_eq!(chat.seen(anna, bert).await, ["hello"]);
    assert_eq!(chat.seen(anna, carl).await, [""; 0]);
    assert!(send(&chat, said(anna, bert, "hello", "a")).await.is_ok(), "the first one stands");
}

async fn media_are_the_same_if_all_of_them_is(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let media = |kind, media_type: &str, bytes: &[u8]| {
        Content::Media(Media::new(kind, media_type, bytes.to_vec(), bytes.len()).expect("media that fit"))
    };
    let photo = media(MediaKind::Photo, "image/png", b"\0\x01\x02");
    let first = send(&chat, named(anna, bert, photo.clone(), "a")).await.expect("a message");
    let again = send(&chat, named(anna, bert, photo, "a")).await.expect("the message");
    assert_eq!((again.message, again.is_new), (first.message, false));
    for other in [
        media(MediaKind::Photo, "image/png", b"\0\x01\x03"),
        media(MediaKind::Photo, "image/png", b"\0\x01"),
        media(MediaKind::Photo, "image/png", b""),
        media(MediaKind::Photo, "image/PNG", b"\0\x01\x02"),
        media(MediaKind::File, "image/png", b"\0\x01\x02"),
        text("image/png"),
    ] {
        let outcome = send(&chat, named(anna, bert, other.clone(), "a")).await;
        assert_eq!(outcome.expect_err("a refusal"), Refusal::NonceReused, "{other:?}");
    }
}

async fn one_refusal_in_a_batch_is_nothing_to_the_others(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let first = send(&chat, said(anna, bert, "1", "a")).await.expect("a message").message.id;
    let sent = chat
        .send_all(vec![
            said(anna, bert, "other words", "a"),
            said(anna, bert, "2", "b"),
            said(anna, bert, "1", "a"),
            said(anna, bert, "other words", "b"),
        ])
        .await;
    let sent = answers(&sent);
    let [refused, Ok((_, true)), again, refused_too] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!((refused, again), (&Err(Refusal::NonceReused), &Ok((first, false))));
    assert_eq!(refused_too, &Err(Refusal::NonceReused));
    assert_eq!(chat.seen(bert, anna).await, ["1", "2"]);
}

async fn another_senders_nonces_are_his_own(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    let asks = [(anna, bert), (bert, anna), (carl, anna), (anna, bert)];
    let asks = asks.map(|(from, to)| said(from, to, "hello", "a"));
    let sent = answers(&chat.send_all(asks.to_vec()).await);
    let new: Vec<_> = sent.iter().map(|answer| answer.expect("a message").1).collect();
    assert_eq!(new, [true, true, true, false]);
    assert_eq!(chat.seen(anna, bert).await.len(), 2);
    let again = answers(&chat.send_all(asks.to_vec()).await);
    assert!(again.iter().zip(&sent).all(|(again, first)| again.map(|it| it.0) == first.map(|it| it.0)));
}

async fn different_characters_are_different_names(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let names = [
        "a", "A", "a ", "a  ", " a", "á", "a\u{301}", "a\0", "\0", " ", "  ", "a\t", "1", "01", "'", "ß",
        "ss",
    ];
    for name in names {
        let sent = send(&chat, said(anna, bert, &format!("said as {name:?}"), name)).await;
        assert!(sent.expect("a message").is_new, "{name:?}");
    }
    for name in names {
        let again = send(&chat, said(anna, bert, &format!("said as {name:?}"), name)).await;
        assert!(!again.expect("the message").is_new, "{name:?}");
    }
    assert_eq!(chat.seen(bert, anna).await.len(), names.len());
}

async fn the_longest_nonces_are_told_apart(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let long = |last: char| "😀".repeat(LONGEST_NONCE - 1) + &last.to_string();
    for (last, is_new) in [('😀', true), ('😁', true), ('a', true), ('😀', false), ('😁', false)] {
        let sent = send(&chat, said(anna, bert, &last.to_string(), &long(last))).await;
        assert_eq!(sent.expect("a message").is_new, is_new, "{last}");
    }
}

async fn what_was_refused_has_not_used_its_nonce(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let nobody = UserId::new(1).expect("an id");
    let sent = chat.send_all(vec![said(anna, nobody, "1", "a"), said(anna, bert, "2", "a")]).await;
    assert_eq!(sent[0].as_ref().expect_err("a refusal"), &Refusal::UnknownRecipient);
    assert!(sent[1].as_ref().expect("a message").is_new);
}

async fn what_a_block_hid_stays_hidden_when_it_is_sent_again(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.block(bert, anna).await;
    let hidden = send(&chat, said(anna, bert, "hidden", "a")).await.expect("a message").message;
    for unblocked in [false, true] {
        if unblocked {
            chat.unblock(bert, anna).await;
        }
        let again = send(&chat, said(anna, bert, "hidden", "a")).await.expect("the message");
        assert_eq!((&again.message, again.is_new), (&hidden, false));
        assert_eq!(chat.seen(bert, anna).await, [""; 0]);
        assert_eq!(chat.waiting(bert).await, []);
    }
}

async fn a_block_changes_nothing_of_what_was_sent_before(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let first = send(&chat, said(anna, bert, "hello", "a")).await.expect("a message").message;
    chat.block(bert, anna).await;
    let again = send(&chat, said(anna, bert, "hello", "a")).await.expect("the message");
    assert_eq!((again.message, again.is_new), (first, false));
    assert_eq!(chat.seen(bert, anna).await, ["hello"]);
}

async fn without_a_nonce_everything_is_new(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for _ in 0..3 {
        chat.say(anna, bert, "hello").await;
    }
    assert_eq!(chat.seen(bert, anna).await, ["hello"; 3]);
}

/// Eight who send everything over two nodes at once, again and again.
async fn of_two_nodes_with_one_nonce_one_stores(chat: Chat) {
    let mut senders = JoinSet::new();
    for sender in 0..8 {
        let (from, to) =
            (chat.user(&format!("sender{sender}")).await, chat.user(&format!("recipient{sender}")).await);
        let nodes = [chat.node(2 * sender + 1), chat.node(2 * sender + 2)];
        senders.spawn(async move {
            for round in 0..150 {
                send_at_once(&nodes, said(from, to, "hello", &round.to_string())).await;
            }
            (from, to)
        });
    }
    for (from, to) in senders.join_all().await {
        assert_eq!(chat.unread(to, from).await, 150);
    }
}

/// Both are answered with one message, and one of them has stored it.
async fn send_at_once(nodes: &[Chat; 2], ask: Ask) {
    let (mut both, start) = (JoinSet::new(), Arc::new(Barrier::new(2)));
    for node in nodes.clone() {
        let (ask, start) = (ask.clone(), start.clone());
        both.spawn(async move {
            start.wait().await;
            send(&node, ask).await.expect("a message")
        });
    }
    let both = both.join_all().await;
    assert_eq!(both[0].message.id, both[1].message.id);
    assert!(both[0].is_new != both[1].is_new);
}
