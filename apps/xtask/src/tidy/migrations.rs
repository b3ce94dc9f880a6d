//! Both backends go through the same migration steps.

use std::{collections::BTreeSet, path::Path};

use super::sources;

const FOLDERS: [&str; 2] = ["migrations/mysql", "migrations/sqlite"];

/// Compares the names of the steps, both ways.
pub(super) fn complaints(root: &Path) -> Result<Vec<String>, String> {
    let [mysql, sqlite] = FOLDERS;
    let (mysql_steps, sqlite_steps) = (steps(root, mysql)?, steps(root, sqlite)?);
    let mut complaints = lacking(sqlite, &sqlite_steps, &mysql_steps);
    complaints.extend(lacking(mysql, &mysql_steps, &sqlite_steps));
    Ok(complaints)
}

fn steps(root: &Path, folder: &str) -> Result<BTreeSet<String>, String> {
    let steps: BTreeSet<_> = sources::names(&root.join(folder))?.into_iter().collect();
    if steps.is_empty() { Err(format!("{folder} has no step")) } else { Ok(steps) }
}

fn lacking(folder: &str, steps: &BTreeSet<String>, others: &BTreeSet<String>) -> Vec<String> {
    others
        .difference(steps)
        .map(|step| format!("{folder} lacks the step {step} of the other backend"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::made_up::tree;

    #[test]
    fn the_same_steps_pass() {
        let tree = tree(&[("migrations/mysql/1_users/up.sql", ""), ("migrations/sqlite/1_users/up.sql", "")]);
        assert_eq!(complaints(tree.path()), Ok(vec![]));
    }

    #[test]
    fn a_step_that_one_backend_lacks_is_named() {
        let tree = tree(&[
            ("migrations/mysql/1_users/up.sql", ""),
            ("migrations/mysql/2_blobs/up.sql", ""),
            ("migrations/sqlite/1_user/up.sql", ""),
        ]);
        let said = complaints(tree.path()).expect("a readable tree");
        assert_eq!(
            said,
            [
                "migrations/sqlite lacks the step 1_users of the other backend",
                "migrations/sqlite lacks the step 2_blobs of the other backend",
                "migrations/mysql lacks the step 1_user of the other backend",
            ]
        );
    }

    #[test]
    fn a_backend_without_steps_is_a_complaint() {
        let tree = tree(&[("migrations/mysql/1_users/up.sql", "")]);
        assert!(complaints(tree.path()).is_err());
    }
}
