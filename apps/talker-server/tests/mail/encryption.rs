//! TLS with the mail server, and whom to believe.

use talker_server::mail::Transport;

use crate::certificates;
use crate::desk::Desk;
use crate::logs::Logs;
use crate::smtp_server::{Manners, SmtpServer};
use crate::{FROM, transport, url};

#[tokio::test]
async fn a_private_authority_is_trusted_if_its_file_is_given() {
    for (scheme, option, implicit_tls) in
        [("smtp", "", false), ("smtp", "?tls=required", false), ("smtps", "", true)]
    {
        for host in ["localhost", "127.0.0.1"] {
            let (_logs, mut desk) = (Logs::listen(), Desk::new().await);
            let (certificate, authority) = certificates::make(desk.path());
            let manners = Manners { certificate: Some(certificate), implicit_tls, ..Manners::default() };
            let mut server = SmtpServer::start(manners).await;
            let url = url(&format!("{scheme}://{host}:{}{option}", server.address.port()));
            desk.send_by(Transport::smtp(url, FROM.into(), Some(&authority)).expect("a transport"));
            desk.register("anna", "anna@example.org").await;
            assert!(server.mail().await.encrypted, "{scheme}{option}");
        }
    }
}

#[tokio::test]
async fn an_unknown_authority_gets_no_mail() {
    for (scheme, implicit_tls) in [("smtp", false), ("smtps", true)] {
        let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
        let (certificate, _) = certificates::make(desk.path());
        let manners = Manners { certificate: Some(certificate), implicit_tls, ..Manners::default() };
        let mut server = SmtpServer::start(manners).await;
        desk.send_by(transport(&format!("{scheme}://localhost:{}", server.address.port())));
        desk.register("anna", "anna@example.org").await;
        logs.hear("no TLS with the mail server: invalid peer certificate: UnknownIssuer").await;
        server.end().await;
        assert_eq!(desk.waiting().await.len(), 1);
    }
}

#[tokio::test]
async fn a_server_with_another_name_gets_no_mail() {
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    let (certificate, authority) = certificates::make(desk.path());
    let manners = Manners { certificate: Some(certificate), ..Manners::default() };
    let mut server = SmtpServer::start_at("127.0.0.2:0".parse().expect("an address"), manners).await;
    let url = url(&format!("smtp://{}", server.address));
    desk.send_by(Transport::smtp(url, FROM.into(), Some(&authority)).expect("a transport"));
    desk.register("anna", "anna@example.org").await;
    logs.hear("invalid peer certificate").await;
    server.end().await;
}

#[tokio::test]
async fn tls_can_be_required_and_forbidden() {
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    let mut server = SmtpServer::start(Manners::default()).await;
    desk.send_by(transport(&format!("smtp://{}?tls=required", server.address)));
    desk.register("anna", "anna@example.org").await;
    logs.hear("the mail server does not offer TLS").await;
    server.end().await;
    desk.stop().await;

    let (certificate, _) = certificates::make(desk.path());
    server.mend(Manners { certificate: Some(certificate), ..Manners::default() });
    desk.send_by(transport(&format!("smtp://{}?tls=none", server.address)));
    desk.pass(10);
    assert!(!server.mail().await.encrypted);
}
