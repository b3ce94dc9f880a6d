//! What single parameters may be, as a sentence for whoever sent another one.

/// The rule that a parameter must keep, if it is one with a rule of its own.
pub(crate) fn rule(field: &str) -> Option<&'static str> {
    match field {
        "username" => Some("A username has 4 to 20 characters out of A-Z a-z 0-9 _ and the dot."),
        "email" => Some("An email is one address like anna@example.org, of at most 254 bytes."),
        "hash" | "new_hash" => Some("A hash has 1 to 255 characters."),
        "user_name" => Some("What is looked for in names has 1 to 254 bytes."),
        "messeage" => Some("What is looked for in messages has 1 to 16384 characters."),
        "user_id" | "with_id" | "talker_id" | "from_messeage" | "id" => {
            Some("An id is a whole number from 1 to 9007199254740991.")
        }
        "clientAddress" => Some("It is the session key that the login gave."),
        "uuid" => Some("It comes with the link in the mail."),
        "after" => Some("It is the number of the last event that is known, 0 for none."),
        "limit" => Some("It is a whole number from 1 to 500."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_an_account_are_told() {
        for (field, part) in [("username", "4 to 20"), ("email", "254"), ("hash", "255")] {
            assert!(rule(field).is_some_and(|rule| rule.contains(part)), "{field}");
        }
        assert_eq!(rule("colour"), None);
    }
}
