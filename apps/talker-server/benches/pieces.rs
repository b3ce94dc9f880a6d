//! What one message costs apart from network and database: reading it, deciding on it, naming it, writing it.
//! `cargo bench -p talker-server --bench pieces`

use divan::{Bencher, black_box};
use talker_domain::messages::send::{Ask, Facts, decide};
use talker_domain::messages::{Content, Text};
use talker_domain::{IdMinter, MessageId, Timestamp, UserId};
use talker_proto::messages::{ContentType, Message, SendMessage};
use talker_proto::{Bit, Id};

/// An ordinary message.
const TEXT: usize = 256;

fn main() {
    divan::main();
}

#[divan::bench]
fn decode(bencher: Bencher) {
    let json =
        format!(r#"{{"user_id":1234567890123,"to_id":1234567890124,"content":"{}"}}"#, "x".repeat(TEXT));
    bencher.bench(|| serde_json::from_str::<SendMessage>(black_box(&json)));
}

#[divan::bench]
fn decide_one(bencher: Bencher) {
    let user = |number| UserId::new(number).expect("positive");
    let content = Content::Text(Text::new("x".repeat(TEXT)).expect("short enough"));
    let ask = Ask { from: user(1), to: user(2), content, nonce: None, max_unanswered: None };
    let facts = Facts {
        recipient_exists: true,
        blocked: false,
        last: None,
        earlier: None,
        acquainted: false,
        unanswered: 0,
    };
    let mut ids = IdMinter::new(0);
    bencher.bench_local(|| decide(black_box(&ask), black_box(&facts), NOW, &mut ids));
}

#[divan::bench]
fn mint(bencher: Bencher) {
    let (mut ids, last) = (IdMinter::new(0), MessageId::new(1));
    bencher.bench_local(|| ids.message(NOW, black_box(last)));
}

#[divan::bench]
fn encode(bencher: Bencher) {
    let id = |number| Id::new(number).expect("in range");
    let row = Message {
        id: id(1_234_567_890_125),
        from_user: id(1_234_567_890_123),
        to_user: id(1_234_567_890_124),
        content: "x".repeat(TEXT),
        content_type: ContentType::Text,
        init_date: "2026-03-01 12:30:05".into(),
        readen: None,
        notified: Bit(false),
    };
    bencher.bench(|| serde_json::to_string(black_box(&row)));
}

/// March 2026, in milliseconds.
const NOW: Timestamp = Timestamp(1_772_368_205_000);
