//! A `MariaDB` of our own for one run of the tests, or for a test that breaks it: its own folder, its own port, gone when
//! dropped.

use std::{
    fs,
    net::TcpListener,
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    commands::{program, run_quietly, unstartable},
    tools,
};

const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(50);
const LOG_LINES: usize = 20;

/// Both hosts, because the server does not look names up: one for the socket, one for the port.
const USERS: &str = "
    CREATE USER 'talker'@'localhost' IDENTIFIED BY 'talker';
    CREATE USER 'talker'@'127.0.0.1' IDENTIFIED BY 'talker';
    GRANT ALL PRIVILEGES ON *.* TO 'talker'@'localhost';
    GRANT ALL PRIVILEGES ON *.* TO 'talker'@'127.0.0.1';";

/// A running server. Dropping it kills the server first and removes its folder then.
#[derive(Debug)]
pub struct Mariadb {
    server: Child,
    folder: TempDir,
    port: u16,
    options: &'static [&'static str],
}

impl Mariadb {
    /// Returns once the server accepts connections and knows the user of the tests.
    ///
    /// # Errors
    /// A sentence that says what is missing.
    pub fn start() -> Result<Self, String> {
        Self::start_with(&[])
    }

    /// The same, with options of its own.
    pub(crate) fn start_with(options: &'static [&'static str]) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("talker-mariadb-").tempdir();
        let folder = folder.map_err(|fault| format!("no temporary folder for MariaDB: {fault}"))?;
        fill(folder.path())?;
        let port = free_port().map_err(|fault| format!("no free port for MariaDB: {fault}"))?;
        let server = spawn(folder.path(), port, options)?;
        let mut database = Self { server, folder, port, options };
        database.wait()?;
        database.execute(USERS)?;
        Ok(database)
    }

    /// Names no database: each test makes its own.
    #[must_use]
    pub fn url(&self) -> String {
        format!("mysql://talker:talker@127.0.0.1:{}", self.port)
    }

    /// Adds an empty database.
    ///
    /// # Errors
    /// A sentence that says why it cannot be had.
    pub fn create_database(&self, name: &str) -> Result<(), String> {
        self.execute(&format!("CREATE DATABASE {name}"))
    }

    /// Gives the server no time to do anything.
    ///
    /// # Errors
    /// A sentence, if it has ended already.
    pub fn kill(&mut self) -> Result<(), String> {
        let killed = self.server.kill().and_then(|()| self.server.wait());
        killed.map(drop).map_err(|fault| format!("MariaDB could not be killed: {fault}"))
    }

    /// Starts a server that was killed, on the same data and port.
    ///
    /// # Errors
    /// A sentence that says why it does not start.
    pub fn start_again(&mut self) -> Result<(), String> {
        // What is left of the last one's would be taken for a server that accepts.
        let _ = fs::remove_file(self.folder.path().join("socket"));
        self.server = spawn(self.folder.path(), self.port, self.options)?;
        self.wait()
    }

    /// Has the server do nothing, and answer nobody, until it is resumed.
    ///
    /// # Errors
    /// A sentence, if it has ended already.
    pub fn pause(&self) -> Result<(), String> {
        self.signal("STOP")
    }

    /// Has a paused server go on.
    ///
    /// # Errors
    /// A sentence, if it has ended already.
    pub fn resume(&self) -> Result<(), String> {
        self.signal("CONT")
    }

    fn signal(&self, name: &str) -> Result<(), String> {
        let kill = format!("kill -{name} {}", self.server.id());
        run_quietly(&mut program("sh", &["-c", &kill]))
    }

    fn wait(&mut self) -> Result<(), String> {
        let start = Instant::now();
        while UnixStream::connect(self.folder.path().join("socket")).is_err() {
            if let Ok(Some(status)) = self.server.try_wait() {
                return Err(self.lament(&format!("MariaDB ended at its start ({status})")));
            }
            if start.elapsed() > PATIENCE {
                return Err(self.lament(&format!("MariaDB did not accept within {} s", PATIENCE.as_secs())));
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    fn execute(&self, statements: &str) -> Result<(), String> {
        let socket = option("socket", &self.folder.path().join("socket"));
        let args = ["--no-defaults", &socket, "--user=root", "--execute", statements];
        run_quietly(&mut program("mariadb", &args)).map_err(|sentence| self.lament(&sentence))
    }

    /// The sentence, and the end of the server's own log under it.
    fn lament(&self, sentence: &str) -> String {
        let log = fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        format!("{sentence}\n{}", lines[lines.len().saturating_sub(LOG_LINES)..].join("\n"))
    }
}

impl Drop for Mariadb {
    fn drop(&mut self) {
        // Its data is thrown away, so a clean shutdown would be time for nothing. A server that has
        // ended already is what we want, hence no look at either result.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The system tables. `normal` lets root in over the socket without a password, whoever runs this.
///
/// A server that starts clears its folder of temporary tables, so two that begin at once must not share one.
fn fill(folder: &Path) -> Result<(), String> {
    let temporary = folder.join("tmp");
    fs::create_dir(&temporary)
        .map_err(|fault| format!("no folder for MariaDB's temporary tables: {fault}"))?;
    let (data, temporary) = (option("datadir", &folder.join("data")), option("tmpdir", &temporary));
    let args =
        ["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", &data, &temporary];
    run_quietly(as_root(&mut program("mariadb-install-db", &args)))
}

/// The character set stays the server's default, latin1: migrations have to say utf8mb4 themselves.
fn spawn(folder: &Path, port: u16, options: &[&str]) -> Result<Child, String> {
    let server = tools::locate("mariadbd").ok_or("mariadbd is not there")?;
    // An xtask that is killed drops nothing; then the kernel ends the server.
    let mut command = program("setpriv", &["--pdeathsig", "KILL"]);
    command.arg(server).args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve"]);
    command.args(["--innodb-flush-log-at-trx-commit=1", "--max-connections=500", &format!("--port={port}")]);
    let files = [
        ("datadir", "data"),
        ("tmpdir", "tmp"),
        ("socket", "socket"),
        ("pid-file", "pid"),
        ("log-error", "error.log"),
    ];
    for (name, file) in files {
        command.arg(option(name, &folder.join(file)));
    }
    command.args(options);
    as_root(&mut command).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map_err(|fault| unstartable(&command, &fault))
}

/// `MariaDB` refuses to run as root unless told to, and to be told so as anybody else.
fn as_root(command: &mut Command) -> &mut Command {
    if tools::is_root() { command.arg("--user=root") } else { command }
}

fn option(name: &str, path: &Path) -> String {
    format!("--{name}={}", path.display())
}

/// A port of the loopback that nobody has just now.
pub(crate) fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
