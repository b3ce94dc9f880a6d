//! Every message as it stands on the wire: one golden file each, held against the same value written in Rust.
//!
//! A file is called after who sends it and its wire name (`client.login.json`, `answer.search.users.json`), so renaming
//! an event or a route fails here as well.

use std::collections::BTreeSet;
use std::fs;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use talker_proto::acks::Ack;
use talker_proto::{ClientEvent, Request, ServerEvent};

mod golden {
    //! The values, one file per noun.

    use talker_proto::{Id, Seq};

    pub(crate) mod acks;
    pub(crate) mod blocks;
    pub(crate) mod contacts;
    pub(crate) mod errors;
    pub(crate) mod messages;
    pub(crate) mod sessions;
    pub(crate) mod sync;
    pub(crate) mod typing;
    pub(crate) mod users;

    const AVATAR: &str = "data:image/svg+xml;base64,PHN2Zy8+";
    const HASH: &str = "5e884898da28047151d0e56f8dc62927";
    const KEY: &str = "q0Ew2mYVb7Rk9sXh4tZc1A";

    fn id(number: u64) -> Id {
        Id::new(number).expect("in range")
    }

    fn seq(number: u64) -> Seq {
        Seq::new(number).expect("in range")
    }
}

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");

/// What a client may leave out.
const OPTIONAL: [&str; 4] = ["content_type", "from_messeage", "limit", "nonce"];

/// A message, and the file that shows it.
struct Golden {
    /// The file's name without `.json`.
    name: String,
    /// The message as JSON.
    written: Value,
    same: Same,
}

/// Reads JSON as a message of one type and says whether it is the one message expected.
type Same = Box<dyn Fn(&str) -> serde_json::Result<bool>>;

impl Golden {
    /// A further file of the same message.
    fn variant(mut self, name: &str) -> Self {
        self.name = format!("{}.{name}", self.name);
        self
    }

    fn text(&self) -> String {
        fs::read_to_string(format!("{FOLDER}/{}.json", self.name))
            .unwrap_or_else(|fault| panic!("{}: {fault}", self.name))
    }

    /// Whether a client may leave this out. Only whoever asks for nothing but the log must say since when.
    fn may_lack(&self, field: &str) -> bool {
        OPTIONAL.contains(&field) || field == "after" && !self.name.split('.').any(|word| word == "sync")
    }

    /// The fields of what a client sends; empty for what a server sends.
    fn client_fields(&self) -> Map<String, Value> {
        let from_client = self.name.starts_with("client.") || self.name.starts_with("request.");
        self.written.as_object().filter(|_| from_client).cloned().unwrap_or_default()
    }
}

fn golden_file<T>(name: impl Into<String>, message: T) -> Golden
where
    T: Serialize + DeserializeOwned + PartialEq + 'static,
{
    let written = serde_json::to_value(&message).expect("every message is JSON");
    let same = move |text: &str| serde_json::from_str::<T>(text).map(|read| read == message);
    Golden { name: name.into(), written, same: Box::new(same) }
}

fn client<E: ClientEvent + PartialEq + 'static>(event: E) -> Golden {
    golden_file(format!("client.{}", E::EVENT), event)
}

fn ack<E: ClientEvent<Reply: Clone + PartialEq + 'static>>(ack: Ack<E::Reply>) -> Golden {
    golden_file(format!("ack.{}", E::EVENT), ack)
}

fn server<E: ServerEvent + PartialEq + 'static>(event: E) -> Golden {
    golden_file(format!("server.{}", E::EVENT), event)
}

fn request<R: Request + PartialEq + 'static>(request: R) -> Golden {
    golden_file(format!("request{}", R::PATH.replace('/', ".")), request)
}

fn answer<R: Request<Answer: PartialEq + 'static>>(answer: R::Answer) -> Golden {
    golden_file(format!("answer{}", R::PATH.replace('/', ".")), answer)
}

fn goldens() -> Vec<Golden> {
    [
        golden::acks::goldens(),
        golden::blocks::goldens(),
        golden::contacts::goldens(),
        golden::errors::goldens(),
        golden::messages::goldens(),
        golden::sessions::goldens(),
        golden::sync::goldens(),
        golden::typing::goldens(),
        golden::users::goldens(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_message_is_read_from_its_file_and_written_back_the_same() {
    for golden in goldens() {
        let text = golden.text();
        let file: Value = serde_json::from_str(&text).expect("a golden file is JSON");
        assert_eq!(file, golden.written, "{}", golden.name);
        assert!((golden.same)(&text).expect("a golden file is a message"), "{}", golden.name);
    }
}

#[test]
fn every_file_shows_a_message() {
    let names: BTreeSet<_> = goldens().into_iter().map(|golden| format!("{}.json", golden.name)).collect();
    let files: BTreeSet<_> = fs::read_dir(FOLDER)
        .expect("the folder of this test")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_none_or(|extension| extension != "rs"))
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    assert_eq!(files, names);
}

#[test]
fn unknown_fields_are_ignored() {
    for golden in goldens() {
        let Value::Object(mut fields) = golden.written.clone() else { continue };
        fields.insert("later".into(), json!({ "from": ["a", "newer", "version"] }));
        let same = (golden.same)(&Value::Object(fields).to_string());
        assert!(same.expect("still a message"), "{}", golden.name);
    }
}

#[test]
fn an_id_may_come_as_a_string() {
    for golden in goldens() {
        let mut fields = golden.client_fields();
        for number in fields.values_mut().filter(|value| value.is_number()) {
            *number = Value::String(number.to_string());
        }
        if !fields.is_empty() {
            let same = (golden.same)(&Value::Object(fields).to_string());
            assert!(same.expect("still a message"), "{}", golden.name);
        }
    }
}

#[test]
fn a_missing_field_is_named() {
    for golden in goldens() {
        let fields = golden.client_fields();
        for field in fields.keys() {
            let mut fields = fields.clone();
            fields.remove(field);
            let read = (golden.same)(&Value::Object(fields).to_string());
            let fault = read.err().map(|fault| fault.to_string());
            let named = fault.as_ref().is_some_and(|fault| fault.contains(&format!("`{field}`")));
            let expected = !golden.may_lack(field);
            assert_eq!((named, fault.is_some()), (expected, expected), "{} without {field}", golden.name);
        }
    }
}

#[test]
fn null_is_no_value_for_any_field_of_a_client() {
    for golden in goldens() {
        let fields = golden.client_fields();
        for field in fields.keys() {
            let mut fields = fields.clone();
            fields.insert(field.clone(), Value::Null);
            let read = (golden.same)(&Value::Object(fields).to_string());
            assert!(read.is_err(), "{} with {field} null", golden.name);
        }
    }
}
