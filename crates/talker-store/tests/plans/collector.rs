//! Overhears every statement that diesel executes, and writes it down as it could be executed by hand.

use std::fmt::Write as _;
use std::sync::{Mutex as Shared, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use tokio::sync::{Mutex, MutexGuard};

static OVERHEARD: Shared<Vec<String>> = Shared::new(Vec::new());

/// One test at a time overhears, because all hear the same.
static TURN: Mutex<()> = Mutex::const_new(());

/// Overhears the connections that are opened after its start.
pub(crate) struct Collector {
    overheard: &'static Shared<Vec<String>>,
    _turn: MutexGuard<'static, ()>,
}

impl Collector {
    pub(crate) async fn start() -> Self {
        let turn = TURN.lock().await;
        set_default_instrumentation(|| Some(Box::new(Ear))).expect("diesel that lets itself be overheard");
        Self { overheard: &OVERHEARD, _turn: turn }
    }

    /// Forgets what it has heard so far.
    pub(crate) fn forget(&self) {
        self.overheard.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The statements since then, without those that rule transactions and connections.
    pub(crate) fn take(&self) -> Vec<String> {
        let overheard = std::mem::take(&mut *self.overheard.lock().unwrap_or_else(PoisonError::into_inner));
        let ruling = ["BEGIN", "COMMIT", "PRAGMA", "ROLLBACK", "SET", "START"];
        let statements = overheard.iter().filter(|text| !ruling.iter().any(|verb| text.starts_with(verb)));
        statements.map(|text| fill_in(text)).collect()
    }
}

struct Ear;

impl Instrumentation for Ear {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            OVERHEARD.lock().unwrap_or_else(PoisonError::into_inner).push(query.to_string());
        }
    }
}

/// Puts the values where the question marks are: diesel shows them as a list behind the statement.
fn fill_in(text: &str) -> String {
    let Some((statement, values)) = text.split_once(" -- binds: ") else { return text.to_owned() };
    let mut values = literals(values).into_iter();
    let mut pieces = statement.split('?');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        filled += &values.next().unwrap_or_else(|| panic!("too few values: {text}"));
        filled += piece;
    }
    assert_eq!(values.next(), None, "too many values: {text}");
    filled
}

/// The values of a list in Rust's debug format, as SQL. The scenario's strings need no escapes in either, but for the
/// greatest character, up to which a range of names goes.
fn literals(list: &str) -> Vec<String> {
    let mut rest = list.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).expect("a list");
    let mut literals = Vec::new();
    while !rest.is_empty() {
        let (first, others) = first_literal(rest);
        literals.push(first);
        rest = others.strip_prefix(", ").unwrap_or(others);
    }
    literals
}

/// The first value, and what comes behind it.
fn first_literal(values: &str) -> (String, &str) {
    if let Some(optional) = values.strip_prefix("Some(") {
        let (literal, rest) = first_literal(optional);
        return (literal, rest.strip_prefix(')').expect("the end of an optional value"));
    }
    if let Some(string) = values.strip_prefix('"') {
        let (string, rest) = string.split_once('"').expect("the end of a string");
        let string = string.replace(r"\u{10ffff}", "\u{10ffff}");
        assert!(!string.contains(['\\', '\'']), "{string} would need escapes");
        return (format!("'{string}'"), rest);
    }
    if let Some(bytes) = values.strip_prefix('[') {
        let (bytes, rest) = bytes.split_once(']').expect("the end of the bytes");
        let mut literal = "x'".to_owned();
        for byte in bytes.split(", ").filter(|byte| !byte.is_empty()) {
            let byte: u8 = byte.parse().expect("a byte");
            write!(literal, "{byte:02x}").expect("room in a string");
        }
        return (literal + "'", rest);
    }
    let (plain, rest) = values.split_at(values.find([',', ')']).unwrap_or(values.len()));
    assert!(!plain.is_empty(), "not a value: {values}");
    (plain.replace("None", "NULL"), rest)
}

#[test]
fn values_stand_where_the_question_marks_were() {
    for (overheard, expected) in [
        ("SELECT 1 -- binds: []", "SELECT 1"),
        ("a = ? AND b = ? -- binds: [-5, true]", "a = -5 AND b = true"),
        (r#"(?, ?, ?) -- binds: ["x, y)", [1, 255], None]"#, "('x, y)', x'01ff', NULL)"),
        (r#"(?, ?, ?) -- binds: [Some("x"), Some([2]), Some(3)]"#, "('x', x'02', 3)"),
        ("a = ? -- binds: [[]]", "a = x''"),
        (r#"a < ? -- binds: ["b\u{10ffff}"]"#, "a < 'b\u{10ffff}'"),
    ] {
        assert_eq!(fill_in(overheard), expected);
    }
}
