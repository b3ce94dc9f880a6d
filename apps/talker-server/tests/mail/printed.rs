//! Trying out without a mail server.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use talker_server::mail::Transport;

use crate::FROM;
use crate::desk::Desk;
use crate::logs::Logs;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[tokio::test]
async fn the_link_is_in_the_log_once_and_the_mail_in_a_private_file() {
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    desk.send_by(Transport::printed(desk.path(), FROM.into()));
    let id = desk.register("anna", "anna@example.org").await.get();
    let link = format!("https://chat.example.org/register/confirm?id={id}&uuid=token-of-anna");
    let told = logs.hear(&link).await;
    let path = desk.path().join(format!("mails/{id}.eml"));
    assert!(told.contains("trying out") && told.contains(path.to_str().expect("UTF-8")), "{told}");
    assert_eq!((mode(&path), mode(&desk.path().join("mails"))), (0o600, 0o700));
    let mail = fs::read_to_string(&path).expect("a mail");
    assert!(mail.contains(&link) && mail.contains("To: <anna@example.org>"), "{mail}");

    logs.hear("a mail was kept, and not sent").await;
    assert!(desk.waiting().await.is_empty());
    let told = logs.text();
    assert_eq!((told.matches("token-of").count(), told.matches("anna@").count()), (1, 0), "{told}");
}

#[tokio::test]
async fn a_mail_that_cannot_be_kept_is_tried_again() {
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    let obstacle = desk.path().join("mails");
    fs::write(&obstacle, "").expect("a file");
    desk.send_by(Transport::printed(desk.path(), FROM.into()));
    desk.register("anna", "anna@example.org").await;
    logs.hear("the mail cannot be kept").await;
    fs::remove_file(&obstacle).expect("gone");
    desk.pass(10);
    logs.hear("uuid=token-of-anna").await;
}
