//! The papers that everyone who gets the source expects at its root.

use std::path::Path;

const PAPERS: [&str; 4] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// Names the papers that are missing.
#[expect(clippy::unnecessary_wraps, reason = "the shape that every rule has")]
pub(super) fn complaints(root: &Path) -> Result<Vec<String>, String> {
    let missing = PAPERS.iter().filter(|paper| !root.join(paper).is_file());
    Ok(missing.map(|paper| format!("there is no {paper}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::made_up::tree;

    #[test]
    fn a_missing_paper_is_named() {
        let tree = tree(&[("CHANGELOG.md", ""), ("LICENSE-MIT", ""), ("README.md", "")]);
        assert_eq!(complaints(tree.path()), Ok(vec!["there is no LICENSE-APACHE".to_owned()]));
    }
}
