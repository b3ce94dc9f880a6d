//! Errors, on the wire.

use talker_proto::errors::{Code, ErrorBody, EventError};

use crate::{Golden, golden_file, server};

pub(crate) fn goldens() -> Vec<Golden> {
    vec![
        server(EventError::from(Code::TooLarge)),
        golden_file(
            "error",
            ErrorBody {
                error: 429,
                code: Code::RateLimited,
                message: "Too many requests: wait a moment.".into(),
                field: None,
            },
        ),
        golden_file(
            "error.field",
            ErrorBody {
                error: 400,
                code: Code::Malformed,
                message: "A username is 4 to 20 of the characters A-Z a-z 0-9 _ .".into(),
                field: Some("username".into()),
            },
        ),
    ]
}

#[test]
fn every_code_is_this_word_and_this_number() {
    for (code, number, word) in [
        (Code::Malformed, 400, "malformed"),
        (Code::Unauthenticated, 401, "unauthenticated"),
        (Code::OriginRefused, 403, "origin_refused"),
        (Code::NotFound, 404, "not_found"),
        (Code::MethodNotAllowed, 405, "method_not_allowed"),
        (Code::Conflict, 409, "conflict"),
        (Code::TooLarge, 413, "too_large"),
        (Code::UnsupportedMediaType, 415, "unsupported_media_type"),
        (Code::Refused, 422, "refused"),
        (Code::RateLimited, 429, "rate_limited"),
        (Code::Internal, 500, "internal"),
        (Code::Busy, 503, "busy"),
    ] {
        assert_eq!(code.number(), number);
        assert_eq!(serde_json::to_value(code).expect("a word"), word);
        assert_eq!(EventError::from(code), EventError(number));
    }
}
