//! What is in the tables: nothing that has had its time, and what is wrong there is nobody else's trouble.

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::databases::Backend;
use crate::harness::{TestServer, anna_and_benno};
use crate::site::{PATIENCE, registration};

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_nobody_confirmed_is_removed() {
    let mut server = TestServer::start(Backend::Mysql).await;
    server.post("/register", &registration("anna")).await;
    let waiting =
        async |server: &TestServer| server.database().texts("SELECT email FROM registrations").await;
    assert_eq!(waiting(&server).await, ["anna@example.org"]);
    server.database().execute("UPDATE registrations SET expires_at = 1").await;
    server.restart().await;
    let gone = timeout(PATIENCE, async { while !waiting(&server).await.is_empty() {} });
    gone.await.expect("a table without it");
    assert_eq!(server.database().texts("SELECT recipient FROM mails").await, [""; 0], "and its mail");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_is_an_error_that_tells_nothing() {
    let (server, mut a, b) = anna_and_benno(Backend::Mysql).await;
    let broken = a.say(b.user, "hello").await["id"].clone();
    a.forget().await;
    server.database().execute(&format!("UPDATE messages SET kind = 99 WHERE id = {broken}")).await;
    let asked = json!({"user_id": a.user, "clientAddress": a.address, "with_id": b.user});
    let (status, body) = server.post("/messeages", &asked).await;
    let sentence = "The server failed. It is not your fault; try again later.";
    assert_eq!((status, body), (500, json!({"error": 500, "code": "internal", "message": sentence})));
    let ack = a.call_as_me("sync", &json!({"after": 0})).await;
    assert_eq!((&ack["ok"], &ack["error"]), (&Value::Bool(false), &json!(500)));
    assert_eq!(a.wait_for("error").await, 500);
    a.say(a.user, "everything else works").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_one_senders_trouble_alone() {
    let (server, mut a, mut b) = anna_and_benno(Backend::Mysql).await;
    let named = json!({"to_id": b.user, "content": "hello", "nonce": "one"});
    let broken = a.call_as_me("messeage", &named).await["messeage"]["id"].clone();
    server.database().execute(&format!("UPDATE messages SET kind = 99 WHERE id = {broken}")).await;
    a.forget().await;
    b.forget().await;
    for number in 0..50 {
        b.act("messeage", &json!({"to_id": b.user, "content": number.to_string()})).await;
        a.act("messeage", &named).await;
    }
    for number in 0..50 {
        assert_eq!(b.wait_for("messeage").await["content"], number.to_string());
        assert_eq!(a.wait_for("error").await, 500);
    }
    for _ in 0..50 {
        b.wait_for("notified").await;
    }
    b.expect_nothing_more().await;
}
