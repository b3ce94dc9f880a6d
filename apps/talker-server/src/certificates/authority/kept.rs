//! What is kept of an authority: the account there, and the certificate with its key.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// A folder in the data folder, one for each authority: what one knows means nothing to another.
pub(crate) struct Kept(PathBuf);

impl Kept {
    /// The folder for the authority with this directory.
    pub(super) fn of(data_dir: &Path, directory: &str) -> Self {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
        let name = directory.trim_start_matches("https://").trim_end_matches('/');
        let name: String = name.chars().map(|letter| if plain(letter) { letter } else { '_' }).collect();
        Self(data_dir.join("acme").join(name))
    }

    /// The account with its key, as JSON.
    pub(super) fn account(&self) -> io::Result<Option<String>> {
        read(&self.0.join("account.json"))
    }

    pub(super) fn keep_account(&self, json: &str) -> io::Result<()> {
        self.keep("account.json", json)
    }

    pub(super) fn forget_account(&self) -> io::Result<()> {
        fs::remove_file(self.0.join("account.json"))
    }

    /// The certificate's key and its chain, as PEM.
    pub(super) fn certificate(&self) -> io::Result<Option<String>> {
        read(&self.certificate_path())
    }

    /// Keeps key and chain in one file, so that they cannot come apart.
    pub(super) fn keep_certificate(&self, pem: &str) -> io::Result<()> {
        self.keep("certificate.pem", pem)
    }

    pub(super) fn certificate_path(&self) -> PathBuf {
        self.0.join("certificate.pem")
    }

    /// Writes a file that only its owner can read; whoever looks sees all of the old one or all of the new one, also
    /// after a crash.
    fn keep(&self, name: &str, text: &str) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        let (path, new) = (self.0.join(name), self.0.join(format!("{name}.new")));
        // One that a crash left over may have another mode.
        let _ = fs::remove_file(&new);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, &path)?;
        File::open(&self.0)?.sync_all()
    }
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_kept_is_private_and_whole() {
        let data_dir = tempfile::tempdir().unwrap();
        let kept = Kept::of(data_dir.path(), "https://acme.example.org:14000/dir/");
        assert_eq!(kept.account().unwrap(), None);
        fs::create_dir_all(&kept.0).unwrap();
        fs::write(kept.0.join("account.json.new"), "half of").unwrap();
        for text in ["one", "other"] {
            kept.keep_account(text).unwrap();
            kept.keep_certificate(text).unwrap();
            assert_eq!(kept.account().unwrap().as_deref(), Some(text));
            assert_eq!(kept.certificate().unwrap().as_deref(), Some(text));
        }
        let files: Vec<_> = fs::read_dir(&kept.0).unwrap().map(|file| file.unwrap()).collect();
        assert_eq!(files.len(), 2, "{files:?}");
        for file in files {
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
        }
        kept.forget_account().unwrap();
        assert_eq!(kept.account().unwrap(), None);
    }

    #[test]
    fn each_authority_has_a_folder_inside_the_data_folder() {
        let of = |directory| Kept::of(Path::new("data"), directory).0;
        assert_eq!(
            of("https://acme-v02.api.letsencrypt.org/directory"),
            Path::new("data/acme/acme-v02.api.letsencrypt.org_directory")
        );
        assert_eq!(of("https://h/../../etc"), Path::new("data/acme/h_.._.._etc"));
    }
}
