//! The figures of all loads, as a table in Markdown.

use std::fmt;

use crate::bench::{loads::Figure, servers::Backend};

/// A row for each figure, a column for each database.
pub(super) struct Table {
    machine: String,
    rows: Vec<Row>,
    /// How much the servers lost, doubled, reordered or contradicted.
    pub(super) faults: u64,
    /// How many runs could not be carried through.
    pub(super) failures: u32,
}

struct Row {
    load: &'static str,
    figure: &'static str,
    unit: &'static str,
    sqlite: Option<f64>,
    mariadb: Option<f64>,
}

impl Table {
    pub(super) fn new(machine: String) -> Self {
        Self { machine, rows: Vec::new(), faults: 0, failures: 0 }
    }

    pub(super) fn add(&mut self, load: &'static str, figure: &Figure, backend: Backend, value: Option<f64>) {
        let known = self.rows.iter().position(|row| row.load == load && row.figure == figure.name);
        let place = known.unwrap_or_else(|| {
            let (figure, unit) = (figure.name, figure.unit);
            self.rows.push(Row { load, figure, unit, sqlite: None, mariadb: None });
            self.rows.len() - 1
        });
        match backend {
            Backend::Sqlite => self.rows[place].sqlite = value,
            Backend::Mariadb => self.rows[place].mariadb = value,
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}\n", self.machine)?;
        writeln!(formatter, "| load | figure | SQLite | MariaDB | |\n|---|---|---|---|---|")?;
        let mut last = "";
        for Row { load, figure, unit, sqlite, mariadb } in &self.rows {
            let shown = if *load == last { "" } else { load };
            let (sqlite, mariadb) = (number(*sqlite), number(*mariadb));
            writeln!(formatter, "| {shown} | {figure} | {sqlite} | {mariadb} | {unit} |")?;
            last = load;
        }
        let Self { faults, failures, .. } = self;
        writeln!(
            formatter,
            "\nLost, doubled, reordered or contradicted messages, in all runs: {faults}. Runs that failed: {failures}."
        )
    }
}

/// The middle one, or the mean of the two in the middle.
pub(super) fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let (upper, lower) = (values.get(values.len() / 2)?, values.get((values.len() - 1) / 2)?);
    Some(f64::midpoint(*lower, *upper))
}

/// Three digits, and whole thousands apart.
fn number(value: Option<f64>) -> String {
    match value {
        None => "–".into(),
        Some(value) if value < 10.0 => format!("{value:.2}"),
        Some(value) if value < 100.0 => format!("{value:.1}"),
        Some(value) => apart(&format!("{value:.0}")),
    }
}

fn apart(digits: &str) -> String {
    let (first, rest) = digits.split_at(digits.len() - digits.len().saturating_sub(1) / 3 * 3);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    std::iter::once(first.to_owned()).chain(groups).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_row_for_each_figure_and_says_what_was_not_measured() {
        let figure = Figure { name: "delivered", key: "", unit: "a second" };
        let mut table = Table::new("A machine.".into());
        table.add("relay", &figure, Backend::Sqlite, median([30_000.0, 1_234_567.0, 2.0].into_iter()));
        table.add("relay", &figure, Backend::Mariadb, median([8.0, 8.5].into_iter()));
        table.add("typing", &figure, Backend::Sqlite, None);
        let text = table.to_string();
        assert!(text.starts_with("A machine.\n\n"), "{text}");
        assert!(text.contains("| relay | delivered | 30,000 | 8.25 | a second |"), "{text}");
        assert!(text.contains("| typing | delivered | – | – | a second |"), "{text}");
    }

    #[test]
    fn digits_stand_in_threes() {
        for (value, text) in [(0.5, "0.50"), (99.94, "99.9"), (999.6, "1,000"), (1_234_567.0, "1,234,567")] {
            assert_eq!(number(Some(value)), text);
        }
    }
}
