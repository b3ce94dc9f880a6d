//! Two who have nothing to do with it, and chat.

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::plain::Plain;
use crate::site::Site;

/// Between two things that they say. They are people.
const PAUSE: Duration = Duration::from_millis(100);

/// The longest that they may wait for each other, also on a machine that does much else.
pub(super) const PATIENCE_OF_PEOPLE: Duration = Duration::from_secs(5);

/// The two.
pub(super) struct Bystanders {
    pub(super) anna: Plain,
    pub(super) benno: Plain,
    site: Site,
}

impl Bystanders {
    pub(super) async fn arrive(site: &Site) -> Self {
        let (anna, benno) = (site.newcomer("anna").await, site.newcomer("benno").await);
        Self { anna, benno, site: site.clone() }
    }

    /// One says something, the other hears it and looks at his contacts; returns how long all of that took.
    pub(super) async fn chat(&mut self) -> Duration {
        let begun = Instant::now();
        let echo = self.anna.say(self.benno.user, "lovely weather").await;
        assert_eq!(self.benno.wait_for("messeage").await, echo);
        assert_eq!(self.anna.wait_for("notified").await["messeage_id"], echo["id"]);
        assert_eq!(self.site.contacts(&self.benno).await[0]["messeage_id"], echo["id"]);
        let answered = begun.elapsed();
        assert!(answered < PATIENCE_OF_PEOPLE, "the bystanders waited for {answered:?}");
        answered
    }

    pub(super) async fn expect_nothing_more(&mut self) {
        self.anna.expect_nothing_more().await;
        self.benno.expect_nothing_more().await;
    }

    /// Lets them chat until they are told to stop.
    pub(super) fn keep_chatting(mut self) -> Chatting {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let mut slowest = Duration::ZERO;
            while !stopped.is_cancelled() {
                slowest = slowest.max(self.chat().await);
                sleep(PAUSE).await;
            }
            self.expect_nothing_more().await;
            (self, slowest)
        });
        Chatting { stop, task }
    }
}

/// A chat that goes on.
pub(super) struct Chatting {
    stop: CancellationToken,
    task: JoinHandle<(Bystanders, Duration)>,
}

impl Chatting {
    /// The two, and the longest that they had to wait.
    pub(super) async fn stop(self) -> (Bystanders, Duration) {
        self.stop.cancel();
        self.task.await.expect("a chat that nothing disturbed")
    }
}
