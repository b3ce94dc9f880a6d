//! Statements that each connection prepares once. Diesel prepares updates and upserts anew for every row, since it cannot
//! tell that their text is always the same.

use std::marker::PhantomData;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;

/// A statement whose text never changes.
pub(super) trait Text: 'static {
    /// The text, with a question mark for each number.
    const SQL: &'static str;
}

/// A statement with its numbers, one for each question mark.
pub(super) struct Fixed<T, const N: usize> {
    numbers: [i64; N],
    text: PhantomData<T>,
}

impl<T: Text, const N: usize> Fixed<T, N> {
    /// Runs the statement, and returns how many rows it changed.
    pub(super) fn run(conn: &mut SqliteConnection, numbers: [i64; N]) -> QueryResult<usize> {
        Self { numbers, text: PhantomData }.execute(conn)
    }
}

impl<T: Text, const N: usize> QueryFragment<Sqlite> for Fixed<T, N> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let mut numbers = self.numbers.iter();
        for part in T::SQL.split_inclusive('?') {
            out.push_sql(part.trim_end_matches('?'));
            if part.ends_with('?') {
                let number = numbers.next().ok_or(diesel::result::Error::NotFound)?;
                out.push_bind_param::<BigInt, _>(number)?;
            }
        }
        Ok(())
    }
}

impl<T: Text, const N: usize> QueryId for Fixed<T, N> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<T, const N: usize> RunQueryDsl<SqliteConnection> for Fixed<T, N> {}
