//! Whatever comes on a connection, text or attachments: each is a packet that can be answered, waits for its attachments, or
//! says goodbye.

use bytes::Bytes;
use proptest::prelude::*;
use socketioxide_core::Value;
use socketioxide_core::parser::{Parse, ParseConfig, ParseError, ParserState};
use socketioxide_parser_common::CommonParser;

#[derive(Debug, Clone)]
enum Frame {
    Text(String),
    Attachment(Vec<u8>),
}

fn frames() -> impl Strategy<Value = Vec<Frame>> {
    let frame = prop_oneof![
        any::<String>().prop_map(Frame::Text),
        "[0-6][0-9]{0,20}(-|)(/[a-z]{0,3},|)[0-9]{0,20}[\\[{]\\PC{0,20}[\\]}]".prop_map(Frame::Text),
        "[25][0-3]-\\[\"[a-z]{0,5}\",\\{\\}\\]".prop_map(Frame::Text),
        prop::collection::vec(any::<u8>(), 0..8).prop_map(Frame::Attachment),
    ];
    prop::collection::vec(frame, 1..8)
}

proptest! {
    // A failure shows its input; there is nothing to keep beside it.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn no_frame_but_a_goodbye_ends_its_connection(frames in frames()) {
        let (config, state) = (ParseConfig::default(), ParserState::default());
        let mut has_left = false;
        for frame in frames {
            has_left |= matches!(&frame, Frame::Text(text) if text.starts_with('1'));
            let read = match frame {
                Frame::Text(text) => CommonParser.decode_str(&config, &state, text.into()),
                Frame::Attachment(bytes) => CommonParser.decode_bin(&config, &state, Bytes::from(bytes)),
            };
            match read {
                Ok(packet) => prop_assert!(matches!(CommonParser.encode(packet), Value::Str(..))),
                Err(ParseError::NeedsMoreBinaryData) => {}
                Err(ParseError::InvalidPacketType) if has_left => {}
                Err(error) => prop_assert!(false, "{error:?}"),
            }
        }
    }
}
