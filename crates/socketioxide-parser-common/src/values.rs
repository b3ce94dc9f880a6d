//! What packets carry.

use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Serialize};
use socketioxide_core::Value;

/// The arguments of an event, `["event",data]`, or of an acknowledgement, `[data]`.
pub(crate) fn arguments<T: ?Sized + Serialize>(data: &T, event: Option<&str>) -> serde_json::Result<Value> {
    match event {
        Some(event) => text(&(event, data)),
        None => text(&(data,)),
    }
}

/// The first argument after the event's name, where there is one.
pub(crate) fn first_argument<'de, T: Deserialize<'de>>(
    value: &'de Value,
    with_event: bool,
) -> serde_json::Result<T> {
    let content = content(value)?;
    if with_event {
        serde_json::from_str::<(IgnoredAny, T)>(content).map(|(_, data)| data)
    } else {
        serde_json::from_str::<(T,)>(content).map(|(data,)| data)
    }
}

/// All of it, where nothing is an empty object.
pub(crate) fn whole<'de, T: Deserialize<'de>>(value: Option<&'de Value>) -> serde_json::Result<T> {
    serde_json::from_str(value.map_or(Ok("{}"), content)?)
}

/// As JSON.
pub(crate) fn text<T: ?Sized + Serialize>(data: &T) -> serde_json::Result<Value> {
    Ok(Value::Str(serde_json::to_string(data)?.into(), None))
}

fn content(value: &Value) -> serde_json::Result<&str> {
    value.as_str().map(|text| &**text).ok_or_else(|| serde_json::Error::custom("bytes instead of a text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        for event in [Some("read"), None] {
            let value = arguments(&vec![1, 2], event).expect("JSON");
            let read: Vec<u8> = first_argument(&value, event.is_some()).expect("the argument");
            assert_eq!(read, [1, 2]);
        }
        let value = arguments("é", Some("type")).expect("JSON");
        assert_eq!(value, Value::Str(r#"["type","é"]"#.into(), None));
    }

    #[test]
    fn a_handshake_may_say_nothing() {
        let nothing: serde_json::Value = whole(None).expect("an object");
        assert_eq!(nothing, serde_json::json!({}));
        let value = Value::Str("5".into(), None);
        assert_eq!(whole::<u8>(Some(&value)).expect("a number"), 5);
        assert!(whole::<u8>(Some(&Value::Bytes("5".into()))).is_err());
    }
}
