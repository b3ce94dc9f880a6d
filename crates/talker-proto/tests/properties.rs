//! Whatever JSON a client sends: what is understood means the same when it is written and read again.

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};
use talker_proto::{ClientEvent, Request};
use talker_proto::{blocks, contacts, messages, sessions, sync, typing, users};

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

fn payloads() -> impl Strategy<Value = Value> {
    prop::collection::hash_map(NAMES, values(), 0..10)
        .prop_map(|members| Value::from(Map::from_iter(members)))
}

fn event<E: ClientEvent>(json: &Value) {
    round::<E>(json);
}

fn request<R: Request>(json: &Value) {
    round::<R>(json);
}

fn round<T: Serialize + DeserializeOwned>(json: &Value) {
    let Ok(payload) = serde_json::from_value::<T>(json.clone()) else { return };
    let written = serde_json::to_value(&payload).expect("it can be written");
    let again: T = serde_json::from_value(written.clone()).expect("what was written can be read");
    assert_eq!(serde_json::to_value(&again).expect("it can be written"), written);
}

proptest! {
    // A failure shows its input; there is nothing to keep beside it.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn payloads_mean_the_same_when_read_again(json in payloads()) {
        event::<sessions::Login>(&json);
        event::<sessions::Resume>(&json);
        event::<sessions::Logout>(&json);
        event::<messages::SendMessage>(&json);
        event::<messages::Read>(&json);
        event::<typing::Type>(&json);
        event::<sync::Sync>(&json);
        event::<blocks::BlockUser>(&json);
        event::<blocks::UnblockUser>(&json);
        request::<sessions::ListSessions>(&json);
        request::<sessions::RevokeSessions>(&json);
        request::<messages::ListMessages>(&json);
        request::<messages::SearchMessages>(&json);
        request::<sync::ListEvents>(&json);
        request::<blocks::ListBlocked>(&json);
        request::<contacts::ListContacts>(&json);
        request::<users::IsEmailUsed>(&json);
        request::<users::IsUsernameUsed>(&json);
        request::<users::Register>(&json);
        request::<users::Confirm>(&json);
        request::<users::SearchUsers>(&json);
        request::<users::ChangePassword>(&json);
        request::<users::ResetPassword>(&json);
        request::<users::SetPassword>(&json);
    }
}
