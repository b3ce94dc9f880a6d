//! What must never stand in a log, told by its shape, whatever is done and whoever does it: the attacks run with logs at
//! `trace`.

/// As many letters in a row have keys, links and hashes, and nothing else that is logged.
const LONG: usize = 40;

/// What stands before secrets, or is one: the passwords of the tests are `the hash of anna` and the like.
const NAMES: [&str; 6] = ["$argon2", "hash=", "uuid=", "clientAddress=", "user_name=", "the hash of"];

/// The first secret in a line, or the name of one.
pub(super) fn secret_in(line: &str) -> Option<&str> {
    // It stands for the mails, which is for trying out, and says so.
    if line.contains("no mail server is set") {
        return None;
    }
    let mut words = line.split(|letter: char| !letter.is_ascii_alphanumeric() && !"-_".contains(letter));
    NAMES.into_iter().find(|name| line.contains(name)).or_else(|| words.find(|word| word.len() >= LONG))
}

#[test]
fn a_secret_is_found_and_nothing_else() {
    let key = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE";
    for (line, expected) in [
        (format!("DEBUG resumed {key}, from 127.0.0.1"), Some(key)),
        ("TRACE GET /contacts?user_id=1&clientAddress=x".to_owned(), Some("clientAddress=")),
        ("INFO password $argon2id$v=19$".to_owned(), Some("$argon2")),
        ("INFO talker listens on http://127.0.0.1:41234, and answers /healthz on http://x".to_owned(), None),
        (format!("WARN no mail server is set, which is for trying out: open http://x/?uuid={key}"), None),
    ] {
        assert_eq!(secret_in(&line), expected, "{line}");
    }
}
