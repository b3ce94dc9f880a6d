//! Events whose data are not what they should be: `error` 400, and the connection stays. On every door.

use serde_json::json;

use super::door::{Door, KINDS};
use super::wire::{EVENTS, IDS, fields_of};
use super::{Scene, deep, error};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::inbox::Inbox as _;
use crate::site::NOBODY;

on_both_databases!(
    data_that_are_no_object_are_answered_by_400,
    fields_of_the_wrong_kind_are_answered_by_400,
    no_bad_id_is_taken_for_an_id,
    unknown_events_are_answered_by_400,
    what_is_unknown_inside_an_event_is_ignored,
    ids_of_nobody_are_answered_by_404_and_other_names_by_auth,
);

/// What is no id, as JSON.
const NO_IDS: [&str; 26] = [
    "0",
    "-0",
    "-1",
    "1.5",
    "5.0",
    "1e3",
    "1e400",
    "-1e400",
    "9007199254740992",
    "18446744073709551616",
    "true",
    "null",
    "[]",
    "[1]",
    "{}",
    r#""""#,
    r#"" ""#,
    r#""0""#,
    r#""05""#,
    r#""0x10""#,
    r#""-1""#,
    r#""1.5""#,
    r#""1e3""#,
    r#""9007199254740992""#,
    r#""5;DROP TABLE users""#,
    r#""\u0665""#,
];

/// What is no text, as JSON.
const NO_TEXTS: [&str; 8] = ["0", "-1.5", "1e400", "true", "null", "[]", r#"["a"]"#, r#"{"a":"b"}"#];

async fn data_that_are_no_object_are_answered_by_400(backend: Backend) {
    let mut cases: Vec<(String, Option<String>)> = vec![];
    for (event, _) in EVENTS {
        let event = json!(event).to_string();
        cases.push((event.clone(), None));
        for data in
            ["null", "true", "0", "1e400", r#""text""#, "[]", "[{}]", r#"["<me>","<you>","psst"]"#, "{}"]
        {
            cases.push((event.clone(), Some(data.to_owned())));
        }
        cases.push((event.clone(), Some(deep())));
        cases.push((
            event.clone(),
            Some(format!("{}{}", "{\"a\":".repeat(99_999), "{}".to_owned() + &"}".repeat(99_999))),
        ));
    }
    all_are_answered_by_400(backend, &cases).await;
}

async fn fields_of_the_wrong_kind_are_answered_by_400(backend: Backend) {
    let mut cases = vec![];
    for (event, fields) in EVENTS {
        for (field, good) in fields {
            let is_text = good.starts_with('"');
            if is_text {
                for bad in NO_TEXTS {
                    cases.push(with_field(event, fields, field, Some(bad)));
                }
                cases.push(with_field(event, fields, field, Some(&deep())));
            }
            if *field != "content_type" {
                cases.push(with_field(event, fields, field, None));
            }
            cases.push(with_field(event, fields, field, Some(&format!("{good},\"{field}\":{good}"))));
        }
    }
    for bad in [r#""Text""#, r#""sticker""#, r#""""#, r#"{"text":null}"#, r#""text\u0000""#] {
        cases.push(with_field("messeage", fields_of("messeage"), "content_type", Some(bad)));
    }
    for bad in [r#""""#, r#""\ud800""#] {
        cases.push(with_field("messeage", fields_of("messeage"), "content", Some(bad)));
    }
    for bad in ["-1", "1.5", "1e400", "null", "true", "[]", r#""x""#, "9007199254740992"] {
        cases.push(with_field("sync", fields_of("sync"), "after", Some(bad)));
    }
    cases.push(with_field("login", fields_of("login"), "hash", Some(r#""""#)));
    cases.push(with_field("login", fields_of("login"), "hash", Some(&json!("x".repeat(256)).to_string())));
    all_are_answered_by_400(backend, &cases).await;
}

async fn no_bad_id_is_taken_for_an_id(backend: Backend) {
    let mut cases = vec![];
    for (event, fields) in EVENTS {
        for (field, _) in fields.iter().filter(|(field, _)| IDS.contains(field)) {
            cases.extend(NO_IDS.map(|bad| with_field(event, fields, field, Some(bad))));
            cases.push(with_field(event, fields, field, Some(&deep())));
        }
    }
    all_are_answered_by_400(backend, &cases).await;
}

async fn unknown_events_are_answered_by_400(backend: Backend) {
    let names = [
        "",
        " ",
        "nothing of ours",
        "Messeage",
        "messeage ",
        "message",
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "connect",
        "connect_error",
        "disconnect",
        "disconnecting",
        "newListener",
        "address",
        "error",
        "auth",
        "notified",
        "typing",
        "😀",
        "../../etc/passwd",
        "'; DROP TABLE users; --",
    ];
    let data = r#"{"user_id":<me>,"to_id":<you>,"content":"psst"}"#;
    let mut cases: Vec<_> = names.map(|name| (json!(name).to_string(), Some(data.to_owned()))).into();
    cases.push((json!("x".repeat(1_000_000)).to_string(), None));
    all_are_answered_by_400(backend, &cases).await;
}

/// An event with one of its fields changed or left out.
fn with_field(
    event: &str,
    fields: &[(&str, &str)],
    changed: &str,
    value: Option<&str>,
) -> (String, Option<String>) {
    let fields = fields.iter().filter_map(|(field, good)| {
        let value = if *field == changed { value? } else { good };
        Some(format!(r#""{field}":{value}"#))
    });
    let data = format!("{{{}}}", fields.collect::<Vec<_>>().join(","));
    (json!(event).to_string(), Some(data))
}

async fn all_are_answered_by_400(backend: Backend, cases: &[(String, Option<String>)]) {
    let mut scene = Scene::start(backend).await;
    for kind in KINDS {
        let mut door = Door::log_in(&scene.server, kind, &scene.mallory).await;
        for (event, data) in cases {
            let data = data.as_deref().map(|data| scene.fill_in(data));
            door.emit_raw(event, data.as_deref()).await;
            let case = data.as_deref().map(|data| data.chars().take(200).collect::<String>());
            assert_eq!(
                door.next().await,
                error(400),
                "{kind:?}: {} {case:?}",
                event.chars().take(50).collect::<String>()
            );
        }
        door.expect_nothing_more().await;
        scene.expect_peace().await;
    }
    scene.expect_nothing_stored().await;
}

async fn what_is_unknown_inside_an_event_is_ignored(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    for kind in KINDS {
        let mut door = Door::log_in(&scene.server, kind, &scene.mallory).await;
        for more in [
            r#""__proto__":{"to_id":1,"admin":true}"#.to_owned(),
            r#""constructor":{"prototype":{"to_id":1}}"#.to_owned(),
            r#""id":1,"from_user":1,"readen":null,"notified":1,"init_date":"1999-01-01""#.to_owned(),
            r#""x":1e400,"y":-1e400,"z":123456789012345678901234567890"#.to_owned(),
            r#""x":1,"x":2,"":null"#.to_owned(),
            format!(r#""x":{}"#, deep()),
        ] {
            let data = format!(r#"{{"user_id":"<me>","to_id":<me>,"content":"note",{more}}}"#);
            door.emit_raw(r#""messeage""#, Some(&scene.fill_in(&data))).await;
            let row = door.wait_for("messeage").await;
            let told = json!([row["from_user"], row["to_user"], row["content"], row["readen"]]);
            assert_eq!(
                told,
                json!([scene.mallory.id, scene.mallory.id, "note", null]),
                "{kind:?}: {more:.60}"
            );
            assert_eq!(door.wait_for("notified").await["messeage_id"], row["id"], "{kind:?}: {more:.60}");
        }
        door.expect_nothing_more().await;
    }
    scene.expect_peace().await;
}

async fn ids_of_nobody_are_answered_by_404_and_other_names_by_auth(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    for kind in KINDS {
        let mut door = Door::log_in(&scene.server, kind, &scene.mallory).await;
        for event in ["messeage", "read", "type", "block_user", "unlock_user"] {
            let fields = fields_of(event);
            let other = if event == "read" { "messeage_id" } else { fields[1].0 };
            let (_, data) = with_field(event, fields, other, Some(&NOBODY.to_string()));
            let data = scene.fill_in(&data.expect("data"));
            door.emit_raw(&json!(event).to_string(), Some(&data)).await;
            assert_eq!(door.next().await, error(404), "{kind:?}: {event} {data}");
            for somebody_else in [scene.victim.id, NOBODY] {
                let (_, data) = with_field(event, fields, "user_id", Some(&somebody_else.to_string()));
                door.emit_raw(&json!(event).to_string(), Some(&scene.fill_in(&data.expect("data")))).await;
                assert_eq!(door.next().await, ("auth".to_owned(), json!(false)), "{kind:?}: {event}");
            }
        }
        door.expect_nothing_more().await;
        scene.expect_peace().await;
    }
    scene.expect_nothing_stored().await;
}
