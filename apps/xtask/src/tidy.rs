//! The shape of the tree, held by machine: files, arrows between crates, the protocol page, migrations.

mod arrows;
mod files;
#[cfg(test)]
mod made_up;
mod migrations;
mod papers;
mod protocol;
mod sources;

use std::path::Path;

/// One rule over the tree under a folder: its complaints, or why it could not be judged.
type Rule = fn(&Path) -> Result<Vec<String>, String>;

const RULES: [Rule; 5] =
    [files::complaints, arrows::complaints, protocol::complaints, migrations::complaints, papers::complaints];

/// Everything that is out of shape, one line each. A rule that cannot be judged complains too.
pub(crate) fn complaints(root: &Path) -> Vec<String> {
    RULES.iter().flat_map(|rule| rule(root).unwrap_or_else(|fault| vec![fault])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let complaints = complaints(&crate::root());
        assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    }

    #[test]
    fn an_empty_tree_is_not_tidy_by_any_rule() {
        let tree = made_up::tree(&[]);
        for rule in RULES {
            assert_ne!(rule(tree.path()), Ok(vec![]));
        }
    }
}
