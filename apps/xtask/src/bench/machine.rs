//! On what it is measured.

use std::{
    fs::{self, File},
    io::Write,
    process::Command,
    thread::available_parallelism,
    time::{Duration, Instant},
};

use crate::commands::program;

/// How long the disk is measured.
const SYNCING: Duration = Duration::from_secs(2);

/// What an fsync writes: a page.
const PAGE: [u8; 4_096] = [b'x'; 4_096];

/// One sentence: machine, disk, commit.
pub(super) fn describe() -> Result<String, String> {
    let processors = available_parallelism().map_or(1, usize::from);
    let synced = fsyncs_a_second().map_err(|fault| format!("the disk cannot be measured: {fault}"))?;
    let commit = said(&mut program("git", &["rev-parse", "--short", "HEAD"]));
    let changed = !said(&mut program("git", &["status", "--porcelain"])).is_empty();
    let changed = if changed { " with changes" } else { "" };
    Ok(format!(
        "{processors} processors ({}), shared with the generator; {synced:.0} fsyncs of 4 KiB a second; commit {commit}{changed}.",
        model()
    ))
}

fn model() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find(|line| line.starts_with("model name"));
    name.and_then(|line| line.split_once(": ")).map_or("of unknown kind", |(_, model)| model).to_owned()
}

fn fsyncs_a_second() -> std::io::Result<f64> {
    let folder = tempfile::tempdir()?;
    let mut file = File::create(folder.path().join("synced"))?;
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < SYNCING {
        file.write_all(&PAGE)?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}

fn said(command: &mut Command) -> String {
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_owned()
}
