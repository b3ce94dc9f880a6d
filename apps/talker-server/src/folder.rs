//! The data folder: for its owner's eyes, and for one server at a time.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

/// Makes the folder if it is not there, and takes it for this server for as long as the file is open.
///
/// # Errors
/// The system's, or that another server has it.
pub(crate) fn claim(folder: &Path) -> io::Result<File> {
    if folder.is_file() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "it is a file"));
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let lock = File::create(folder.join("talker.lock"))?;
    lock.try_lock().map_err(|_| io::Error::other("another server is using it"))?;
    Ok(lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_at_a_time() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data");
        let lock = claim(&folder).unwrap();
        assert!(claim(&folder).unwrap_err().to_string().contains("another server"));
        drop(lock);
        assert!(claim(&folder).is_ok());
    }

    #[test]
    fn a_file_is_no_folder() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(claim(file.path()).unwrap_err().to_string(), "it is a file");
    }
}
