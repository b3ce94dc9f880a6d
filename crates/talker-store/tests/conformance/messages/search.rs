//! Finding words in a conversation.

use talker_domain::messages::search::{Ask, LIMIT, Needle};
use talker_domain::messages::{Content, Media, MediaKind, Message};
use talker_domain::{MessageId, UserId};

use super::count_to;
use crate::chat::{Chat, words};

cases![
    the_newest_message_comes_first,
    case_does_not_matter,
    accents_do_matter,
    percent_and_underscore_are_ordinary,
    any_character_is_found,
    fifty_messages_are_found_at_most,
    a_search_begins_from_a_message_with_that_message,
    texts_alone_are_searched,
    what_others_said_is_not_found,
    what_is_hidden_is_found_by_its_sender_alone,
    notes_to_oneself_are_found_once,
];

async fn search(
    chat: &Chat,
    (viewer, peer): (UserId, UserId),
    part: &str,
    from: Option<MessageId>,
) -> Vec<Message> {
    let ask = Ask { viewer, peer, needle: Needle::new(part).expect("a part of a text"), from };
    chat.ask(move |tx| tx.search_messages(&ask)).await
}

async fn find(chat: &Chat, pair: (UserId, UserId), part: &str) -> Vec<String> {
    search(chat, pair, part, None).await.iter().map(words).collect()
}

/// Two who have said this to each other.
async fn two_who_said(chat: &Chat, said: &[&str]) -> (UserId, UserId) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for words in said {
        chat.say(anna, bert, words).await;
    }
    (bert, anna)
}

async fn the_newest_message_comes_first(chat: Chat) {
    let pair = two_who_said(&chat, &["one cat", "a dog", "two cats", "concatenate"]).await;
    chat.say(pair.0, pair.1, "my cat").await;
    assert_eq!(find(&chat, pair, "cat").await, ["my cat", "concatenate", "two cats", "one cat"]);
    assert_eq!(find(&chat, pair, "bird").await, [""; 0]);
}

async fn case_does_not_matter(chat: Chat) {
    let pair = two_who_said(&chat, &["Grüße aus КИЕВ", "GRÜSSE", "grüße an Ёжик"]).await;
    for (part, expected) in [
        ("grüße", vec!["grüße an Ёжик", "Grüße aus КИЕВ"]),
        ("GRÜß", vec!["grüße an Ёжик", "Grüße aus КИЕВ"]),
        ("grüsse", vec!["GRÜSSE"]),
        ("киев", vec!["Grüße aus КИЕВ"]),
        ("КиЕв", vec!["Grüße aus КИЕВ"]),
        ("ёЖИК", vec!["grüße an Ёжик"]),
        ("AUS", vec!["Grüße aus КИЕВ"]),
    ] {
        assert_eq!(find(&chat, pair, part).await, expected, "{part}");
    }
}

async fn accents_do_matter(chat: Chat) {
    let pair = two_who_said(&chat, &["cafe", "café", "cafe\u{301}"]).await;
    assert_eq!(find(&chat, pair, "café").await, ["café"]);
    assert_eq!(find(&chat, pair, "CAFÉ").await, ["café"]);
    assert_eq!(find(&chat, pair, "cafe\u{301}").await, ["cafe\u{301}"]);
}

async fn percent_and_underscore_are_ordinary(chat: Chat) {
    let pair = two_who_said(&chat, &["100% sure", "100 percent", "snake_case", "snakescase"]).await;
    for (part, expected) in [
        ("%", vec!["100% sure"]),
        ("100%", vec!["100% sure"]),
        ("_", vec!["snake_case"]),
        ("e_c", vec!["snake_case"]),
        ("1%t", vec![]),
        ("s_re", vec![]),
    ] {
        assert_eq!(find(&chat, pair, part).await, expected, "{part}");
    }
}

async fn any_character_is_found(chat: Chat) {
    let said = ["it's", "\"quoted\"", "back\\slash", "😀 and 😁", "before\0After", "tail ", "漢字"];
    let pair = two_who_said(&chat, &said).await;
    for (part, expected) in [
        ("'", "it's"),
        ("\"Q", "\"quoted\""),
        ("\\", "back\\slash"),
        ("😁", "😀 and 😁"),
        ("\0", "before\0After"),
        ("\0AF", "before\0After"),
        ("aft", "before\0After"),
        ("l ", "tail "),
        ("字", "漢字"),
    ] {
        assert_eq!(find(&chat, pair, part).await, [expected], "{part:?}");
    }
}

async fn fifty_messages_are_found_at_most(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let same = vec![crate::chat::ask(anna, bert, "the same"); LIMIT + 1];
    let sent = chat.send_all(same).await;
    let found = search(&chat, (bert, anna), "same", None).await;
    assert_eq!(found.len(), LIMIT);
    let newest = &sent[LIMIT].as_ref().expect("a recipient").message;
    assert_eq!(found[0].id, newest.id);
}

async fn a_search_begins_from_a_message_with_that_message(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    count_to(&chat, anna, bert, 30).await;
    let all = search(&chat, (bert, anna), "2", None).await;
    let twenty_first = &all[8];
    assert_eq!(words(twenty_first), "21");
    let found = search(&chat, (bert, anna), "2", Some(twenty_first.id)).await;
    assert_eq!(found.iter().map(words).collect::<Vec<_>>(), ["21", "20", "12", "2"]);
}

async fn texts_alone_are_searched(chat: Chat) {
    let pair = two_who_said(&chat, &["image"]).await;
    let media = Media::new(MediaKind::Photo, "image/png", b"image".to_vec(), 5).expect("a picture");
    chat.send(pair.0, pair.1, Content::Media(media)).await;
    assert_eq!(find(&chat, pair, "image").await, ["image"]);
}

async fn what_others_said_is_not_found(chat: Chat) {
    let pair = two_who_said(&chat, &["our secret"]).await;
    let carl = chat.user("carl").await;
    chat.say(carl, pair.0, "his secret").await;
    chat.say(pair.1, carl, "her secret").await;
    chat.say(pair.0, pair.0, "my secret").await;
    assert_eq!(find(&chat, pair, "secret").await, ["our secret"]);
}

async fn what_is_hidden_is_found_by_its_sender_alone(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.say(anna, bert, "word 1").await;
    chat.block(bert, anna).await;
    chat.say(anna, bert, "word 2").await;
    chat.unblock(bert, anna).await;
    chat.say(anna, bert, "word 3").await;
    assert_eq!(find(&chat, (bert, anna), "word").await, ["word 3", "word 1"]);
    assert_eq!(find(&chat, (anna, bert), "word").await, ["word 3", "word 2", "word 1"]);
}

async fn notes_to_oneself_are_found_once(chat: Chat) {
    let anna = chat.user("anna").await;
    chat.say(anna, anna, "buy milk").await;
    assert_eq!(find(&chat, (anna, anna), "MILK").await, ["buy milk"]);
}
