//! Passwords, and who gets to see them.

use talker_server::mail::Transport;

use crate::certificates;
use crate::desk::Desk;
use crate::logs::Logs;
use crate::smtp_server::{Manners, SmtpServer};
use crate::smtp_session::decode;
use crate::{FROM, transport, url};

const LOGIN: (&str, &str) = ("me@example.org", "hunter: 2");

/// A transport by STARTTLS, and its server.
async fn encrypted(desk: &Desk, ways: &'static str, login: &str) -> (Transport, SmtpServer) {
    let (certificate, authority) = certificates::make(desk.path());
    let manners = Manners {
        extensions: vec![ways],
        certificate: Some(certificate),
        login: Some(LOGIN),
        ..Manners::default()
    };
    let server = SmtpServer::start(manners).await;
    let url = url(&format!("smtp://{login}@localhost:{}", server.address.port()));
    (Transport::smtp(url, FROM.into(), Some(&authority)).expect("a transport"), server)
}

#[tokio::test]
async fn the_right_password_opens_the_server() {
    for ways in ["AUTH PLAIN LOGIN", "AUTH PLAIN", "AUTH LOGIN", "AUTH DIGEST-MD5 CRAM-MD5 LOGIN"] {
        let (_logs, mut desk) = (Logs::listen(), Desk::new().await);
        let (transport, mut server) = encrypted(&desk, ways, "me%40example.org:hunter%3A%202").await;
        desk.send_by(transport);
        desk.register("anna", "anna@example.org").await;
        let mail = server.mail().await;
        assert_eq!((mail.encrypted, mail.user.as_deref()), (true, Some("me@example.org")), "{ways}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_in_the_log_without_showing_it() {
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    let (transport, mut server) = encrypted(&desk, "AUTH PLAIN LOGIN", "me%40example.org:swordfish").await;
    desk.send_by(transport);
    desk.register("anna", "anna@example.org").await;
    logs.hear("answered 535 5.7.8 to AUTH").await;
    server.end().await;
    let tries = server.lines.iter().filter(|line| line.starts_with("AUTH")).count();
    assert_eq!(tries, 1, "one wrong try is enough to be locked out by some: {:?}", server.lines);
    let encoded = server.lines.iter().find_map(|line| line.strip_prefix("AUTH PLAIN ")).expect("a try");
    for secret in ["swordfish", encoded] {
        assert!(!logs.text().contains(secret), "{}", logs.text());
    }
    assert_eq!(desk.waiting().await.len(), 1);
}

#[tokio::test]
async fn a_server_that_wants_a_password_by_no_way_that_is_known_is_named() {
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    let (transport, _server) = encrypted(&desk, "AUTH DIGEST-MD5 GSSAPI", "me:x").await;
    desk.send_by(transport);
    desk.register("anna", "anna@example.org").await;
    logs.hear("none of the ways to log in").await;
}

#[tokio::test]
async fn without_tls_a_password_travels_only_if_the_url_says_so() {
    let manners =
        Manners { extensions: vec!["AUTH PLAIN"], login: Some(("me", "hunter2")), ..Manners::default() };
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    let mut server = SmtpServer::start(manners).await;
    desk.send_by(transport(&format!("smtp://me:hunter2@{}", server.address)));
    desk.register("anna", "anna@example.org").await;
    logs.hear("without it the password is sent only if the URL says tls=none").await;
    server.end().await;
    assert_eq!(server.lines, ["EHLO [127.0.0.1]"]);
    desk.stop().await;

    desk.send_by(transport(&format!("smtp://me:hunter2@{}?tls=none", server.address)));
    desk.pass(10);
    assert_eq!(server.mail().await.user.as_deref(), Some("me"));
}

#[tokio::test]
async fn without_tls_a_hash_of_the_password_travels_if_the_server_takes_one() {
    let manners = Manners {
        extensions: vec!["AUTH PLAIN LOGIN CRAM-MD5"],
        login: Some(("me", "hunter2")),
        ..Manners::default()
    };
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    let mut server = SmtpServer::start(manners).await;
    desk.send_by(transport(&format!("smtp://me:hunter2@{}?tls=none", server.address)));
    desk.register("anna", "anna@example.org").await;
    logs.hear("answered 535 5.7.8 to AUTH").await;
    server.end().await;
    assert!(server.lines.contains(&"AUTH CRAM-MD5".to_owned()), "{:?}", server.lines);
    for word in server.lines.iter().flat_map(|line| line.split(' ')) {
        assert!(!decode(word).contains("hunter2"), "{word}");
    }
}
