//! REST errors: a status, a word for programs, and a sentence for people.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use talker_proto::errors::{Code, ErrorBody};

use crate::limits::TooFast;
use crate::seats::Full;
use crate::wire::{fields, sentences};

/// Why a request did nothing.
#[derive(Debug)]
pub(crate) struct HttpError {
    code: Code,
    field: Option<String>,
    /// After how many seconds another try may help, if that is known.
    wait: Option<u64>,
}

impl HttpError {
    /// A parameter is missing or unusable.
    pub(crate) fn malformed(field: &str) -> Self {
        Self { code: Code::Malformed, field: Some(field.to_owned()), wait: None }
    }

    /// The parameter that is to blame, if the cause is that one is unusable.
    pub(crate) fn of_field(field: &str) -> impl Fn(Code) -> Self {
        move |code| match code {
            Code::Malformed => Self::malformed(field),
            _ => Self::from(code),
        }
    }

    fn message(&self) -> String {
        match (self.code, &self.field) {
            (Code::Malformed, Some(field)) => {
                let rule = fields::rule(field).unwrap_or("Check its value.");
                format!("The parameter `{field}` is missing or unusable. {rule}")
            }
            (code, _) => sentences::of(code).to_owned(),
        }
    }
}

impl From<Code> for HttpError {
    fn from(code: Code) -> Self {
        Self { code, field: None, wait: None }
    }
}

impl From<TooFast> for HttpError {
    fn from(TooFast(wait): TooFast) -> Self {
        Self { code: Code::RateLimited, field: None, wait: Some(wait.as_secs() + 1) }
    }
}

impl From<Full> for HttpError {
    fn from(full: Full) -> Self {
        match full {
            Full::InAll => Code::Busy.into(),
            Full::OfOne => Code::RateLimited.into(),
        }
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let number = self.code.number();
        let message = self.message();
        let body = ErrorBody { error: number, code: self.code, message, field: self.field };
        let status = StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(body)).into_response();
        if sentences::may_pass(self.code) {
            let wait = self.wait.unwrap_or(sentences::RETRY_AFTER.as_secs());
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        response
    }
}
