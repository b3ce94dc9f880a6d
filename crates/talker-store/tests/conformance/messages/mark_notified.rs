//! Handing messages over.

use talker_domain::messages::mark_notified::Handed;
use talker_domain::{MessageId, UserId};

use super::count_to;
use crate::chat::{Chat, text};

cases![
    each_message_is_told_of_once,
    a_message_named_twice_is_told_of_once,
    what_is_told_of_has_the_order_in_which_it_was_handed,
    a_handed_message_says_so_to_both,
    nothing_else_is_marked,
    a_hidden_message_is_never_marked,
    nothing_handed_is_nothing_told,
];

async fn each_message_is_told_of_once(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let [first, second] = [chat.send(anna, bert, text("1")).await, chat.send(anna, bert, text("2")).await];
    assert_eq!(chat.hand_over(vec![Handed::from(&*first)]).await, [first.id]);
    assert_eq!(chat.hand_over(vec![Handed::from(&*first), Handed::from(&*second)]).await, [second.id]);
    assert_eq!(chat.hand_over(vec![Handed::from(&*first), Handed::from(&*second)]).await, []);
}

async fn a_message_named_twice_is_told_of_once(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let sent = chat.send(anna, bert, text("hello")).await;
    assert_eq!(chat.hand_over(vec![Handed::from(&*sent); 3]).await, [sent.id]);
}

async fn what_is_told_of_has_the_order_in_which_it_was_handed(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    let first = chat.send(anna, bert, text("1")).await;
    let second = chat.send(carl, anna, text("2")).await;
    let third = chat.send(bert, bert, text("3")).await;
    let handed = [&third, &first, &second].map(|message| Handed::from(&**message));
    assert_eq!(chat.hand_over(handed.into()).await, [third.id, first.id, second.id]);
}

async fn a_handed_message_says_so_to_both(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let sent = chat.send(anna, bert, text("hello")).await;
    chat.hand_over(vec![Handed::from(&*sent)]).await;
    for (viewer, peer) in [(anna, bert), (bert, anna)] {
        assert!(chat.history(viewer, peer, None).await.messages[0].notified);
        assert!(chat.contacts(viewer).await[0].last.notified);
    }
}

async fn nothing_else_is_marked(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    count_to(&chat, anna, bert, 3).await;
    count_to(&chat, anna, carl, 3).await;
    let middle = chat.waiting(bert).await.remove(1);
    chat.hand_over(vec![Handed::from(&middle)]).await;
    let page = chat.history(anna, bert, None).await;
    let notified: Vec<_> = page.messages.iter().map(|message| message.notified).collect();
    assert_eq!(notified, [false, true, false]);
    assert_eq!(chat.waiting(carl).await.len(), 3);
    assert!(chat.waiting(carl).await.iter().all(|message| !message.notified));
}

async fn a_hidden_message_is_never_marked(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.block(bert, anna).await;
    let hidden = chat.send(anna, bert, text("hidden")).await;
    chat.unblock(bert, anna).await;
    assert_eq!(chat.hand_over(vec![Handed::from(&*hidden)]).await, []);
    assert!(!chat.history(anna, bert, None).await.messages[0].notified);
}

async fn nothing_handed_is_nothing_told(chat: Chat) {
    let nothing = Handed { message: MessageId::new(1).expect("an id"), from: UserId::new(1).expect("an id") };
    assert_eq!(chat.hand_over(vec![nothing]).await, []);
    assert_eq!(chat.hand_over(vec![]).await, []);
}
