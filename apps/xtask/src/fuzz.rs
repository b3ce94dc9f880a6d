//! `cargo xtask fuzz`: every fuzz target for a while, from the corpus that is kept, with a nightly compiler.

use std::process::ExitCode;

use crate::{
    commands::{program, run},
    root, tools,
};

/// Where the targets are.
const FOLDER: &str = "apps/talker-server/fuzz";

/// How long one input may take, in seconds.
const TIMEOUT: u32 = 30;

/// How many MiB the fuzzer and what it tries may take.
const MEMORY: u32 = 2_048;

/// Runs each target for so many seconds, or until one finds something: then its input is kept, and shown how to try again.
pub(crate) fn run_all(seconds: &str) -> Result<ExitCode, String> {
    let seconds: u32 = seconds.parse().map_err(|_| format!("`{seconds}` is no number of seconds"))?;
    tools::ensure(tools::BUILD)?;
    tools::ensure_cargo("fuzz", "0.13.2")?;
    for target in targets()? {
        println!("{target}: {seconds} s");
        fuzz(&target, seconds)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The targets, by the names of their files.
fn targets() -> Result<Vec<String>, String> {
    let folder = root().join(FOLDER).join("fuzz_targets");
    let files = std::fs::read_dir(&folder).map_err(|fault| format!("{}: {fault}", folder.display()))?;
    let names = files.flatten().filter_map(|file| Some(file.path().file_stem()?.to_str()?.to_owned()));
    let mut names: Vec<String> = names.collect();
    names.sort();
    Ok(names)
}

/// What is new goes to a folder below `target`; the corpus of the repository is only read.
fn fuzz(target: &str, seconds: u32) -> Result<(), String> {
    let found = root().join("target/fuzz").join(target);
    std::fs::create_dir_all(&found).map_err(|fault| format!("{}: {fault}", found.display()))?;
    let (found, corpus) = (found.display().to_string(), format!("{FOLDER}/corpus/{target}"));
    // The workspace forbids unsafe code, so there is nothing for a sanitizer that panics would not show.
    let command =
        ["+nightly", "fuzz", "run", "--fuzz-dir", FOLDER, "--sanitizer", "none", target, &found, &corpus];
    let limits = [
        format!("-max_total_time={seconds}"),
        format!("-timeout={TIMEOUT}"),
        format!("-rss_limit_mb={MEMORY}"),
        "-max_len=4096".to_owned(),
        "-verbosity=0".to_owned(),
        "-print_final_stats=1".to_owned(),
    ];
    let mut command = program("cargo", &command);
    run(command.arg("--").args(limits))
}
