//! The generator notices what it is there to notice: it talks to a real server, on a way on which messages are lost,
//! doubled and exchanged.

#[path = "tampering/way.rs"]
mod way;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Output;

use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};
use talker_server::{Server, Settings};
use tempfile::TempDir;
use tokio::process::Command;

use way::{Tampering, Way};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lost_doubled_or_exchanged_on_the_way_is_counted_as_such() {
    let (folder, server) = start().await;
    for (door, tampering, lost, doubled, reordered) in [
        ("plain", Tampering::None, 0, 0, 0),
        ("socket-io", Tampering::None, 0, 0, 0),
        ("plain", Tampering::Lose, 1, 0, 0),
        ("plain", Tampering::Double, 0, 1, 0),
        ("socket-io", Tampering::Double, 0, 1, 0),
        ("plain", Tampering::Exchange, 0, 0, 1),
    ] {
        let way = Way::to(server.address(), tampering).await;
        let arguments = ["relay", "--pairs=1", "--window=8", "--json", "--acks", "--nonces", "--follow"];
        let output = run(way.address, folder.path(), &[&arguments[..], &["--door", door]].concat()).await;
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let found = [&report["lost"], &report["doubled"], &report["reordered"], &report["contradicted"]];
        assert_eq!(found, [lost, doubled, reordered, 0], "{tampering:?} {report}");
        assert_eq!(output.status.code(), Some(i32::from(tampering != Tampering::None)), "{tampering:?}");
        assert!(report["figures"]["delivered_a_second"].as_f64() > Some(0.0), "{report}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_load_runs_and_says_what_it_found() {
    let (folder, server) = start().await;
    let few = ["--pairs=2", "--window=4"];
    for (load, figure) in [
        (&["history", "--peers=3", "--messages=500", "--questions=20"][..], "all_contacts_p99_ms"),
        (&[&["rate", "--rate=200"], &few[..]].concat(), "delivered_p99_ms"),
        (&["login", "--people=4"], "logins_by_bare_argon2id"),
        (&["resume", "--people=4"], "done_a_second"),
        (&["idle", "--connections=60"], "for_each_connection_kib"),
        (&[&["typing"], &few[..]].concat(), "acknowledged_a_second"),
        (&["stalled", "--readers=20", "--messages=50"], "memory_for_each_reader_kib"),
    ] {
        let pid = format!("--pid={}", std::process::id());
        let output = run(server.address(), folder.path(), &[load, &["--json", &pid]].concat()).await;
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{load:?} {}", String::from_utf8_lossy(&output.stderr)));
        assert!(report["figures"][figure].is_number(), "{load:?} {report}");
        assert_eq!(output.status.code(), Some(0), "{load:?} {report}");
        assert_eq!(report["lost"], json!(0), "{load:?}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_by_tls_is_measured_as_well() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()]).expect("a name").self_signed(&key);
    let [chain, private] = ["cert.pem", "key.pem"].map(|name| folder.path().join(name).display().to_string());
    fs::write(&chain, certificate.expect("a certificate").pem()).expect("a file");
    fs::write(&private, key.serialize_pem()).expect("a file");
    let by_tls = [format!("--tls-cert={chain}"), format!("--tls-key={private}")];
    let server = start_in(folder.path(), &by_tls).await;
    for door in ["--door=plain", "--door=socket-io"] {
        let arguments = ["relay", "--pairs=2", "--window=8", "--json", "--tls-ca", &chain, door];
        let output = run(server.address(), folder.path(), &arguments).await;
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{door} {}", String::from_utf8_lossy(&output.stderr)));
        assert_eq!((&report["lost"], output.status.code()), (&json!(0), Some(0)), "{door} {report}");
    }
    let untrusted = run(server.address(), folder.path(), &["relay", "--pairs=1"]).await;
    assert_eq!(untrusted.status.code(), Some(2), "without TLS there is nobody to talk to");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_accounts_is_told_what_to_do() {
    let (_folder, server) = start().await;
    let output = generator(server.address()).arg("relay").output().await.expect("a generator that runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("nobody is registered as bench_0") && said.contains("--mails"), "{said}");
    assert_eq!(output.status.code(), Some(2));
}

async fn start() -> (TempDir, Server) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = start_in(folder.path(), &[]).await;
    (folder, server)
}

async fn start_in(folder: &Path, more: &[String]) -> Server {
    let arguments = ["talker-server", "--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0"];
    let mut arguments: Vec<String> = arguments.map(ToOwned::to_owned).into();
    arguments.push(format!("--data-dir={}", folder.display()));
    arguments.extend_from_slice(more);
    let settings = Settings::from_arguments(arguments).expect("settings");
    Server::start(settings).await.expect("a server that starts")
}

async fn run(server: SocketAddr, folder: &Path, arguments: &[&str]) -> Output {
    let mut generator = generator(server);
    generator.arg("--mails").arg(folder.join("mails")).args(["--seconds=0.3", "--warm-up=0.1"]);
    generator.args(arguments).output().await.expect("a generator that runs")
}

fn generator(server: SocketAddr) -> Command {
    let mut generator = Command::new(env!("CARGO_BIN_EXE_talker-bench"));
    generator.arg(format!("--server={server}")).kill_on_drop(true);
    generator
}
