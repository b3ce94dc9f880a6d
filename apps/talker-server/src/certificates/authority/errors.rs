//! Why an authority gave no certificate, and what the operator can do about it.

use instant_acme::{Error, Problem};

use super::https::Unreachable;

/// How much of an authority's own words the log takes.
const WORDS: usize = 500;

#[derive(Debug, thiserror::Error)]
pub(super) enum OrderError {
    /// Nobody answers, or nobody who can.
    #[error("{0}")]
    Unreachable(String),
    /// It looked whether the name is ours, and found otherwise.
    #[error("it does not find this server at {name}: {}", words(problem))]
    Unproven {
        /// The name.
        name: String,
        /// What it found.
        problem: Problem,
    },
    /// It does not want to.
    #[error("it refuses: {}", words(.0))]
    Refused(Problem),
    /// What it gives is of no use.
    #[error("{0}")]
    Useless(String),
    /// What it gave cannot be kept.
    #[error("cannot keep what it gave: {0}")]
    Keep(std::io::Error),
}

impl OrderError {
    /// Whether the authority was not asked for anything.
    pub(super) fn is_fleeting(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }

    /// Whether it was asked too often.
    pub(super) fn is_limit(&self) -> bool {
        self.is_of_type("rateLimited")
    }

    /// Whether it knows nothing of our account.
    pub(super) fn is_account_unknown(&self) -> bool {
        self.is_of_type("accountDoesNotExist")
    }

    /// What the operator can do.
    pub(super) fn advice(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => {
                "it must be reachable from here, and a private one's root stand in --acme-root"
            }
            Self::Unproven { .. } => {
                "every name's DNS must lead to this server, and port 443 there to --listen"
            }
            Self::Refused(_) if self.is_limit() => "it wants to be asked less often",
            Self::Refused(_) => {
                "see whether it may certify the names in --acme-names, and takes --acme-contact"
            }
            Self::Useless(_) => "see whether --acme-directory and this machine's clock are right",
            Self::Keep(_) => "the data folder must be writable and have room",
        }
    }

    /// Of the types in RFC 8555 §6.7.
    fn is_of_type(&self, name: &str) -> bool {
        let (Self::Refused(problem) | Self::Unproven { problem, .. }) = self else { return false };
        let own = problem.r#type.as_deref().and_then(|own| own.strip_prefix("urn:ietf:params:acme:error:"));
        own == Some(name)
    }
}

impl From<Error> for OrderError {
    fn from(error: Error) -> Self {
        match error {
            Error::Api(problem) => Self::Refused(problem),
            Error::Other(cause) => match cause.downcast::<Unreachable>() {
                Ok(unreachable) => Self::Unreachable(unreachable.0),
                Err(cause) => Self::Useless(cause.to_string()),
            },
            Error::Json(error) => Self::Useless(format!("it does not answer as an authority does: {error}")),
            error => Self::Useless(error.to_string()),
        }
    }
}

/// A problem in the authority's own words, as one line of the log.
fn words(problem: &Problem) -> String {
    let detail = problem.detail.as_deref().unwrap_or("it does not say why");
    let parts = problem.subproblems.iter().map(|part| format!("; {part}"));
    let kind = problem.r#type.iter().map(|kind| format!(" ({kind})"));
    let text: String = std::iter::once(detail.to_owned()).chain(parts).chain(kind).collect();
    text.chars().filter(|letter| !letter.is_control()).take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(kind: &str) -> Problem {
        let kind = Some(format!("urn:ietf:params:acme:error:{kind}"));
        let detail = Some(format!("no\u{1b}[31m\n{}", "o".repeat(WORDS)));
        Problem { r#type: kind, detail, status: None, subproblems: vec![] }
    }

    #[test]
    fn a_problem_is_told_apart_by_its_type() {
        let limit = OrderError::from(Error::Api(problem("rateLimited")));
        assert!(limit.is_limit() && !limit.is_account_unknown() && !limit.is_fleeting());
        assert!(OrderError::from(Error::Api(problem("accountDoesNotExist"))).is_account_unknown());
        let away = Error::Other(Box::new(Unreachable("nobody there".into())));
        assert!(OrderError::from(away).is_fleeting());
        assert!(!OrderError::from(Error::Other("of its own".into())).is_fleeting());
    }

    #[test]
    fn an_authoritys_words_are_one_line_that_ends() {
        let text = OrderError::Refused(problem("malformed")).to_string();
        assert!(text.starts_with("it refuses: no[31moooo"), "{text}");
        assert!(text.len() < WORDS + 20 && !text.contains(char::is_control), "{text}");
    }
}
