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
    use proptest::prelude::*;

    use super::super::tests::{cut, lengths};
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

    /// For which lengths the request is whole that came in these pieces.
    fn whole_lengths(pieces: &[&[u8]]) -> Vec<u64> {
        let is_whole = |length: &u64| {
            let mut requests = Requests::default();
            for came in pieces {
                requests.note(came);
            }
            requests.note_length(Some(*length));
            requests.is_whole()
        };
        (0..=40).filter(is_whole).collect()
    }

    /// A request's line and headers, how long its body is, and how much of that comes along with them.
    fn requests() -> impl Strategy<Value = Vec<(String, usize, usize)>> {
        let head =
            "(\r?\n){0,2}[A-Z]{1,7} /[!-~]{0,9} HTTP/1\\.1\r?\n([a-z-]{1,9}:[ -~]{0,20}\r?\n){0,4}\r?\n";
        prop::collection::vec((head, 0..5_000_usize, 0..5_000_usize), 1..5)
    }

    /// What comes, or a length that is read of it.
    fn step() -> impl Strategy<Value = Result<Vec<u8>, Option<u64>>> {
        let came = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..20),
            "[\r\na]{0,20}".prop_map(String::into_bytes),
            Just(GET.to_vec()),
        ];
        let length = prop_oneof![Just(Some(0)), any::<Option<u64>>()];
        prop_oneof![came.prop_map(Ok), length.prop_map(Err)]
    }

    proptest! {
        // A failure shows its input; there is nothing to keep beside it.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn whatever_comes_ends_at_the_same_place_in_all_pieces(
            bytes in "[\r\na]{0,40}|[\r\n\\x00-\\x7f]{0,40}",
            lengths in lengths(),
        ) {
            let bytes = bytes.as_bytes();
            let at_once = whole_lengths(&[bytes]);
            prop_assert!(at_once.len() <= 1);
            prop_assert_eq!(&whole_lengths(&bytes.chunks(1).collect::<Vec<_>>()), &at_once);
            prop_assert_eq!(&whole_lengths(&cut(bytes, &lengths)), &at_once);
        }

        #[test]
        fn a_request_is_whole_with_its_last_byte(sent in requests(), lengths in lengths()) {
            let mut requests = Requests::default();
            for (head, body, along) in sent {
                let bytes = [head.as_bytes(), &vec![b'\n'; body]].concat();
                let (along, behind) = bytes.split_at(head.len() + along.min(body));
                for came in cut(along, &lengths) {
                    requests.note(came);
                    prop_assert!(!requests.is_whole());
                }
                requests.note_length(Some(body as u64));
                for came in cut(behind, &lengths) {
                    prop_assert!(!requests.is_whole());
                    requests.note(came);
                }
                prop_assert!(requests.is_whole());
            }
        }

        #[test]
        fn what_came_before_its_time_is_never_forgotten(
            body in 0..20_u64,
            steps in prop::collection::vec(step(), 0..20),
        ) {
            let mut requests = Requests::default();
            requests.note(GET);
            requests.note(&[b'x'; 20]);
            requests.note_length(Some(body));
            for step in steps {
                match step {
                    Ok(came) => requests.note(&came),
                    Err(length) => requests.note_length(length),
                }
                prop_assert!(!requests.is_whole());
            }
        }
    }
}
