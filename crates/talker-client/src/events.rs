//! What a server sends, typed.

use serde_json::Value;
use talker_proto::ServerEvent;
use talker_proto::errors::EventError;
use talker_proto::messages::{Message, Notified, ReadReceipt};
use talker_proto::sessions::{Address, LoginAnswer, NotLoggedIn};
use talker_proto::typing::Typing;

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
        let known = match name {
            Address::EVENT => read::<Address>(&data),
            LoginAnswer::EVENT => read::<LoginAnswer>(&data),
            Message::EVENT => read::<Message>(&data),
            Notified::EVENT => read::<Notified>(&data),
            ReadReceipt::EVENT => read::<ReadReceipt>(&data),
            Typing::EVENT => read::<Typing>(&data),
            NotLoggedIn::EVENT => read::<NotLoggedIn>(&data),
            EventError::EVENT => read::<EventError>(&data),
            _ => None,
        };
        known.unwrap_or_else(|| Self::Other { event: name.to_owned(), data })
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
    Typing in Typing
);

#[cfg(test)]
mod tests {
    use serde_json::json;
    use talker_proto::messages::ContentType;
    use talker_proto::sessions::Session;
    use talker_proto::{Bit, False, Id};

    use super::*;

    fn id(number: u64) -> Id {
        Id::new(number).expect("an id in range")
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
            ("auth", json!(false), Event::NotLoggedIn),
            ("error", json!(429), Event::Error(429)),
        ] {
            assert_eq!(Event::decode(name, data), event, "{name}");
        }
    }

    #[test]
    fn a_message_is_read_whole() {
        let row = json!({
            "id": 9, "from_user": 5, "to_user": 6, "content": "Hello 🙂", "content_type": "text",
            "init_date": "2026-01-02 03:04:05", "readen": null, "notified": 1,
        });
        let message = Message {
            id: id(9),
            from_user: id(5),
            to_user: id(6),
            content: "Hello 🙂".into(),
            content_type: ContentType::Text,
            init_date: "2026-01-02 03:04:05".into(),
            readen: None,
            notified: Bit(true),
        };
        assert_eq!(Event::decode("messeage", row), Event::Message(message));
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
