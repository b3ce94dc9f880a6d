//! What a server sends, typed.

use serde::Deserialize;
use serde_json::Value;
use talker_proto::blocks::{BlockedUser, UnblockedUser};
use talker_proto::errors::EventError;
use talker_proto::messages::{Message, Notified, ReadReceipt};
use talker_proto::sessions::{Address, LoginAnswer, NotLoggedIn};
use talker_proto::sync::{Logged, LoggedEvent, SyncAnswer};
use talker_proto::typing::Typing;
use talker_proto::{Seq, ServerEvent};

/// Something that arrived on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The connection's own key. [`Builder::connect`](crate::Builder::connect) takes the first one.
    Address(Address),
    /// How a login went. [`Talker::log_in`](crate::Talker::log_in) takes its own.
    Login(LoginAnswer),
    /// A message: one that I sent, as an echo, or one that was sent to me.
    Message(Message),
    /// A message of mine was handed to its recipient.
    Notified(Notified),
    /// Messages of a conversation were read.
    Read(ReadReceipt),
    /// I block somebody from now on.
    Blocked(BlockedUser),
    /// I no longer block somebody.
    Unblocked(UnblockedUser),
    /// An entry of my log, with its number: what the five before this one become on a connection that asked for
    /// numbers, by [`Builder::after`](crate::Builder::after) or [`Talker::sync`](crate::Talker::sync).
    Logged(LoggedEvent),
    /// A part of my log that was asked for, or that it does not reach back that far.
    Sync(SyncAnswer),
    /// Somebody starts or stops typing to me.
    Typing(Typing),
    /// The last event named a user that this connection is not logged in as, and did nothing.
    NotLoggedIn,
    /// The last event did nothing, for the reason with this number.
    Error(u16),
    /// An event that this client does not know, or one whose data does not fit its name.
    Other {
        /// Its name.
        event: String,
        /// What it carries.
        data: Value,
    },
    /// The connection has ended. Nothing comes after this.
    Disconnected,
}

impl Event {
    /// Reads an event by its name on the wire.
    pub(crate) fn decode(name: &str, data: Value) -> Self {
        let known = read_logged(name, &data).map(Self::Logged).or_else(|| read_plain(name, &data));
        known.unwrap_or_else(|| Self::Other { event: name.to_owned(), data })
    }
}

/// Reads an event that carries its number in the log.
fn read_logged(name: &str, data: &Value) -> Option<LoggedEvent> {
    let seq = Seq::deserialize(data.get("seq")?).ok()?;
    let event = match name {
        Message::EVENT => Logged::Message(Message::deserialize(data).ok()?),
        Notified::EVENT => Logged::Notified(Notified::deserialize(data).ok()?),
        ReadReceipt::EVENT => Logged::Read(ReadReceipt::deserialize(data).ok()?),
        BlockedUser::EVENT => Logged::Blocked(BlockedUser::deserialize(data).ok()?),
        UnblockedUser::EVENT => Logged::Unblocked(UnblockedUser::deserialize(data).ok()?),
        _ => return None,
    };
    Some(LoggedEvent { seq, event })
}

fn read_plain(name: &str, data: &Value) -> Option<Event> {
    match name {
        Address::EVENT => read::<Address>(data),
        LoginAnswer::EVENT => read::<LoginAnswer>(data),
        Message::EVENT => read::<Message>(data),
        Notified::EVENT => read::<Notified>(data),
        ReadReceipt::EVENT => read::<ReadReceipt>(data),
        BlockedUser::EVENT => read::<BlockedUser>(data),
        UnblockedUser::EVENT => read::<UnblockedUser>(data),
        SyncAnswer::EVENT => read::<SyncAnswer>(data),
        Typing::EVENT => read::<Typing>(data),
        NotLoggedIn::EVENT => read::<NotLoggedIn>(data),
        EventError::EVENT => read::<EventError>(data),
        _ => None,
    }
}

fn read<T: ServerEvent + Into<Event>>(data: &Value) -> Option<Event> {
    T::deserialize(data).ok().map(Into::into)
}

impl From<NotLoggedIn> for Event {
    fn from(_: NotLoggedIn) -> Self {
        Self::NotLoggedIn
    }
}

impl From<EventError> for Event {
    fn from(EventError(number): EventError) -> Self {
        Self::Error(number)
    }
}

/// Makes an event of a payload, and a payload of its event; any other event comes back as it was.
macro_rules! payloads {
    ($($payload:ident in $variant:ident),+) => { $(
        impl From<$payload> for Event {
            fn from(payload: $payload) -> Self {
                Self::$variant(payload)
            }
        }

        impl TryFrom<Event> for $payload {
            type Error = Event;

            fn try_from(event: Event) -> Result<Self, Event> {
                match event {
                    Event::$variant(payload) => Ok(payload),
                    other => Err(other),
                }
            }
        }
    )+ };
}

payloads!(
    Address in Address,
    LoginAnswer in Login,
    Message in Message,
    Notified in Notified,
    ReadReceipt in Read,
    BlockedUser in Blocked,
    UnblockedUser in Unblocked,
    LoggedEvent in Logged,
    SyncAnswer in Sync,
    Typing in Typing
);

#[cfg(test)]
mod tests {
    use serde_json::json;
    use talker_proto::messages::ContentType;
    use talker_proto::sessions::Session;
    use talker_proto::sync::{SyncGap, SyncPage};
    use talker_proto::{Bit, False, Id, True};

    use super::*;

    fn id(number: u64) -> Id {
        Id::new(number).expect("an id in range")
    }

    fn seq(number: u64) -> Seq {
        Seq::new(number).expect("a number in range")
    }

    #[test]
    fn every_event_is_read_by_its_name() {
        let session = Session { id: id(5), client_address: "key".into() };
        for (name, data, event) in [
            ("address", json!({"address": "key"}), Event::Address(Address { address: "key".into() })),
            ("login", json!({"id": 5, "clientAddress": "key"}), Event::Login(LoginAnswer::In(session))),
            ("login", json!(false), Event::Login(LoginAnswer::Refused(False))),
            ("notified", json!({"messeage_id": 9}), Event::Notified(Notified { messeage_id: id(9) })),
            (
                "read",
                json!({"messeage_id": 9, "date": "2026-01-02 03:04:05"}),
                Event::Read(ReadReceipt { messeage_id: id(9), date: "2026-01-02 03:04:05".into() }),
            ),
            (
                "typing",
                json!({"typer": 5, "typing": true}),
                Event::Typing(Typing { typer: id(5), typing: true }),
            ),
            ("blocked", json!({"user_id": 7}), Event::Blocked(BlockedUser { user_id: id(7) })),
            ("unblocked", json!({"user_id": 7}), Event::Unblocked(UnblockedUser { user_id: id(7) })),
            (
                "sync",
                json!({"gap": true, "head": 9}),
                Event::Sync(SyncAnswer::Gap(SyncGap { gap: True, head: seq(9) })),
            ),
            (
                "sync",
                json!({"events": [], "head": 9, "all": true}),
                Event::Sync(SyncAnswer::Page(SyncPage { events: vec![], head: seq(9), all: true })),
            ),
            ("auth", json!(false), Event::NotLoggedIn),
            ("error", json!(429), Event::Error(429)),
        ] {
            assert_eq!(Event::decode(name, data), event, "{name}");
        }
    }

    fn row() -> Value {
        json!({
            "id": 9, "from_user": 5, "to_user": 6, "content": "Hello 🙂", "content_type": "text",
            "init_date": "2026-01-02 03:04:05", "readen": null, "notified": 1,
        })
    }

    fn message() -> Message {
        Message {
            id: id(9),
            from_user: id(5),
            to_user: id(6),
            content: "Hello 🙂".into(),
            content_type: ContentType::Text,
            init_date: "2026-01-02 03:04:05".into(),
            readen: None,
            notified: Bit(true),
        }
    }

    #[test]
    fn a_message_is_read_whole() {
        assert_eq!(Event::decode("messeage", row()), Event::Message(message()));
    }

    #[test]
    fn what_is_logged_is_read_with_its_number() {
        let read = ReadReceipt { messeage_id: id(9), date: "2026-01-02 03:04:05".into() };
        for (name, mut data, event) in [
            ("messeage", row(), Logged::Message(message())),
            ("notified", json!({"messeage_id": 9}), Logged::Notified(Notified { messeage_id: id(9) })),
            ("read", json!({"messeage_id": 9, "date": "2026-01-02 03:04:05"}), Logged::Read(read)),
            ("blocked", json!({"user_id": 7}), Logged::Blocked(BlockedUser { user_id: id(7) })),
            ("unblocked", json!({"user_id": 7}), Logged::Unblocked(UnblockedUser { user_id: id(7) })),
        ] {
            data["seq"] = json!(17);
            let logged = LoggedEvent { seq: seq(17), event };
            assert_eq!(Event::decode(name, data), Event::Logged(logged), "{name}");
        }
    }

    #[test]
    fn what_does_not_fit_is_kept_as_it_came() {
        for (name, data) in [
            ("gossip", json!({"any": "thing"})),
            ("auth", json!(true)),
            ("error", json!("not a number")),
            ("notified", json!({"messeage_id": 0})),
        ] {
            let other = Event::Other { event: name.to_owned(), data: data.clone() };
            assert_eq!(Event::decode(name, data), other);
        }
    }
}
