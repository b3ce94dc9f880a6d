//! For trying out: mails are kept as files, and the log shows their links.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

use super::error::SendError;
use super::letter::Letter;

pub(super) struct Printed {
    folder: PathBuf,
    from: String,
}

impl Printed {
    pub(super) fn new(data_dir: &Path, from: String) -> Self {
        Self { folder: data_dir.join("mails"), from }
    }

    pub(super) async fn send(&self, letter: &Letter<'_>) -> Result<(), SendError> {
        let path = self.folder.join(format!("{}.eml", letter.subject.number()));
        let (file, bytes) = (path.clone(), letter.render(&self.from));
        let kept = spawn_blocking(move || keep(&file, &bytes)).await;
        kept.unwrap_or_else(|panic| Err(io::Error::other(panic))).map_err(SendError::Keep)?;
        tracing::warn!(
            "no mail server is set, which is for trying out: to {}, open {} (the mail is in {})",
            letter.purpose(),
            letter.link,
            path.display(),
        );
        Ok(())
    }
}

/// Writes a file that only its owner can read, for the link in it is a secret.
fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?.write_all(bytes)
}
