//! The programs from outside Rust that the chores need: looked for, installed on Debian, or asked for.

use std::{
    env, fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use crate::commands::{program, run, run_quietly};

/// Something that must be on the machine, and the Debian package that brings it.
#[derive(Clone, Copy)]
pub(crate) struct Tool {
    name: &'static str,
    package: &'static str,
    present: fn() -> bool,
}

/// To compile the workspace: `rust_socketio` links OpenSSL. The server itself needs none of it.
pub(crate) const BUILD: &[Tool] = &[
    Tool { name: "pkg-config", package: "pkg-config", present: || locate("pkg-config").is_some() },
    Tool { name: "OpenSSL headers", package: "libssl-dev", present: has_openssl },
];

/// To run the tests. The core packages hold whole programs but start no database of the system's own.
pub(crate) const TESTS: &[Tool] = &[
    Tool { name: "mariadbd", package: "mariadb-server-core", present: || locate("mariadbd").is_some() },
    Tool {
        name: "mariadb-install-db",
        package: "mariadb-server-core",
        present: || locate("mariadb-install-db").is_some(),
    },
    Tool { name: "mariadb", package: "mariadb-client-core", present: || locate("mariadb").is_some() },
    Tool { name: "unshare", package: "util-linux", present: || locate("unshare").is_some() },
    Tool { name: "mount", package: "mount", present: || locate("mount").is_some() },
    Tool { name: "ip", package: "iproute2", present: || locate("ip").is_some() },
    Tool { name: "setpriv", package: "util-linux", present: || locate("setpriv").is_some() },
    Tool { name: "pebble", package: "pebble", present: || locate("pebble").is_some() },
    Tool { name: "chromium", package: "chromium", present: || locate("chromium").is_some() },
];

/// For the web page, and for the official client. The page takes Node.js 20.19 or newer.
pub(crate) const NPM: &[Tool] = &[
    Tool { name: "node", package: "nodejs", present: || locate("node").is_some() },
    Tool { name: "npm", package: "npm", present: || locate("npm").is_some() },
];

/// Installs what is missing, as root on Debian; anywhere else the error says what to install.
pub(crate) fn ensure(tools: &[Tool]) -> Result<(), String> {
    let missing = missing(tools);
    if missing.is_empty() {
        return Ok(());
    }
    if !may_install() {
        return Err(request(&missing));
    }
    install(&packages(&missing))?;
    let missing = self::missing(tools);
    if missing.is_empty() { Ok(()) } else { Err(request(&missing)) }
}

/// Makes sure of a cargo subcommand, building it when it is not there.
pub(crate) fn ensure_cargo(subcommand: &str, version: &str) -> Result<(), String> {
    if run_quietly(&mut program("cargo", &[subcommand, "--version"])).is_ok() {
        return Ok(());
    }
    let name = format!("cargo-{subcommand}");
    // Unoptimised it builds in a third of the time, and still checks this workspace in two seconds.
    let mut install = program("cargo", &["install", &name, "--debug", "--locked", "--version", version]);
    run_quietly(&mut install)
}

/// Where a program is. An ordinary user's `PATH` on Debian lacks the folder that `mariadbd` is in.
pub(crate) fn locate(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders =
        env::split_paths(&path).chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")]);
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}

pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn missing(tools: &[Tool]) -> Vec<Tool> {
    tools.iter().copied().filter(|tool| !(tool.present)()).collect()
}

fn has_openssl() -> bool {
    run_quietly(&mut program("pkg-config", &["--exists", "openssl"])).is_ok()
}

fn may_install() -> bool {
    is_root() && Path::new("/etc/debian_version").exists() && locate("apt-get").is_some()
}

fn install(packages: &[&str]) -> Result<(), String> {
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    for args in [["update"].as_slice(), &install] {
        run(program("apt-get", args).env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    Ok(())
}

fn packages(tools: &[Tool]) -> Vec<&'static str> {
    let mut packages: Vec<_> = tools.iter().map(|tool| tool.package).collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

fn request(missing: &[Tool]) -> String {
    let names: Vec<_> = missing.iter().map(|tool| tool.name).collect();
    let packages = packages(missing).join(" ");
    format!("{} missing here; on Debian, `apt-get install {packages}` as root brings it", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSENT: [Tool; 2] = [
        Tool { name: "one", package: "both", present: || false },
        Tool { name: "two", package: "both", present: || false },
    ];

    #[test]
    fn what_is_missing_is_named_in_one_sentence_with_its_package_once() {
        let sentence = request(&missing(&ABSENT));
        assert_eq!(sentence, "one, two missing here; on Debian, `apt-get install both` as root brings it");
    }

    #[test]
    fn what_is_there_is_not_asked_for() {
        let there = Tool { name: "sh", package: "dash", present: || locate("sh").is_some() };
        assert!(missing(&[there]).is_empty());
        assert!(ensure(&[there]).is_ok());
    }

    #[test]
    fn a_program_of_no_folder_is_not_located() {
        assert_eq!(locate("no-such-program"), None);
    }
}
