//! Every event and every route that there is, with what belongs into it.

use std::collections::BTreeSet;
use std::fs;

/// Names, and what is good for each, as JSON for events and as text for routes. `<me>` and `<you>` are ids, `<key>` is a
/// session key.
type Fields = &'static [(&'static str, &'static str)];

/// Every event that carries anything.
pub(super) const EVENTS: [(&str, Fields); 8] = [
    ("login", &[("login", r#""mallory""#), ("hash", r#""not her hash""#)]),
    (
        "messeage",
        &[("user_id", "<me>"), ("to_id", "<you>"), ("content", r#""psst""#), ("content_type", r#""text""#)],
    ),
    ("read", &[("user_id", "<me>"), ("messeage_id", "5")]),
    ("type", &[("user_id", "<me>"), ("to_id", "<you>")]),
    ("block_user", &[("user_id", "<me>"), ("blocked_id", "<you>")]),
    ("unlock_user", &[("user_id", "<me>"), ("blocked_id", "<you>")]),
    ("resume", &[("user_id", "<me>"), ("clientAddress", r#""not her key""#)]),
    ("sync", &[("user_id", "<me>"), ("after", "5")]),
];

/// The one whose data nobody looks at.
const WITHOUT_DATA: &str = "logout";

/// Every route.
pub(super) const ROUTES: [(&str, Fields); 15] = [
    ("/isUsed/email", &[("email", "x@example.org")]),
    ("/isUsed/username", &[("username", "nobody")]),
    ("/register", &[("email", "x@example.org"), ("username", "nobody"), ("hash", "a hash")]),
    ("/register/confirm", &[("id", "5"), ("uuid", "x")]),
    ("/blocked/users", &[("user_id", "<me>"), ("clientAddress", "<key>")]),
    ("/contacts", &[("user_id", "<me>"), ("clientAddress", "<key>")]),
    (
        "/messeages",
        &[("user_id", "<me>"), ("clientAddress", "<key>"), ("with_id", "<you>"), ("from_messeage", "5")],
    ),
    ("/search/users", &[("user_name", "anna")]),
    (
        "/search/messeages",
        &[
            ("user_id", "<me>"),
            ("clientAddress", "<key>"),
            ("talker_id", "<you>"),
            ("messeage", "x"),
            ("from_messeage", "5"),
        ],
    ),
    ("/sync", &[("user_id", "<me>"), ("clientAddress", "<key>"), ("after", "5"), ("limit", "5")]),
    ("/sessions", &[("user_id", "<me>"), ("clientAddress", "<key>")]),
    ("/sessions/revoke", &[("user_id", "<me>"), ("clientAddress", "<key>"), ("id", "5")]),
    (
        "/password/change",
        &[("user_id", "<me>"), ("clientAddress", "<key>"), ("hash", "not her hash"), ("new_hash", "another")],
    ),
    ("/password/reset", &[("email", "x@example.org")]),
    ("/password/reset/confirm", &[("id", "5"), ("uuid", "x"), ("hash", "another")]),
];

/// The fields and parameters that are ids.
pub(super) const IDS: [&str; 8] =
    ["id", "user_id", "to_id", "with_id", "talker_id", "blocked_id", "messeage_id", "from_messeage"];

/// The parameters that may be left out, and their routes.
pub(super) const OPTIONAL: [(&str, &str); 4] = [
    ("/messeages", "from_messeage"),
    ("/search/messeages", "from_messeage"),
    ("/sync", "limit"),
    ("/sessions/revoke", "id"),
];

/// The fields of an event.
pub(super) fn fields_of(event: &str) -> Fields {
    EVENTS.iter().find(|(name, _)| *name == event).expect("an event").1
}

#[test]
fn no_event_and_no_route_is_left_out() {
    let (mut events, mut routes) = (BTreeSet::new(), BTreeSet::new());
    for file in fs::read_dir("../../crates/talker-proto/src").expect("talker-proto") {
        let source = fs::read_to_string(file.expect("a file").path()).expect("source");
        for part in source.split("\nimpl ").skip(1) {
            let part = part.split("\n}").next().expect("an implementation");
            let name = |before: &str| Some(part.split_once(before)?.1.split_once('"')?.0.to_owned());
            if part.starts_with("ClientEvent for") {
                events.extend(name(r#"const EVENT: &'static str = ""#));
            }
            routes.extend(name(r#"const PATH: &'static str = ""#));
        }
    }
    let known = EVENTS.iter().map(|(event, _)| *event).chain([WITHOUT_DATA]);
    assert_eq!(events, known.map(str::to_owned).collect());
    assert_eq!(routes, ROUTES.iter().map(|(route, _)| (*route).to_owned()).collect());
}
