//! The scalars that payloads are made of, and what is accepted as one.

use std::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The largest id: the largest integer that a JavaScript number holds exactly.
pub const LARGEST_ID: u64 = (1 << 53) - 1;

/// An identifier: a JSON integer from 1 to [`LARGEST_ID`]. On input its plain decimal text is accepted too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u64);

impl Id {
    /// The id with this number, if it is in range.
    #[must_use]
    pub const fn new(number: u64) -> Option<Self> {
        if number == 0 || number > LARGEST_ID { None } else { Some(Self(number)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IdVisitor)
    }
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = Id;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a positive integer below 2^53")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Id, E> {
        Id::new(number).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Id, E> {
        let number = plain_number(text);
        number.and_then(Id::new).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// A place in a user's log: a JSON integer from 0, before the first entry, to [`LARGEST_ID`]. On input its plain decimal
/// text is accepted too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(u64);

impl Seq {
    /// The place with this number, if it is in range.
    #[must_use]
    pub const fn new(number: u64) -> Option<Self> {
        if number > LARGEST_ID { None } else { Some(Self(number)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl Serialize for Seq {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for Seq {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SeqVisitor)
    }
}

struct SeqVisitor;

impl Visitor<'_> for SeqVisitor {
    type Value = Seq;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an integer from 0 and below 2^53")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Seq, E> {
        Seq::new(number).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Seq, E> {
        let number = plain_number(text);
        number.and_then(Seq::new).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// The number that this text is in plain decimal digits, without a sign and without zeros before it.
fn plain_number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

/// An optional field that must be right where it is given: `null` is not.
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A truth that the wire writes as `0` or `1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bit(pub bool);

impl Serialize for Bit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(u8::from(self.0))
    }
}

impl<'de> Deserialize<'de> for Bit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            0 => Ok(Self(false)),
            1 => Ok(Self(true)),
            other => Err(D::Error::invalid_value(Unexpected::Unsigned(other.into()), &"0 or 1")),
        }
    }
}

/// The JSON value `false`, the whole of an answer that says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct False;

impl Serialize for False {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(false)
    }
}

impl<'de> Deserialize<'de> for False {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if bool::deserialize(deserializer)? {
            Err(D::Error::invalid_value(Unexpected::Bool(true), &"false"))
        } else {
            Ok(Self)
        }
    }
}

/// The JSON value `true`, by which an answer that says yes is told from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct True;

impl Serialize for True {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(true)
    }
}

impl<'de> Deserialize<'de> for True {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if bool::deserialize(deserializer)? {
            Ok(Self)
        } else {
            Err(D::Error::invalid_value(Unexpected::Bool(false), &"true"))
        }
    }
}

/// A text that opens something: a password hash, a session key, a confirmation token. It never shows in debug output.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_positive_integer_below_two_to_the_53_or_its_decimal_text() {
        for (json, number) in [
            ("1", Some(1)),
            ("9007199254740991", Some(LARGEST_ID)),
            ("\"5\"", Some(5)),
            ("\"9007199254740991\"", Some(LARGEST_ID)),
            ("0", None),
            ("9007199254740992", None),
            ("\"9007199254740992\"", None),
            ("-1", None),
            ("1.5", None),
            ("5.0", None),
            ("1e3", None),
            ("true", None),
            ("null", None),
            ("[1]", None),
            ("{}", None),
            ("\"\"", None),
            ("\" \"", None),
            ("\" 5\"", None),
            ("\"+5\"", None),
            ("\"05\"", None),
            ("\"0x10\"", None),
            ("\"five\"", None),
            ("\"99999999999999999999999\"", None),
        ] {
            let id = serde_json::from_str::<Id>(json).ok();
            assert_eq!(id.map(Id::get), number, "{json}");
        }
    }

    #[test]
    fn a_place_in_a_log_begins_with_zero() {
        for (json, number) in [
            ("0", Some(0)),
            ("1", Some(1)),
            ("9007199254740991", Some(LARGEST_ID)),
            ("\"0\"", Some(0)),
            ("\"17\"", Some(17)),
            ("9007199254740992", None),
            ("-1", None),
            ("\"-1\"", None),
            ("1.5", None),
            ("null", None),
            ("true", None),
            ("[0]", None),
            ("\"\"", None),
            ("\"00\"", None),
            ("\"0x10\"", None),
            ("\"99999999999999999999999\"", None),
        ] {
            let seq = serde_json::from_str::<Seq>(json).ok();
            assert_eq!(seq.map(Seq::get), number, "{json}");
        }
    }

    #[test]
    fn a_secret_does_not_show_in_debug_output() {
        assert_eq!(format!("{:?}", Secret::from("hunter2")), "Secret(…)");
    }
}
