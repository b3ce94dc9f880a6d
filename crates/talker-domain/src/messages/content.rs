//! What a message may hold: text, or bytes of a kind with a media type that fits.

/// The longest text, in characters (Unicode scalar values).
pub const LONGEST_TEXT: usize = 16_384;

const LONGEST_MEDIA_TYPE: usize = 255;

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Words.
    Text(Text),
    /// A picture, a film, a sound or a file.
    Media(Media),
}

/// Why something cannot be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidContent {
    /// A text without a character.
    #[error("a text has at least one character")]
    Empty,
    /// A text over [`LONGEST_TEXT`], or media over the limit in force.
    #[error("the content is too large")]
    TooLarge,
    /// The media type does not fit the kind, is no media type, or is over 255 bytes.
    #[error("the media type does not fit the kind of content")]
    MediaType,
}

/// 1 to [`LONGEST_TEXT`] characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    /// Takes a text as it was sent.
    ///
    /// # Errors
    /// [`InvalidContent::Empty`] and [`InvalidContent::TooLarge`].
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidContent> {
        let text = text.into();
        if text.is_empty() {
            return Err(InvalidContent::Empty);
        }
        if text.len() > LONGEST_TEXT && text.chars().count() > LONGEST_TEXT {
            return Err(InvalidContent::TooLarge);
        }
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the bytes of a message are meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// A film: `video/*`.
    Video,
    /// A picture: `image/*`.
    Photo,
    /// A sound: `audio/*`.
    Audio,
    /// Anything.
    File,
}

impl MediaKind {
    /// The first half of the media types that fit; `None` if all do.
    const fn family(self) -> Option<&'static str> {
        match self {
            Self::Video => Some("video/"),
            Self::Photo => Some("image/"),
            Self::Audio => Some("audio/"),
            Self::File => None,
        }
    }
}

/// Bytes of a kind.
#[derive(Clone, PartialEq, Eq)]
pub struct Media {
    /// What they are meant to be.
    pub kind: MediaKind,
    /// The media type with its parameters, as it was sent: `image/png`, `audio/ogg;codecs=opus`. It may be empty for a
    /// file.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Media {
    /// Takes media of at most `limit` bytes.
    ///
    /// # Errors
    /// [`InvalidContent::MediaType`] and [`InvalidContent::TooLarge`].
    pub fn new(
        kind: MediaKind,
        media_type: impl Into<String>,
        bytes: Vec<u8>,
        limit: usize,
    ) -> Result<Self, InvalidContent> {
        let media_type = media_type.into();
        if !fits(kind, &media_type) {
            return Err(InvalidContent::MediaType);
        }
        if bytes.len() > limit {
            return Err(InvalidContent::TooLarge);
        }
        Ok(Self { kind, media_type, bytes })
    }
}

impl std::fmt::Debug for Media {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Media({:?}, {:?}, {} bytes)", self.kind, self.media_type, self.bytes.len())
    }
}

fn fits(kind: MediaKind, media_type: &str) -> bool {
    let plain = |byte: u8| (b' '..=b'~').contains(&byte);
    let essence = media_type.split(';').next().unwrap_or_default().to_ascii_lowercase();
    // Parameters may be lists, as browsers write `codecs=vp8,opus`.
    if media_type.len() > LONGEST_MEDIA_TYPE || !media_type.bytes().all(plain) || essence.contains(',') {
        return false;
    }
    match kind.family() {
        Some(family) => essence.strip_prefix(family).is_some_and(|subtype| !subtype.trim().is_empty()),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_1_to_16384_characters() {
        for (text, expected) in [
            (String::new(), Some(InvalidContent::Empty)),
            ("a".repeat(16_384), None),
            ("a".repeat(16_385), Some(InvalidContent::TooLarge)),
            ("😀".repeat(16_384), None),
            ("😀".repeat(16_385), Some(InvalidContent::TooLarge)),
        ] {
            assert_eq!(Text::new(text).err(), expected);
        }
    }

    #[test]
    fn a_media_type_fits_its_kind() {
        use MediaKind::{Audio, File, Photo, Video};
        for (kind, media_type, valid) in [
            (Photo, "image/png", true),
            (Photo, "IMAGE/PNG", true),
            (Photo, "image/svg+xml;charset=utf-8", true),
            (Photo, "text/html", false),
            (Photo, "image/", false),
            (Photo, "image/;x=y", false),
            (Photo, "", false),
            (Video, "video/mp4", true),
            (Video, "video/webm;codecs=vp8,opus", true),
            (Video, "video/we,bm;codecs=vp8", false),
            (Video, "image/png", false),
            (Audio, "audio/ogg;codecs=opus", true),
            (Audio, "video/ogg", false),
            (File, "application/pdf", true),
            (File, "", true),
            (File, "a/b\r\n", false),
            (File, "a,b", false),
        ] {
            assert_eq!(Media::new(kind, media_type, vec![], 0).is_ok(), valid, "{kind:?} {media_type:?}");
        }
        assert!(Media::new(File, "x".repeat(256), vec![], 0).is_err());
    }

    #[test]
    fn media_have_a_limit() {
        assert!(Media::new(MediaKind::File, "", vec![0; 10], 10).is_ok());
        assert_eq!(Media::new(MediaKind::File, "", vec![0; 11], 10), Err(InvalidContent::TooLarge));
    }
}
