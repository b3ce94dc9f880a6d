//! Statements about many rows, each prepared once by a connection and found again by its text. Diesel prepares such
//! statements anew each time, which makes MySQL describe each placeholder in a packet of its own.

use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Nullable, Text};

use super::Conn;
use crate::StoreError;
use crate::cached::rounded;

/// How many rows one statement inserts at the most. A statement that is kept takes memory in MySQL for each value.
const ROWS: usize = 32;

/// A value for a placeholder.
pub(super) enum Value<'a> {
    Number(Option<i64>),
    Text(Option<&'a str>),
    Bytes(Option<&'a [u8]>),
}

/// A statement with a value for each of its question marks. It must be one of few texts: every connection keeps each of
/// them until it ends.
struct Statement<'a> {
    text: String,
    values: Vec<Value<'a>>,
}

/// Runs a statement with a value for each of its question marks. Says how many rows it found.
pub(super) fn run(
    conn: &mut Conn,
    text: impl Into<String>,
    values: Vec<Value<'_>>,
) -> Result<usize, StoreError> {
    Ok(Statement { text: text.into(), values }.execute(conn)?)
}

/// Runs a statement that names a list of numbers where its text has `{}`.
pub(super) fn run_with_list(conn: &mut Conn, text: &str, list: &[i64]) -> Result<usize, StoreError> {
    let list = rounded(list);
    let text = text.replacen("{}", &placeholders(list.len()), 1);
    run(conn, text, list.into_iter().map(Value::from).collect())
}

/// Inserts rows, or does with those that are there what `after` says: diesel's upsert takes one row at a time on this
/// backend.
pub(super) fn insert<const N: usize>(
    conn: &mut Conn,
    into: &str,
    rows: Vec<[Value<'_>; N]>,
    after: &str,
) -> Result<(), StoreError> {
    for rows in parts(rows) {
        let placeholders = vec![placeholders(N); rows.len()].join(", ");
        let text = format!("INSERT INTO {into} VALUES {placeholders} {after}");
        run(conn, text, rows.into_iter().flatten().collect())?;
    }
    Ok(())
}

/// So many placeholders, in brackets.
pub(super) fn placeholders(count: usize) -> String {
    format!("({})", vec!["?"; count].join(", "))
}

/// The rows in parts, each of a power of two of them: so that there are few texts.
pub(super) fn parts<T>(mut rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    rows.reverse();
    std::iter::from_fn(move || {
        let largest = 1 << rows.len().checked_ilog2()?;
        let mut part = rows.split_off(rows.len() - largest.min(ROWS));
        part.reverse();
        Some(part)
    })
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<Option<&'a [u8]>> for Value<'a> {
    fn from(bytes: Option<&'a [u8]>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Some(bytes))
    }
}

impl QueryFragment<Mysql> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        let mut values = self.values.iter();
        for part in self.text.split_inclusive('?') {
            out.push_sql(part.trim_end_matches('?'));
            if part.ends_with('?') {
                bind(&mut out, values.next().ok_or(diesel::result::Error::NotFound)?)?;
            }
        }
        Ok(())
    }
}

fn bind<'b>(out: &mut AstPass<'_, 'b, Mysql>, value: &'b Value<'_>) -> QueryResult<()> {
    match value {
        Value::Number(number) => out.push_bind_param::<Nullable<BigInt>, _>(number),
        Value::Text(text) => out.push_bind_param::<Nullable<Text>, _>(text),
        Value::Bytes(bytes) => out.push_bind_param::<Nullable<Binary>, _>(bytes),
    }
}

impl QueryId for Statement<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<Conn> for Statement<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_few_lengths_and_all_rows_in_their_order() {
        for length in 0..200 {
            let rows: Vec<i32> = (0..length).collect();
            let parts: Vec<Vec<i32>> = parts(rows.clone()).collect();
            assert_eq!(parts.concat(), rows);
            assert!(parts.iter().all(|part| part.len().is_power_of_two() && part.len() <= ROWS));
        }
    }
}
