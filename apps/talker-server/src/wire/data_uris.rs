//! Data URIs: `data:<media type>[;base64],<data>` (RFC 2397).

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use percent_encoding::percent_decode_str;

/// Takes base64 with and without padding, and any bits in the last character.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The media type, with its parameters as they were written, and the bytes; `None` if the text is no data URI.
pub(super) fn parse(uri: &str) -> Option<(&str, Vec<u8>)> {
    let (scheme, rest) = uri.split_at_checked(5)?;
    if !scheme.eq_ignore_ascii_case("data:") {
        return None;
    }
    let (head, data) = split(rest)?;
    match head.rsplit_once(';') {
        Some((media_type, encoding)) if is_base64(encoding) => {
            let bytes = if data.contains('%') {
                LENIENT.decode(percent_decode_str(data).collect::<Vec<u8>>())
            } else {
                LENIENT.decode(data)
            };
            Some((media_type, bytes.ok()?))
        }
        _ => Some((head, percent_decode_str(data).collect())),
    }
}

/// What stands before the data, and the data. That is cut at the first comma, but for a list of codecs (RFC 6381, section
/// 3.2): what browsers record has a type like `video/webm;codecs=vp8,opus`, and no comma of it is escaped.
fn split(rest: &str) -> Option<(&str, &str)> {
    let (head, data) = rest.split_once(',')?;
    let (_, parameter) = head.rsplit_once(';').unwrap_or_default();
    let is_list = parameter.trim_start().get(..7).is_some_and(|name| name.eq_ignore_ascii_case("codecs="));
    if !is_list {
        return Some((head, data));
    }
    let mut ends = rest.match_indices(',').map(|(comma, _)| rest.split_at(comma));
    let encoded = ends.find(|(head, _)| head.rsplit_once(';').is_some_and(|(_, word)| is_base64(word)));
    Some(encoded.map_or((head, data), |(head, data)| (head, &data[1..])))
}

fn is_base64(word: &str) -> bool {
    word.trim().eq_ignore_ascii_case("base64")
}

/// The data URI of these bytes.
pub(super) fn format(media_type: &str, bytes: &[u8]) -> String {
    let mut uri = String::with_capacity(media_type.len() + 13 + bytes.len().div_ceil(3) * 4);
    uri.push_str("data:");
    uri.push_str(media_type);
    uri.push_str(";base64,");
    STANDARD.encode_string(bytes, &mut uri);
    uri
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn data_uris() {
        for (uri, expected) in [
            ("data:image/png;base64,aGk=", Some(("image/png", "hi"))),
            ("DATA:image/png;BASE64,aGk", Some(("image/png", "hi"))),
            ("data:image/png;base64,aGk%3D", Some(("image/png", "hi"))),
            ("data:audio/ogg;codecs=opus;base64,aGk=", Some(("audio/ogg;codecs=opus", "hi"))),
            ("data:video/webm;codecs=vp8,opus;base64,aGk=", Some(("video/webm;codecs=vp8,opus", "hi"))),
            ("data:audio/ogg; codecs=\"opus,x\";base64,aGk=", Some(("audio/ogg; codecs=\"opus,x\"", "hi"))),
            ("data:video/webm;codecs=vp8,opus; BASE64,aGk=", Some(("video/webm;codecs=vp8,opus", "hi"))),
            ("data:text/plain;codecs=a,b", Some(("text/plain;codecs=a", "b"))),
            ("data:text/plain,a;base64,b", Some(("text/plain", "a;base64,b"))),
            ("data:text/plain,h%69,there", Some(("text/plain", "hi,there"))),
            (
                "data:image/svg+xml;utf8,<svg fill='#fff'/>",
                Some(("image/svg+xml;utf8", "<svg fill='#fff'/>")),
            ),
            ("data:,", Some(("", ""))),
            ("data:;base64,", Some(("", ""))),
            ("data:image/png;base64,a*b", None),
            ("data:image/png", None),
            ("http://example.org/x.png", None),
            ("dat", None),
            ("ďata:x,y", None),
            ("", None),
        ] {
            let parsed = parse(uri);
            let parsed = parsed.as_ref().map(|(media_type, bytes)| (*media_type, bytes.as_slice()));
            assert_eq!(parsed, expected.map(|(media_type, text)| (media_type, text.as_bytes())), "{uri}");
        }
    }

    proptest! {
        // A failure shows its input; there is nothing to keep beside it.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn bytes_come_back_as_they_were(
            media_type in "|[a-z]{1,8}/[a-z0-9.+-]{1,8}(; ?[a-z]{1,7}=[a-z0-9]{1,8}){0,2}(;codecs=vp8,opus)?",
            bytes in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let uri = format(&media_type, &bytes);
            prop_assert_eq!(parse(&uri), Some((&*media_type, bytes)));
        }

        #[test]
        fn whatever_is_written_has_a_type_that_was_written_or_is_none(
            text in prop_oneof![
                "\\PC{0,40}",
                "[Dd]ata:([a-z]{0,4}|;|,|/|%|codecs=|base64|ä){0,12}",
                "data:;[aä]{3,9},[a-z,]{0,4}",
            ],
        ) {
            if let Some((media_type, bytes)) = parse(&text) {
                prop_assert!(text[5..].starts_with(media_type));
                prop_assert!(bytes.len() < text.len());
            }
        }
    }
}
