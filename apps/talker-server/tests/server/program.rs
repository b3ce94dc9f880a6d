//! The server as the program that operators run, and what it says.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use std::{io::BufRead as _, io::BufReader, thread};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{sleep, timeout};

use crate::site::{PATIENCE, Site};

/// A running program. It is killed when this is dropped.
pub(crate) struct Program {
    child: Child,
    lines: UnboundedReceiver<String>,
    /// Everything it has logged so far.
    pub(crate) log: Vec<String>,
}

impl Program {
    /// Runs it in this folder, on free ports, with more arguments.
    pub(crate) fn spawn(folder: &Path, more: &[&str]) -> Self {
        Self::spawn_at(folder, "127.0.0.1:0", more)
    }

    /// The same, but where clients connect is given.
    pub(crate) fn spawn_at(folder: &Path, listen: &str, more: &[&str]) -> Self {
        let mut command = command(folder);
        command.args(["--listen", listen, "--admin-listen=127.0.0.1:0"]).args(more);
        Self::spawn_as(command)
    }

    /// Runs it by another program, which must become it: its words are followed by the program's own.
    pub(crate) fn spawn_by(folder: &Path, words: &[&str], listen: &str) -> Self {
        let mut command = Command::new(words[0]);
        command.current_dir(folder).args(&words[1..]).arg(env!("CARGO_BIN_EXE_talker-server"));
        command.args(["--listen", listen, "--admin-listen=127.0.0.1:0"]);
        without_settings(&mut command);
        command.env("TALKER_RATE_LIMITS", "off");
        Self::spawn_as(command)
    }

    fn spawn_as(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().expect("a process");
        let stderr = BufReader::new(child.stderr.take().expect("its log"));
        let (sender, lines) = unbounded_channel();
        thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                // Nobody reads any more once the test is over.
                let _ = sender.send(line);
            }
        });
        Self { child, lines, log: vec![] }
    }

    /// Runs it, and waits until it says where it listens.
    pub(crate) async fn start(folder: &Path, more: &[&str]) -> (Self, Site) {
        let mut program = Self::spawn(folder, more);
        let site = program.site(folder).await;
        (program, site)
    }

    /// Waits until it says where it listens.
    pub(crate) async fn site(&mut self, folder: &Path) -> Site {
        let line = self.line_with("talker listens on").await;
        let mut addresses = line.split("://").skip(1).map(|rest| {
            let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.' && letter != ':');
            rest[..end.unwrap_or(rest.len())].parse::<SocketAddr>().expect("an address")
        });
        let (address, admin_address) = (addresses.next().expect("two"), addresses.next().expect("two"));
        Site::new(address, admin_address, folder.join("talker-data"))
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a line with this in it.
    pub(crate) async fn line_with(&mut self, text: &str) -> String {
        let found = timeout(PATIENCE, async {
            while let Some(line) = self.lines.recv().await {
                self.log.push(line.clone());
                if line.contains(text) {
                    return Some(line);
                }
            }
            None
        });
        let found = found.await.ok().flatten();
        found.unwrap_or_else(|| panic!("it does not say {text:?}, but {:#?}", self.log))
    }

    /// Asks it to stop, as service managers do.
    pub(crate) fn terminate(&self) {
        let kill = format!("kill -TERM {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("a shell").success());
    }

    /// Gives it no time to do anything.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("a running process");
    }

    /// Waits for its end, and returns its exit code and how long that took. The log is complete then.
    pub(crate) async fn ended(&mut self) -> (Option<i32>, Duration) {
        let begun = Instant::now();
        let ended = timeout(PATIENCE, async {
            loop {
                if let Some(status) = self.child.try_wait().expect("a child") {
                    return status;
                }
                sleep(Duration::from_millis(10)).await;
            }
        });
        let status = ended.await.expect("a program that ends");
        let lasted = begun.elapsed();
        while let Some(line) = self.lines.recv().await {
            self.log.push(line);
        }
        (status.code(), lasted)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the program says to these arguments and variables, if that is all it does.
pub(crate) fn said(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    command(folder).args(arguments).envs(variables.iter().copied()).output().expect("a process")
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_talker-server"));
    command.current_dir(folder);
    without_settings(&mut command);
    command.env("TALKER_RATE_LIMITS", "off");
    command
}

fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TALKER_") {
            command.env_remove(name);
        }
    }
}
