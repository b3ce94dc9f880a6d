//! The program: how it starts, stops and dies, and what it says.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::databases::MysqlDatabase;
use crate::harness::NO_GRACE;
use crate::plain::Plain;
use crate::program::{Program, said};
use crate::proxy::Proxy;
use crate::site::{NOBODY, Site, hash_of};

#[test]
fn a_port_in_use_is_said_in_one_sentence() {
    let folder = tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("a port");
    for flag in ["listen", "admin-listen"] {
        let other = if flag == "listen" { "--admin-listen=127.0.0.1:0" } else { "--listen=127.0.0.1:0" };
        let output = said(folder.path(), &[other, &format!("--{flag}={address}")], &[]);
        let text = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains("cannot listen") && text.contains(&address.to_string()), "{text}");
        assert!(text.contains(&format!(" --{flag} ")), "{text}");
    }
}

#[test]
fn a_data_folder_that_cannot_be_used_is_said_in_one_sentence() {
    let folder = tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), "not a folder").expect("a file");
    for (data_dir, reason) in [("file", "it is a file"), ("file/data", "Not a directory")] {
        let data_dir = format!("--data-dir={data_dir}");
        let output =
            said(folder.path(), &["--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", &data_dir], &[]);
        let text = String::from_utf8(output.stderr).expect("text");
        assert_eq!((output.status.code(), text.lines().count()), (Some(1), 1), "{text}");
        assert!(text.contains("data folder file") && text.contains(reason), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_lets_nobody_in_stops_the_start() {
    let folder = tempdir().expect("a folder");
    let database = MysqlDatabase::create().await;
    let (url, host) = (database.url(), database.host());
    for wrong in [format!("mysql://talker:hunter2@{host}/talker"), format!("{url}_that_nobody_made")] {
        let arguments = ["--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0"];
        let output = said(folder.path(), &arguments, &[("TALKER_DATABASE_URL", &wrong)]);
        let text = String::from_utf8(output.stderr).expect("text");
        assert_eq!((output.status.code(), text.lines().count()), (Some(1), 1), "{text}");
        assert!(text.contains("lets nobody in") && !text.contains("hunter2"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_up_yet_is_waited_for() {
    let folder = tempdir().expect("a folder");
    let database = MysqlDatabase::create().await;
    let later = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("a port");
    let url = format!("--database-url={}", database.url_by(later));
    let mut program = Program::spawn(folder.path(), &[&url]);
    let line = program.line_with("trying again").await;
    assert!(!line.contains("talker:talker"), "no password in {line}");
    let _way = Proxy::at(later, database.host()).await;
    let site = program.site(folder.path()).await;
    let anna = site.newcomer("anna").await;
    assert!(site.opens(anna.user, &anna.address).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_echoed_is_there_after_a_stop_in_the_middle_of_it() {
    let folder = tempdir().expect("a folder");
    let (mut program, site) = Program::start(folder.path(), &[]).await;
    let (anna, benno) = (site.person("anna").await, site.person("benno").await);
    let mut talkers = Vec::new();
    for _ in 0..4 {
        talkers.push(Plain::log_in(&site, &anna).await);
    }
    let mut idle = Plain::log_in(&site, &benno).await;
    let stranger = Plain::connect(&site).await;
    let talking = talkers.into_iter().map(|talker| tokio::spawn(talker.talk_to_the_end(benno.id)));
    let talking: Vec<_> = talking.collect();
    for _ in 0..50 {
        idle.wait_for("messeage").await;
    }
    let asked = Instant::now();
    program.terminate();
    let (code, _) = program.ended().await;
    assert_eq!(code, Some(0), "{:#?}", program.log);
    assert!(asked.elapsed() < Duration::from_secs(10), "it took {:?} to stop", asked.elapsed());
    for mut connection in [idle, stranger] {
        assert_eq!(connection.farewell().await, Some(1001), "going away");
    }
    let mut echoed = Vec::new();
    for talking in talking {
        let (ids, farewell) = talking.await.expect("a talker");
        assert_eq!(farewell, Some(1001), "going away");
        echoed.extend(ids);
    }
    assert!(echoed.len() >= 50, "{}", echoed.len());

    let (_program, site) = Program::start(folder.path(), &[]).await;
    assert_all_there(&site, &Plain::log_in(&site, &anna).await, benno.id, &echoed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_echoed_is_there_after_a_crash() {
    let folder = tempdir().expect("a folder");
    let (mut program, site) = Program::start(folder.path(), &[NO_GRACE]).await;
    let (anna, benno) = (site.person("anna").await, site.person("benno").await);
    let mut talker = Plain::log_in(&site, &anna).await;
    let old_key = talker.address.clone();
    talker.chatter(benno.id, 0..500).await;
    let mut echoed = Vec::new();
    for _ in 0..100 {
        echoed.push(talker.wait_for("messeage").await["id"].clone());
    }
    program.kill();
    program.ended().await;

    let (_program, site) = Program::start(folder.path(), &[NO_GRACE]).await;
    assert!(!site.opens(anna.id, &old_key).await, "without grace no session outlives a crash");
    let again = Plain::log_in(&site, &anna).await;
    assert_all_there(&site, &again, benno.id, &echoed).await;
    let mut waiting = Plain::log_in(&site, &benno).await;
    for id in &echoed {
        assert_eq!(waiting.wait_for("messeage").await["id"], *id, "and they wait for their recipient");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_needs_nothing_and_says_that_mail_is_only_printed() {
    let folder = tempdir().expect("a folder");
    let (mut program, site) = Program::start(folder.path(), &[]).await;
    site.register("anna").await;
    let line = program.line_with("/register/confirm?id=").await;
    assert!(line.contains("for trying out") && line.contains(&site.url()), "{line}");
    assert!(folder.path().join("talker-data/talker.db").exists());
    Plain::connect(&site).await.try_login("anna", &hash_of("anna")).await;
}

/// That every one of these messages is in the conversation.
async fn assert_all_there(site: &Site, me: &Plain, with: u64, ids: &[Value]) {
    let mut stored = Vec::new();
    let mut from = NOBODY;
    loop {
        let page = site.ask(me, "/messeages", &json!({"with_id": with, "from_messeage": from})).await;
        let rows = page["messeages"].as_array().expect("rows");
        stored.extend(rows.iter().map(|row| row["id"].as_u64().expect("an id")));
        if page["all"] == true {
            break;
        }
        from = stored.last().expect("a row") - 1;
    }
    let missing = ids.iter().filter(|id| !stored.contains(&id.as_u64().expect("an id"))).count();
    assert_eq!(missing, 0, "of {} that were echoed", ids.len());
}
