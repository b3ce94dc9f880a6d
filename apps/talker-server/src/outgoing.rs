//! An event or an acknowledgement on its way out: serialised once, however many connections it goes to.

use std::sync::{Arc, OnceLock};

use axum::extract::ws::Utf8Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use talker_domain::sync::Seq;
use talker_proto::ServerEvent;
use talker_proto::acks::Ack;

/// The number by which a client knows which of its events is acknowledged.
pub(crate) type AckId = u64;

/// What it is, and its data. Clones share them.
#[derive(Clone)]
pub(crate) struct Outgoing(Arc<Inner>);

struct Inner {
    kind: Kind,
    data: Box<RawValue>,
    frame: OnceLock<Utf8Bytes>,
    numbered: OnceLock<Outgoing>,
}

/// What goes out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// The event of this name.
    Event(&'static str),
    /// What became of an event of the client's.
    Ack(AckId),
}

impl Outgoing {
    /// Serialises an event.
    pub(crate) fn new<E: ServerEvent>(payload: &E) -> Self {
        Self::serialised(Kind::Event(E::EVENT), payload)
    }

    /// Serialises an acknowledgement.
    pub(crate) fn ack<R: Serialize>(id: AckId, ack: &Ack<R>) -> Self {
        Self::serialised(Kind::Ack(id), ack)
    }

    fn serialised(kind: Kind, data: &impl Serialize) -> Self {
        let data = serde_json::value::to_raw_value(data).unwrap_or_else(|error| {
            tracing::error!(%error, ?kind, "what is to be sent cannot be serialised");
            RawValue::NULL.to_owned()
        });
        Self::raw(kind, data)
    }

    fn raw(kind: Kind, data: Box<RawValue>) -> Self {
        Self(Arc::new(Inner { kind, data, frame: OnceLock::new(), numbered: OnceLock::new() }))
    }

    /// The same event for those who asked for numbers: its data is an object, and gets one member more.
    pub(crate) fn numbered(&self, seq: Seq) -> Self {
        let numbered = || {
            let members = self.0.data.get().strip_suffix('}').unwrap_or_default();
            let data = RawValue::from_string(format!(r#"{members},"seq":{}}}"#, seq.get()));
            data.map_or_else(|_| self.clone(), |data| Self::raw(self.0.kind, data))
        };
        self.0.numbered.get_or_init(numbered).clone()
    }

    /// What it is.
    pub(crate) fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Its data.
    pub(crate) fn data(&self) -> &RawValue {
        &self.0.data
    }

    /// How many bytes its data has.
    pub(crate) fn bytes(&self) -> usize {
        self.0.data.get().len()
    }

    /// The whole as a frame of a plain WebSocket.
    pub(crate) fn frame(&self) -> Utf8Bytes {
        let data = self.0.data.get();
        let frame = || match self.0.kind {
            Kind::Event(event) => format!(r#"{{"event":"{event}","data":{data}}}"#).into(),
            Kind::Ack(id) => format!(r#"{{"ack":{id},"data":{data}}}"#).into(),
        };
        self.0.frame.get_or_init(frame).clone()
    }
}

#[cfg(test)]
mod tests {
    use talker_proto::blocks::BlockedUser;
    use talker_proto::{Id, Seq as Place};

    use super::*;

    #[test]
    fn a_number_stands_beside_the_data_as_the_protocol_has_it() {
        let data = BlockedUser { user_id: Id::new(7).expect("in range") };
        let seq = Seq::new(17).expect("in range");
        let typed = talker_proto::sync::Numbered { data, seq: Place::new(17).expect("in range") };
        let numbered = Outgoing::new(&data).numbered(seq);
        assert_eq!(numbered.data().get(), serde_json::to_string(&typed).expect("JSON"));
        assert_eq!(numbered.frame().as_str(), r#"{"event":"blocked","data":{"user_id":7,"seq":17}}"#);
    }
}
