//! A network that is gone without a word: no packet arrives any more, not even the one that says so.

use std::fs;
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use tempfile::tempdir;
use tokio::time::{sleep, timeout};

use super::expect_no_panic;
use crate::plain::Plain;
use crate::program::Program;
use crate::site::Site;

/// As long as the longest silence that a client may keep, and some more.
const LONGEST_SILENCE: Duration = Duration::from_secs(90);

/// The server's addresses, one on each of two cables. The range is for tests of networks (RFC 2544).
const CABLES: [(&str, &str); 2] =
    [("198.18.40.1/30", "198.18.40.2/30"), ("198.18.40.5/30", "198.18.40.6/30")];

#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_network_disappears_gets_everything_when_it_comes_back() {
    let folder = tempdir().expect("a folder");
    let mut program = Program::spawn_by(folder.path(), &["unshare", "--net"], "0.0.0.0:8080");
    program.site(folder.path()).await;
    let ends = [0, 1].map(|number| plug_in(&program, number));
    let sites = ["198.18.40.2:8080", "198.18.40.6:8080"].map(|address| {
        let address = address.parse().expect("an address");
        Site::new(address, address, folder.path().join("talker-data"))
    });
    let benno = sites[1].person("benno").await;
    let mut anna = sites[1].newcomer("anna").await;
    let mut lost = Plain::connect(&sites[0]).await;
    let login = json!({"login": benno.username, "hash": benno.hash, "after": 0});
    assert_eq!(lost.call("login", &login).await["ok"], true);
    let mut said = vec![anna.say(benno.id, "before").await];
    assert_eq!(lost.wait_for("messeage").await["seq"], 1);

    assert!(is_open(&program, HERE_OF_THE_LOST));
    run(&["ip", "link", "set", &ends[0], "down"]);
    for number in 0..20 {
        said.push(anna.say(benno.id, &number.to_string()).await);
    }
    // The session waits for its user once the server has noticed, and nobody else needs to.
    let mut back = Plain::connect(&sites[1]).await;
    let resume = json!({"user_id": benno.id, "clientAddress": lost.address, "after": 1});
    assert_eq!(back.call("resume", &resume).await["ok"], true);
    for (row, seq) in said[1..].iter().zip(2..) {
        let message = back.wait_for("messeage").await;
        assert_eq!((&message["id"], &message["seq"]), (&row["id"], &json!(seq)));
    }
    anna.say(benno.id, "and on").await;
    back.wait_for("messeage").await;

    let noticed = timeout(LONGEST_SILENCE, async {
        while is_open(&program, HERE_OF_THE_LOST) {
            sleep(Duration::from_millis(100)).await;
        }
    });
    noticed.await.expect("a server that notices");
    program.terminate();
    assert_eq!(program.ended().await.0, Some(0));
    expect_no_panic(&program);
}

/// The client's end of the first cable, as `proc_net_tcp(5)` has it.
const HERE_OF_THE_LOST: &str = "012812C6:";

/// Whether the server takes some connection with this address for established.
fn is_open(program: &Program, address: &str) -> bool {
    let connections = fs::read_to_string(format!("/proc/{}/net/tcp", program.id())).expect("a list");
    let mut columns = connections.lines().map(|line| line.split_whitespace().skip(2).collect::<Vec<_>>());
    columns.any(|columns| columns[0].starts_with(address) && columns[1] == "01")
}

/// A cable from here to the server's namespace; it is gone when that is. Returns this end's name.
fn plug_in(program: &Program, number: usize) -> String {
    let (server, (here, there)) = (program.id().to_string(), CABLES[number]);
    let (name, other) = (format!("talker{number}-{server}"), format!("server{number}"));
    run(&["ip", "link", "add", &name, "type", "veth", "peer", "name", &other, "netns", &server]);
    run(&["ip", "addr", "add", here, "dev", &name]);
    run(&["ip", "link", "set", &name, "up"]);
    run(&["nsenter", "-t", &server, "-n", "ip", "addr", "add", there, "dev", &other]);
    run(&["nsenter", "-t", &server, "-n", "ip", "link", "set", &other, "up"]);
    name
}

fn run(words: &[&str]) {
    let output = Command::new(words[0]).args(&words[1..]).output().expect("a program");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}
