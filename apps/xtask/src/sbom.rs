//! `cargo xtask sbom`: a list of all parts of the server and its page, as `CycloneDX` lists them.

use std::{fs, path::Path, process::ExitCode};

use crate::{
    commands::{program, run_quietly},
    root, tools,
};

/// Where the lists are put.
const FOLDER: &str = "target/sbom";

/// Writes `target/sbom/talker-server.cdx.json` and `target/sbom/talker-web.cdx.json`.
pub(crate) fn write() -> Result<ExitCode, String> {
    tools::ensure(tools::NPM)?;
    tools::ensure_cargo("cyclonedx", "0.5.9")?;
    let folder = root().join(FOLDER);
    fs::create_dir_all(&folder).map_err(|fault| format!("{}: {fault}", folder.display()))?;
    server(&folder.join("talker-server.cdx.json"))?;
    page(&folder.join("talker-web.cdx.json"))?;
    Ok(ExitCode::SUCCESS)
}

/// The crates that the binary is made of, and macros that it is made with. The tool writes beside each manifest.
fn server(list: &Path) -> Result<(), String> {
    let manifest = "apps/talker-server/Cargo.toml";
    let flags = [
        "--format",
        "json",
        "--spec-version",
        "1.5",
        "--no-build-deps",
        "--target",
        "x86_64-unknown-linux-gnu",
    ];
    run_quietly(
        program("cargo", &["cyclonedx", "--manifest-path", manifest, "--override-filename", "sbom"])
            .args(flags),
    )?;
    let written = written_lists(&root())?;
    for file in &written {
        if file.starts_with(root().join("apps/talker-server")) {
            fs::copy(file, list).map_err(|fault| format!("{}: {fault}", list.display()))?;
        }
        fs::remove_file(file).map_err(|fault| format!("{}: {fault}", file.display()))?;
    }
    said(list)
}

/// One for each crate of the workspace.
fn written_lists(root: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    let mut lists = Vec::new();
    for parent in ["apps", "crates"] {
        let folder = root.join(parent);
        let crates = fs::read_dir(&folder).map_err(|fault| format!("{}: {fault}", folder.display()))?;
        let files = crates.flatten().map(|folder| folder.path().join("sbom.json"));
        lists.extend(files.filter(|file| file.exists()));
    }
    Ok(lists)
}

/// The npm packages that the page is made of and built with, by its lock file, without those that only check it.
fn page(list: &Path) -> Result<(), String> {
    let flags = ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev", "--package-lock-only"];
    let mut npm = program("npm", &flags);
    let output = npm.current_dir(root().join("apps/talker-web")).output();
    let output = output.map_err(|fault| format!("npm did not start: {fault}"))?;
    if !output.status.success() {
        return Err(format!("npm sbom failed\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    fs::write(list, output.stdout).map_err(|fault| format!("{}: {fault}", list.display()))?;
    said(list)
}

/// How many parts it lists; none would be wrong.
fn said(list: &Path) -> Result<(), String> {
    let text = fs::read_to_string(list).map_err(|fault| format!("{}: {fault}", list.display()))?;
    let parts = text.matches("\"purl\"").count();
    println!("{}: {parts} parts", list.display());
    if parts == 0 { Err("a list without parts".into()) } else { Ok(()) }
}
