//! Trees made up for the tests of the rules.

use std::fs;

use tempfile::TempDir;

/// A temporary folder with these files, by path and text.
pub(super) fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file in the folder")).expect("a folder for the file");
        fs::write(path, text).expect("a file");
    }
    folder
}
