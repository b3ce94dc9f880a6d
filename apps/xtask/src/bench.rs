//! `cargo xtask bench`: every load of talker-bench, on `SQLite` and on a private `MariaDB`, as one table.

mod loads;
mod machine;
mod servers;
mod tables;

use std::{
    collections::HashMap,
    fs,
    process::{Command, ExitCode},
};

use serde_json::Value;

use crate::{
    bench::{
        loads::{LOADS, Load, Pace},
        servers::{Backend, Database, Server},
        tables::Table,
    },
    commands::{program, run as run_command, unstartable},
    tools,
};

/// Where the table is kept.
const TABLE: &str = "target/bench.md";

/// The programs, as cargo leaves them.
const GENERATOR: &str = "target/release/talker-bench";

/// Measures everything, or the loads whose names hold these words. The figures are printed, and kept as a table.
pub(crate) fn run(words: &[&str]) -> Result<ExitCode, String> {
    tools::ensure(&[tools::BUILD, tools::TESTS].concat())?;
    let packages = ["build", "--release", "--locked", "-p", "talker-server", "-p", "talker-bench"];
    run_command(&mut program("cargo", &packages))?;
    let chosen: Vec<&Load> = LOADS
        .iter()
        .filter(|load| words.is_empty() || words.iter().any(|word| load.name.contains(word)))
        .collect();
    if chosen.is_empty() {
        return Err(format!("no load has a name like {}", words.join(" or ")));
    }
    let mut table = Table::new(machine::describe()?);
    for backend in [Backend::Sqlite, Backend::Mariadb] {
        measure(backend, &chosen, &mut table)?;
    }
    println!("\n{table}");
    Ok(if table.faults == 0 && table.failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Every load has a server of its own, on the data that the ones before it left.
fn measure(backend: Backend, loads: &[&Load], table: &mut Table) -> Result<(), String> {
    let database = Database::start(backend)?;
    let mut most = None;
    for load in loads {
        let rounds = play(backend, &database, load, most, table)?;
        for figure in load.figures {
            let median = tables::median(rounds.iter().filter_map(|round| round.get(figure.key).copied()));
            if load.name == loads::MOST && figure.key == Pace::KEY {
                most = median;
            }
            table.add(load.name, figure, backend, median);
        }
        // Whoever has no time for all of it has what there is so far.
        keep(table)?;
    }
    Ok(())
}

/// Plays all rounds of a load, and returns the figures of those that could be played to the end.
fn play(
    backend: Backend,
    database: &Database,
    load: &Load,
    most: Option<f64>,
    table: &mut Table,
) -> Result<Vec<HashMap<String, f64>>, String> {
    let pace = load.pace.map(|pace| pace.of(most));
    let mut rounds = Vec::new();
    for round in 1..=load.rounds {
        eprintln!("xtask: {backend}, {}, {round} of {}", load.name, load.rounds);
        let server = Server::start(database)?;
        match generate(&server, database, load, pace) {
            Ok(report) => {
                table.faults += faults(&report);
                rounds.push(figures(&report, &server));
            }
            // What the others found is worth having all the same.
            Err(sentence) => {
                eprintln!("xtask: {sentence}");
                table.failures += 1;
            }
        }
    }
    Ok(rounds)
}

fn keep(table: &Table) -> Result<(), String> {
    let kept = fs::write(crate::root().join(TABLE), table.to_string());
    kept.map_err(|fault| format!("{TABLE} cannot be written: {fault}"))
}

fn faults(report: &Value) -> u64 {
    ["lost", "doubled", "reordered", "contradicted"].iter().filter_map(|fault| report[fault].as_u64()).sum()
}

/// What the generator found, and what is known of the server itself.
fn figures(report: &Value, server: &Server) -> HashMap<String, f64> {
    let found = report["figures"].as_object().into_iter().flatten();
    let mut figures: HashMap<String, f64> =
        found.filter_map(|(key, value)| Some((key.clone(), value.as_f64()?))).collect();
    figures.insert(loads::FIRST_ANSWER.into(), server.first_answer.as_secs_f64() * 1_000.0);
    figures.insert(loads::MEMORY_AT_START.into(), server.memory_at_start);
    figures
}

fn generate(server: &Server, database: &Database, load: &Load, pace: Option<u32>) -> Result<Value, String> {
    let mut command: Command = program(crate::root().join(GENERATOR), load.arguments);
    command.arg("--json").arg(format!("--server={}", server.address)).arg(format!("--pid={}", server.id()));
    command.arg(format!("--mails={}", database.folder().join("mails").display()));
    command.args(pace.map(|rate| format!("--rate={rate}")));
    let output = command.output().map_err(|fault| unstartable(&command, &fault))?;
    serde_json::from_slice(&output.stdout)
        .map_err(|_| format!("{}: {}", load.name, String::from_utf8_lossy(&output.stderr).trim_end()))
}
