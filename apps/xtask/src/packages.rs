//! The JavaScript packages of the workspace: the official client that the server's tests drive, and the web page.

use crate::{
    commands::{program, run_quietly},
    root,
};

/// The official JavaScript client, which the end-to-end tests drive.
pub(crate) const CLIENT: &str = "apps/talker-server/tests/javascript";

/// The web page.
pub(crate) const WEB: &str = "apps/talker-web";

/// Fetches what a package's lock file names.
pub(crate) fn install(folder: &str) -> Result<(), String> {
    if !root().join(folder).join("package-lock.json").is_file() {
        return Err(format!("{folder}/package-lock.json is not there, so what it names cannot be installed"));
    }
    npm(folder, &["ci", "--no-audit", "--no-fund"])
}

/// Runs npm in a package's folder; what it says is shown if it fails.
pub(crate) fn npm(folder: &str, args: &[&str]) -> Result<(), String> {
    run_quietly(program("npm", args).current_dir(root().join(folder)))
}
