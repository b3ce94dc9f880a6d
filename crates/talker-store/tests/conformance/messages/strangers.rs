//! How much somebody may send to who has never written to him.

use talker_domain::messages::send::{self, Refusal::Unanswered};
use talker_domain::{MessageId, UserId};

use crate::chat::{Chat, NOW, ask};

cases![
    a_stranger_waits_for_a_sign,
    whoever_has_been_written_to_is_no_stranger,
    a_block_looks_like_silence,
    a_sign_that_is_hidden_is_none,
    notes_to_oneself_have_no_end,
    a_batch_is_counted_as_it_goes,
];

const MOST: u32 = 3;

fn patient(from: UserId, to: UserId) -> send::Ask {
    send::Ask { max_unanswered: Some(MOST), ..ask(from, to, "hello") }
}

/// Sends until no more is taken, and returns the messages.
async fn say_all(chat: &Chat, from: UserId, to: UserId) -> Vec<MessageId> {
    let mut sent = Vec::new();
    loop {
        match chat.send_all(vec![patient(from, to)]).await.remove(0) {
            Ok(decision) => sent.push(decision.message.id),
            Err(refusal) => {
                assert_eq!(refusal, Unanswered);
                return sent;
            }
        }
        assert!(sent.len() < 10, "there is no end");
    }
}

async fn a_stranger_waits_for_a_sign(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let first = say_all(&chat, anna, bert).await;
    assert_eq!((first.len(), chat.seen(bert, anna).await.len()), (3, 3));
    for read in [first[0], first[2]] {
        chat.read(bert, read, NOW).await.expect("a message of his");
        assert_eq!(say_all(&chat, anna, bert).await.len(), 3);
    }
    assert_eq!(chat.send_all(vec![ask(anna, bert, "no limit")]).await.iter().flatten().count(), 1);
}

async fn whoever_has_been_written_to_is_no_stranger(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    say_all(&chat, anna, bert).await;
    let answer = chat.say(bert, anna, "who are you?").await;
    for _ in 0..2 {
        let sent = chat.send_all(vec![patient(anna, bert); 5]).await;
        assert_eq!(sent.iter().flatten().count(), 5);
        chat.read(anna, answer, NOW).await.expect("a message of hers");
    }
}

async fn a_block_looks_like_silence(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.block(bert, anna).await;
    assert_eq!(say_all(&chat, anna, bert).await.len(), 3);
    chat.unblock(bert, anna).await;
    assert_eq!(say_all(&chat, anna, bert).await.len(), 0);
}

async fn a_sign_that_is_hidden_is_none(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let sent = say_all(&chat, anna, bert).await;
    chat.block(bert, anna).await;
    chat.read(bert, sent[2], NOW).await.expect("a message of his");
    assert_eq!(say_all(&chat, anna, bert).await.len(), 0);
}

async fn notes_to_oneself_have_no_end(chat: Chat) {
    let anna = chat.user("anna").await;
    let sent = chat.send_all(vec![patient(anna, anna); 5]).await;
    assert_eq!(sent.iter().flatten().count(), 5);
}

async fn a_batch_is_counted_as_it_goes(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    let pairs = [(anna, bert), (anna, bert), (carl, bert), (anna, bert), (anna, bert), (bert, carl)];
    let asks = pairs.map(|(from, to)| patient(from, to));
    let granted: Vec<bool> = chat.send_all(asks.to_vec()).await.iter().map(Result::is_ok).collect();
    assert_eq!(granted, [true, true, true, true, false, true]);
    assert_eq!(say_all(&chat, anna, bert).await.len(), 0);
}
