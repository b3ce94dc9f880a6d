//! Reads the source files of the tree, leaving out what is built or downloaded.

use std::{
    fs,
    path::{Path, PathBuf},
};

const NOT_OURS: [&str; 3] = ["dist", "node_modules", "target"];

/// A source file, by its path from the root of the tree.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// Every file under `folder` with one of these extensions, in the order of their paths.
pub(super) fn under(root: &Path, folder: &str, extensions: &[&str]) -> Result<Vec<Source>, String> {
    let mut paths = Vec::new();
    walk(&root.join(folder), &mut paths)?;
    paths.retain(|path| path.extension().is_some_and(|own| extensions.iter().any(|one| own == *one)));
    paths.sort();
    paths.into_iter().map(|path| source(root, &path)).collect()
}

/// A file's text, or a complaint that names it.
pub(super) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|fault| format!("{} cannot be read: {fault}", path.display()))
}

/// The names of what lies in a folder.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, String> {
    let complain = |fault| format!("{} cannot be listed: {fault}", folder.display());
    let entries = fs::read_dir(folder).map_err(complain)?;
    entries.map(|entry| Ok(entry.map_err(complain)?.file_name().to_string_lossy().into_owned())).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    for name in names(folder)? {
        let path = folder.join(&name);
        if !path.is_dir() {
            found.push(path);
        } else if !name.starts_with('.') && !NOT_OURS.contains(&name.as_str()) {
            walk(&path, found)?;
        }
    }
    Ok(())
}

fn source(root: &Path, path: &Path) -> Result<Source, String> {
    let text = read(path)?;
    Ok(Source { path: path.strip_prefix(root).unwrap_or(path).to_path_buf(), text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::made_up::tree;

    #[test]
    fn what_is_built_or_downloaded_is_not_read() {
        let tree = tree(&[
            ("apps/a/src/b.rs", ""),
            ("apps/a/src/a.rs", ""),
            ("apps/a/notes.md", ""),
            ("apps/a/target/x.rs", ""),
            ("apps/a/node_modules/y/z.rs", ""),
            ("apps/a/.hidden/w.rs", ""),
        ]);
        let sources = under(tree.path(), "apps", &["rs"]).expect("a readable tree");
        let paths: Vec<_> = sources.iter().map(|source| source.path.to_string_lossy()).collect();
        assert_eq!(paths, ["apps/a/src/a.rs", "apps/a/src/b.rs"]);
    }

    #[test]
    fn a_missing_folder_is_a_complaint() {
        let tree = tree(&[]);
        assert!(under(tree.path(), "apps", &["rs"]).is_err());
    }
}
