//! The packets of one Socket.IO connection, one after the other: every text is a packet, waits for its attachments, or says
//! goodbye.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use socketioxide_core::Value;
use socketioxide_core::parser::{Parse, ParseConfig, ParseError, ParserState};
use socketioxide_parser_common::CommonParser;

/// What parts the packets of an input; one that is no UTF-8 is an attachment.
const SEPARATOR: u8 = b'\n';

fuzz_target!(|input: &[u8]| {
    let (config, state) = (ParseConfig::default(), ParserState::default());
    let mut has_left = false;
    for packet in input.split(|byte| *byte == SEPARATOR) {
        has_left |= packet.starts_with(b"1");
        let read = match std::str::from_utf8(packet) {
            Ok(text) => CommonParser.decode_str(&config, &state, text.to_owned().into()),
            Err(_) => CommonParser.decode_bin(&config, &state, Bytes::copy_from_slice(packet)),
        };
        match read {
            Ok(packet) => assert!(matches!(CommonParser.encode(packet), Value::Str(..))),
            Err(ParseError::NeedsMoreBinaryData) => {}
            Err(ParseError::InvalidPacketType) if has_left => {}
            Err(error) => panic!("a packet that ends its connection: {error:?}"),
        }
    }
});
