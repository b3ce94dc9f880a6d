//! The text packets of Socket.IO 5, as Talker needs them: whatever a client sends becomes a packet that can be answered.
//!
//! socketioxide takes its parser from a crate of this name, whose place this one takes. That one ends the connection of
//! whoever sends an event whose name is no string, is written with a JSON escape, or stands in broken JSON; here such an
//! event reaches the fallback handler like any other, which reads the JSON itself. A packet that makes no sense at all
//! comes as an event without content. Only leaving ends a connection. Attachments are counted and dropped: no event of
//! Talker's has any.
//!
//! The other way, packets go out as Talker has written them: [`emit_prepared`].
//!
//! The format is that of the Socket.IO documentation, "The Socket.IO protocol", version 5:
//! `<type>[<attachments>-][<namespace>,][<acknowledgement>][JSON]`.

mod packets;
mod prepared;
mod values;

pub use prepared::emit_prepared;

use std::collections::VecDeque;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use socketioxide_core::packet::{Packet, PacketData};
use socketioxide_core::parser::{Parse, ParseConfig, ParseError, ParserError, ParserState, PartialBinPacket};
use socketioxide_core::{Str, Value};

/// Stands where attachments are counted once the client has left. There is one namespace: who leaves it has nothing more to do
/// here, and his connection ends. socketioxide would keep it, and take what still comes for events that nobody answers.
const LEFT: usize = usize::MAX;

/// Reads and writes packets.
#[derive(Debug, Default, Clone, Copy)]
pub struct CommonParser;

impl Parse for CommonParser {
    fn encode(self, packet: Packet) -> Value {
        prepared::take().map_or_else(|| packets::write(packet), |text| Value::Str(text, None))
    }

    fn decode_str(self, config: &ParseConfig, state: &ParserState, text: Str) -> Result<Packet, ParseError> {
        if has_left(state) {
            return Err(ParseError::InvalidPacketType);
        }
        // Attachments come right after their event. One that goes without them is over.
        take_unfinished(state);
        match packets::read(&text) {
            Some((packet, Some(attachments)))
                if attachments > 0 && attachments <= config.max_incoming_binaries =>
            {
                state.incoming_binary_cnt.store(attachments, Ordering::Release);
                keep(state, packet);
                Err(ParseError::NeedsMoreBinaryData)
            }
            Some((Packet { inner: PacketData::Disconnect, .. }, _)) => {
                state.incoming_binary_cnt.store(LEFT, Ordering::Release);
                Err(ParseError::InvalidPacketType)
            }
            Some((packet, None | Some(0))) => Ok(packet),
            Some((packet, _)) => Ok(packets::senseless(ack_of(&packet))),
            None => Ok(packets::senseless(None)),
        }
    }

    fn decode_bin(self, _: &ParseConfig, state: &ParserState, _: Bytes) -> Result<Packet, ParseError> {
        if has_left(state) {
            return Err(ParseError::InvalidPacketType);
        }
        let Some(packet) = take_unfinished(state) else { return Ok(packets::senseless(None)) };
        if state.incoming_binary_cnt.fetch_sub(1, Ordering::AcqRel) <= 1 {
            return Ok(packet);
        }
        keep(state, packet);
        Err(ParseError::NeedsMoreBinaryData)
    }

    fn encode_value<T: ?Sized + Serialize>(
        self,
        data: &T,
        event: Option<&str>,
    ) -> Result<Value, ParserError> {
        values::arguments(data, event).map_err(ParserError::new)
    }

    fn decode_value<'de, T: Deserialize<'de>>(
        self,
        value: &'de mut Value,
        with_event: bool,
    ) -> Result<T, ParserError> {
        values::first_argument(value, with_event).map_err(ParserError::new)
    }

    fn decode_default<'de, T: Deserialize<'de>>(self, value: Option<&'de Value>) -> Result<T, ParserError> {
        values::whole(value).map_err(ParserError::new)
    }

    fn encode_default<T: ?Sized + Serialize>(self, data: &T) -> Result<Value, ParserError> {
        values::text(data).map_err(ParserError::new)
    }

    /// Every event goes to the fallback handler, which finds out its name.
    fn read_event(self, _: &Value) -> Result<&str, ParserError> {
        Ok("")
    }
}

fn ack_of(packet: &Packet) -> Option<i64> {
    match packet.inner {
        PacketData::Event(_, ack) | PacketData::BinaryEvent(_, ack) => ack,
        _ => None,
    }
}

fn has_left(state: &ParserState) -> bool {
    state.incoming_binary_cnt.load(Ordering::Acquire) == LEFT
}

/// The event whose attachments have not all come, which it is no longer.
fn take_unfinished(state: &ParserState) -> Option<Packet> {
    let mut unfinished = state.partial_bin_packet.lock().unwrap_or_else(PoisonError::into_inner);
    unfinished.take().map(|unfinished| unfinished.packet)
}

/// Keeps an event until its attachments have come, without its content: that may be large, and they may never come.
fn keep(state: &ParserState, mut packet: Packet) {
    if let PacketData::BinaryEvent(content, _) = &mut packet.inner {
        *content = Value::Str(Str::default(), Some(VecDeque::new()));
    }
    // A part of the same bytes.
    packet.ns = packet.ns.to_string().into();
    let mut unfinished = state.partial_bin_packet.lock().unwrap_or_else(PoisonError::into_inner);
    *unfinished = Some(PartialBinPacket::new(packet));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(state: &ParserState, text: &str) -> Result<Packet, ParseError> {
        let config = ParseConfig { max_incoming_binaries: 2, ..ParseConfig::default() };
        CommonParser.decode_str(&config, state, text.to_owned().into())
    }

    fn attach(state: &ParserState) -> Result<Packet, ParseError> {
        CommonParser.decode_bin(&ParseConfig::default(), state, Bytes::from_static(b"media"))
    }

    #[test]
    fn an_event_with_attachments_comes_once_they_have_and_without_them() {
        let state = ParserState::default();
        let placeholder = r#"52-7["file",{"_placeholder":true,"num":0}]"#;
        assert!(matches!(decode(&state, placeholder), Err(ParseError::NeedsMoreBinaryData)));
        assert!(matches!(attach(&state), Err(ParseError::NeedsMoreBinaryData)));
        let packet = attach(&state).expect("a packet");
        let PacketData::BinaryEvent(Value::Str(_, Some(kept)), Some(7)) = packet.inner else {
            panic!("{packet:?}");
        };
        assert!(kept.is_empty());
    }

    #[test]
    fn attachments_that_nobody_or_too_many_announced_are_answered() {
        let state = ParserState::default();
        assert_eq!(attach(&state).expect("a packet"), packets::senseless(None));
        assert_eq!(decode(&state, r#"53-7["file"]"#).expect("a packet"), packets::senseless(Some(7)));
        assert_eq!(attach(&state).expect("a packet"), packets::senseless(None));
    }

    #[test]
    fn whoever_leaves_has_no_connection_any_more() {
        for goodbye in ["1", "1/,", "1[]"] {
            let state = ParserState::default();
            assert_eq!(decode(&state, "1/other,").expect("a packet"), packets::senseless(None));
            for text in [goodbye, r#"2["type"]"#, "0"] {
                assert!(
                    matches!(decode(&state, text), Err(ParseError::InvalidPacketType)),
                    "{goodbye} {text}"
                );
            }
            assert!(matches!(attach(&state), Err(ParseError::InvalidPacketType)), "{goodbye}");
        }
    }

    #[test]
    fn an_event_that_goes_without_its_attachments_is_over() {
        let state = ParserState::default();
        assert!(decode(&state, r#"51-["file"]"#).is_err());
        let next = decode(&state, r#"2["type"]"#).expect("a packet");
        assert_eq!(next, Packet::event("/", Value::Str(r#"["type"]"#.into(), None)));
        assert_eq!(attach(&state).expect("a packet"), packets::senseless(None));
    }
}
