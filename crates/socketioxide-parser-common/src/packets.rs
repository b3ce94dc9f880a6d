//! Packets as text.

use socketioxide_core::packet::{Packet, PacketData};
use socketioxide_core::{Str, Value};

/// The one namespace.
const DEFAULT: &str = "/";

/// An event that says nothing, in place of a packet that makes no sense. `ack` is the number under which its sender wants
/// to hear so.
pub(crate) fn senseless(ack: Option<i64>) -> Packet {
    Packet { inner: PacketData::Event(nothing(), ack), ns: DEFAULT.into() }
}

fn nothing() -> Value {
    Value::Str("".into(), None)
}

/// Reads a packet, and how many attachments it announces; `None` if it makes no sense.
pub(crate) fn read(text: &Str) -> Option<(Packet, Option<usize>)> {
    let mut rest = Rest { text, at: 1 };
    let kind = text.as_str().as_bytes().first()?;
    let attachments = if matches!(kind, b'5' | b'6') { Some(rest.attachments()?) } else { None };
    let ns = rest.namespace();
    let inner = match kind {
        b'0' => PacketData::Connect(rest.content()),
        b'2' | b'5' if &*ns == DEFAULT => {
            let ack = rest.acknowledgement().ok()?;
            event(rest.content().unwrap_or_else(nothing), ack, attachments)
        }
        // Only the default namespace is ever joined.
        b'2' | b'5' => return Some((senseless(rest.acknowledgement().ok()?), None)),
        _ if &*ns != DEFAULT => return None,
        b'1' => PacketData::Disconnect,
        b'3' | b'6' => PacketData::EventAck(Value::Str("[]".into(), None), rest.acknowledgement().ok()??),
        _ => return None,
    };
    Some((Packet { inner, ns }, attachments))
}

fn event(content: Value, ack: Option<i64>, attachments: Option<usize>) -> PacketData {
    match attachments {
        None | Some(0) => PacketData::Event(content, ack),
        Some(_) => PacketData::BinaryEvent(content, ack),
    }
}

/// What is left of a packet.
struct Rest<'a> {
    text: &'a Str,
    at: usize,
}

impl<'a> Rest<'a> {
    fn left(&self) -> &'a str {
        self.text.as_str().get(self.at..).unwrap_or_default()
    }

    fn digits(&mut self) -> &'a str {
        let left = self.left();
        let end = left.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(left.len());
        self.at += end;
        &left[..end]
    }

    fn attachments(&mut self) -> Option<usize> {
        let count = self.digits().parse().ok()?;
        let dash = self.left().starts_with('-');
        self.at += 1;
        dash.then_some(count)
    }

    /// The namespace, which begins with a slash and ends with a comma or the packet.
    fn namespace(&mut self) -> Str {
        if !self.left().starts_with('/') {
            return DEFAULT.into();
        }
        let end = self.left().find(',').map_or(self.text.len(), |comma| self.at + comma);
        let ns = self.text.slice(self.at..end);
        self.at = end + 1;
        ns
    }

    /// The number under which the sender wants to hear of it, if it does; an error if there can be no such number.
    fn acknowledgement(&mut self) -> Result<Option<i64>, std::num::ParseIntError> {
        let digits = self.digits();
        if digits.is_empty() { Ok(None) } else { digits.parse().map(Some) }
    }

    fn content(&self) -> Option<Value> {
        let content = !self.left().is_empty();
        content.then(|| Value::Str(self.text.slice(self.at..), None))
    }
}

/// Writes a packet. None of ours has attachments.
pub(crate) fn write(packet: Packet) -> Value {
    let kind = packet.inner.index();
    let ns = if &*packet.ns == DEFAULT { String::new() } else { format!("{},", packet.ns) };
    let text = match packet.inner {
        PacketData::Connect(data) => format!("{kind}{ns}{}", content(data.as_ref())),
        PacketData::Disconnect => format!("{kind}{ns}"),
        PacketData::ConnectError(message) => {
            format!("{kind}{ns}{}", serde_json::json!({ "message": message }))
        }
        PacketData::Event(data, ack) | PacketData::BinaryEvent(data, ack) => {
            format!("2{ns}{}{}", ack.map_or_else(String::new, |ack| ack.to_string()), content(Some(&data)))
        }
        PacketData::EventAck(data, ack) | PacketData::BinaryAck(data, ack) => {
            format!("3{ns}{ack}{}", content(Some(&data)))
        }
    };
    Value::Str(text.into(), None)
}

fn content(data: Option<&Value>) -> &str {
    data.and_then(Value::as_str).map_or("", |text| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        Value::Str(text.to_owned().into(), None)
    }

    fn packet(ns: &str, inner: PacketData) -> Packet {
        Packet { inner, ns: ns.to_owned().into() }
    }

    #[test]
    fn packets_of_every_kind_are_read() {
        for (text, expected) in [
            ("0", packet("/", PacketData::Connect(None))),
            (r#"0{"login":"é"}"#, packet("/", PacketData::Connect(Some(value(r#"{"login":"é"}"#))))),
            ("0/é,{}", packet("/é", PacketData::Connect(Some(value("{}"))))),
            ("0/other", packet("/other", PacketData::Connect(None))),
            ("1", packet("/", PacketData::Disconnect)),
            (r#"2["read",1]"#, packet("/", PacketData::Event(value(r#"["read",1]"#), None))),
            (r#"212["read",1]"#, packet("/", PacketData::Event(value(r#"["read",1]"#), Some(12)))),
            ("2/,7[5]", packet("/", PacketData::Event(value("[5]"), Some(7)))),
            ("21", packet("/", PacketData::Event(nothing(), Some(1)))),
            ("2/other,3[5]", senseless(Some(3))),
            (r#"2["a\"b"]"#, packet("/", PacketData::Event(value(r#"["a\"b"]"#), None))),
            ("2é", packet("/", PacketData::Event(value("é"), None))),
            ("2{[", packet("/", PacketData::Event(value("{["), None))),
            ("37[]", packet("/", PacketData::EventAck(value("[]"), 7))),
            ("50-7[]", packet("/", PacketData::Event(value("[]"), Some(7)))),
        ] {
            assert_eq!(read(&text.to_owned().into()).map(|(packet, _)| packet), Some(expected), "{text}");
        }
        let (announced, attachments) = read(&"512-[]".into()).expect("a packet");
        assert_eq!((announced.inner, attachments), (PacketData::BinaryEvent(value("[]"), None), Some(12)));
    }

    #[test]
    fn what_makes_no_sense_is_no_packet() {
        for text in [
            "",
            "4{}",
            "7",
            "é",
            "3[]",
            "3",
            "5",
            "5-[]",
            "5[]",
            "51[]",
            "51é",
            "6-",
            "1/other,",
            "5999999999999999999999-[]",
            "29223372036854775808[]",
        ] {
            assert_eq!(read(&text.to_owned().into()), None, "{text}");
        }
    }

    #[test]
    fn packets_are_written_as_clients_read_them() {
        for (packet, expected) in [
            (packet("/", PacketData::Connect(Some(value(r#"{"sid":"a"}"#)))), r#"0{"sid":"a"}"#),
            (packet("/", PacketData::Disconnect), "1"),
            (
                packet("/other", PacketData::ConnectError("a \"b\"".into())),
                r#"4/other,{"message":"a \"b\""}"#,
            ),
            (packet("/", PacketData::Event(value(r#"["read",1]"#), None)), r#"2["read",1]"#),
            (packet("/", PacketData::Event(value("[]"), Some(3))), "23[]"),
            (packet("/", PacketData::EventAck(value("[]"), 3)), "33[]"),
        ] {
            assert_eq!(write(packet), value(expected));
        }
    }
}
