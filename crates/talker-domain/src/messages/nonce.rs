//! A name that a sender gives to a message, so that it is stored once however often it is sent.

/// The longest nonce, in characters (Unicode scalar values).
pub const LONGEST_NONCE: usize = 64;

/// 1 to [`LONGEST_NONCE`] characters, compared as they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Nonce(String);

impl Nonce {
    /// Takes what a sender chose; `None` if it is empty or too long.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let fits = !text.is_empty() && text.chars().count() <= LONGEST_NONCE;
        fits.then_some(Self(text))
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_has_1_to_64_characters() {
        for (text, fits) in [
            (String::new(), false),
            ("n".into(), true),
            ("é".repeat(64), true),
            ("n".repeat(65), false),
            (" ".into(), true),
        ] {
            assert_eq!(Nonce::new(text.as_str()).is_some(), fits, "{text:?}");
        }
    }
}
