//! Statements that a connection prepares once, although diesel would prepare them anew each time.
//!
//! Diesel keeps only what always has the same text, and cannot tell that of an update, an upsert or a list. Preparing costs
//! SQLite as much as running, and MySQL two answers more. What is kept is found again by its text.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

/// A statement that is kept. It must be one of few texts: every connection keeps each of them until it ends. On MySQL it is
/// kept only when rows are loaded: to run it diesel-async takes a reference, which does not pass on what is said here.
pub(crate) struct Cached<Q>(pub(crate) Q);

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Cached<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q> QueryId for Cached<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Cached<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> RunQueryDsl<C> for Cached<Q> {}

/// The list, with its last item repeated until there is a power of two of them: so that statements that ask for lists are
/// of few texts.
pub(crate) fn rounded<T: Copy>(list: &[T]) -> Vec<T> {
    let mut rounded = list.to_vec();
    if let Some(&last) = list.last() {
        rounded.resize(list.len().next_power_of_two(), last);
    }
    rounded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_lists_have_few_lengths_and_the_same_items() {
        for length in 0..200 {
            let list: Vec<usize> = (0..length).collect();
            let rounded = rounded(&list);
            assert_eq!(rounded[..length], list);
            assert!(rounded.is_empty() || rounded.len().is_power_of_two());
            assert!(
                rounded.len() < 2 * length.max(1) && rounded[length..].iter().all(|item| item + 1 == length)
            );
        }
    }
}
