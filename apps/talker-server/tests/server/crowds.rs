//! More connections than there is room for: who comes too late, and who is there already.

use serde_json::Value;
use tempfile::tempdir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::databases::{Backend, MysqlDatabase};
use crate::harness::{TestServer, anna_and_benno_with, on_both_databases};
use crate::plain::Plain;
use crate::program::Program;
use crate::site::{PATIENCE, Site};

on_both_databases!(
    a_network_has_its_share_of_the_connections,
    a_full_server_keeps_whom_it_has_and_takes_others_when_some_go,
    where_the_system_has_few_descriptors_all_but_connections_goes_on,
);

const HOME: &str = "203.0.113.7";

async fn a_network_has_its_share_of_the_connections(backend: Backend) {
    let arguments = ["--rate-limits=on", "--trusted-proxies=127.0.0.1", "--limit-connections=3"];
    let server = TestServer::start_with(backend, &arguments).await;
    let mut household = vec![];
    for _ in 0..3 {
        household.push(Plain::try_connect_from(&server, HOME).await.expect("a connection"));
    }
    assert!(Plain::try_connect_from(&server, HOME).await.is_none());
    assert!(join_by_polling(&server).await.contains(r#"44{"message":"your network has as many connections"#));
    assert!(Plain::try_connect_from(&server, "198.51.100.1").await.is_some(), "others have their own share");
    household.pop().expect("three").close().await;
    let until_one_is_in = async { while Plain::try_connect_from(&server, HOME).await.is_none() {} };
    timeout(PATIENCE, until_one_is_in).await.expect("the place of the one that left");
}

/// Opens a Socket.IO connection and joins; returns what it hears.
async fn join_by_polling(site: &Site) -> String {
    let url = format!("{}/socket.io/?EIO=4&transport=polling", site.url());
    let opened = site.http.get(&url).header("X-Forwarded-For", HOME).send().await.expect("an answer");
    let opened: Value = serde_json::from_str(&opened.text().await.expect("text")[1..]).expect("JSON");
    let url = format!("{url}&sid={}", opened["sid"].as_str().expect("an id"));
    site.http.post(&url).body("40").send().await.expect("an answer");
    let mut heard = String::new();
    while !heard.contains("40") && !heard.contains("44") {
        heard = site.http.get(&url).send().await.expect("an answer").text().await.expect("text");
    }
    heard
}

async fn a_full_server_keeps_whom_it_has_and_takes_others_when_some_go(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno_with(backend, &["--max-connections=8"]).await;
    let crowd = fill(&server).await;
    let echo = a.say(b.user, "it is crowded here").await;
    assert_eq!(b.wait_for("messeage").await, echo);
    drop(crowd);
    let until_there_is_room = async { while !stays(&server).await {} };
    timeout(PATIENCE, until_there_is_room).await.expect("room");
    b.another(&server).await.close().await;
}

async fn where_the_system_has_few_descriptors_all_but_connections_goes_on(backend: Backend) {
    let folder = tempdir().expect("a folder");
    let database = match backend {
        Backend::Sqlite => None,
        Backend::Mysql => Some(MysqlDatabase::create().await),
    };
    let variable = database.map(|database| (format!("TALKER_DATABASE_URL={}", database.url()), database));
    let few = ["sh", "-c", "ulimit -n 190 && exec \"$@\"", "sh"];
    let few: Vec<_> = ["env"]
        .into_iter()
        .chain(variable.iter().map(|(variable, _)| variable.as_str()))
        .chain(few)
        .collect();
    let mut program = Program::spawn_by(folder.path(), &few, "127.0.0.1:0");
    program.line_with("may open only 190 files, so there is room for 30 connections").await;
    let site = program.site(folder.path()).await;
    let (mut a, b) = (site.newcomer("anna").await, site.newcomer("benno").await);
    let crowd = fill(&site).await;
    assert!((10..30).contains(&crowd.len()), "{}", crowd.len());
    a.say(b.user, "stored all the same").await;
    assert_eq!(site.history(&a, b.user).await.len(), 1, "by a connection that was there");
    assert!(program.log.iter().all(|line| !line.contains("ERROR")), "{:#?}", program.log);
    program.line_with("cannot accept a connection: the server has as many connections").await;
    program.terminate();
    assert_eq!(program.ended().await.0, Some(0));
}

/// Connects until no connection stays.
async fn fill(site: &Site) -> Vec<TcpStream> {
    let mut crowd = vec![];
    loop {
        let mut stream = TcpStream::connect(site.address()).await.expect("a connection");
        if is_closed(&mut stream).await {
            return crowd;
        }
        crowd.push(stream);
        assert!(crowd.len() < 200, "there is no end of it");
    }
}

async fn stays(site: &Site) -> bool {
    let mut stream = TcpStream::connect(site.address()).await.expect("a connection");
    !is_closed(&mut stream).await
}

/// A server that refuses a connection closes it at once; one that takes it waits for a request.
async fn is_closed(stream: &mut TcpStream) -> bool {
    // Who is not taken may be gone before.
    let _ = stream.write_all(b"GET /isUsed/username?username=anna HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    let mut answer = [0; 12];
    timeout(PATIENCE, stream.read_exact(&mut answer)).await.expect("an answer or an end").is_err()
}
