//! Disks under SQLite.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::tempdir;

use super::{Diary, expect_no_panic};
use crate::plain::Plain;
use crate::program::Program;
use crate::site::hash_of;

/// A namespace of the server's own, in which its data are on a disk of a few MiB.
const SMALL_DISK: [&str; 5] =
    ["unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size=6m talker talker-data && exec \"$0\" \"$@\""];

const ANYWHERE: &str = "127.0.0.1:0";

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_what_is_to_be_stored_and_loses_nothing() {
    let folder = tempdir().expect("a folder");
    fs::create_dir(folder.path().join("talker-data")).expect("a folder");
    let mut program = Program::spawn_by(folder.path(), &SMALL_DISK, ANYWHERE);
    let seen_from_here = seen_from_here(&program, folder.path());
    let site = program.site(&seen_from_here).await;
    let mut diary = Diary::begin(&site).await;
    for fullness in 0..3 {
        let filler = seen_from_here.join("talker-data/filler");
        fill(&filler);
        while diary.stored.len() < 40 * (fullness + 1) && diary.attempt().await["ok"] == true {}
        diary.expect_refusal().await;
        diary.expect_whole(&site).await;
        diary.expect_refusal().await;
        fs::remove_file(&filler).expect("a filler");
        diary.write_again().await;
        diary.write().await;
    }
    diary.expect_whole(&site).await;
    program.terminate();
    assert_eq!(program.ended().await.0, Some(0));
    expect_no_panic(&program);
}

/// The server's folder as it sees it, from outside of its namespace.
fn seen_from_here(program: &Program, folder: &Path) -> PathBuf {
    Path::new(&format!("/proc/{}/root", program.id()))
        .join(folder.strip_prefix("/").expect("an absolute path"))
}

/// Takes all the room that is left.
fn fill(path: &Path) {
    let mut filler = File::create(path).expect("a file");
    let mut piece = vec![0; 64 * 1_024];
    while !piece.is_empty() {
        if filler.write_all(&piece).is_err() {
            piece.truncate(piece.len() / 2);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_disk_does_not_confirm_is_not_acknowledged() {
    let folder = tempdir().expect("a folder");
    let (shim, sign) = (shim(folder.path()), folder.path().join("broken"));
    let variables =
        [format!("LD_PRELOAD={}", shim.display()), format!("FSYNC_FAILS_WHILE={}", sign.display())];
    let mut program = Program::spawn_by(folder.path(), &["env", &variables[0], &variables[1]], ANYWHERE);
    let site = program.site(folder.path()).await;
    let mut diary = Diary::begin(&site).await;
    for _ in 0..3 {
        fs::write(&sign, "").expect("a file");
        diary.expect_refusal().await;
        diary.expect_refusal().await;
        diary.expect_whole(&site).await;
        fs::remove_file(&sign).expect("a sign");
        diary.write_again().await;
        diary.write().await;
    }
    // A crash keeps what was confirmed.
    program.kill();
    program.ended().await;
    expect_no_panic(&program);
    let (_program, site) = Program::start(folder.path(), &[]).await;
    let mut again = Plain::connect(&site).await;
    again.become_user("anna", &hash_of("anna")).await;
    let diary = Diary { plain: again, stored: diary.stored };
    diary.expect_whole(&site).await;
}

fn shim(folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server/faults/fsync.c");
    let library = folder.join("fsync.so");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source).status();
    assert!(built.expect("a C compiler").success());
    library
}
