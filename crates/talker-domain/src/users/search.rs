//! Finding people by a part of their username or email.

use super::User;
use crate::Storage;

/// The most users one search finds.
pub const LIMIT: usize = 20;

/// From this many characters on a search looks inside names; a shorter one only at their beginnings.
pub const LENGTH_TO_LOOK_INSIDE: usize = 3;

/// A part of a name, folded as names are compared: 1 to 254 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    folded: String,
    looks_inside: bool,
}

/// How an email must match to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emails {
    /// Like a username, by a part of it.
    InPart,
    /// As a whole, so that nobody learns emails by guessing piece by piece.
    Whole,
    /// Nobody is found by his email, so that nobody learns whose it is.
    Never,
}

impl Needle {
    /// Takes what somebody typed; `None` if no name can contain it.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let folded = crate::messages::search::fold(text);
        let looks_inside = text.chars().count() >= LENGTH_TO_LOOK_INSIDE;
        (1..=254).contains(&folded.len()).then_some(Self { folded, looks_inside })
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.folded
    }
}

/// How a store finds users. Each list is of different users, at most `limit`, in the order of their names.
pub trait Port: Storage {
    /// Users whose username, or email unless those never match, is the needle.
    ///
    /// # Errors
    /// The store's fault.
    fn users_named(&mut self, needle: &Needle, emails: Emails) -> Result<Vec<User>, Self::Fault>;

    /// Users whose username, or email if parts of those match, begins with the needle.
    ///
    /// # Errors
    /// The store's fault.
    fn users_beginning_with(
        &mut self,
        needle: &Needle,
        emails: Emails,
        limit: usize,
    ) -> Result<Vec<User>, Self::Fault>;

    /// Users whose username, or email if parts of those match, contains the needle, in any order. The needle has at
    /// least [`LENGTH_TO_LOOK_INSIDE`] characters.
    ///
    /// # Errors
    /// The store's fault.
    fn users_containing(
        &mut self,
        needle: &Needle,
        emails: Emails,
        limit: usize,
    ) -> Result<Vec<User>, Self::Fault>;
}

/// At most [`LIMIT`] users: those named exactly so, then those whose names begin so, then the rest.
///
/// # Errors
/// The store's fault.
pub fn run<P: Port + ?Sized>(port: &mut P, needle: &Needle, emails: Emails) -> Result<Vec<User>, P::Fault> {
    let mut found = port.users_named(needle, emails)?;
    append_new(&mut found, port.users_beginning_with(needle, emails, LIMIT)?);
    if found.len() < LIMIT && needle.looks_inside {
        append_new(&mut found, port.users_containing(needle, emails, LIMIT)?);
    }
    Ok(found)
}

fn append_new(found: &mut Vec<User>, more: Vec<User>) {
    for user in more {
        if found.len() < LIMIT && found.iter().all(|known| known.id != user.id) {
            found.push(user);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::super::Username;
    use super::*;
    use crate::UserId;

    struct Names(Vec<&'static str>);

    impl Names {
        fn matching(&self, matches: impl Fn(&str) -> bool, limit: usize) -> Vec<User> {
            let users = (1..).zip(&self.0).filter(|(_, name)| matches(name)).take(limit);
            users
                .map(|(id, name)| User {
                    id: UserId::new(id).expect("positive"),
                    username: Username::new(*name).expect("valid"),
                })
                .collect()
        }
    }

    impl Storage for Names {
        type Fault = Infallible;
    }

    impl Port for Names {
        fn users_named(&mut self, needle: &Needle, _: Emails) -> Result<Vec<User>, Infallible> {
            Ok(self.matching(|name| name == needle.as_str(), LIMIT))
        }
        fn users_beginning_with(
            &mut self,
            needle: &Needle,
            _: Emails,
            limit: usize,
        ) -> Result<Vec<User>, Infallible> {
            Ok(self.matching(|name| name.starts_with(needle.as_str()), limit))
        }
        fn users_containing(
            &mut self,
            needle: &Needle,
            _: Emails,
            limit: usize,
        ) -> Result<Vec<User>, Infallible> {
            Ok(self.matching(|name| name.contains(needle.as_str()), limit))
        }
    }

    #[test]
    fn exact_comes_first_then_prefix_then_the_rest() {
        let mut names = Names(vec!["joanna", "annabel", "susanna", "anna"]);
        for (needle, expected) in [
            ("anna", vec!["anna", "annabel", "joanna", "susanna"]),
            ("ANNA", vec!["anna", "annabel", "joanna", "susanna"]),
            ("an", vec!["annabel", "anna"]),
            ("xyz", vec![]),
        ] {
            let found =
                run(&mut names, &Needle::new(needle).expect("short"), Emails::InPart).expect("cannot fail");
            let found: Vec<_> = found.iter().map(|user| user.username.as_str()).collect();
            assert_eq!(found, expected, "{needle}");
        }
    }

    #[test]
    fn a_search_finds_at_most_twenty() {
        let found = run(&mut Names(vec!["anna"; 50]), &Needle::new("ann").expect("short"), Emails::InPart);
        assert_eq!(found.expect("cannot fail").len(), LIMIT);
    }

    #[test]
    fn what_counts_is_how_much_was_typed() {
        // The capital has two small characters for one.
        for (text, looks_inside) in [("\u{130}a", false), ("\u{130}na", true), ("na", false), ("ana", true)] {
            assert_eq!(Needle::new(text).expect("short").looks_inside, looks_inside, "{text}");
        }
    }

    #[test]
    fn a_needle_has_1_to_254_bytes() {
        for (length, valid) in [(0, false), (1, true), (254, true), (255, false)] {
            assert_eq!(Needle::new(&"a".repeat(length)).is_some(), valid, "{length}");
        }
    }
}
