//! A MariaDB that dies, stands still, or holds its locks.

use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable as _;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};
use tokio::time::{sleep, timeout};
use xtask::Mariadb;

use super::{Diary, SOON, expect_no_panic};
use crate::databases::MysqlDatabase;
use crate::program::Program;
use crate::site::{PATIENCE, Site};

/// A server on a MariaDB that nobody else uses.
struct Scene {
    mariadb: Mariadb,
    program: Program,
    site: Site,
    _folder: TempDir,
}

impl Scene {
    async fn start() -> Self {
        // On the thread of the test, which MariaDB does not outlive.
        let mariadb = Mariadb::start().expect("a MariaDB");
        let admin = mysql_async::Opts::from_url(&mariadb.url()).expect("a URL");
        let mut connection = mysql_async::Conn::new(admin).await.expect("MariaDB answers");
        connection.query_drop("CREATE DATABASE talker").await.expect("a database");
        connection.disconnect().await.expect("MariaDB says goodbye");
        let folder = tempdir().expect("a folder");
        let database = format!("--database-url={}/talker", mariadb.url());
        let (program, site) = Program::start(folder.path(), &[&database]).await;
        Self { mariadb, program, site, _folder: folder }
    }

    async fn end(mut self) {
        self.program.terminate();
        assert_eq!(self.program.ended().await.0, Some(0));
        expect_no_panic(&self.program);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_killed_loses_nothing_and_is_found_again() {
    let mut scene = Scene::start().await;
    let mut diary = Diary::begin(&scene.site).await;
    for _ in 0..3 {
        for _ in 0..5 {
            diary.write().await;
        }
        scene.mariadb.kill().expect("a running MariaDB");
        diary.expect_refusal().await;
        diary.expect_refusal().await;
        scene.mariadb.start_again().expect("a MariaDB that recovers");
        diary.write_again().await;
    }
    diary.expect_whole(&scene.site).await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_stands_still_for_half_a_minute_loses_nothing() {
    let scene = Scene::start().await;
    let mut diary = Diary::begin(&scene.site).await;
    let mut benno = scene.site.newcomer("benno").await;
    let paused = Instant::now();
    scene.mariadb.pause().expect("a running MariaDB");
    let given =
        benno.ask("messeage", &json!({"user_id": benno.user, "to_id": benno.user, "content": "given"})).await;
    sleep(Duration::from_millis(1_500)).await;
    while paused.elapsed() < Duration::from_secs(30) {
        diary.expect_refusal().await;
        sleep(Duration::from_secs(2)).await;
    }
    let unknown = benno.wait_for(&format!("ack {given}")).await;
    assert_eq!(unknown["error"], 503, "nobody knows what became of it");
    scene.mariadb.resume().expect("a paused MariaDB");
    diary.write_again().await;
    diary.write().await;
    diary.expect_whole(&scene.site).await;
    let contents: Vec<Value> =
        scene.site.history(&benno, benno.user).await.iter().map(|row| row["content"].clone()).collect();
    assert!(contents.is_empty() || contents == [json!("given")], "{contents:?}");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_somebody_holds_delays_or_refuses_and_loses_nothing() {
    let database = MysqlDatabase::create().await;
    let folder = tempdir().expect("a folder");
    let (mut program, site) =
        Program::start(folder.path(), &[&format!("--database-url={}", database.url())]).await;
    let mut diary = Diary::begin(&site).await;
    for held in [Duration::from_millis(500), Duration::from_secs(8)] {
        let mut holder = mysql_async::Conn::from_url(database.url()).await.expect("MariaDB answers");
        holder.query_drop("BEGIN").await.expect("a transaction");
        holder.query_drop("SELECT id FROM users FOR UPDATE").await.expect("locks");
        let released = tokio::spawn(async move {
            sleep(held).await;
            holder.query_drop("ROLLBACK").await.expect("a transaction");
            holder.disconnect().await.expect("MariaDB says goodbye");
        });
        let asked = Instant::now();
        let ack = diary.attempt().await;
        if held < SOON {
            assert_eq!(ack["ok"], true, "it waited: {ack}");
        } else {
            assert_eq!(ack["error"], 503, "{ack}");
            assert!(asked.elapsed() < Duration::from_secs(8), "refused after {:?}", asked.elapsed());
        }
        timeout(PATIENCE, released).await.expect("in time").expect("no panic");
        diary.write_again().await;
        diary.expect_whole(&site).await;
    }
    program.terminate();
    assert_eq!(program.ended().await.0, Some(0));
    expect_no_panic(&program);
}
