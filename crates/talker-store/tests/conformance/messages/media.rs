//! Pictures, films, sounds and files.

use diesel::sql_types::BigInt;
use talker_domain::messages::{CONTENT_PER_ANSWER, Content, Media, MediaKind};

use super::big_file;
use crate::chat::{Chat, file};
use crate::databases::{Database, load};

cases![
    media_of_every_kind_come_back_as_they_were,
    no_bytes_are_bytes_too,
    the_same_bytes_are_stored_once,
    the_same_bytes_keep_their_own_kind_and_type,
    the_largest_media_come_back_as_they_were,
];

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

async fn blobs(chat: &Chat) -> i64 {
    let counts: Vec<Count> = load(&chat.location, "SELECT count(*) AS count FROM blobs").await;
    counts[0].count
}

fn media(kind: MediaKind, media_type: &str, bytes: &[u8]) -> Content {
    Content::Media(Media::new(kind, media_type, bytes.to_vec(), bytes.len()).expect("media that fit"))
}

async fn media_of_every_kind_come_back_as_they_were(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let every_byte: Vec<u8> = (0..=255).collect();
    let sent = [
        media(MediaKind::Photo, "image/png", &every_byte),
        media(MediaKind::Video, "video/mp4", b"film"),
        media(MediaKind::Audio, "audio/ogg;codecs=opus", b"sound"),
        media(MediaKind::File, "Application/X-Whatever; name=\"it's\"", b"\0\\'\""),
        media(MediaKind::File, "", b"of no type"),
    ];
    for content in sent.clone() {
        chat.send(anna, bert, content).await;
    }
    let received: Vec<_> = chat.waiting(bert).await.into_iter().map(|message| message.content).collect();
    assert_eq!(received, sent);
    let newest_first: Vec<_> = sent.into_iter().rev().collect();
    let page = chat.history(bert, anna, None).await;
    let received: Vec<_> = page.messages.into_iter().map(|message| message.content).collect();
    assert_eq!(received, newest_first);
}

async fn no_bytes_are_bytes_too(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.send(anna, bert, file(vec![])).await;
    assert_eq!(chat.seen(bert, anna).await, ["application/pdf of 0 bytes"]);
    assert_eq!(chat.contacts(bert).await.len(), 1);
}

async fn the_same_bytes_are_stored_once(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    for (from, to) in [(anna, bert), (anna, carl), (carl, anna), (anna, anna)] {
        chat.send(from, to, file(vec![7; 1_000])).await;
    }
    assert_eq!(blobs(&chat).await, 1);
    chat.send(anna, bert, file(vec![8; 1_000])).await;
    assert_eq!(blobs(&chat).await, 2);
    assert_eq!(chat.seen(bert, anna).await, ["application/pdf of 1000 bytes"; 2]);
}

async fn the_same_bytes_keep_their_own_kind_and_type(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let sent = [
        media(MediaKind::Photo, "image/png", b"the same"),
        media(MediaKind::File, "image/png", b"the same"),
        media(MediaKind::Photo, "image/gif", b"the same"),
    ];
    for content in sent.clone() {
        chat.send(anna, bert, content).await;
    }
    let received: Vec<_> = chat.waiting(bert).await.into_iter().map(|message| message.content).collect();
    assert_eq!(received, sent);
    assert_eq!(blobs(&chat).await, 1);
}

async fn the_largest_media_come_back_as_they_were(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let sent = chat.send(anna, bert, big_file()).await;
    let contacts = chat.contacts(bert).await;
    assert!(contacts[0].last == *sent, "the file has changed");
}

/// MariaDB takes so much at once only if its operator lets it.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_larger_than_an_answer_comes_alone() {
    let database = Database::sqlite();
    let chat = Chat::open(&database.location).await;
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let first = chat.send(anna, bert, file(vec![7; CONTENT_PER_ANSWER + 1])).await;
    let second = chat.send(anna, bert, file(vec![7])).await;
    assert!(chat.waiting(bert).await == [(*first).clone()], "one message, and all of it");
    let page = chat.history(bert, anna, Some(first.id)).await;
    assert!(page.all && page.messages == [(*first).clone()], "one message, and all of it");
    assert_eq!(chat.history(bert, anna, None).await.messages, [(*second).clone()]);
}
