//! Certificates from an authority: a small one of our own, which does as a test tells it, and once the one for trying clients out.

#[path = "acme/accounts.rs"]
mod accounts;
#[path = "acme/authority.rs"]
mod authority;
#[path = "acme/https.rs"]
mod https;
#[path = "acme/keeping.rs"]
mod keeping;
#[path = "acme/orders.rs"]
mod orders;
#[path = "acme/pebble.rs"]
mod pebble;
#[path = "acme/validation.rs"]
mod validation;

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use futures_util::SinkExt as _;
use rustls::version::{TLS12, TLS13};
use serde_json::json;
use tempfile::{TempDir, tempdir};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::Message;

use crate::program::{Program, said};
use crate::site::Site;
use crate::tls::{ask, connect_to, hang_up, next, open_on};
use authority::{Authority, Office, root_in};

const NAME: &str = "chat.example.org";

/// What the server says once it has a certificate.
const SHOWS: &str = "shows the authority's certificate for";

/// What it says when it has none to show.
const NONE: &str = "there is no certificate for";

/// A certificate that is to be renewed so soon that a test can wait for it.
const SOON: Duration = Duration::from_secs(6);

/// A server, and the authority that it asks.
struct Scene {
    folder: TempDir,
    authority: Arc<Authority>,
    office: Option<Office>,
}

impl Scene {
    async fn new() -> Self {
        let mut scene =
            Self { folder: tempdir().expect("a folder"), authority: Authority::new(), office: None };
        scene.office = Some(scene.authority.open().await);
        scene
    }

    /// Starts the server, which everybody finds at its name.
    async fn start(&self, names: &str, more: &[&str]) -> (Program, Site) {
        self.authority.lead_nowhere();
        let settings = self.authority.settings(self.folder.path(), names);
        let arguments: Vec<_> = settings.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let (program, site) = Program::start(self.folder.path(), &arguments).await;
        self.authority.lead_to(site.address());
        (program, site)
    }

    /// Starts it, and waits until it has its certificate.
    async fn start_with_certificate(&self) -> (Program, Site) {
        let (mut program, site) = self.start(NAME, &[]).await;
        program.line_with(SHOWS).await;
        (program, site)
    }

    async fn connect(&self, site: &Site) -> Option<TlsStream<TcpStream>> {
        connect_to(site.address(), NAME, &root_in(self.folder.path()), &TLS13).await
    }

    /// The certificate that the server shows.
    async fn shown(&self, site: &Site) -> Vec<u8> {
        let stream = self.connect(site).await.expect("TLS");
        stream.get_ref().1.peer_certificates().expect("a certificate")[0].to_vec()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_enough_to_be_reached_by_tls() {
    let scene = Scene::new().await;
    let names = "chat.example.org,Talk.Example.org";
    let (mut program, site) = scene.start(names, &["--acme-contact=anna@example.org"]).await;
    program.line_with(SHOWS).await;
    for name in [NAME, "talk.example.org"] {
        for version in [&TLS12, &TLS13] {
            let stream = connect_to(site.address(), name, &root_in(scene.folder.path()), version).await;
            let answer = ask(&mut stream.expect("TLS"), "GET", "/isUsed/username?username=anna").await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");
        }
    }
    assert_eq!(scene.authority.books().accounts[0].contact, json!(["mailto:anna@example.org"]));
    let health = site.http.get(site.admin_url() + "/healthz").send().await.expect("an answer");
    assert_eq!(health.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_shows_what_is_kept_and_asks_nobody() {
    let scene = Scene::new().await;
    let (mut program, site) = scene.start_with_certificate().await;
    let first = scene.shown(&site).await;
    program.terminate();
    program.ended().await;
    let asked = scene.authority.requests();

    let (mut program, site) = scene.start(NAME, &[]).await;
    assert_eq!(scene.shown(&site).await, first);
    hang_up(&program);
    program.line_with("the certificate is good").await;
    assert_eq!(scene.authority.requests(), asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_kept_for_other_names_is_shown_until_there_is_another() {
    let scene = Scene::new().await;
    let (mut program, site) = scene.start_with_certificate().await;
    let first = scene.shown(&site).await;
    program.terminate();
    program.ended().await;

    scene.authority.books().refuse("rejectedIdentifier", "not that one");
    let (mut program, site) = scene.start("chat.example.org,talk.example.org", &[]).await;
    program.line_with("not that one").await;
    assert_eq!(scene.shown(&site).await, first);
    scene.authority.books().refusal = None;
    hang_up(&program);
    program.line_with(SHOWS).await;
    assert_ne!(scene.shown(&site).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_is_down_is_waited_for() {
    let mut scene = Scene::new().await;
    scene.office = None;
    let (mut program, site) = scene.start(NAME, &[]).await;
    let line = program.line_with("cannot get a certificate").await;
    assert!(line.contains("WARN") && line.contains("cannot connect to 127.0.0.1"), "{line}");
    assert!(program.log.iter().any(|line| line.contains(NONE)), "{:#?}", program.log);
    assert!(scene.connect(&site).await.is_none(), "there is no certificate to show");
    scene.office = Some(scene.authority.open().await);
    program.line_with(SHOWS).await;
    assert!(scene.connect(&site).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_stand_in_acme_root_is_not_asked() {
    let (scene, stranger) = (Scene::new().await, Scene::new().await);
    let [names, _, root] = scene.authority.settings(scene.folder.path(), NAME);
    let directory = format!("--acme-directory={}", stranger.authority.url("/directory"));
    let (mut program, _site) = Program::start(scene.folder.path(), &[&names, &directory, &root]).await;
    let line = program.line_with("cannot get a certificate").await;
    assert!(line.contains("invalid peer certificate") && line.contains("--acme-root"), "{line}");
    assert_eq!(stranger.authority.requests(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_named_and_the_old_certificate_stays() {
    let scene = Scene::new().await;
    scene.authority.books().next_due_after = Some(SOON);
    let (mut program, site) = scene.start_with_certificate().await;
    let first = scene.shown(&site).await;
    scene.authority.books().refuse("rejectedIdentifier", "that name is not for you");
    let line = program.line_with("cannot get a certificate").await;
    for part in ["WARN", NAME, "that name is not for you", "rejectedIdentifier", "Trying again in 60 s"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert_eq!(scene.shown(&site).await, first);
    scene.authority.books().refusal = None;
    hang_up(&program);
    program.line_with(SHOWS).await;
    assert_ne!(scene.shown(&site).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_elsewhere_is_named() {
    let scene = Scene::new().await;
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("one");
    scene.authority.lead_to(elsewhere);
    let settings = scene.authority.settings(scene.folder.path(), NAME);
    let settings = settings.each_ref().map(String::as_str);
    let (mut program, site) = Program::start(scene.folder.path(), &settings).await;
    let line = program.line_with("cannot get a certificate").await;
    for part in ["does not find this server at chat.example.org", "Connection refused", "port 443"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    scene.authority.lead_to(site.address());
    hang_up(&program);
    program.line_with(SHOWS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_the_authority_has_lost_is_opened_anew() {
    let scene = Scene::new().await;
    scene.authority.books().next_due_after = Some(SOON);
    let (mut program, site) = scene.start_with_certificate().await;
    let first = scene.shown(&site).await;
    scene.authority.books().accounts.clear();
    program.line_with("accountDoesNotExist").await;
    hang_up(&program);
    program.line_with(SHOWS).await;
    assert_ne!(scene.shown(&site).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_renewed_before_it_ends_and_connections_go_on() {
    let scene = Scene::new().await;
    scene.authority.books().next_due_after = Some(SOON);
    let (mut program, site) = scene.start_with_certificate().await;
    let first = scene.shown(&site).await;
    let mut old = open_on(scene.connect(&site).await.expect("TLS")).await;
    assert_eq!(next(&mut old).await["event"], "address");
    program.line_with(SHOWS).await;
    assert_ne!(scene.shown(&site).await, first);
    assert_eq!(scene.authority.books().accounts.len(), 1, "the account is kept");
    old.send(Message::text(r#"{"event": "nothing", "data": {}, "ack": 1}"#)).await.expect("a connection");
    assert_eq!(next(&mut old).await, json!({"event": "error", "data": 400}));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_for_proofs_when_there_are_none_gets_nothing() {
    let scene = Scene::new().await;
    let (_program, site) = scene.start_with_certificate().await;
    for name in [NAME, "talk.example.org"] {
        let found = validation::look(site.address(), name, &[0; 32]).await;
        let refusal = found.expect_err("nothing");
        assert!(refusal.contains("alert"), "{refusal}");
    }
}

#[test]
fn settings_that_contradict_each_other_stop_the_start() {
    let folder = tempdir().expect("a folder");
    fs::write(folder.path().join("empty.pem"), "").expect("a file");
    for (arguments, expected) in [
        (&["--acme-names=chat.ours", "--tls-cert=a.pem", "--tls-key=b.pem"][..], "leave one of them out"),
        (&["--acme-names=chat.ours", "--tls-key=b.pem"], "leave one of them out"),
        (&["--acme-contact=anna@example.org"], "--acme-contact means nothing without --acme-names"),
        (&["--acme-root=root.pem"], "--acme-root means nothing without --acme-names"),
        (&["--acme-directory=https://acme.ours/"], "--acme-directory means nothing without --acme-names"),
        (&["--acme-names=chat.ours", "--acme-root=nowhere.pem"], "nowhere.pem"),
        (&["--acme-names=chat.ours", "--acme-root=empty.pem"], "empty.pem: there is no certificate in it"),
    ] {
        let output = said(folder.path(), arguments, &[]);
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(!output.status.success(), "{arguments:?}");
        assert!(said.contains("cannot speak TLS") && said.contains(expected), "{arguments:?}: {said}");
    }
}
