//! How much has come of a WebSocket's message that is not whole (RFC 6455, section 5).

/// The longest header.
const HEADER: usize = 14;

/// The frames of one connection, as far as they have come.
#[derive(Default)]
pub(super) struct Frames {
    header: [u8; HEADER],
    /// How much of the header has come.
    header_bytes: usize,
    /// How much of the payload has not, once the header is there.
    left: Option<u64>,
    /// How much of this frame has come.
    frame: usize,
    /// How long the frames of the same message are that came before.
    before: usize,
    /// How long the longest of all frames was.
    longest: usize,
}

impl Frames {
    /// More has come. Says whether a message is whole with it.
    pub(super) fn note(&mut self, came: &[u8]) -> bool {
        let mut is_whole = false;
        let mut rest = came;
        while !rest.is_empty() {
            let part = self.take(rest);
            self.frame += part;
            rest = &rest[part..];
            if self.left == Some(0) {
                is_whole |= self.end();
            }
        }
        is_whole
    }

    /// How much has come of a message that is not whole.
    pub(super) fn unfinished(&self) -> usize {
        self.before + self.frame
    }

    /// How long the longest frame was of all that have come.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Takes some of this, and says how much.
    fn take(&mut self, bytes: &[u8]) -> usize {
        if let Some(left) = &mut self.left {
            let part = bytes.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
            *left -= part as u64;
            return part;
        }
        self.header[self.header_bytes] = bytes[0];
        self.header_bytes += 1;
        self.left = payload(&self.header[..self.header_bytes]);
        1
    }

    /// Ends a frame. Says whether it ends a message as well.
    fn end(&mut self) -> bool {
        let (is_last, is_control) = (self.header[0] & 0x80 != 0, self.header[0] & 0x08 != 0);
        let before = match (is_control, is_last) {
            (true, _) => self.before,
            (false, true) => 0,
            (false, false) => self.unfinished(),
        };
        *self = Self { before, longest: self.longest.max(self.frame), ..Self::default() };
        is_last && !is_control
    }
}

/// How long the payload behind a header is, if that is whole.
fn payload(header: &[u8]) -> Option<u64> {
    let [_, second, rest @ ..] = header else { return None };
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let (short, length) = match second & 0x7f {
        126 => (0, 2),
        127 => (0, 8),
        short => (short, 0),
    };
    let length =
        rest.get(..rest.len().checked_sub(mask)?).filter(|length_came| length_came.len() == length)?;
    Some(length.iter().fold(u64::from(short), |sum, byte| sum << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio_tungstenite::tungstenite::protocol::frame::Frame;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

    use super::super::tests::{cut, lengths};
    use super::*;

    fn data(bytes: usize, kind: Data, is_last: bool) -> Vec<u8> {
        masked(Frame::message(vec![b'x'; bytes], OpCode::Data(kind), is_last))
    }

    fn masked(mut frame: Frame) -> Vec<u8> {
        frame.header_mut().mask = Some([1, 2, 3, 4]);
        written(frame)
    }

    fn written(frame: Frame) -> Vec<u8> {
        let mut written = vec![];
        frame.format(&mut written).expect("a frame");
        written
    }

    #[test]
    fn messages_of_all_lengths_are_followed_in_all_pieces() {
        for bytes in [0, 1, 125, 126, 65_535, 65_536, 100_000] {
            let text = data(bytes, Data::Text, true);
            for piece in [1, 7, 2_048, usize::MAX] {
                let mut frames = Frames::default();
                let twice = [&*text, &*text].concat();
                let whole = twice.chunks(piece.min(text.len())).filter(|came| frames.note(came)).count();
                assert_eq!(whole, 2, "{bytes} by {piece}");
                assert_eq!(frames.unfinished(), 0, "{bytes} by {piece}");
                assert!(!frames.note(&text[..text.len() - 1]));
                assert_eq!(frames.unfinished(), text.len() - 1, "{bytes} by {piece}");
            }
        }
    }

    #[test]
    fn fragments_add_up_and_pings_between_them_do_not() {
        let mut frames = Frames::default();
        let (first, ping) = (data(1_000, Data::Text, false), masked(Frame::ping(vec![b'x'; 10])));
        let (next, last) = (data(1_000, Data::Continue, false), data(1, Data::Continue, true));
        for part in [&first, &ping, &next, &ping] {
            assert!(!frames.note(part));
        }
        assert_eq!(frames.unfinished(), first.len() + next.len());
        assert!(frames.note(&last));
        assert_eq!((frames.unfinished(), frames.longest()), (0, next.len()));
    }

    /// Whether a message became whole, what is not whole, and how long the longest frame was.
    fn followed(pieces: &[&[u8]]) -> (bool, usize, usize) {
        let mut frames = Frames::default();
        let is_whole = pieces.iter().fold(false, |is_whole, came| frames.note(came) | is_whole);
        (is_whole, frames.unfinished(), frames.longest())
    }

    /// Bytes of all kinds, and often those that begin frames: short ones, which others follow, and long ones.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![
            any::<u8>(),
            0..10_u8,
            0x80..0x8a_u8,
            prop::sample::select(vec![0x7e, 0x7f, 0xfe, 0xff])
        ];
        prop::collection::vec(byte, 0..400)
    }

    /// A frame: what it is, how long its payload is, and whether it is masked.
    #[derive(Debug, Clone)]
    struct Sent {
        kind: Kind,
        payload: usize,
        is_masked: bool,
    }

    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Kind {
        Fragment,
        Last,
        Ping,
    }

    impl Sent {
        /// Payloads of all three ways in which lengths are written.
        fn any() -> impl Strategy<Value = Self> {
            let payload = prop_oneof![4 => 0..140_usize, 2 => 0..3_000_usize, 1 => 65_530..65_545_usize];
            let kind = prop::sample::select(vec![Kind::Fragment, Kind::Last, Kind::Ping]);
            (kind, payload, any::<bool>()).prop_map(|(kind, payload, is_masked)| {
                let longest = if kind == Kind::Ping { 125 } else { usize::MAX };
                Self { kind, payload: payload.min(longest), is_masked }
            })
        }

        fn bytes(&self) -> Vec<u8> {
            let payload = vec![b'x'; self.payload];
            let frame = match self.kind {
                Kind::Ping => Frame::ping(payload),
                kind => Frame::message(payload, OpCode::Data(Data::Binary), kind == Kind::Last),
            };
            if self.is_masked { masked(frame) } else { written(frame) }
        }
    }

    proptest! {
        // A failure shows its input; there is nothing to keep beside it.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn whatever_comes_is_followed_alike_in_all_pieces(bytes in bytes(), lengths in lengths()) {
            let at_once = followed(&[&bytes]);
            prop_assert!(at_once.1 <= bytes.len() && at_once.2 <= bytes.len());
            prop_assert_eq!(followed(&bytes.chunks(1).collect::<Vec<_>>()), at_once);
            prop_assert_eq!(followed(&cut(&bytes, &lengths)), at_once);
        }

        #[test]
        fn frames_are_as_long_as_they_were_made(
            sent in prop::collection::vec(Sent::any(), 1..8),
            lengths in lengths(),
        ) {
            let (mut frames, mut before, mut longest) = (Frames::default(), 0, 0);
            for frame in sent {
                let bytes = frame.bytes();
                let (last, others) = bytes.split_last().expect("a header");
                for came in cut(others, &lengths) {
                    prop_assert!(!frames.note(came));
                }
                prop_assert_eq!((frames.unfinished(), frames.longest()), (before + others.len(), longest));
                prop_assert_eq!(frames.note(&[*last]), frame.kind == Kind::Last);
                match frame.kind {
                    Kind::Fragment => before += bytes.len(),
                    Kind::Last => before = 0,
                    Kind::Ping => {}
                }
                longest = longest.max(bytes.len());
                prop_assert_eq!((frames.unfinished(), frames.longest()), (before, longest));
            }
        }
    }
}
