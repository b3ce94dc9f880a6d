//! The log, on the wire.

use talker_proto::True;
use talker_proto::acks::Ack;
use talker_proto::blocks::{BlockedUser, UnblockedUser};
use talker_proto::messages::{Notified, ReadReceipt};
use talker_proto::sync::{ListEvents, Logged, LoggedEvent, Numbered, Sync, SyncAnswer, SyncGap, SyncPage};

use super::messages::pangram;
use super::{KEY, id, seq};
use crate::{Golden, ack, answer, client, request, server};

pub(crate) fn goldens() -> Vec<Golden> {
    let gap = || SyncAnswer::Gap(SyncGap { gap: True, head: seq(90_017) });
    vec![
        client(Sync { user_id: id(5), after: seq(16), limit: Some(id(500)) }),
        ack::<Sync>(Ack::done(one_of_each())),
        ack::<Sync>(Ack::done(gap())).variant("gap"),
        server(one_of_each()),
        server(gap()).variant("gap"),
        request(ListEvents {
            user_id: id(5),
            client_address: KEY.into(),
            after: seq(16),
            limit: Some(id(500)),
        }),
        answer::<ListEvents>(one_of_each()),
        answer::<ListEvents>(gap()).variant("gap"),
        server(BlockedUser { user_id: id(7) }),
        server(UnblockedUser { user_id: id(7) }),
        server(Numbered { data: pangram(), seq: seq(17) }).variant("numbered"),
    ]
}

fn one_of_each() -> SyncAnswer {
    let read = ReadReceipt { messeage_id: id(38), date: "2026-03-01 12:31:00".into() };
    let events = [
        Logged::Message(pangram()),
        Logged::Notified(Notified { messeage_id: id(38) }),
        Logged::Read(read),
        Logged::Blocked(BlockedUser { user_id: id(7) }),
        Logged::Unblocked(UnblockedUser { user_id: id(7) }),
    ];
    let numbered =
        events.into_iter().zip(17..).map(|(event, number)| LoggedEvent { seq: seq(number), event });
    SyncAnswer::Page(SyncPage { events: numbered.collect(), head: seq(21), all: true })
}
