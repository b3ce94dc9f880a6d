//! Whatever somebody calls himself, a message or what he looks for: it is refused, or kept as it was within its bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use talker_domain::messages::{Nonce, Text, search};
use talker_domain::sessions::log_in::Login;
use talker_domain::users::{Email, Username, search as people};

fuzz_target!(|text: &str| {
    if let Ok(username) = Username::new(text) {
        assert_eq!(username.as_str(), text);
        assert!(!username.folded().is_empty());
        assert!(Login::new(text).is_some(), "whoever has a name logs in by it");
    }
    if let Ok(email) = Email::new(text) {
        assert_eq!(email.as_str(), text);
        assert!(!text.chars().any(char::is_control), "nothing in a mail's header ends it");
        assert!(matches!(Login::new(text), Some(Login::Email(_))));
    }
    if let Ok(content) = Text::new(text) {
        assert_eq!(content.as_str(), text);
    }
    if let Some(nonce) = Nonce::new(text) {
        assert!((1..=64).contains(&nonce.as_str().chars().count()));
    }
    let _ = people::Needle::new(text);
    let _ = search::Needle::new(text);
});
