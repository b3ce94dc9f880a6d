//! What sending stores, and in what order.

use talker_domain::messages::LONGEST_TEXT;
use talker_domain::messages::send::{self, Refusal::UnknownRecipient};
use talker_domain::{Audience, Event, IdMinter, UserId};

use crate::chat::{Chat, NOW, ask, text, words};

cases![
    what_was_sent_is_what_both_see,
    the_answers_have_the_order_of_the_asks,
    ids_grow_inside_a_batch,
    ids_grow_past_one_from_the_future,
    ids_grow_past_a_hidden_one_from_the_future,
    an_unknown_recipient_gets_nothing_and_the_others_get_theirs,
    a_batch_without_a_recipient_stores_nothing,
    any_text_comes_back_as_it_was,
    the_longest_texts_come_back_as_they_were,
    many_of_the_longest_texts_fit_into_one_batch,
    a_note_to_oneself_is_stored_once,
];

async fn what_was_sent_is_what_both_see(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let sent = chat.send(anna, bert, text("hello")).await;
    assert_eq!((sent.from, sent.to, sent.sent_at), (anna, bert, NOW));
    assert_eq!((sent.read_at, sent.notified, sent.hidden), (None, false, false));
    for (viewer, peer) in [(anna, bert), (bert, anna)] {
        assert_eq!(chat.history(viewer, peer, None).await.messages, [(*sent).clone()]);
    }
    assert_eq!(chat.waiting(bert).await, [(*sent).clone()]);
}

async fn the_answers_have_the_order_of_the_asks(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    let asks = vec![ask(carl, anna, "1"), ask(anna, carl, "2"), ask(bert, bert, "3"), ask(anna, bert, "4")];
    let sent = chat.send_all(asks).await;
    let echoes = sent.iter().map(|decision| {
        let first = &decision.as_ref().expect("a recipient").effects[0];
        match (&first.audience, &first.event) {
            (Audience::Everywhere(user), Event::Echo(message) | Event::Delivery(message)) => {
                assert_eq!(*user, message.from);
                words(message)
            }
            _ => panic!("neither echo nor delivery: {first:?}"),
        }
    });
    assert_eq!(echoes.collect::<Vec<_>>(), ["1", "2", "3", "4"]);
}

async fn ids_grow_inside_a_batch(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let asks = (0..200).map(|number: u64| {
        let (from, to) = if number.is_multiple_of(3) { (anna, bert) } else { (bert, anna) };
        ask(from, to, &number.to_string())
    });
    let sent = chat.send_all(asks.collect()).await;
    let ids: Vec<_> = sent.iter().flatten().map(|decision| decision.message.id).collect();
    assert_eq!(ids.len(), 200);
    assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
    let last = chat.contacts(anna).await[0].last.id;
    assert_eq!(Some(&last), ids.last());
}

async fn ids_grow_past_one_from_the_future(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let (mut ahead, asks) = (IdMinter::new(1), [ask(anna, bert, "1")]);
    let tomorrow = NOW.plus(86_400_000);
    chat.store.write(move |tx| send::run(tx, &asks, tomorrow, &mut ahead)).await.expect("a message");
    chat.send_all(vec![ask(bert, anna, "2"), ask(anna, bert, "3")]).await;
    assert_eq!(chat.seen(anna, bert).await, ["1", "2", "3"]);
}

async fn ids_grow_past_a_hidden_one_from_the_future(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.block(bert, anna).await;
    let (mut ahead, asks) = (IdMinter::new(1), [ask(anna, bert, "hidden")]);
    let tomorrow = NOW.plus(86_400_000);
    chat.store.write(move |tx| send::run(tx, &asks, tomorrow, &mut ahead)).await.expect("a message");
    chat.say(bert, anna, "2").await;
    assert_eq!(chat.seen(anna, bert).await, ["hidden", "2"]);
}

async fn an_unknown_recipient_gets_nothing_and_the_others_get_theirs(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let nobody = UserId::new(1).expect("an id");
    let sent =
        chat.send_all(vec![ask(anna, nobody, "1"), ask(anna, bert, "2"), ask(bert, nobody, "3")]).await;
    let answers: Vec<_> = sent.iter().map(|answer| answer.as_ref().map(|_| ()).map_err(|no| *no)).collect();
    assert_eq!(answers, [Err(UnknownRecipient), Ok(()), Err(UnknownRecipient)]);
    assert_eq!(chat.seen(anna, bert).await, ["2"]);
    assert_eq!(chat.seen(anna, nobody).await, [""; 0]);
    assert_eq!(chat.contacts(bert).await.len(), 1);
}

async fn a_batch_without_a_recipient_stores_nothing(chat: Chat) {
    let anna = chat.user("anna").await;
    let nobody = UserId::new(1).expect("an id");
    let sent = chat.send_all(vec![ask(anna, nobody, "1"), ask(anna, nobody, "2")]).await;
    assert!(sent.iter().all(Result::is_err));
    assert_eq!(chat.send_all(vec![]).await.len(), 0);
    assert_eq!(chat.contacts(anna).await, []);
}

async fn any_text_comes_back_as_it_was(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let texts = [
        "😀👩‍👩‍👧‍👦🇪🇺 zwölf 漢字 עברית",
        "a\0b\0",
        "\0",
        " ",
        "  spaces around  ",
        "\r\n\t",
        "it's \"quoted\" \\ and \\' escaped; -- DROP TABLE users",
        "%_?$1:name",
        "e\u{301} is not \u{e9}",
        "\u{feff}\u{200b}\u{10ffff}\u{1}",
    ];
    chat.send_all(texts.map(|words| ask(anna, bert, words)).into()).await;
    assert_eq!(chat.seen(bert, anna).await, texts);
    assert_eq!(chat.waiting(bert).await.iter().map(words).collect::<Vec<_>>(), texts);
}

async fn the_longest_texts_come_back_as_they_were(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let texts = ["a", "Ä", "漢", "😀", "\u{130}"].map(|character| character.repeat(LONGEST_TEXT));
    chat.send_all(texts.iter().map(|words| ask(anna, bert, words)).collect()).await;
    assert!(chat.seen(bert, anna).await == texts, "a text has changed");
}

/// 256 KiB short of 16 MiB, and as much again for searching: more than a MariaDB takes in one packet by default.
async fn many_of_the_longest_texts_fit_into_one_batch(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let longest = "\u{10400}".repeat(LONGEST_TEXT);
    chat.send_all(vec![ask(anna, bert, &longest); 252]).await;
    assert_eq!(chat.unread(bert, anna).await, 252);
}

async fn a_note_to_oneself_is_stored_once(chat: Chat) {
    let anna = chat.user("anna").await;
    chat.say(anna, anna, "buy milk").await;
    assert_eq!(chat.seen(anna, anna).await, ["buy milk"]);
    assert_eq!(chat.waiting(anna).await.len(), 1);
    chat.block(chat.user("bert").await, anna).await;
    assert_eq!(chat.seen(anna, anna).await, ["buy milk"]);
}
