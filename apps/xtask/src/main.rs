//! The chores of this repository, run as `cargo xtask …`: what every change must pass, here and in CI.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    xtask::run(&args.iter().map(String::as_str).collect::<Vec<_>>())
}
