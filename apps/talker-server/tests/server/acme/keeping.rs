//! What is kept of what an authority gave.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{NAME, NONE, SHOWS, Scene};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_for_its_owner_alone_and_what_is_broken_is_replaced() {
    let scene = Scene::new().await;
    let (mut program, site) = scene.start_with_certificate().await;
    let first = scene.shown(&site).await;
    program.terminate();
    program.ended().await;
    let kept = files_under(&scene.folder.path().join("talker-data/acme"));
    assert_eq!(kept.len(), 2, "{kept:?}");
    for file in &kept {
        assert_eq!(mode(file), 0o600, "{file:?}");
        assert_eq!(mode(file.parent().expect("a folder")), 0o700, "{file:?}");
        fs::write(file, "-----BEGIN NOTHING-----").expect("a file");
    }
    let (mut program, site) = scene.start(NAME, &[]).await;
    program.line_with(SHOWS).await;
    let log = program.log.join("\n");
    assert!(log.contains("cannot use ./talker-data/acme/") && log.contains(NONE), "{log}");
    assert_ne!(scene.shown(&site).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_cannot_be_kept_is_shown_all_the_same() {
    let scene = Scene::new().await;
    let name = format!("{}_directory", scene.authority.address.to_string().replace(':', "_"));
    let kept = scene.folder.path().join("talker-data/acme").join(name);
    fs::create_dir_all(kept.join("certificate.pem.new/in the way")).expect("a folder");
    let (mut program, site) = scene.start_with_certificate().await;
    let line = program.line_with("cannot keep what it gave").await;
    assert!(line.contains("WARN") && line.contains("a restart will ask"), "{line}");
    assert!(scene.connect(&site).await.is_some());
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files_under(&path) } else { vec![path] }).collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("something").permissions().mode() & 0o777
}
