//! What is said of a wrong setting: where it came from, and nothing of a password.

use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, Command, builder::ValueParser};

/// Names, beside the flag, the variable or the file that holds the wrong value, which is nowhere on the command line.
pub(super) fn with_source(
    mut error: clap::Error,
    command: &Command,
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    file: Option<&Path>,
) -> clap::Error {
    let flag = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
    let wrong = command.get_arguments().find(|argument| argument.to_string() == flag);
    if let Some(source) = wrong.and_then(|wrong| source_of(wrong, command, arguments, file)) {
        error.insert(ContextKind::InvalidArg, ContextValue::String(format!("{flag} ({source})")));
    }
    error
}

/// Where this setting's value came from; `None` if somebody wrote it on the command line.
fn source_of(
    setting: &Arg,
    command: &Command,
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    file: Option<&Path>,
) -> Option<String> {
    // Read once more without judging any value, since one of them is wrong.
    let unjudged = command.clone().mut_args(|argument| argument.value_parser(ValueParser::os_string()));
    let matches = unjudged.ignore_errors(true).try_get_matches_from(arguments).ok()?;
    match (matches.value_source(setting.get_id().as_str())?, file) {
        (ValueSource::EnvVariable, _) => Some(format!("variable {}", setting.get_env()?.display())),
        (ValueSource::DefaultValue, Some(file)) => {
            Some(format!("key {} in {}", setting.get_id(), file.display()))
        }
        _ => None,
    }
}

/// A URL that is refused may hold a password all the same; it is not shown.
pub(super) fn without_secrets(mut error: clap::Error) -> clap::Error {
    let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
    if argument.contains("-url") {
        error.insert(ContextKind::InvalidValue, ContextValue::String("…".into()));
    }
    error
}

/// The sentence for a key of the file that is no setting.
pub(super) fn unknown_key(key: &str, file: &Path) -> String {
    let advice = match nearest(key) {
        Some(known) => format!("did you mean `{known}`?"),
        None => "`talker-server --help` lists them".to_owned(),
    };
    format!("`{key}` in the settings file {} is no setting; {advice}", file.display())
}

/// The sentence for a section of the file.
pub(super) fn section(name: &str, file: &Path) -> String {
    format!(
        "the settings file {} has a section [{name}]; settings stand in it without sections",
        file.display()
    )
}

/// The setting that a key looks like.
fn nearest(key: &str) -> Option<String> {
    let command = <super::Settings as clap::CommandFactory>::command();
    let flag = format!("--{}=", key.replace('_', "-"));
    let known = command.get_arguments().find(|known| known.get_long() == Some(&flag[2..flag.len() - 1]));
    if let Some(known) = known {
        return Some(known.get_id().to_string());
    }
    // As a flag it would be wrong as well, and clap knows which one is near.
    let error = command.try_get_matches_from(["talker-server", &flag]).err()?;
    let suggested = error.get(ContextKind::SuggestedArg)?.to_string();
    Some(suggested.trim_start_matches('-').replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_nearly_one_is_recognized() {
        for (key, known) in [
            ("listens", Some("listen")),
            ("admin-listen", Some("admin_listen")),
            ("database", Some("database_url")),
            ("smtp_ulr", Some("smtp_url")),
            ("colour", None),
        ] {
            assert_eq!(nearest(key).as_deref(), known, "{key}");
        }
    }
}
