//! REST errors: a status, a word for programs, and a sentence for people.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use talker_proto::errors::{Code, ErrorBody};

/// Why a request did nothing.
#[derive(Debug)]
pub(crate) struct HttpError {
    code: Code,
    field: Option<String>,
}

impl HttpError {
    /// A parameter is missing or unusable.
    pub(crate) fn malformed(field: &str) -> Self {
        Self { code: Code::Malformed, field: Some(field.to_owned()) }
    }

    /// The parameter that is to blame, if the cause is that one is unusable.
    pub(crate) fn of_field(field: &str) -> impl Fn(Code) -> Self {
        move |code| match code {
            Code::Malformed => Self::malformed(field),
            _ => Self::from(code),
        }
    }

    fn message(&self) -> String {
        let fixed = match self.code {
            Code::Malformed => match &self.field {
                Some(field) => return format!("The parameter `{field}` is missing or unusable."),
                None => "The request cannot be understood. Check its parameters.",
            },
            Code::Unauthenticated => "The key is not a session of this user. Log in again.",
            Code::OriginRefused => "This server does not let pages of this origin in.",
            Code::NotFound => "There is nothing here. Check the address.",
            Code::MethodNotAllowed => "This address answers GET and POST only.",
            Code::Conflict => "This was used for something else already.",
            Code::TooLarge => "The request is too large.",
            Code::UnsupportedMediaType => "Send the parameters as JSON or as a form.",
            Code::Refused => "The request is against a rule.",
            Code::RateLimited => "Too many requests. Wait a while.",
            Code::Internal => "The server failed. It is not your fault; try again later.",
            Code::Busy => "The server cannot answer just now. Try again in a moment.",
        };
        fixed.to_owned()
    }
}

impl From<Code> for HttpError {
    fn from(code: Code) -> Self {
        Self { code, field: None }
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let number = self.code.number();
        let message = self.message();
        let body = ErrorBody { error: number, code: self.code, message, field: self.field };
        let status = StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(body)).into_response();
        if matches!(self.code, Code::RateLimited | Code::Busy) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
