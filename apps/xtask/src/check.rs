//! `cargo xtask check`: every gate that is not a test. Each runs, whatever the others say.

use std::{
    io::{self, Write},
    process::ExitCode,
    time::Instant,
};

use crate::{
    advisories,
    commands::{program, run_quietly},
    packages, tidy, tools,
};

/// A name, and the gate: its error is what to show of the failure.
type Gate = (&'static str, fn() -> Result<(), String>);

const GATES: [Gate; 7] = [
    ("format", format),
    ("lints", lints),
    ("docs", docs),
    ("dependencies", dependencies),
    ("unused dependencies", unused_dependencies),
    ("web page", web_page),
    ("tidy", tidy),
];

/// Prints one line for each gate, and at the end which of them failed.
pub(crate) fn run() -> Result<ExitCode, String> {
    tools::ensure(&[tools::BUILD, tools::NPM].concat())?;
    let mut failed: Vec<_> = GATES.into_iter().filter(|gate| !passes(*gate)).map(|(name, _)| name).collect();
    if !are_advisories_heeded() {
        failed.push("advisories");
    }
    if failed.is_empty() {
        println!("check passed");
        return Ok(ExitCode::SUCCESS);
    }
    Err(format!("check failed: {}", failed.join(", ")))
}

fn passes((name, gate): Gate) -> bool {
    print!("{name}: ");
    // Only so that the name is seen while a long gate runs.
    let _ = io::stdout().flush();
    let start = Instant::now();
    let outcome = gate();
    let seconds = start.elapsed().as_secs();
    match &outcome {
        Ok(()) => println!("ok ({seconds} s)"),
        Err(shown) => println!("FAILED ({seconds} s)\n{shown}"),
    }
    outcome.is_ok()
}

/// Also where there is nothing to check against, which is said.
fn are_advisories_heeded() -> bool {
    match advisories::check() {
        Some(Ok(())) => println!("advisories: ok"),
        Some(Err(shown)) => {
            println!("advisories: FAILED\n{shown}");
            return false;
        }
        None => println!(
            "advisories: not checked, their database is online; `cargo deny fetch` brings it, or {} names it",
            advisories::VARIABLE
        ),
    }
    true
}

fn format() -> Result<(), String> {
    cargo(&["fmt", "--all", "--check", "--", "--color", "never"])
}

fn lints() -> Result<(), String> {
    cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
}

fn docs() -> Result<(), String> {
    let mut doc = program("cargo", &["doc", "--workspace", "--no-deps", "--locked"]);
    run_quietly(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

fn dependencies() -> Result<(), String> {
    tools::ensure_cargo("deny", "0.20.2")?;
    cargo(&["deny", "--offline", "--locked", "check", "bans", "licenses", "sources"])
}

fn unused_dependencies() -> Result<(), String> {
    tools::ensure_cargo("machete", "0.9.2")?;
    // By this variable of `cargo run` it would take itself for started without cargo, and `machete` for a folder.
    run_quietly(program("cargo", &["machete"]).env_remove("CARGO_PKG_NAME"))
}

fn web_page() -> Result<(), String> {
    packages::install(packages::WEB)?;
    packages::npm(packages::WEB, &["run", "check"])
}

fn tidy() -> Result<(), String> {
    let complaints = tidy::complaints(&crate::root());
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}

fn cargo(args: &[&str]) -> Result<(), String> {
    run_quietly(&mut program("cargo", args))
}
