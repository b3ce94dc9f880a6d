//! What a message may hold: texts, and media byte for byte.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{TestServer, anna_and_benno, on_both_databases};
use crate::plain::Plain;

on_both_databases!(
    a_text_has_1_to_16384_characters,
    what_was_said_is_what_is_heard,
    media_of_each_kind_arrive_byte_for_byte,
    media_of_the_wrong_kind_are_malformed,
    media_over_the_limit_are_too_large,
    the_limit_is_8_mib_unless_the_operator_says_otherwise,
    without_a_content_type_it_is_text,
    what_is_no_message_is_malformed_and_the_connection_stays,
);

async fn a_text_has_1_to_16384_characters(backend: Backend) {
    let (_server, mut a, mut b) = anna_and_benno(backend).await;
    for text in ["x".to_owned(), "x".repeat(16_384), "😀".repeat(16_384), "\u{1}".repeat(16_384)] {
        assert_eq!(a.say(b.user, &text).await["content"], text);
        assert_eq!(b.wait_for("messeage").await["content"], text);
    }
    for (text, number) in [(String::new(), 400), ("x".repeat(16_385), 413), ("😀".repeat(16_385), 413)] {
        let message = json!({"to_id": b.user, "content": text, "content_type": "text"});
        assert_eq!(a.refused("messeage", &message).await, number);
    }
    b.expect_nothing_more().await;
}

async fn what_was_said_is_what_is_heard(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    for text in [
        " ",
        "  before and after \n",
        "\0 \u{7f} \u{2028}",
        "Robert'); DROP TABLE messages;--",
        "<script>alert(1)</script> & \"quoted\" \\ \\u0041",
        "ä a\u{308} ﬃ İ 中文 עברית 👩‍👩‍👧",
        "data:text/plain,a text all the same",
        "100 % _",
    ] {
        assert_eq!(a.say(b.user, text).await["content"], text);
        assert_eq!(b.wait_for("messeage").await["content"], text);
        assert_eq!(server.history(&b, a.user).await[0]["content"], text);
    }
}

async fn media_of_each_kind_arrive_byte_for_byte(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let base64 = STANDARD.encode(&bytes);
    let all = |mime: &str| (format!("data:{mime};base64,{base64}"), mime.to_owned(), bytes.clone());
    for (kind, (uri, mime, expected)) in [
        ("photo", all("image/png")),
        ("video", all("video/mp4")),
        ("video", all("video/webm;codecs=vp8,opus")),
        ("audio", all("audio/ogg;codecs=opus")),
        ("file", all("application/x-whatever;charset=utf-8;name=a.bin")),
        ("file", all("image/png")),
        ("photo", ("DATA:Image/PNG;BASE64,aGk".into(), "Image/PNG".into(), b"hi".to_vec())),
        (
            "file",
            ("data:text/plain,h%C3%A4%00 there, you".into(), "text/plain".into(), "hä\0 there, you".into()),
        ),
        ("photo", ("data:image/svg+xml;utf8,<svg/>".into(), "image/svg+xml;utf8".into(), b"<svg/>".to_vec())),
        ("file", ("data:;base64,AAEC".into(), String::new(), vec![0, 1, 2])),
        ("file", ("data:application/pdf;base64,".into(), "application/pdf".into(), vec![])),
    ] {
        let echo = a.show(b.user, kind, &uri).await;
        assert_eq!(echo["content_type"], kind);
        assert_eq!(decoded(&echo), (mime, expected));
        assert_eq!(b.wait_for("messeage").await, echo);
        let kept = server.history(&b, a.user).await[0].clone();
        assert_eq!((&kept["content"], &kept["content_type"]), (&echo["content"], &echo["content_type"]));
    }
    let mut again = b.another(&server).await;
    again.catch_up().await;
    again.expect_nothing_more().await;
}

async fn media_of_the_wrong_kind_are_malformed(backend: Backend) {
    let (_server, mut a, mut b) = anna_and_benno(backend).await;
    for (kind, content) in [
        ("photo", "data:video/mp4;base64,aGk="),
        ("photo", "data:text/html;base64,aGk="),
        ("photo", "data:;base64,aGk="),
        ("photo", "data:imagery/png;base64,aGk="),
        ("photo", "data:text/plain;x=image/png;base64,aGk="),
        ("video", "data:image/png;base64,aGk="),
        ("audio", "data:video/ogg;base64,aGk="),
        ("photo", "data:image/png;base64,a*b="),
        ("photo", "data:image/png"),
        ("photo", "https://example.org/x.png"),
        ("file", "just text"),
        ("file", ""),
    ] {
        let message = json!({"to_id": b.user, "content": content, "content_type": kind});
        assert_eq!(a.refused("messeage", &message).await, 400, "{kind} {content}");
    }
    b.expect_nothing_more().await;
}

async fn media_over_the_limit_are_too_large(backend: Backend) {
    let server = TestServer::start_with(backend, &["--max-media-bytes=1000"]).await;
    let (mut a, mut b) = (server.newcomer("anna").await, server.newcomer("benno").await);
    for (bytes, fits) in [(1_000, true), (1_001, false), (5_000, false)] {
        for (kind, content) in [
            ("photo", format!("data:image/png;base64,{}", STANDARD.encode(vec![7; bytes]))),
            ("file", format!("data:text/plain,{}", "%41".repeat(bytes))),
        ] {
            if fits {
                let echo = a.show(b.user, kind, &content).await;
                assert_eq!(decoded(&echo).1.len(), bytes);
                assert_eq!(b.wait_for("messeage").await, echo);
            } else {
                let message = json!({"to_id": b.user, "content": content, "content_type": kind});
                assert_eq!(a.refused("messeage", &message).await, 413, "{kind} {bytes}");
            }
        }
    }
    a.say(b.user, &"x".repeat(16_384)).await;
    b.wait_for("messeage").await;
    b.expect_nothing_more().await;
}

async fn the_limit_is_8_mib_unless_the_operator_says_otherwise(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let uri = |bytes: usize| format!("data:video/mp4;base64,{}", STANDARD.encode(vec![7; bytes]));
    let echo = a.show(b.user, "video", &uri(8 << 20)).await;
    assert!(echo["content"] == uri(8 << 20));
    assert!(b.wait_for("messeage").await == echo);
    assert!(server.history(&b, a.user).await[0]["content"] == echo["content"]);
    let message = json!({"to_id": b.user, "content": uri((8 << 20) + 1), "content_type": "video"});
    assert_eq!(a.refused("messeage", &message).await, 413);
    b.expect_nothing_more().await;
}

async fn without_a_content_type_it_is_text(backend: Backend) {
    let (_server, mut a, mut b) = anna_and_benno(backend).await;
    let echo = a.say(b.user, "data:image/png;base64,aGk=").await;
    assert_eq!(
        (&echo["content_type"], &echo["content"]),
        (&json!("text"), &json!("data:image/png;base64,aGk="))
    );
    assert_eq!(b.wait_for("messeage").await, echo);
    let echo = a.show(b.user, "text", "said so").await;
    assert_eq!(echo["content_type"], "text");
}

async fn what_is_no_message_is_malformed_and_the_connection_stays(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    for bad in [
        json!({"to_id": 1.5, "content": "x"}),
        json!({"to_id": -1, "content": "x"}),
        json!({"to_id": 0, "content": "x"}),
        json!({"to_id": true, "content": "x"}),
        json!({"to_id": null, "content": "x"}),
        json!({"to_id": "0x10", "content": "x"}),
        json!({"to_id": " ", "content": "x"}),
        json!({"to_id": 1_u64 << 53, "content": "x"}),
        json!({"to_id": [b.user], "content": "x"}),
        json!({"to_id": {"id": b.user}, "content": "x"}),
        json!({"content": "x"}),
        json!({"to_id": b.user}),
        json!({"to_id": b.user, "content": null}),
        json!({"to_id": b.user, "content": 5}),
        json!({"to_id": b.user, "content": ["x"]}),
        json!({"to_id": b.user, "content": "x", "content_type": "sticker"}),
        json!({"to_id": b.user, "content": "x", "content_type": "TEXT"}),
        json!({"to_id": b.user, "content": "x", "content_type": null}),
        json!({"to_id": b.user, "content": "x", "content_type": ["text"]}),
    ] {
        assert_eq!(a.refused("messeage", &bad).await, 400, "{bad}");
    }
    for data in [json!(null), json!([a.user, b.user, "x"]), json!("x"), json!(5), json!([])] {
        a.emit("messeage", &data).await;
        assert_eq!(a.wait_for("error").await, 400, "{data}");
    }
    b.expect_nothing_more().await;
    let strings = json!({"to_id": b.user.to_string(), "content": "by strings", "more": {"ignored": [1]}});
    a.user_as_string("messeage", &strings).await;
    assert_eq!(b.wait_for("messeage").await["content"], "by strings");
    assert_eq!(server.history(&a, b.user).await.len(), 1);
}

impl Plain {
    /// Emits with my `user_id` as a string.
    async fn user_as_string(&mut self, event: &str, data: &Value) {
        let mut data = data.clone();
        data["user_id"] = self.user.to_string().into();
        self.emit(event, &data).await;
    }
}

/// The media type and the bytes of a row. Media come back in base64.
fn decoded(row: &Value) -> (String, Vec<u8>) {
    let uri = row["content"].as_str().expect("a text").strip_prefix("data:").expect("a data URI");
    let (media_type, base64) = uri.split_once(";base64,").expect("base64");
    (media_type.to_owned(), STANDARD.decode(base64).expect("base64"))
}
