//! Acknowledgements, on the wire.

use talker_proto::acks::{Ack, Failed, Nothing};
use talker_proto::errors::Code;
use talker_proto::messages::{HaveRead, Read, SendMessage, Stored};
use talker_proto::sessions::{Login, Logout, Session};
use talker_proto::{False, Id};

use super::messages::pangram;
use super::{KEY, id};
use crate::{Golden, ack};

pub(crate) fn goldens() -> Vec<Golden> {
    let read = |messeage_id: Option<Id>, date: Option<&str>| {
        ack::<Read>(Ack::done(HaveRead { messeage_id, date: date.map(str::to_owned) }))
    };
    vec![
        ack::<Login>(Ack::done(Session { id: id(5), client_address: KEY.into() })),
        ack::<Login>(failed(Code::Unauthenticated, "Log in again.", None)).variant("refused"),
        ack::<Logout>(Ack::done(Nothing {})),
        ack::<SendMessage>(Ack::done(Stored { message: pangram() })),
        ack::<SendMessage>(failed(Code::Busy, "Try again in a moment.", Some(1_000))).variant("busy"),
        read(Some(id(38)), Some("2026-03-01 12:31:00")),
        read(None, None).variant("none"),
    ]
}

fn failed<R>(code: Code, message: &str, retry_after_ms: Option<u64>) -> Ack<R> {
    Ack::Failed(Failed { ok: False, error: code.number(), code, message: message.into(), retry_after_ms })
}
