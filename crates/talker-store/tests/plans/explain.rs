//! Asks a database how it would run a statement.

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use talker_store::Location;

use crate::databases::load;

/// A line of SQLite's `EXPLAIN QUERY PLAN`.
#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// A row of MariaDB's `EXPLAIN`.
#[derive(Debug, QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<Text>)]
    select_type: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    table: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    r#type: Option<String>,
}

/// One sentence for every table that the database would read from end to end.
pub(crate) async fn complaints(location: &Location, statement: &str) -> Vec<String> {
    match location {
        Location::Sqlite(_) => {
            let plan: Vec<Line> = load(location, &format!("EXPLAIN QUERY PLAN {statement}")).await;
            plan.into_iter().map(|line| line.detail).filter(|detail| is_scan(detail)).collect()
        }
        Location::Mysql(_) => {
            let plan: Vec<Row> = load(location, &format!("EXPLAIN {statement}")).await;
            plan.iter().filter(|row| row.is_scan()).map(|row| format!("{row:?}")).collect()
        }
    }
}

/// What is scanned where nothing is but the rows in the statement itself.
const GIVEN: [&str; 2] = ["CONSTANT ROW", "-ROW VALUES CLAUSE"];

/// `SCAN table`, with or without an index: an index may be read from end to end as well.
fn is_scan(detail: &str) -> bool {
    detail.starts_with("SCAN ") && !GIVEN.iter().any(|given| detail.contains(given))
}

impl Row {
    /// `ALL` is the table from end to end, `index` an index. A table into which values are inserted is shown as `ALL`,
    /// but nothing of it is read.
    fn is_scan(&self) -> bool {
        let inserts = self.select_type.as_deref() == Some("INSERT");
        self.table.is_some() && matches!(self.r#type.as_deref(), Some("ALL" | "index")) && !inserts
    }
}
