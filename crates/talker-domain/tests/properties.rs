//! Whatever text is given: it is refused, or kept as it was within its bounds.

use proptest::prelude::*;
use talker_domain::messages::{LONGEST_TEXT, Nonce, Text};
use talker_domain::sessions::log_in::Login;
use talker_domain::users::{Email, Username, search::Needle};

/// Ordinary names and emails, and texts of all characters.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9._-]{1,70}",
        "[a-zäß.+]{1,8}@[a-z-]{1,8}\\.[a-z]{2,4}",
        "\\PC{0,8}@\\PC{0,8}",
    ]
}

proptest! {
    // A failure shows its input; there is nothing to keep beside it.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn a_username_is_what_was_given_and_a_way_to_log_in(text in texts()) {
        if let Ok(username) = Username::new(text.clone()) {
            prop_assert_eq!(username.as_str(), &text);
            prop_assert!(!text.contains('@') && !text.chars().any(char::is_control));
            prop_assert_eq!(Login::new(&text), Some(Login::Username(username)));
        }
    }

    #[test]
    fn an_email_is_what_was_given_and_ends_no_header(text in texts()) {
        if let Ok(email) = Email::new(text.clone()) {
            prop_assert_eq!(email.as_str(), &text);
            prop_assert!(!text.chars().any(char::is_control));
            prop_assert_eq!(Login::new(&text), Some(Login::Email(email)));
        }
    }

    #[test]
    fn names_that_look_alike_in_case_are_one(name in "[a-zA-Z0-9]{3,20}") {
        let folded = |name: String| Username::new(name).map(|name| name.folded());
        prop_assert_eq!(folded(name.to_uppercase()), folded(name.to_lowercase()));
    }

    #[test]
    fn a_text_is_what_was_given_up_to_its_bound(text in texts(), length in 0..2 * LONGEST_TEXT) {
        for text in [text, "ä".repeat(length)] {
            let characters = text.chars().count();
            match Text::new(text.clone()) {
                Ok(kept) => prop_assert_eq!(kept.as_str(), &text),
                Err(_) => prop_assert!(characters == 0 || characters > LONGEST_TEXT || text.contains('\0'), "{:?}", text),
            }
        }
    }

    #[test]
    fn a_nonce_has_1_to_64_characters(text in texts()) {
        let length = text.chars().count();
        match Nonce::new(text.clone()) {
            Some(nonce) => {
                prop_assert_eq!(nonce.as_str(), &text);
                prop_assert!((1..=64).contains(&length));
            }
            None => prop_assert!(!(1..=64).contains(&length) || text.chars().any(char::is_control), "{:?}", text),
        }
    }

    #[test]
    fn what_is_looked_for_is_folded_once(text in texts()) {
        if let Some(needle) = Needle::new(&text) {
            let again = Needle::new(needle.as_str());
            prop_assert_eq!(again.as_ref().map(Needle::as_str), Some(needle.as_str()));
        }
    }
}
