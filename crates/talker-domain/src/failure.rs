//! The two ways in which a command does not happen.

/// Why a command did nothing. Either way nothing of it was stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure<R, F> {
    /// A rule says no.
    #[error("refused: {0}")]
    Refused(R),
    /// The store could not answer.
    #[error("the store failed")]
    Faulted(#[source] F),
}

impl<R, F> Failure<R, F> {
    /// Turns the refusal into another one and leaves a fault as it is.
    pub fn map_refusal<S>(self, convert: impl FnOnce(R) -> S) -> Failure<S, F> {
        match self {
            Self::Refused(refusal) => Failure::Refused(convert(refusal)),
            Self::Faulted(fault) => Failure::Faulted(fault),
        }
    }
}
