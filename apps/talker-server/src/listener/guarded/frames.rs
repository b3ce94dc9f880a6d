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
    use tokio_tungstenite::tungstenite::protocol::frame::Frame;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

    use super::*;

    fn data(bytes: usize, kind: Data, is_last: bool) -> Vec<u8> {
        written(Frame::message(vec![b'x'; bytes], OpCode::Data(kind), is_last))
    }

    fn written(mut frame: Frame) -> Vec<u8> {
        frame.header_mut().mask = Some([1, 2, 3, 4]);
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
        let (first, ping) = (data(1_000, Data::Text, false), written(Frame::ping(vec![b'x'; 10])));
        let (next, last) = (data(1_000, Data::Continue, false), data(1, Data::Continue, true));
        for part in [&first, &ping, &next, &ping] {
            assert!(!frames.note(part));
        }
        assert_eq!(frames.unfinished(), first.len() + next.len());
        assert!(frames.note(&last));
        assert_eq!((frames.unfinished(), frames.longest()), (0, next.len()));
    }
}
