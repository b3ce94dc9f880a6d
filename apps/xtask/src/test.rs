//! `cargo xtask test`: every test of the workspace, with all it needs brought along.

use std::{
    io::{self, BufRead, BufReader, Write},
    process::{Child, ChildStdout, ExitCode, ExitStatus, Stdio},
};

use crate::{
    commands::{program, unstartable},
    mariadb::Mariadb,
    packages,
    tally::Tally,
    tools,
};

/// The long form of what is left to chance: the server killed under load so many times on each database, a hundred times
/// as many logins and logouts under fire, and a thousand times as many random histories.
pub(crate) fn prove(crashes: &str) -> Result<ExitCode, String> {
    let times: u32 =
        crashes.parse().map_err(|_| format!("`{crashes}` is not how often a server can be killed"))?;
    let (races, histories) = ((u64::from(times) * 100).to_string(), (u64::from(times) * 1_000).to_string());
    let variables =
        [("TALKER_CRASHES", crashes), ("TALKER_RACES", &races), ("TALKER_MODEL_HISTORIES", &histories)];
    let server = ["-p", "talker-server", "--test", "server", "--", "crashes", "races"];
    let model = ["-p", "talker-store", "--test", "model"];
    let failed = with_database(&server, &variables)? != ExitCode::SUCCESS;
    let model = with_database(&model, &variables)?;
    Ok(if failed { ExitCode::FAILURE } else { model })
}

/// Runs the tests; `extra` goes to `cargo test` as it is. The last line printed is the tally.
pub(crate) fn run(extra: &[&str]) -> Result<ExitCode, String> {
    with_database(extra, &[])
}

fn with_database(extra: &[&str], variables: &[(&str, &str)]) -> Result<ExitCode, String> {
    tools::ensure(&[tools::BUILD, tools::NPM, tools::TESTS].concat())?;
    packages::install(packages::CLIENT)?;
    packages::install(packages::WEB)?;
    let database = Mariadb::start()?;
    let (status, tally) = cargo_test(extra, variables, &database.url())?;
    drop(database);
    if tally.ran() == 0 {
        eprintln!("xtask: no test ran, which counts as a failure");
    }
    println!("{tally}");
    Ok(verdict(status, &tally))
}

fn cargo_test(
    extra: &[&str],
    variables: &[(&str, &str)],
    mysql_url: &str,
) -> Result<(ExitStatus, Tally), String> {
    let mut command = program("cargo", &["test", "--locked", "--no-fail-fast"]);
    command.args(scope(extra)).args(extra).envs(variables.iter().copied());
    command.env("TALKER_TEST_MYSQL_URL", mysql_url).stdout(Stdio::piped());
    let mut tests = command.spawn().map_err(|fault| unstartable(&command, &fault))?;
    let tally = tests.stdout.take().map_or_else(|| Ok(Tally::default()), pass_through);
    let status = finish(&mut tests)?;
    Ok((status, tally.map_err(|fault| format!("the output of the tests was cut off: {fault}"))?))
}

/// Beside `--workspace`, cargo would not heed the package that a developer names.
fn scope(extra: &[&str]) -> Option<&'static str> {
    let narrowed = extra.iter().any(|arg| arg.starts_with("-p") || arg.starts_with("--package"));
    (!narrowed).then_some("--workspace")
}

/// Copies the output line by line, counting results. A test may print bytes that are no text.
fn pass_through(stdout: ChildStdout) -> io::Result<Tally> {
    let mut tally = Tally::default();
    let (mut lines, mut out) = (BufReader::new(stdout), io::stdout());
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        out.write_all(&line)?;
        tally.count(&String::from_utf8_lossy(&line));
        line.clear();
    }
    out.flush().map(|()| tally)
}

fn finish(tests: &mut Child) -> Result<ExitStatus, String> {
    tests.wait().map_err(|fault| format!("cargo test could not be waited for: {fault}"))
}

/// Cargo's own exit code, unless it is content with having run nothing.
fn verdict(status: ExitStatus, tally: &Tally) -> ExitCode {
    match status.code().map(u8::try_from) {
        Some(Ok(0)) if tally.ran() > 0 => ExitCode::SUCCESS,
        Some(Ok(code)) if code > 0 => ExitCode::from(code),
        _ => ExitCode::FAILURE,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn tally(line: &str) -> Tally {
        let mut tally = Tally::default();
        tally.count(line);
        tally
    }

    #[test]
    fn success_needs_a_test_that_ran() {
        let (exited_0, exited_101) = (ExitStatus::from_raw(0), ExitStatus::from_raw(101 << 8));
        let some = tally("test result: ok. 1 passed; 0 failed; 0 ignored");
        assert_eq!(verdict(exited_0, &some), ExitCode::SUCCESS);
        assert_eq!(verdict(exited_0, &Tally::default()), ExitCode::FAILURE);
        assert_eq!(verdict(exited_101, &some), ExitCode::from(101));
    }

    #[test]
    fn all_packages_are_tested_unless_one_is_named() {
        assert_eq!(scope(&["--", "a_filter"]), Some("--workspace"));
        assert_eq!(scope(&["-p", "talker-store"]), None);
        assert_eq!(scope(&["--package=talker-store"]), None);
    }

    #[test]
    fn tests_killed_by_a_signal_failed() {
        let some = tally("test result: ok. 1 passed; 0 failed; 0 ignored");
        assert_eq!(verdict(ExitStatus::from_raw(9), &some), ExitCode::FAILURE);
    }
}
