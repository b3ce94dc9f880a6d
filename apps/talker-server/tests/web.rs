//! The web page that is built into the server: its client core, and all of it in a real browser.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../talker-web");

#[test]
fn the_client_core_keeps_its_word_to_a_real_server() {
    expect_success("test:core");
}

#[test]
fn people_talk_in_real_browsers() {
    expect_success("test:browser");
}

/// Browsers need the machine for themselves.
static ALONE: Mutex<()> = Mutex::new(());

/// Runs a script of the page's package, whose tests start the server themselves.
fn expect_success(script: &str) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let installed = Path::new(FOLDER).join("node_modules/playwright-core");
    assert!(installed.exists(), "what the page's tests need is missing; `cargo xtask test` installs it");
    let tests = Command::new("npm")
        .args(["run", "--silent", script])
        .current_dir(FOLDER)
        .env("TALKER_BINARY", env!("CARGO_BIN_EXE_talker-server"))
        .env("NODE_OPTIONS", "--test-reporter=tap")
        .stdin(Stdio::null())
        .output();
    let output = tests.expect("npm, which `cargo xtask test` installs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let all_ran = said.contains("# fail 0") && said.contains("# skipped 0") && !said.contains("# pass 0");
    assert!(all_ran, "not every test ran:\n{said}");
}
