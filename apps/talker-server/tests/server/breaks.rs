//! Accounts on lines that break all the time, with nothing but a session to come back by.

use std::sync::Arc;
use std::time::Duration;

use talker_client::{Account, AccountEvent, Checkpoint, Id, Logged, LoggedEvent, Seq, Session, Transport};
use tokio::time::{sleep, timeout};

use crate::databases::Backend;
use crate::harness::{anna_and_benno, on_both_databases};
use crate::moments::Moments;
use crate::plain::Plain;
use crate::proxy::Proxy;
use crate::site::Site;

on_both_databases!(a_session_and_its_messages_outlive_a_line_that_breaks_all_the_time);

const BREAKS: u32 = 60;
const MESSAGES: u32 = 100;
const PATIENCE: Duration = Duration::from_mins(1);

async fn a_session_and_its_messages_outlive_a_line_that_breaks_all_the_time(backend: Backend) {
    let (server, a, b) = anna_and_benno(backend).await;
    let (anna, benno) = (Line::of(&server, a).await, Line::of(&server, b).await);
    let (to_anna, to_benno) = (anna.user, benno.user);
    tokio::join!(anna.break_often(), benno.break_often(), anna.say(to_benno), benno.say(to_anna));
    let (by_anna, by_benno) = tokio::join!(anna.heard(), benno.heard());
    assert_eq!(by_anna, by_benno, "both have one order");
    for sender in [anna.user, benno.user] {
        let said = by_anna.iter().filter(|(from, _)| *from == sender).map(|(_, text)| text.clone());
        let expected = (0..MESSAGES).map(|number| number.to_string());
        assert_eq!(said.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }
}

/// Somebody without a password, and her line.
struct Line {
    user: Id,
    account: Arc<Account>,
    way: Proxy,
}

impl Line {
    /// Takes this connection's session over.
    async fn of(site: &Site, plain: Plain) -> Self {
        let user = Id::new(plain.user).expect("an id");
        let way = Proxy::to(site.address().to_string()).await;
        let session = Some(Session { id: user, client_address: plain.address.as_str().into() });
        plain.close().await;
        let builder = Account::builder(&format!("http://{}", way.address)).transport(Transport::WebSocket);
        let builder = builder.resume(Checkpoint { session, spare: Vec::new(), after: Seq::default() });
        let account = Arc::new(builder.timeout(Duration::from_secs(2)).open().expect("an account"));
        Self { user, account, way }
    }

    async fn break_often(&self) {
        let mut moments = Moments::new();
        println!("seed {}", moments.seed);
        for _ in 0..BREAKS {
            sleep(Duration::from_millis(300).mul_f64(moments.fraction())).await;
            if moments.fraction() < 0.5 {
                self.way.deafen();
                sleep(Duration::from_millis(50).mul_f64(moments.fraction())).await;
            }
            self.way.cut();
            sleep(Duration::from_millis(2)).await;
            self.way.restore();
        }
    }

    async fn say(&self, to: Id) {
        for number in 0..MESSAGES {
            let sent = timeout(PATIENCE, self.account.send(to, number.to_string())).await;
            sent.expect("an account that comes back").expect("a session that is not lost");
            // So that there is something to lose in every state of the line.
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// All messages of both, in the order of the log.
    async fn heard(&self) -> Vec<(Id, String)> {
        let (mut messages, mut resumed) = (Vec::new(), 0);
        while messages.len() < 2 * MESSAGES as usize {
            let event = timeout(PATIENCE, self.account.next_event()).await.expect("an event in time");
            match event.expect("an account that is kept") {
                AccountEvent::Connected(_) => resumed += 1,
                AccountEvent::Logged(LoggedEvent { event: Logged::Message(message), .. }) => {
                    messages.push((message.from_user, message.content));
                }
                _ => {}
            }
        }
        assert!(resumed > 5, "the line did not break: {resumed}");
        messages
    }
}
