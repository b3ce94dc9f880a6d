//! Reading, and who learns of it.

use talker_domain::messages::mark_read::{Decision, Position, UnknownMessage};
use talker_domain::{Audience, Event, MessageId, Timestamp, UserId};

use super::count_to;
use crate::chat::{Chat, NOW, refusal, words};

cases![
    everything_up_to_the_message_is_read,
    an_own_message_is_an_anchor_too,
    an_own_message_alone_reads_nothing,
    reading_again_is_nothing,
    reading_an_older_one_again_is_nothing,
    the_answer_says_how_far_one_has_read_whether_that_is_news_or_not,
    a_message_of_others_is_unknown,
    a_message_that_was_never_sent_is_unknown,
    a_hidden_message_is_unknown_to_the_blocker,
    a_hidden_message_is_never_read,
    only_this_conversation_is_read,
    a_receipt_under_a_block_is_hidden_for_good,
    a_block_by_the_sender_hides_the_receipt_too,
    a_note_to_oneself_is_read,
    what_comes_after_is_unread_again,
    unread_messages_are_never_miscounted,
];

async fn read(chat: &Chat, reader: UserId, message: MessageId, at: Timestamp) -> Decision {
    chat.read(reader, message, at).await.expect("a message of the reader's")
}

fn read_up_to(decision: &Decision) -> Option<MessageId> {
    decision.marking.map(|marking| marking.up_to)
}

fn heard(decision: &Decision) -> Vec<(Audience, Event)> {
    decision.effects.iter().map(|effect| (effect.audience, effect.event.clone())).collect()
}

/// When each message of the conversation was read, oldest first, as far as the viewer may know.
async fn receipts(chat: &Chat, viewer: UserId, peer: UserId) -> Vec<Option<Timestamp>> {
    let page = chat.history(viewer, peer, None).await;
    page.messages.iter().rev().map(|message| message.read_at_for(viewer)).collect()
}

async fn everything_up_to_the_message_is_read(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    count_to(&chat, anna, bert, 4).await;
    let third = chat.waiting(bert).await.remove(2).id;
    let decision = read(&chat, bert, third, NOW).await;
    let event = Event::Read { message: third, at: NOW };
    let expected = [(Audience::Elsewhere(bert), event.clone()), (Audience::Everywhere(anna), event)];
    assert_eq!(heard(&decision), expected);
    for (viewer, peer) in [(anna, bert), (bert, anna)] {
        assert_eq!(receipts(&chat, viewer, peer).await, [Some(NOW), Some(NOW), Some(NOW), None]);
    }
    assert_eq!(chat.unread(bert, anna).await, 1);
}

async fn an_own_message_is_an_anchor_too(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let said = chat.say(anna, bert, "1").await;
    let answer = chat.say(bert, anna, "2").await;
    chat.say(anna, bert, "3").await;
    assert_eq!(read_up_to(&read(&chat, bert, answer, NOW).await), Some(said));
    assert_eq!(receipts(&chat, bert, anna).await, [Some(NOW), None, None]);
    assert_eq!(chat.unread(bert, anna).await, 1);
    assert_eq!(chat.unread(anna, bert).await, 1, "whoever answers reads for nobody else");
}

async fn an_own_message_alone_reads_nothing(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let said = chat.say(anna, bert, "1").await;
    let decision = read(&chat, anna, said, NOW).await;
    assert_eq!((decision.marking, decision.effects), (None, vec![]));
    assert_eq!(receipts(&chat, anna, bert).await, [None]);
    assert_eq!(chat.unread(bert, anna).await, 1);
}

async fn reading_again_is_nothing(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let said = chat.say(anna, bert, "1").await;
    read(&chat, bert, said, NOW).await;
    let again = read(&chat, bert, said, NOW.plus(5)).await;
    assert_eq!((again.marking, again.effects), (None, vec![]));
    assert_eq!(receipts(&chat, anna, bert).await, [Some(NOW)], "the first time counts");
    assert_eq!(chat.unread(bert, anna).await, 0);
}

async fn reading_an_older_one_again_is_nothing(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    count_to(&chat, anna, bert, 3).await;
    let [first, _, third] = chat.waiting(bert).await.try_into().expect("three messages");
    assert_eq!(read_up_to(&read(&chat, bert, third.id, NOW).await), Some(third.id));
    assert_eq!(read_up_to(&read(&chat, bert, first.id, NOW.plus(5)).await), None);
    assert_eq!(read_up_to(&read(&chat, bert, third.id, NOW.plus(6)).await), None);
    assert_eq!(receipts(&chat, anna, bert).await, [Some(NOW); 3]);
}

async fn the_answer_says_how_far_one_has_read_whether_that_is_news_or_not(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let answer = chat.say(bert, anna, "0").await;
    assert_eq!(read(&chat, bert, answer, NOW).await.position, None, "nothing was sent to him");
    count_to(&chat, anna, bert, 3).await;
    let [first, second, third] = chat.waiting(bert).await.try_into().expect("three messages");
    for (message, later, read_up_to, read_later) in [
        (second.id, 1, second.id, 1),
        (first.id, 2, second.id, 1),
        (third.id, 3, third.id, 3),
        (answer, 4, third.id, 3),
    ] {
        let position = read(&chat, bert, message, NOW.plus(later)).await.position;
        assert_eq!(position, Some(Position { message: read_up_to, at: NOW.plus(read_later) }), "{later}");
    }
}

async fn a_message_of_others_is_unknown(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    let said = chat.say(anna, bert, "1").await;
    let note = chat.say(anna, anna, "2").await;
    for message in [said, note] {
        assert_eq!(refusal(chat.read(carl, message, NOW).await), UnknownMessage);
    }
    assert_eq!(receipts(&chat, anna, bert).await, [None]);
}

async fn a_message_that_was_never_sent_is_unknown(chat: Chat) {
    let anna = chat.user("anna").await;
    let nothing = MessageId::new(1).expect("an id");
    assert_eq!(refusal(chat.read(anna, nothing, NOW).await), UnknownMessage);
}

async fn a_hidden_message_is_unknown_to_the_blocker(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.say(anna, bert, "1").await;
    chat.block(bert, anna).await;
    let hidden = chat.say(anna, bert, "hidden").await;
    for unblocked in [false, true] {
        if unblocked {
            chat.unblock(bert, anna).await;
        }
        assert_eq!(refusal(chat.read(bert, hidden, NOW).await), UnknownMessage);
        read(&chat, anna, hidden, NOW).await;
    }
    assert_eq!(chat.unread(bert, anna).await, 1);
}

async fn a_hidden_message_is_never_read(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.say(anna, bert, "1").await;
    chat.block(bert, anna).await;
    chat.say(anna, bert, "hidden").await;
    chat.unblock(bert, anna).await;
    let last = chat.say(anna, bert, "3").await;
    read(&chat, bert, last, NOW).await;
    assert_eq!(receipts(&chat, anna, bert).await, [Some(NOW), None, Some(NOW)]);
    assert_eq!(chat.unread(bert, anna).await, 0);
}

async fn only_this_conversation_is_read(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    chat.say(carl, bert, "1").await;
    chat.say(bert, bert, "2").await;
    chat.say(bert, anna, "3").await;
    let last = chat.say(anna, bert, "4").await;
    read(&chat, bert, last, NOW).await;
    assert_eq!(receipts(&chat, bert, carl).await, [None]);
    assert_eq!(receipts(&chat, bert, bert).await, [None]);
    assert_eq!(receipts(&chat, bert, anna).await, [None, Some(NOW)]);
    assert_eq!((chat.unread(bert, carl).await, chat.unread(anna, bert).await), (1, 1));
}

async fn a_receipt_under_a_block_is_hidden_for_good(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let said = chat.say(anna, bert, "1").await;
    chat.block(bert, anna).await;
    let decision = read(&chat, bert, said, NOW).await;
    assert_eq!(heard(&decision), [(Audience::Elsewhere(bert), Event::Read { message: said, at: NOW })]);
    chat.unblock(bert, anna).await;
    let later = chat.say(anna, bert, "2").await;
    read(&chat, bert, later, NOW.plus(5)).await;
    assert_eq!(receipts(&chat, anna, bert).await, [None, Some(NOW.plus(5))]);
    assert_eq!(receipts(&chat, bert, anna).await, [Some(NOW), Some(NOW.plus(5))]);
    assert_eq!(chat.unread(bert, anna).await, 0);
}

async fn a_block_by_the_sender_hides_the_receipt_too(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let said = chat.say(anna, bert, "1").await;
    chat.block(anna, bert).await;
    read(&chat, bert, said, NOW).await;
    chat.unblock(anna, bert).await;
    assert_eq!(receipts(&chat, anna, bert).await, [None]);
    assert_eq!(chat.contacts(anna).await[0].last.read_at_for(anna), None);
}

async fn a_note_to_oneself_is_read(chat: Chat) {
    let anna = chat.user("anna").await;
    let note = chat.say(anna, anna, "buy milk").await;
    let decision = read(&chat, anna, note, NOW).await;
    assert_eq!(heard(&decision), [(Audience::Everywhere(anna), Event::Read { message: note, at: NOW })]);
    assert_eq!(receipts(&chat, anna, anna).await, [Some(NOW)]);
    assert_eq!(read_up_to(&read(&chat, anna, note, NOW).await), None);
}

async fn what_comes_after_is_unread_again(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for round in 0..3 {
        let said = chat.say(anna, bert, "hello").await;
        assert_eq!(chat.unread(bert, anna).await, 1);
        let at = NOW.plus(round);
        assert_eq!(read_up_to(&read(&chat, bert, said, at).await), Some(said));
        assert_eq!(chat.unread(bert, anna).await, 0);
    }
    assert_eq!(receipts(&chat, anna, bert).await, [0, 1, 2].map(|round| Some(NOW.plus(round))));
}

async fn unread_messages_are_never_miscounted(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let mut sent = vec![chat.say(anna, bert, "0").await];
    for number in 1..40_u64 {
        let (from, to) = if number % 3 == 1 { (bert, anna) } else { (anna, bert) };
        if number % 7 == 0 {
            chat.block(bert, anna).await;
        }
        sent.push(chat.say(from, to, &number.to_string()).await);
        chat.unblock(bert, anna).await;
        let anchor = sent[usize::try_from(number * 5 / 7).expect("a number")];
        // Unknown if it is hidden; then nothing must change either.
        let _ = chat.read(bert, anchor, NOW).await;
        let page = chat.history(bert, anna, None).await;
        let of_page = page.messages.iter().filter(|message| message.to == bert && message.read_at.is_none());
        let unread: Vec<_> = of_page.map(words).collect();
        assert_eq!(chat.unread(bert, anna).await, unread.len() as u64, "{unread:?}");
    }
}
