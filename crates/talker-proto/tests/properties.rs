//! Whatever JSON a client sends: what is understood means the same when it is written and read again.

#[path = "properties/payloads.rs"]
mod payloads;

use std::fs;

use proptest::prelude::*;
use serde_json::{Map, Number, Value};

/// The names that members of payloads have.
const NAMES: &str = "user_id|to_id|other_id|messeage_id|from_messeage|block_user|id|uuid|login|hash|old_hash|username|email|\
                     user_name|text|content|content_type|nonce|after|limit|clientAddress|session_id|all";

fn values() -> impl Strategy<Value = Value> {
    let scalars = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (1_u64..100).prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::from)),
        any::<u64>().prop_map(|number| Value::from(number.to_string())),
        "text|photo|file".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    scalars.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(NAMES, inner, 0..4)
                .prop_map(|members| Value::from(Map::from_iter(members))),
        ]
    })
}

fn objects() -> impl Strategy<Value = Value> {
    prop::collection::hash_map(NAMES, values(), 0..10)
        .prop_map(|members| Value::from(Map::from_iter(members)))
}

proptest! {
    // A failure shows its input; there is nothing to keep beside it.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn payloads_mean_the_same_when_read_again(json in objects()) {
        payloads::read_as_each(&serde_json::to_vec(&json).expect("JSON"));
    }
}

#[test]
fn no_event_and_no_request_is_left_out() {
    let mut names = vec![];
    for file in fs::read_dir("src").expect("the sources") {
        let source = fs::read_to_string(file.expect("a file").path()).expect("a source");
        for part in source.split("\nimpl ") {
            let name = |before: &str| Some(part.split_once(before)?.1.split_once('"')?.0.to_owned());
            if part.starts_with("ClientEvent for ") {
                names.extend(name(r#"const EVENT: &'static str = ""#));
            } else if part.starts_with("Request for ") {
                names.extend(name(r#"const PATH: &'static str = ""#));
            }
        }
    }
    let mut tried = payloads::read_as_each(b"{}");
    names.sort_unstable();
    tried.sort_unstable();
    assert_eq!(names, tried);
}
