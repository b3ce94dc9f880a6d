//! Where requests end, so that it is known where a WebSocket's frames begin.

/// The requests of one connection, as far as they have come.
#[derive(Default)]
pub(super) struct Requests {
    /// How many letters the line has that is coming.
    line: usize,
    /// How many bytes have come behind the empty line that ends the headers.
    body: Option<u64>,
    /// Something came before its time: it is not known any more what belongs to which request.
    is_out_of_step: bool,
}

impl Requests {
    /// More has come.
    pub(super) fn note(&mut self, came: &[u8]) {
        for (index, byte) in came.iter().enumerate() {
            if let Some(body) = &mut self.body {
                *body += (came.len() - index) as u64;
                return;
            }
            match byte {
                b'\n' if self.line == 0 => self.body = Some(0),
                b'\n' => self.line = 0,
                b'\r' => {}
                _ => self.line += 1,
            }
        }
    }

    /// An answer begins, to a request with a body of so many bytes, if that was said.
    pub(super) fn answered(&mut self, body: Option<u64>) {
        let is_as_said = match self.body {
            Some(came) => body == Some(came),
            // The rest of an answer.
            None => self.line == 0,
        };
        *self = Self { is_out_of_step: self.is_out_of_step || !is_as_said, ..Self::default() };
    }

    /// Whether what comes next is not part of a request.
    pub(super) fn is_at_end(&self) -> bool {
        self.body == Some(0) && !self.is_out_of_step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: talker\r\n\r\n";

    fn is_at_end(conversation: &[Result<&[u8], Option<u64>>]) -> bool {
        let mut requests = Requests::default();
        for step in conversation {
            match step {
                Ok(came) => requests.note(came),
                Err(body) => requests.answered(*body),
            }
        }
        requests.is_at_end()
    }

    #[test]
    fn a_request_ends_with_an_empty_line_however_it_comes() {
        for size in 1..GET.len() {
            let mut requests = Requests::default();
            for piece in GET.chunks(size) {
                assert!(!requests.is_at_end());
                requests.note(piece);
            }
            assert!(requests.is_at_end(), "{size}");
        }
        assert!(is_at_end(&[Ok(b"GET / HTTP/1.1\n\n")]));
    }

    #[test]
    fn others_may_have_come_before() {
        assert!(is_at_end(&[Ok(GET), Err(Some(0)), Err(Some(0)), Ok(GET)]));
        assert!(is_at_end(&[Ok(GET), Ok(b"body"), Err(Some(4)), Ok(GET)]));
    }

    #[test]
    fn what_comes_before_its_time_is_found_out() {
        let (with_more, both) = ([GET, b"x"].concat(), [GET, GET].concat());
        assert!(!is_at_end(&[Ok(&with_more)]));
        assert!(!is_at_end(&[Ok(&both), Err(Some(0))]));
        assert!(!is_at_end(&[Ok(&both), Err(Some(0)), Ok(b"x\r\n\r\n")]));
        assert!(!is_at_end(&[Ok(&with_more), Err(None), Ok(GET)]), "nobody said how long it is");
        assert!(!is_at_end(&[Ok(b"GET"), Err(Some(0)), Ok(GET)]));
    }
}
