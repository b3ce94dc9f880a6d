//! The TOML file: its values take the place of the defaults, so that every value is checked in one way.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Command, CommandFactory, FromArgMatches};

use super::{Settings, complaints};

impl Settings {
    /// Reads settings from these arguments, the environment, and the file that one of the two names.
    ///
    /// # Errors
    /// A sentence that names the wrong setting; or the help, if that was asked for.
    pub fn from_arguments(
        arguments: impl IntoIterator<Item = impl Into<OsString> + Clone> + Clone,
    ) -> Result<Self, clap::Error> {
        let mut command = Self::command().color(clap::ColorChoice::Auto);
        let file = file_named_by(arguments.clone());
        if let Some(path) = &file {
            let with_file = read(path).and_then(|settings| with_defaults(command.clone(), path, settings));
            command = with_file.map_err(|error| command.error(ErrorKind::InvalidValue, error))?;
        }
        let read = command.try_get_matches_from_mut(arguments.clone());
        let read = read.and_then(|matches| Self::from_arg_matches(&matches));
        read.map_err(|error| {
            let error = complaints::with_source(error, &command, arguments, file.as_deref());
            complaints::without_secrets(error.format(&mut command))
        })
    }
}

/// Looks for `--config` or its variable, before anything else is judged.
fn file_named_by(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Option<PathBuf> {
    let matches = Settings::command().ignore_errors(true).try_get_matches_from(arguments).ok()?;
    matches.try_get_one::<PathBuf>("config").ok()?.cloned()
}

fn read(path: &Path) -> Result<toml::Table, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read the settings file {}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error: toml::de::Error| {
        // Only the line's number: the line itself may hold a password.
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        format!("the settings file {} is not TOML, in line {line}: {}", path.display(), error.message())
    })
}

fn with_defaults(mut command: Command, path: &Path, settings: toml::Table) -> Result<Command, String> {
    for (key, value) in settings {
        if key == "config" {
            return Err(format!("`config` has no meaning in the settings file {} itself", path.display()));
        }
        if !command.get_arguments().any(|argument| argument.get_id() == key.as_str()) {
            return Err(if value.is_table() {
                complaints::section(&key, path)
            } else {
                complaints::unknown_key(&key, path)
            });
        }
        let text = scalar(value).ok_or_else(|| {
            format!("`{key}` in the settings file {} must be a text or a whole number", path.display())
        })?;
        command = command.mut_arg(key, |argument| argument.default_value(text));
    }
    Ok(command)
}

fn scalar(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(file: &str, arguments: &[&str]) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("talker.toml");
        std::fs::write(&path, file).unwrap();
        let path = path.to_str().unwrap();
        let arguments = ["talker-server", "--config", path].into_iter().chain(arguments.iter().copied());
        Settings::from_arguments(arguments.collect::<Vec<_>>()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_file_replaces_defaults_and_flags_replace_the_file() {
        let file = "listen = '127.0.0.1:1'\nnode = 5";
        let read = settings(file, &[]).unwrap();
        assert_eq!((read.listen.port(), read.node), (1, 5));
        assert_eq!(settings(file, &["--listen", "127.0.0.1:2"]).unwrap().listen.port(), 2);
    }

    #[test]
    fn a_wrong_value_is_named() {
        for (file, arguments, named) in [
            ("listen = 'nowhere'", &[][..], "--listen"),
            ("", &["--node", "64"], "--node"),
            ("", &["--max-media-bytes", "0"], "--max-media-bytes"),
            ("", &["--database-url", "postgres://x"], "--database-url"),
            ("", &["--mail-from", "me"], "--mail-from"),
            ("", &["--public-url", "chat.example.org"], "--public-url"),
            ("", &["--confirm-link", "https://x/{id}"], "--confirm-link"),
            ("", &["--allowed-origins", "example.org"], "--allowed-origins"),
            ("", &["--log-format", "xml"], "--log-format"),
            ("listens = '127.0.0.1:1'", &[], "listens"),
            ("listen = [1]", &[], "listen"),
            ("listen = ", &[], "not TOML"),
            ("node = 1\n[server]\nlisten = '127.0.0.1:1'", &[], "section [server]"),
            ("config = 'other.toml'", &[], "config"),
            ("admin-listen = '127.0.0.1:1'", &[], "did you mean `admin_listen`?"),
            ("\n\nsmtp_url = 'smtp://me:hunter2@", &[], "line 3"),
        ] {
            let error = settings(file, arguments).unwrap_err();
            assert!(error.contains(named), "{file} {arguments:?}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_wrong_value_that_is_not_on_the_command_line_is_named_with_its_key() {
        let error = settings("node = 64", &[]).unwrap_err();
        assert!(error.contains("--node") && error.contains("key node in /"), "{error}");
        let error = settings("node = 1", &["--node=64"]).unwrap_err();
        assert!(error.contains("--node") && !error.contains("key node"), "{error}");
        let error = settings("smtp_url = 'http://me:hunter2@localhost'", &[]).unwrap_err();
        assert!(error.contains("key smtp_url") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let error =
            Settings::from_arguments(["talker-server", "--config", "/nowhere/talker.toml"]).unwrap_err();
        assert!(error.to_string().contains("/nowhere/talker.toml"));
    }

    #[test]
    fn a_refused_url_does_not_show_its_password() {
        for argument in
            ["--database-url=postgres://me:hunter2@localhost/x", "--smtp-url=http://me:hunter2@localhost"]
        {
            let error = settings("", &[argument]).unwrap_err();
            assert!(!error.contains("hunter2") && error.contains("-url"), "{error}");
        }
    }

    #[test]
    fn secrets_do_not_show() {
        let database = "mysql://talker:hunter2@localhost/talker";
        let read = settings("", &["--database-url", database, "--smtp-url", "smtp://me:hunter2@localhost"]);
        assert!(!format!("{:?}", read.unwrap()).contains("hunter2"));
    }
}
