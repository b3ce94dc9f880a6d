//! The rules for each source file: it says what it is for, does one thing, and is named after it.

use std::path::Path;

use super::sources::{self, Source};

const MOST_LINES: usize = 300;
const CODE: [&str; 5] = ["js", "mjs", "rs", "ts", "tsx"];
/// Names that say where code was put instead of what it is for.
const EMPTY_NAMES: [&str; 5] = ["common.rs", "helpers.rs", "mod.rs", "types.rs", "utils.rs"];

/// Judges every source file of the crates and the apps.
pub(super) fn complaints(root: &Path) -> Result<Vec<String>, String> {
    let mut files = sources::under(root, "crates", &CODE)?;
    files.extend(sources::under(root, "apps", &CODE)?);
    Ok(files.iter().flat_map(judge).collect())
}

fn judge(file: &Source) -> Vec<String> {
    let path = file.path.display();
    let lines = file.text.lines().count();
    let name = file.path.file_name().unwrap_or_default();
    let rust = file.path.extension().is_some_and(|own| own == "rs");
    let judgements = [
        (rust && !file.text.starts_with("//!"), "does not begin with `//!` and what it is for".to_owned()),
        (EMPTY_NAMES.iter().any(|empty| name == *empty), "has a name that says nothing".to_owned()),
        (lines > MOST_LINES, format!("has {lines} lines, more than {MOST_LINES}: do two things live there?")),
    ];
    let broken = judgements.into_iter().filter(|(broken, _)| *broken);
    broken.map(|(_, complaint)| format!("{path} {complaint}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::made_up::tree;

    fn complaints_about(path: &str, text: &str) -> Vec<String> {
        let tree = tree(&[
            ("crates/a/src/lib.rs", "//! A crate."),
            ("apps/b/src/main.rs", "//! An app."),
            (path, text),
        ]);
        complaints(tree.path()).expect("a readable tree")
    }

    #[test]
    fn a_file_says_what_it_is_for_first() {
        let said = complaints_about("crates/a/src/sends.rs", "use std::fmt;\n//! Sends.\n");
        assert_eq!(said, ["crates/a/src/sends.rs does not begin with `//!` and what it is for"]);
        assert_eq!(complaints_about("crates/a/src/sends.rs", "//! Sends.\n"), [""; 0]);
    }

    #[test]
    fn a_file_has_at_most_300_lines() {
        let text = "//! Long.\n".to_owned() + &"//\n".repeat(MOST_LINES);
        let said = complaints_about("apps/b/tests/long.rs", &text);
        assert_eq!(said, ["apps/b/tests/long.rs has 301 lines, more than 300: do two things live there?"]);
        assert_eq!(complaints_about("apps/b/page/long.tsx", &text).len(), 1);
        assert_eq!(complaints_about("apps/b/tests/long.rs", text.trim_end_matches("//\n")), [""; 0]);
    }

    #[test]
    fn a_name_says_something() {
        for name in EMPTY_NAMES {
            let said = complaints_about(&format!("crates/a/src/x/{name}"), "//! Things.\n");
            assert_eq!(said, [format!("crates/a/src/x/{name} has a name that says nothing")]);
        }
    }
}
