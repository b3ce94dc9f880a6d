//! Known faults of dependencies, where their database is at hand: it is online, and checks need no network.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::commands::{program, run_quietly};

/// Names the `RustSec` database: its folder, or an archive that tar unpacks, with `crates` at its top.
pub(crate) const VARIABLE: &str = "ADVISORY_DB";

/// What cargo-deny calls the folder of the database that it has fetched from its own address.
const FETCHED: &str = "advisory-db-3157b0e258782691";

/// Checks what is locked against the database; `None` if there is none.
pub(crate) fn check() -> Option<Result<(), String>> {
    if let Some(named) = env::var_os(VARIABLE) {
        return Some(check_with(Path::new(&named)));
    }
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")))?;
    let fetched = home.join("advisory-dbs");
    fetched.join(FETCHED).exists().then(|| deny(&fetched))
}

/// Checks against this folder or archive. cargo-deny takes a repository only, so that it becomes one.
fn check_with(named: &Path) -> Result<(), String> {
    let scratch = tempfile::tempdir().map_err(|fault| format!("no temporary folder: {fault}"))?;
    let database = scratch.path().join(FETCHED);
    fs::create_dir(&database).map_err(|fault| format!("{}: {fault}", database.display()))?;
    if named.is_dir() {
        run_quietly(program("cp", &["-R"]).arg(named.join("crates")).arg(&database))?;
    } else {
        run_quietly(program("tar", &["-x", "-f"]).arg(named).arg("-C").arg(&database))?;
    }
    let git = |args: &[&str]| run_quietly(program("git", args).current_dir(&database));
    git(&["init", "--quiet"])?;
    git(&["add", "--all", "--force"])?;
    let author = ["-c", "user.name=check", "-c", "user.email=check@localhost", "-c", "commit.gpgsign=false"];
    git(&[&author[..], &["commit", "--quiet", "--message", "The database as it was given"]].concat())?;
    deny(scratch.path())
}

/// Runs cargo-deny with the databases in this folder.
fn deny(databases: &Path) -> Result<(), String> {
    let scratch = settings_for(databases)?;
    let settings = scratch.path().join("deny.toml");
    let mut deny = program("cargo", &["deny", "--offline", "--locked", "--config"]);
    run_quietly(deny.arg(settings).args(["check", "advisories"]))
}

/// Our settings, with another place for databases.
fn settings_for(databases: &Path) -> Result<TempDir, String> {
    let ours = crate::root().join("deny.toml");
    let settings = fs::read_to_string(&ours).map_err(|fault| format!("{}: {fault}", ours.display()))?;
    let scratch = tempfile::tempdir().map_err(|fault| format!("no temporary folder: {fault}"))?;
    let place = format!("[advisories]\ndb-path = '{}'\n", databases.display());
    let settings = settings.replace("[advisories]\n", &place);
    fs::write(scratch.path().join("deny.toml"), settings).map_err(|fault| format!("deny.toml: {fault}"))?;
    Ok(scratch)
}
