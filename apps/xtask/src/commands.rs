//! Runs other programs from the root of the workspace, and says in one sentence when one fails.

use std::process::{Command, Output};

/// A program that will run in the root of the workspace.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(args).current_dir(crate::root());
    command
}

/// Runs it in the open: what it prints is seen at once.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|fault| unstartable(command, &fault))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status})", line(command))) }
}

/// Runs it silently: what it printed is in the error, and lost otherwise.
pub(crate) fn run_quietly(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|fault| unstartable(command, &fault))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("`{}` failed ({})\n{}", line(command), output.status, printed(&output)))
}

/// The sentence for a program that did not even start.
pub(crate) fn unstartable(command: &Command, fault: &std::io::Error) -> String {
    format!("`{}` did not start: {fault}", line(command))
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn printed(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&both).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_failure_shows_the_command_and_what_it_printed() {
        let sentence = run_quietly(&mut program("sh", &["-c", "echo out; echo err >&2; exit 3"]));
        let sentence = sentence.expect_err("the shell exits with 3");
        assert!(sentence.starts_with("`sh -c"), "{sentence}");
        assert!(sentence.ends_with("(exit status: 3)\nout\nerr"), "{sentence}");
    }

    #[test]
    fn a_program_that_does_not_exist_is_named() {
        let sentence = run(&mut program("no-such-program", &[])).expect_err("it does not exist");
        assert!(sentence.starts_with("`no-such-program` did not start"), "{sentence}");
    }
}
