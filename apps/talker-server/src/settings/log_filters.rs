//! What is logged: a level, or levels of single parts.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// A filter that can be understood. A bare word that is no level would be taken for the name of a part of the program,
/// and nothing else would be logged any more; so it is refused.
pub(super) fn parse(text: &str) -> Result<String, String> {
    let directives: Vec<_> = text.split(',').map(str::trim).collect();
    if let Some(word) = directives.iter().find(|directive| !names_a_level(directive)) {
        return Err(refusal(word));
    }
    let filter = directives.join(",");
    EnvFilter::try_new(&filter).map(|_| filter).map_err(|_| refusal(text))
}

/// Whether it says how much is logged. What is in brackets may hold commas; only the whole filter tells whether it is right.
fn names_a_level(directive: &str) -> bool {
    directive.contains(['=', '[', ']', '{', '}'])
        || directive.parse::<LevelFilter>().is_ok_and(|_| !directive.is_empty())
}

fn refusal(word: &str) -> String {
    format!(
        "`{word}` is no level; write off, error, warn, info, debug or trace, or levels of single parts like \
         talker_server=debug,warn"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_filters_pass() {
        for text in [
            "off",
            "error",
            "warn",
            "info",
            "debug",
            "trace",
            "INFO",
            "talker_server=debug,warn",
            "warn, talker_server::mail=trace",
            "[request{id=5}]=debug,info",
        ] {
            assert_eq!(parse(text).as_deref(), Ok(text.replace(' ', "").as_str()));
        }
    }

    #[test]
    fn what_is_no_level_is_refused_by_name() {
        for (text, word) in [
            ("verbose", "`verbose`"),
            ("warning", "`warning`"),
            ("talker_server", "`talker_server`"),
            ("info,talker_server", "`talker_server`"),
            ("talker=loud", "`talker=loud`"),
            ("", "``"),
            ("info,", "``"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(word) && error.contains("debug"), "{text}: {error}");
        }
    }
}
