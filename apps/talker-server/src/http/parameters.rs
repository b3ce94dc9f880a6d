//! The parameters of a request: a query, a form or a JSON object, all read the same way.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request as HttpRequest;
use http::{HeaderMap, Method, header};
use percent_encoding::percent_decode;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};
use talker_proto::Request;
use talker_proto::errors::Code;
use tokio::time::timeout;

use super::HttpError;

/// The largest body: the longest search, with every character escaped, and room for the rest.
const LARGEST_BODY: usize = 256 * 1_024;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

type Object = Map<String, Value>;

/// Reads the parameters of a request. A Bearer header stands for `clientAddress`.
pub(super) async fn read<R: Request>(request: HttpRequest) -> Result<R, HttpError> {
    let (parts, body) = request.into_parts();
    let mut object = if parts.method == Method::POST {
        from_body(&parts.headers, body).await?
    } else {
        from_pairs(parts.uri.query().unwrap_or_default().as_bytes())?
    };
    if let Some(key) = bearer(&parts.headers) {
        object.insert("clientAddress".into(), key.into());
    }
    decode(object)
}

async fn from_body(headers: &HeaderMap, body: Body) -> Result<Object, HttpError> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    let json = match essence.trim().to_ascii_lowercase().as_str() {
        "application/json" => true,
        "application/x-www-form-urlencoded" => false,
        _ => return Err(Code::UnsupportedMediaType.into()),
    };
    let body = timeout(PATIENCE, to_bytes(body, LARGEST_BODY)).await.map_err(|_| Code::Malformed)?;
    let body = body.map_err(|error| fault_of(&error))?;
    if json { from_json(&body) } else { from_pairs(&body) }
}

/// A body that breaks off, or whose pieces are none, cannot be read; what can be read is too large.
fn fault_of(error: &axum::Error) -> Code {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<hyper::Error>() {
            return Code::Malformed;
        }
        cause = error.source();
    }
    Code::TooLarge
}

fn from_json(body: &[u8]) -> Result<Object, HttpError> {
    let Members(members) = serde_json::from_slice(body).map_err(|_| Code::Malformed)?;
    each_once(members)
}

fn from_pairs(pairs: &[u8]) -> Result<Object, HttpError> {
    pairs.split(|byte| *byte == b'&').try_for_each(ensure_utf8)?;
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(pairs).map_err(|_| Code::Malformed)?;
    each_once(pairs)
}

/// Refuses bytes that are no UTF-8: they would come out as other characters than were meant.
fn ensure_utf8(pair: &[u8]) -> Result<(), HttpError> {
    if percent_decode(pair).decode_utf8().is_ok() {
        return Ok(());
    }
    let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
    let name = percent_decode(name).decode_utf8();
    Err(name.map_or_else(|_| Code::Malformed.into(), |name| HttpError::malformed(&name)))
}

/// Refuses a parameter that comes twice: the next reader might take the other one.
fn each_once<V: Into<Value>>(parameters: Vec<(String, V)>) -> Result<Object, HttpError> {
    let mut object = Object::new();
    for (name, value) in parameters {
        if object.insert(name.clone(), value.into()).is_some() {
            return Err(HttpError::malformed(&name));
        }
    }
    Ok(object)
}

/// The members of a JSON object, all of them; serde's own maps keep the last of two.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Members;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Members, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(All)
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().to_owned())
}

fn decode<R: Request>(object: Object) -> Result<R, HttpError> {
    serde_path_to_error::deserialize(Value::Object(object)).map_err(|error| {
        let path = error.path().to_string();
        let message = error.into_inner().to_string();
        let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        HttpError::malformed(missing.unwrap_or(&path))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn texts() -> impl Strategy<Value = BTreeMap<String, String>> {
        prop::collection::btree_map(any::<String>(), any::<String>(), 0..5)
    }

    fn encoded(bytes: &[u8]) -> String {
        percent_encode(bytes, NON_ALPHANUMERIC).to_string()
    }

    fn pairs<'a>(parameters: impl IntoIterator<Item = (&'a String, &'a String)>) -> String {
        let pairs = parameters.into_iter();
        let pairs =
            pairs.map(|(name, value)| format!("{}={}", encoded(name.as_bytes()), encoded(value.as_bytes())));
        pairs.collect::<Vec<_>>().join("&")
    }

    proptest! {
        // A failure shows its input; there is nothing to keep beside it.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn queries_forms_and_json_mean_the_same(texts in texts()) {
            let expected: Object = texts.iter().map(|(name, text)| (name.clone(), json!(text))).collect();
            let of_pairs = from_pairs(pairs(&texts).as_bytes()).unwrap();
            let of_json = from_json(json!(texts).to_string().as_bytes()).unwrap();
            prop_assert_eq!((&of_pairs, &of_json), (&expected, &expected));
        }

        #[test]
        fn nothing_comes_twice(
            mut texts in texts(),
            name in any::<String>(),
            others in any::<[String; 2]>(),
        ) {
            texts.remove(&name);
            let parameters = texts.iter().chain(others.iter().map(|other| (&name, other)));
            let members: Vec<_> =
                parameters.clone().map(|(name, text)| format!("{}:{}", json!(name), json!(text))).collect();
            let refused = [
                from_pairs(pairs(parameters).as_bytes()),
                from_json(format!("{{{}}}", members.join(",")).as_bytes()),
            ];
            for refused in refused {
                let error = format!("{:?}", refused.expect_err("a refusal"));
                prop_assert!(error.contains(&format!("{name:?}")), "{}", error);
            }
        }

        #[test]
        fn bytes_are_read_if_they_are_utf8(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let read = from_pairs(format!("x={}", encoded(&bytes)).as_bytes());
            match std::str::from_utf8(&bytes) {
                Ok(text) => prop_assert_eq!(&read.unwrap()["x"], text),
                Err(_) => prop_assert!(read.is_err()),
            }
        }

        #[test]
        fn whatever_comes_is_read_or_refused(
            bytes in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..60),
                "[a-c%0-9=&+]{0,60}".prop_map(String::into_bytes),
                "\\{(\"[a-c]\":(1|\\[\\]|\"\\\\ud[0-9a-f]{3}\"),?){0,4}\\}".prop_map(String::into_bytes),
            ],
        ) {
            let _ = from_pairs(&bytes);
            let read = from_json(&bytes).ok();
            let members = read.as_ref().map(|object| Value::Object(object.clone()));
            prop_assert!(members.is_none() || serde_json::from_slice(&bytes).ok() == members);
        }

        #[test]
        fn a_key_is_shown_in_a_header(key in "[!-~]{1,60}", scheme in "(?i)bearer", space in " {1,3}") {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, format!("{scheme}{space}{key}").parse().unwrap());
            prop_assert_eq!(bearer(&headers), Some(key));
        }
    }
}
