//! Messages, on the wire.

use talker_proto::Bit;
use talker_proto::messages::{
    ContentType, FoundMessages, ListMessages, Message, MessagePage, Notified, Read, ReadReceipt,
    SearchMessages, SendMessage,
};

use super::{KEY, id};
use crate::{Golden, answer, client, request, server};

const PANGRAM: &str = "Zażółć gęślą jaźń 😀";
const PHOTO: &str = "data:image/png;base64,iVBORw0KGgo=";

pub(crate) fn goldens() -> Vec<Golden> {
    let newest = talker_proto::LARGEST_ID;
    vec![
        client(sending(PANGRAM, ContentType::Text)),
        client(sending(PHOTO, ContentType::Photo)).variant("photo"),
        client(SendMessage { nonce: Some("b7c1".into()), ..sending(PANGRAM, ContentType::Text) })
            .variant("nonce"),
        client(Read { user_id: id(7), messeage_id: id(newest) }),
        server(Message { id: id(newest), ..pangram() }),
        server(Notified { messeage_id: id(newest) }),
        server(ReadReceipt { messeage_id: id(newest), date: "2026-03-01 12:31:00".into() }),
        request(ListMessages {
            user_id: id(5),
            client_address: KEY.into(),
            with_id: id(7),
            from_messeage: Some(id(42)),
        }),
        answer::<ListMessages>(MessagePage { messages: one_of_each_type(), all: true }),
        request(SearchMessages {
            user_id: id(5),
            client_address: KEY.into(),
            talker_id: id(7),
            text: "jaźń".into(),
            from_messeage: Some(id(42)),
        }),
        answer::<SearchMessages>(FoundMessages { res: vec![pangram()] }),
    ]
}

fn sending(content: &str, content_type: ContentType) -> SendMessage {
    SendMessage { user_id: id(5), to_id: id(7), content: content.into(), content_type, nonce: None }
}

pub(super) fn pangram() -> Message {
    Message {
        id: id(38),
        from_user: id(5),
        to_user: id(7),
        content: PANGRAM.into(),
        content_type: ContentType::Text,
        init_date: "2026-03-01 12:30:05".into(),
        readen: None,
        notified: Bit(false),
    }
}

/// Two messages of 5 that 7 has not read, and three of 7 that 5 has.
fn one_of_each_type() -> Vec<Message> {
    let mine = |number, content: &str, content_type, init_date: &str, notified| Message {
        id: id(number),
        content: content.into(),
        content_type,
        init_date: init_date.into(),
        notified: Bit(notified),
        ..pangram()
    };
    let theirs = |number, content: &str, content_type, init_date: &str| Message {
        from_user: id(7),
        to_user: id(5),
        readen: Some("2026-03-01 12:30:04".into()),
        ..mine(number, content, content_type, init_date, true)
    };
    let audio = "data:audio/ogg;codecs=opus;base64,T2dnUw==";
    vec![
        mine(42, "data:;base64,AAEC", ContentType::File, "2026-03-01 12:30:05", false),
        mine(41, audio, ContentType::Audio, "2026-03-01 12:30:04", true),
        theirs(40, "data:video/mp4;base64,AAAAGGZ0eXA=", ContentType::Video, "2026-03-01 12:30:03"),
        theirs(39, PHOTO, ContentType::Photo, "2026-03-01 12:30:02"),
        theirs(38, "Hi", ContentType::Text, "2026-03-01 12:30:01"),
    ]
}

#[test]
fn a_message_without_a_content_type_is_text() {
    let read: SendMessage =
        serde_json::from_str(r#"{"user_id": 5, "to_id": 7, "content": "Hi"}"#).expect("a message");
    assert_eq!(read, sending("Hi", ContentType::Text));
}

#[test]
fn an_unknown_content_type_is_refused() {
    for content_type in [r#""image""#, r#""Text""#, r#""""#, "0", "true", "[]", "{}", r#"["text"]"#] {
        let json =
            format!(r#"{{"user_id": 5, "to_id": 7, "content": "Hi", "content_type": {content_type}}}"#);
        assert!(serde_json::from_str::<SendMessage>(&json).is_err(), "{content_type}");
    }
}

#[test]
fn history_without_a_beginning_begins_at_the_newest() {
    let json = r#"{"user_id": 5, "clientAddress": "key", "with_id": 7}"#;
    let read: ListMessages = serde_json::from_str(json).expect("a request");
    assert_eq!(read.from_messeage, None);
    assert_eq!(serde_json::to_string(&read).expect("JSON"), json.replace(": ", ":").replace(", ", ","));
}
