//! What a load found, for people and for programs.

use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::{Map, Value, json};

use crate::ledgers::Faults;

/// The figures of one load, in the order in which they are to be read.
#[derive(Debug, Default)]
pub(crate) struct Report {
    load: String,
    figures: Vec<Figure>,
    faults: Faults,
}

#[derive(Debug)]
struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
}

impl Report {
    pub(crate) fn new(load: impl Into<String>) -> Self {
        Self { load: load.into(), ..Self::default() }
    }

    pub(crate) fn add(&mut self, name: &'static str, value: f64, unit: &'static str) {
        self.figures.push(Figure { name, value, unit });
    }

    /// A median and how bad it gets, in milliseconds, of times in microseconds.
    pub(crate) fn add_times(&mut self, names: [&'static str; 3], times: &Histogram<u64>) {
        for (name, quantile) in names.into_iter().zip([0.5, 0.99, 0.999]) {
            self.add(name, milliseconds(times.value_at_quantile(quantile)), "ms");
        }
    }

    pub(crate) fn blame(&mut self, faults: Faults) {
        self.faults += faults;
    }

    /// The server lost, doubled, reordered or contradicted something.
    pub(crate) fn is_bad(&self) -> bool {
        self.faults.any()
    }

    pub(crate) fn json(&self) -> Value {
        let figures: Map<String, Value> =
            self.figures.iter().map(|figure| (figure.key(), json!(figure.value))).collect();
        let Faults { lost, doubled, reordered, contradicted } = self.faults;
        json!({
            "load": self.load, "figures": figures,
            "lost": lost, "doubled": doubled, "reordered": reordered, "contradicted": contradicted,
        })
    }
}

impl Figure {
    /// The name as a program likes it, with its unit: `delivered_a_second`, `delivered_p99_ms`.
    fn key(&self) -> String {
        let words = format!("{} {}", self.name, self.unit.replace('µ', "u").replace('%', "percent"));
        words.trim_end().replace(|letter: char| !letter.is_ascii_alphanumeric(), "_").to_ascii_lowercase()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.load)?;
        for Figure { name, value, unit } in &self.figures {
            let digits = if *value < 100.0 { 2 } else { 0 };
            writeln!(formatter, "  {name:<28} {value:>12.digits$} {unit}")?;
        }
        let Faults { lost, doubled, reordered, contradicted } = self.faults;
        write!(
            formatter,
            "  lost {lost}, doubled {doubled}, reordered {reordered}, contradicted {contradicted}"
        )
    }
}

/// Times from a microsecond to a minute, each to three digits.
pub(crate) fn times() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("bounds in order")
}

/// What goes into [`times`].
pub(crate) fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX).clamp(1, 60_000_000)
}

#[expect(clippy::cast_precision_loss, reason = "a minute of microseconds is exact")]
fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_well_for_people_and_for_programs() {
        let mut report = Report::new("relay");
        report.add("delivered", 12_345.0, "a second");
        report.add("processor", 42.25, "µs/message");
        report.blame(Faults { doubled: 2, ..Faults::default() });
        let lines = report.to_string();
        assert!(lines.contains("delivered                           12345 a second"), "{lines}");
        assert!(lines.ends_with("lost 0, doubled 2, reordered 0, contradicted 0"), "{lines}");
        assert_eq!(
            report.json(),
            json!({
                "load": "relay",
                "figures": {"delivered_a_second": 12_345.0, "processor_us_message": 42.25},
                "lost": 0, "doubled": 2, "reordered": 0, "contradicted": 0,
            })
        );
        assert!(report.is_bad());
    }
}
