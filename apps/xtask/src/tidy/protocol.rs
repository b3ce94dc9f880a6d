//! The protocol page tells of every event and every route that `talker-proto` spells.

use std::path::Path;

use super::sources;

const PAGE: &str = "docs/protocol.md";
const SPELLINGS: &str = "crates/talker-proto/src";

/// Compares the spellings in `talker-proto` with the page.
pub(super) fn complaints(root: &Path) -> Result<Vec<String>, String> {
    let page = sources::read(&root.join(PAGE))?;
    let files = sources::under(root, SPELLINGS, &["rs"])?;
    Ok(["EVENT", "PATH"].iter().flat_map(|constant| judge(constant, &files, &page)).collect())
}

/// That none is found is a complaint, or the rule would go blind when the code is written another way.
fn judge(constant: &str, files: &[sources::Source], page: &str) -> Vec<String> {
    let values: Vec<_> = files.iter().flat_map(|file| values(constant, &file.text)).collect();
    if values.is_empty() {
        return vec![format!("{SPELLINGS} has no `const {constant}` to look for in {PAGE}")];
    }
    let untold = values.into_iter().filter(|value| !page.contains(&format!("`{value}`")));
    untold.map(|value| format!("{PAGE} does not tell of `{value}`")).collect()
}

/// The texts given to every constant of that name. A trait that only demands it gives none.
fn values<'a>(constant: &str, text: &'a str) -> Vec<&'a str> {
    let declarations = text.split("const ").skip(1).filter_map(|rest| rest.split_once(';'));
    let assignments = declarations.filter_map(|(declaration, _)| declaration.split_once('='));
    let ours = assignments.filter(|(left, _)| left.split(':').next() == Some(constant));
    ours.filter_map(|(_, right)| right.trim().strip_prefix('"')?.strip_suffix('"')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::made_up::tree;

    const CODE: &str = r#"
        pub trait Event { const EVENT: &'static str; }
        impl Event for Login { const EVENT: &'static str = "login"; }
        impl Login { pub const EVENT: &str =
            "messeage"; }
        impl Route for Contacts { const PATH: &'static str = "/contacts"; }
        const OTHER: &str = "left alone";"#;

    fn complaints_of(code: &str, page: &str) -> Vec<String> {
        let tree = tree(&[("crates/talker-proto/src/events/login.rs", code), (PAGE, page)]);
        complaints(tree.path()).expect("a readable tree")
    }

    #[test]
    fn a_page_that_tells_of_everything_passes() {
        assert_eq!(complaints_of(CODE, "`login`, `messeage`; `/contacts`"), [""; 0]);
    }

    #[test]
    fn what_the_page_does_not_tell_of_in_backticks_is_named() {
        let said = complaints_of(CODE, "login and `/contacts/all`");
        let untold = ["login", "messeage", "/contacts"];
        assert_eq!(said, untold.map(|value| format!("docs/protocol.md does not tell of `{value}`")));
    }

    #[test]
    fn code_without_any_event_or_route_is_suspicious() {
        assert_eq!(complaints_of("//! Nothing.", "`login`").len(), 2);
    }

    #[test]
    fn a_missing_page_is_a_complaint() {
        let tree = tree(&[("crates/talker-proto/src/lib.rs", CODE)]);
        assert!(complaints(tree.path()).is_err());
    }
}
