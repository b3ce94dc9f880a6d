//! An event on its way out: serialised once, however many connections it goes to.

use std::sync::{Arc, OnceLock};

use axum::extract::ws::Utf8Bytes;
use serde_json::value::RawValue;
use talker_proto::ServerEvent;

/// An event and its data. Clones share them.
#[derive(Clone)]
pub(crate) struct Outgoing(Arc<Inner>);

struct Inner {
    event: &'static str,
    data: Box<RawValue>,
    frame: OnceLock<Utf8Bytes>,
}

impl Outgoing {
    /// Serialises an event.
    pub(crate) fn new<E: ServerEvent>(payload: &E) -> Self {
        let data = serde_json::value::to_raw_value(payload).unwrap_or_else(|error| {
            tracing::error!(%error, event = E::EVENT, "an event cannot be serialised");
            RawValue::NULL.to_owned()
        });
        Self(Arc::new(Inner { event: E::EVENT, data, frame: OnceLock::new() }))
    }

    /// The event's name.
    pub(crate) fn event(&self) -> &'static str {
        self.0.event
    }

    /// Its data.
    pub(crate) fn data(&self) -> &RawValue {
        &self.0.data
    }

    /// The whole as a frame of a plain WebSocket.
    pub(crate) fn frame(&self) -> Utf8Bytes {
        let frame = || format!(r#"{{"event":"{}","data":{}}}"#, self.0.event, self.0.data.get()).into();
        self.0.frame.get_or_init(frame).clone()
    }
}
