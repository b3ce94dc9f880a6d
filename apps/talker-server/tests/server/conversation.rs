//! What people do on a plain WebSocket: they say things, hear things and block each other.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::plain::Plain;

impl Plain {
    /// Sends a text message, and returns its echo.
    pub(crate) async fn say(&mut self, to: u64, content: &str) -> Value {
        self.act("messeage", &json!({"to_id": to, "content": content})).await;
        self.hear(self.user, content).await
    }

    /// Sends a message of this type, and returns its echo, whatever became of its content.
    pub(crate) async fn show(&mut self, to: u64, content_type: &str, content: &str) -> Value {
        self.act("messeage", &json!({"to_id": to, "content": content, "content_type": content_type})).await;
        let me = self.user;
        self.wait_for_one(|event, data| event == "messeage" && data["from_user"] == me).await
    }

    /// Blocks somebody, and waits until that has taken effect.
    pub(crate) async fn block(&mut self, user: u64) {
        self.act("block_user", &json!({"blocked_id": user})).await;
        self.settle().await;
    }

    /// Unblocks somebody, and waits until that has taken effect.
    pub(crate) async fn unblock(&mut self, user: u64) {
        self.act("unlock_user", &json!({"blocked_id": user})).await;
        self.settle().await;
    }

    /// Waits for the message from this user with this content.
    pub(crate) async fn hear(&mut self, from: u64, content: &str) -> Value {
        let is_it = |data: &Value| data["from_user"] == from && data["content"] == content;
        self.wait_for_one(|event, data| event == "messeage" && is_it(data)).await
    }

    /// Waits until everything that waited for me at my login has come: a note to myself comes after it.
    pub(crate) async fn catch_up(&mut self) {
        let note = self.note().await;
        self.notified_of(&note).await;
    }

    /// Writes to myself what nobody has written before, and returns its echo.
    pub(crate) async fn note(&mut self) -> Value {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let note = format!("note {}", NUMBER.fetch_add(1, Ordering::Relaxed));
        self.say(self.user, &note).await
    }

    /// Waits until I hear that this message was handed over.
    pub(crate) async fn notified_of(&mut self, message: &Value) {
        self.wait_for_one(|event, data| event == "notified" && data["messeage_id"] == message["id"]).await;
    }
}
