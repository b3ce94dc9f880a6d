//! Where requests end, so that it is known where a WebSocket's frames begin.

/// The requests of one connection, as far as they have come.
#[derive(Default)]
pub(super) struct Requests {
    place: Place,
    /// Something came before its time, or did not say how long it is: what belongs to which request is not known any more.
    is_out_of_step: bool,
}

/// How far a request has come.
enum Place {
    /// Its line and headers are coming.
    Head {
        /// Whether there is more than empty lines.
        is_begun: bool,
        /// How many letters the line has that is coming.
        line: usize,
    },
    /// They are there, nobody has said yet how long the body is, and so many bytes have come behind them.
    Unknown(u64),
    /// So many bytes of the body have not come.
    Body(u64),
}

impl Default for Place {
    fn default() -> Self {
        Self::Head { is_begun: false, line: 0 }
    }
}

impl Requests {
    /// More has come.
    pub(super) fn note(&mut self, came: &[u8]) {
        if came.is_empty() {
            return;
        }
        match &mut self.place {
            Place::Head { .. } => self.note_head(came),
            Place::Unknown(behind) => *behind += came.len() as u64,
            Place::Body(0) => {
                self.place = Place::default();
                self.note_head(came);
            }
            Place::Body(left) if came.len() as u64 <= *left => *left -= came.len() as u64,
            Place::Body(_) => self.is_out_of_step = true,
        }
    }

    fn note_head(&mut self, came: &[u8]) {
        let Place::Head { is_begun, line } = &mut self.place else { return };
        for (index, byte) in came.iter().enumerate() {
            match byte {
                b'\n' if *line == 0 && *is_begun => {
                    self.place = Place::Unknown((came.len() - index - 1) as u64);
                    return;
                }
                b'\n' => *line = 0,
                b'\r' => {}
                _ => {
                    *line += 1;
                    *is_begun = true;
                }
            }
        }
    }

    /// Line and headers were read, and say that the body has so many bytes, if they do.
    pub(super) fn note_length(&mut self, length: Option<u64>) {
        match (&self.place, length) {
            (Place::Unknown(behind), Some(length)) if *behind <= length => {
                self.place = Place::Body(length - behind);
            }
            _ => self.is_out_of_step = true,
        }
    }

    /// Whether a request is there as a whole, and nothing of another one.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.place, Place::Body(0)) && !self.is_out_of_step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: talker\r\n\r\n";

    /// What comes, and the lengths that are read of it.
    fn is_whole(conversation: &[Result<&[u8], Option<u64>>]) -> bool {
        let mut requests = Requests::default();
        for step in conversation {
            match step {
                Ok(came) => requests.note(came),
                Err(length) => requests.note_length(*length),
            }
        }
        requests.is_whole()
    }

    #[test]
    fn a_request_ends_with_an_empty_line_however_it_comes() {
        for size in 1..GET.len() {
            let mut requests = Requests::default();
            for piece in GET.chunks(size) {
                assert!(!requests.is_whole());
                requests.note(piece);
            }
            requests.note_length(Some(0));
            assert!(requests.is_whole(), "{size}");
        }
        assert!(is_whole(&[Ok(b"GET / HTTP/1.1\n\n"), Err(Some(0))]));
        assert!(is_whole(&[Ok(b"\r\n\nGET / HTTP/1.1\r\n\r\n"), Err(Some(0))]), "empty lines may come first");
    }

    #[test]
    fn a_body_is_as_long_as_was_said_and_others_may_follow() {
        let with_body = [GET, b"body"].concat();
        assert!(is_whole(&[Ok(GET), Err(Some(0)), Ok(GET), Err(Some(0))]));
        for first in [&[Ok(&*with_body), Err(Some(4))][..], &[Ok(GET), Err(Some(4)), Ok(b"bo"), Ok(b"dy")]] {
            assert!(is_whole(first));
            assert!(is_whole(&[first, &[Ok(GET), Err(Some(0))]].concat()));
            assert!(!is_whole(&[first, &[Ok(GET)]].concat()), "nobody has said how long it is");
        }
        assert!(!is_whole(&[Ok(GET), Err(Some(4)), Ok(b"bod")]));
    }

    #[test]
    fn what_comes_before_its_time_is_found_out() {
        let (with_more, both) = ([GET, b"x"].concat(), [GET, GET].concat());
        for early in
            [&[Ok(&*with_more), Err(Some(0))][..], &[Ok(&*both), Err(Some(0))], &[Ok(GET), Err(None)]]
        {
            assert!(!is_whole(early));
            assert!(!is_whole(&[early, &[Ok(GET), Err(Some(0))]].concat()), "and not forgotten");
        }
        assert!(!is_whole(&[Ok(GET), Ok(b"\n\n"), Err(Some(0))]));
        assert!(!is_whole(&[Ok(GET), Err(Some(0)), Ok(b"x")]));
        assert!(!is_whole(&[Ok(GET), Err(Some(1)), Ok(b"xy")]));
        assert!(!is_whole(&[Ok(b"GET"), Err(Some(0)), Ok(GET), Err(Some(0))]));
    }
}
