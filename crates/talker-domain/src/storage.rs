//! What every port has in common: the way in which its store fails.

/// A store, seen from inside one transaction.
pub trait Storage {
    /// What the store reports when it cannot answer. The domain passes it on and never looks inside.
    type Fault;
}
