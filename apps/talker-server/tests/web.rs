//! The web page that is built into the server: its client core, all of it in a real browser, and a build without it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../talker-web");

#[test]
fn the_client_core_keeps_its_word_to_a_real_server() {
    expect_success("test:core");
}

#[test]
fn people_talk_in_real_browsers() {
    expect_success("test:browser");
}

#[test]
fn where_npm_is_missing_the_build_goes_on_without_the_page_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let build = folder.path().join("build");
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let compiled = Command::new(rustc)
        .args(["--edition", "2024", "build.rs", "-o"])
        .arg(&build)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(compiled.expect("rustc, which built this").success());
    let ran = Command::new(&build)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("OUT_DIR", folder.path())
        .env("PATH", folder.path())
        .output()
        .expect("the build starts");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(said.contains("cargo::warning=the server is built without its web page: npm,"), "{said}");
    let page = fs::read_dir(folder.path().join("web/dist")).expect("a folder for the page");
    assert_eq!(page.count(), 0);
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
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}{complaints}", failures(&said));
    let all_ran = said.contains("# fail 0") && said.contains("# skipped 0") && !said.contains("# pass 0");
    assert!(all_ran, "not every test ran:\n{said}");
}

/// The tests that failed, alone: in the whole report they are hard to find. Without any, all of it.
fn failures(report: &str) -> String {
    let failed: Vec<_> = report.split("# Subtest: ").filter(|test| test.contains("\nnot ok ")).collect();
    if failed.is_empty() { report.to_owned() } else { failed.concat() }
}
