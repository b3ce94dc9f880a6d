//! A mail and its exchange with the server, without encryption.

use crate::desk::Desk;
use crate::logs::Logs;
use crate::smtp_server::{Manners, SmtpServer};
use crate::{FROM, transport};

#[tokio::test]
async fn a_registrations_mail_arrives_once() {
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    let mut server = SmtpServer::start(Manners::default()).await;
    desk.send_by(transport(&format!("smtp://{}", server.address)));
    let id = desk.register("anna", "anna@example.org").await.get();
    let mail = server.mail().await;
    assert_eq!((mail.sender.as_str(), mail.recipient.as_str()), (FROM, "anna@example.org"));
    assert!(!mail.encrypted && mail.user.is_none());
    for line in [
        "To: <anna@example.org>".to_owned(),
        "Subject: Confirm your Talker account".to_owned(),
        "Date: Fri, 15 Jan 2027 08:00:00 +0000".to_owned(),
        format!("Message-ID: <registration-{id}@chat.example.org>"),
        format!("https://chat.example.org/register/confirm?id={id}&uuid=token-of-anna"),
    ] {
        assert!(mail.text.lines().any(|own| own == line), "{line}: {}", mail.text);
    }
    logs.hear("a mail was sent").await;
    assert!(desk.waiting().await.is_empty());
}

#[tokio::test]
async fn the_server_tells_goodbye_and_is_told_who_speaks() {
    let (_logs, mut desk) = (Logs::listen(), Desk::new().await);
    let mut server = SmtpServer::start(Manners::default()).await;
    desk.send_by(transport(&format!("smtp://{}", server.address)));
    desk.register("anna", "anna@example.org").await;
    server.mail().await;
    server.end().await;
    assert_eq!(
        server.lines,
        ["EHLO [127.0.0.1]", &format!("MAIL FROM:<{FROM}>"), "RCPT TO:<anna@example.org>", "DATA", "QUIT"]
    );
}

#[tokio::test]
async fn a_server_that_never_says_goodbye_has_the_mail_all_the_same() {
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    let mut server = SmtpServer::start(Manners { silence: Some("QUIT"), ..Manners::default() }).await;
    desk.send_by(transport(&format!("smtp://{}", server.address)));
    desk.register("anna", "anna@example.org").await;
    server.mail().await;
    logs.hear("a mail was sent").await;
    assert!(desk.waiting().await.is_empty());
}

#[tokio::test]
async fn a_refusal_is_logged_without_what_the_server_says_and_tried_again() {
    for (refusal, said) in [
        (("RCPT", "550 5.1.1 anna@example.org is unknown"), "answered 550 5.1.1 to RCPT"),
        ((".", "554 5.7.1 spam: uuid=token-of-anna"), "answered 554 5.7.1 to DATA"),
        (("MAIL", "451 later"), "answered 451 to MAIL"),
        (("EHLO", "421 4.3.2 later"), "answered 421 4.3.2 to EHLO"),
    ] {
        let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
        let manners = Manners { refusal: Some(refusal), ..Manners::default() };
        let mut server = SmtpServer::start(manners).await;
        desk.send_by(transport(&format!("smtp://{}", server.address)));
        let id = desk.register("anna", "anna@example.org").await;
        for (attempts, pause) in [(1, 10), (2, 20), (3, 40)] {
            let line = logs.hear(said).await;
            let counted = format!("mail={} attempts={attempts}", id.get());
            assert!(line.contains(&format!("in {pause} s")) && line.contains(&counted), "{line}");
            if attempts == 3 {
                server.mend(Manners::default());
            }
            desk.pass(pause);
        }
        server.mail().await;
        logs.hear("a mail was sent").await;
        for secret in ["anna@", "token-of", "uuid"] {
            assert!(!logs.text().contains(secret), "{secret}: {}", logs.text());
        }
    }
}

#[tokio::test]
async fn an_address_outside_ascii_takes_a_server_that_knows_such() {
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    let mut server = SmtpServer::start(Manners::default()).await;
    desk.send_by(transport(&format!("smtp://{}", server.address)));
    desk.register("anna", "anna@münchen.example").await;
    let mail = server.mail().await;
    assert_eq!(mail.recipient, "anna@xn--mnchen-3ya.example");
    assert!(mail.text.is_ascii(), "{}", mail.text);

    desk.register("bert", "börti@example.org").await;
    logs.hear("no addresses outside ASCII").await;
    server.mend(Manners { extensions: vec!["8BITMIME", "SMTPUTF8"], ..Manners::default() });
    desk.pass(10);
    let mail = server.mail().await;
    assert_eq!(mail.recipient, "börti@example.org");
    assert!(server.lines.contains(&format!("MAIL FROM:<{FROM}> SMTPUTF8")), "{:?}", server.lines);
}
