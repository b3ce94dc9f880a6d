//! The chores of this repository: what every change must pass, and what its tests need.

mod advisories;
mod bench;
mod check;
mod commands;
mod fuzz;
mod mariadb;
mod packages;
mod sbom;
mod tally;
mod test;
mod tidy;
mod tools;

pub use mariadb::Mariadb;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

const USAGE: &str = "\
usage: cargo xtask <chore>

  test [arguments of cargo test]   every test, on SQLite and on a private MariaDB
  prove [crashes]                  the server killed under load, 1,000 times on each database, with
                                   1,000,000 random histories and 100,000 races
  bench [words]                    every load on both databases, or those whose names hold a word;
                                   the table is kept in target/bench.md
  fuzz [seconds]                   every fuzz target, a minute each, with a nightly compiler
  sbom                             what the server and its page are made of, in target/sbom
  check                            formatting, lints, docs, dependencies, the shape of the tree";

/// Runs the chore that these arguments name.
#[must_use]
pub fn run(args: &[&str]) -> ExitCode {
    let outcome = match args {
        ["test", extra @ ..] => test::run(extra),
        ["prove"] => test::prove("1000"),
        ["prove", crashes] => test::prove(crashes),
        ["bench", words @ ..] => bench::run(words),
        ["fuzz"] => fuzz::run_all("60"),
        ["fuzz", seconds] => fuzz::run_all(seconds),
        ["sbom"] => sbom::write(),
        ["check"] => check::run(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    outcome.unwrap_or_else(|sentence| {
        eprintln!("xtask: {sentence}");
        ExitCode::FAILURE
    })
}

/// The folder of the workspace, wherever the chore was called from.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(Path::to_path_buf).unwrap_or_default()
}
