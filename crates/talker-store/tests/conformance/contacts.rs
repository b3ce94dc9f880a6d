//! Contact lists.

use talker_domain::UserId;

use crate::chat::{Chat, NOW, file, words};

cases![
    nobody_has_contacts_at_first,
    the_newest_conversation_comes_first,
    a_contact_shows_the_last_message_of_either_side,
    what_the_peer_sent_is_unread,
    unread_messages_are_counted_per_contact,
    a_hidden_message_changes_nothing_for_the_blocker,
    a_note_to_oneself_is_a_contact_and_never_unread,
    a_peer_is_named_as_he_registered,
    media_past_the_budget_come_without_their_bytes,
];

/// Peer, last message, unread.
async fn contacts(chat: &Chat, owner: UserId) -> Vec<(String, String, u64)> {
    let contacts = chat.contacts(owner).await;
    let row = |contact: &talker_domain::contacts::Contact| {
        (contact.peer.username.as_str().to_owned(), words(&contact.last), contact.unread)
    };
    contacts.iter().map(row).collect()
}

fn row(peer: &str, last: &str, unread: u64) -> (String, String, u64) {
    (peer.into(), last.into(), unread)
}

async fn nobody_has_contacts_at_first(chat: Chat) {
    let anna = chat.user("anna").await;
    assert_eq!(contacts(&chat, anna).await, []);
}

async fn the_newest_conversation_comes_first(chat: Chat) {
    let [anna, bert, carl, dora] = chat.users(["anna", "bert", "carl", "dora"]).await;
    chat.say(anna, bert, "1").await;
    chat.say(carl, anna, "2").await;
    chat.say(anna, dora, "3").await;
    let expected = [row("dora", "3", 0), row("carl", "2", 1), row("bert", "1", 0)];
    assert_eq!(contacts(&chat, anna).await, expected);
    chat.say(bert, anna, "4").await;
    let expected = [row("bert", "4", 1), row("dora", "3", 0), row("carl", "2", 1)];
    assert_eq!(contacts(&chat, anna).await, expected);
    assert_eq!(contacts(&chat, dora).await, [row("anna", "3", 1)]);
}

async fn a_contact_shows_the_last_message_of_either_side(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for (from, to, words) in [(anna, bert, "1"), (bert, anna, "2"), (anna, bert, "3")] {
        let sent = chat.say(from, to, words).await;
        for (owner, peer) in [(anna, bert), (bert, anna)] {
            let contacts = chat.contacts(owner).await;
            let [contact] = &contacts[..] else { panic!("{contacts:?}") };
            assert_eq!((contact.peer.id, contact.last.id, contact.last.from), (peer, sent, from));
        }
    }
}

async fn what_the_peer_sent_is_unread(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for count in 1..=3 {
        chat.say(anna, bert, "hello").await;
        assert_eq!(chat.unread(bert, anna).await, count);
        assert_eq!(chat.unread(anna, bert).await, 0);
    }
    chat.say(bert, anna, "hello").await;
    assert_eq!(chat.unread(bert, anna).await, 3, "an answer is not a receipt");
    assert_eq!(chat.unread(anna, bert).await, 1);
}

async fn unread_messages_are_counted_per_contact(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    chat.say(bert, anna, "1").await;
    chat.say(carl, anna, "2").await;
    let last = chat.say(bert, anna, "3").await;
    assert_eq!(contacts(&chat, anna).await, [row("bert", "3", 2), row("carl", "2", 1)]);
    chat.read(anna, last, NOW).await.expect("a message of hers");
    assert_eq!(contacts(&chat, anna).await, [row("bert", "3", 0), row("carl", "2", 1)]);
}

async fn a_hidden_message_changes_nothing_for_the_blocker(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    chat.say(bert, anna, "1").await;
    chat.say(carl, anna, "2").await;
    chat.block(anna, bert).await;
    chat.say(bert, anna, "hidden").await;
    chat.unblock(anna, bert).await;
    assert_eq!(contacts(&chat, anna).await, [row("carl", "2", 1), row("bert", "1", 1)]);
    assert_eq!(contacts(&chat, bert).await, [row("anna", "hidden", 0)]);
    chat.say(anna, bert, "3").await;
    assert_eq!(contacts(&chat, bert).await, [row("anna", "3", 1)]);
}

async fn a_note_to_oneself_is_a_contact_and_never_unread(chat: Chat) {
    let anna = chat.user("anna").await;
    chat.say(anna, anna, "buy milk").await;
    let last = chat.say(anna, anna, "buy bread").await;
    assert_eq!(contacts(&chat, anna).await, [row("anna", "buy bread", 0)]);
    chat.read(anna, last, NOW).await.expect("a message of hers");
    assert_eq!(contacts(&chat, anna).await, [row("anna", "buy bread", 0)]);
}

async fn a_peer_is_named_as_he_registered(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "BeRT"]).await;
    chat.say(anna, bert, "hello").await;
    assert_eq!(contacts(&chat, anna).await, [row("BeRT", "hello", 0)]);
}

async fn media_past_the_budget_come_without_their_bytes(chat: Chat) {
    let [anna, bert, carl, dora] = chat.users(["anna", "bert", "carl", "dora"]).await;
    for (to, size) in [(bert, 40), (carl, 50), (dora, 60)] {
        chat.send(anna, to, file(vec![7; size])).await;
    }
    for (budget, expected) in [
        (150, [60, 50, 40]),
        (149, [60, 50, 0]),
        (110, [60, 50, 0]),
        (100, [60, 0, 40]),
        (50, [0, 50, 0]),
        (0, [0, 0, 0]),
    ] {
        let contacts = chat.ask(move |tx| tx.contacts(anna, budget)).await;
        let sizes: Vec<_> = contacts.iter().map(|contact| words(&contact.last)).collect();
        assert_eq!(sizes, expected.map(|size| format!("application/pdf of {size} bytes")), "{budget}");
    }
}
