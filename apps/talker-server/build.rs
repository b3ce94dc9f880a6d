//! Builds the web page that goes into the server. Where npm is missing or fails, the server is built without it, and says
//! so: now, and to whoever opens its address.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// Where the page is written.
const PAGE: &str = "../talker-web";

/// What it is built from.
const SOURCES: [&str; 7] =
    ["index.html", "package-lock.json", "package.json", "public", "src", "tsconfig.json", "vite.config.ts"];

fn main() {
    let workshop = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("web");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={PAGE}/{source}");
    }
    if let Err(reason) = build(&workshop) {
        println!("cargo::warning=the server is built without its web page: {reason}");
        // It is tried again with the next build: this file is never there.
        println!("cargo::rerun-if-changed={PAGE}/built");
        fs::remove_dir_all(workshop.join("dist")).ok();
    }
    fs::create_dir_all(workshop.join("dist")).expect("cargo's own folder can be written to");
}

/// Builds it in cargo's folder, so that nothing is written beside the sources.
fn build(workshop: &Path) -> Result<(), String> {
    lay_out(workshop).map_err(|fault| format!("its sources cannot be copied: {fault}"))?;
    install(workshop)?;
    npm(workshop, &["run", "build"])
}

fn lay_out(workshop: &Path) -> io::Result<()> {
    fs::create_dir_all(workshop)?;
    for source in SOURCES {
        let (from, to) = (Path::new(PAGE).join(source), workshop.join(source));
        if to.is_dir() {
            fs::remove_dir_all(&to)?;
        }
        copy(&from, &to)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Fetches what the page is made with, unless the lock file is the one that it was last fetched by.
fn install(workshop: &Path) -> Result<(), String> {
    let (lock, installed) = (workshop.join("package-lock.json"), workshop.join("installed"));
    let lock = fs::read(lock).map_err(|fault| format!("its lock file cannot be read: {fault}"))?;
    if fs::read(&installed).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    npm(workshop, &["ci", "--omit=dev", "--no-audit", "--no-fund"])?;
    fs::write(installed, lock).map_err(|fault| format!("cargo's folder cannot be written to: {fault}"))
}

fn npm(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("npm").args(arguments).current_dir(folder).output();
    let output =
        output.map_err(|fault| format!("npm, which comes with Node.js, does not start ({fault})"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let words: Vec<&str> = said.split_whitespace().collect();
    Err(format!("`npm {}` failed: {}", arguments.join(" "), words.join(" ")))
}
