//! An event or an acknowledgement on its way out: serialised once, however many connections it goes to.

use std::sync::{Arc, OnceLock};

use serde::Serialize;
use talker_domain::sync::Seq;
use talker_proto::ServerEvent;
use talker_proto::acks::Ack;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The number by which a client knows which of its events is acknowledged.
pub(crate) type AckId = u64;

/// What it is, and its data. Clones share them.
#[derive(Clone)]
pub(crate) struct Outgoing(Arc<Inner>);

struct Inner {
    kind: Kind,
    /// As a plain WebSocket sends it. Its data ends one byte before it does.
    frame: Utf8Bytes,
    data_at: usize,
    packet: OnceLock<Arc<str>>,
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

impl Kind {
    /// What a frame begins with. Its data follows, and a brace.
    fn head(self) -> String {
        match self {
            Self::Event(event) => format!(r#"{{"event":"{event}","data":"#),
            Self::Ack(id) => format!(r#"{{"ack":{id},"data":"#),
        }
    }
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
        let mut frame = kind.head().into_bytes();
        let data_at = frame.len();
        if let Err(error) = serde_json::to_writer(&mut frame, data) {
            tracing::error!(%error, ?kind, "what is to be sent cannot be serialised");
            frame.truncate(data_at);
            frame.extend(b"null");
        }
        frame.push(b'}');
        // JSON is always UTF-8.
        Self::framed(kind, data_at, Utf8Bytes::try_from(frame).unwrap_or_default())
    }

    fn framed(kind: Kind, data_at: usize, frame: Utf8Bytes) -> Self {
        Self(Arc::new(Inner { kind, frame, data_at, packet: OnceLock::new(), numbered: OnceLock::new() }))
    }

    /// The same event for those who asked for numbers: its data is an object, and gets one member more.
    pub(crate) fn numbered(&self, seq: Seq) -> Self {
        let numbered = || {
            let Some(members) = self.0.frame.strip_suffix("}}") else { return self.clone() };
            let frame = format!(r#"{members},"seq":{}}}}}"#, seq.get());
            Self::framed(self.0.kind, self.0.data_at, frame.into())
        };
        self.0.numbered.get_or_init(numbered).clone()
    }

    /// How many bytes it has, or a few more.
    pub(crate) fn bytes(&self) -> usize {
        self.0.frame.len()
    }

    /// The whole as a frame of a plain WebSocket.
    pub(crate) fn frame(&self) -> Utf8Bytes {
        self.0.frame.clone()
    }

    /// The whole as a packet of Socket.IO.
    pub(crate) fn packet(&self) -> Arc<str> {
        let data = self.0.frame.get(self.0.data_at..self.0.frame.len() - 1).unwrap_or("null");
        let packet = || match self.0.kind {
            Kind::Event(event) => format!(r#"2["{event}",{data}]"#).into(),
            Kind::Ack(id) => format!("3{id}[{data}]").into(),
        };
        self.0.packet.get_or_init(packet).clone()
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
        let data = serde_json::to_string(&typed).expect("JSON");
        assert_eq!(*numbered.packet(), *format!(r#"2["blocked",{data}]"#));
        assert_eq!(numbered.frame().as_str(), r#"{"event":"blocked","data":{"user_id":7,"seq":17}}"#);
    }

    #[test]
    fn an_acknowledgement_goes_under_its_number() {
        let ack = Outgoing::ack(5, &Ack::done(BlockedUser { user_id: Id::new(7).expect("in range") }));
        let data = r#"{"ok":true,"user_id":7}"#;
        assert_eq!(ack.frame().as_str(), format!(r#"{{"ack":5,"data":{data}}}"#));
        assert_eq!(*ack.packet(), *format!("35[{data}]"));
    }
}
