//! What the program logs, and what it never does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use talker_domain::Timestamp;
use talker_store::{Location, Store, StoreError};
use tempfile::tempdir;

use crate::abuse::door::{Door, Kind};
use crate::inbox::Inbox as _;
use crate::plain::Plain;
use crate::program::Program;
use crate::site::{Site, email_of, hash_of, merged, registration, session_routes};

/// A word that is sent in query strings and in what clients say, and nowhere else.
const MARKER: &str = "XyzzyMarker";

#[tokio::test(flavor = "multi_thread")]
async fn no_key_hash_link_or_query_string_reaches_the_log() {
    for more in [&[][..], &["--log-format=json"], &["--log=debug"], &["--log=trace"]] {
        let folder = tempdir().expect("a folder");
        let (first, site) = Program::start(folder.path(), &[]).await;
        let (anna, benno) = (site.person("anna").await, site.person("benno").await);
        drop(first);
        let closed =
            std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("a port");
        let smtp = format!("--smtp-url=smtp://mailer:smtp-{MARKER}@{closed}");
        let arguments: Vec<&str> = [smtp.as_str()].into_iter().chain(more.iter().copied()).collect();
        let (mut program, site) = Program::start(folder.path(), &arguments).await;
        site.post("/register", &registration("carla")).await;
        let mut a = Plain::log_in(&site, &anna).await;
        let mut b = Plain::log_in(&site, &benno).await;
        b.become_user("benno@example.org", &benno.hash).await;
        let mut secrets =
            vec![a.address.clone(), b.address.clone(), hash_of("anna"), hash_of("benno"), hash_of("carla")];
        misbehave(&site, &mut a, b.user).await;
        for kind in [Kind::SocketIo, Kind::Polling] {
            let mut door = Door::open(&site, kind).await;
            let auth = json!({"login": "anna", "hash": hash_of("anna"), "x": MARKER});
            door.join(&format!("40{auth}")).await;
            secrets.push(door.wait_for("login").await["clientAddress"].as_str().expect("a key").to_owned());
            door.emit("messeage", &json!({"user_id": a.user, "to_id": b.user, "content": MARKER})).await;
            door.wait_for("messeage").await;
            door.emit(MARKER, &json!({"hash": MARKER})).await;
            door.wait_for("error").await;
        }
        for (route, more) in session_routes() {
            let query = [("user_id", a.user.to_string()), ("clientAddress", a.address.clone())];
            let request =
                site.http.get(site.url() + route).query(&query).query(&more).query(&[("x", MARKER)]);
            assert_eq!(request.send().await.expect("an answer").status(), 200);
        }
        let words = json!({"hash": hash_of("benno"), "new_hash": format!("new-{MARKER}")});
        let (_, changed) = site.post("/password/change", &merged(&b.session(), &words)).await;
        assert_eq!(changed["code"], "changed");
        site.post("/password/reset", &json!({"email": email_of("anna")})).await;
        program.line_with("is tried again").await;
        program.terminate();
        assert_eq!(program.ended().await.0, Some(0));
        let tokens = tokens(&folder.path().join("talker-data/talker.db")).await;
        assert_eq!(tokens.len(), 2, "Carla's mail still waits, and the one about Anna's password");
        for line in &program.log {
            for secret in secrets.iter().chain(&tokens) {
                assert!(!line.contains(secret), "{more:?}: {secret} in {line}");
            }
            for part in [MARKER, &STANDARD.encode(MARKER), "clientAddress=", "uuid=", "user_name=", "$argon2"]
            {
                assert!(!line.contains(part), "{more:?}: {part} in {line}");
            }
        }
    }
}

/// What clients do that servers like to log.
async fn misbehave(site: &Site, a: &mut Plain, other: u64) {
    for query in [
        "/nope?",
        "/isUsed/username?username=",
        "/register/confirm?id=1&uuid=",
        "/password/reset?email=",
        "/password/reset/confirm?id=1&hash=x&uuid=",
        "/contacts?user_id=1&clientAddress=",
    ] {
        site.get(&format!("{query}{MARKER}")).await;
    }
    site.post("/register", &json!({"email": MARKER, "username": MARKER, "hash": MARKER})).await;
    site.post("/contacts", &json!({"user_id": MARKER, "clientAddress": [MARKER]})).await;
    assert_eq!(a.try_login("anna", MARKER).await, false);
    assert_eq!(a.try_login(MARKER, MARKER).await, false);
    a.say(other, MARKER).await;
    a.send(&format!("{{\"event\": \"{MARKER}\"}}")).await;
    a.send(&format!("{{\"event\": \"login\", \"data\": {{\"hash\": [\"{MARKER}\"]}}}}")).await;
    a.send(MARKER).await;
    a.settle().await;
}

/// The secrets of the mails that wait.
async fn tokens(database: &std::path::Path) -> Vec<String> {
    let store = Store::open(&Location::Sqlite(database.to_owned()), 1).await.expect("the database");
    let far = Timestamp(i64::MAX / 2);
    let mails = store.write(move |transaction| transaction.take_due_mails(far, 10)).await;
    let mails = mails.map_err(|error: StoreError| error.to_string()).expect("mails");
    mails.into_iter().map(|mail| mail.token.0).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn json_logs_are_json() {
    let folder = tempdir().expect("a folder");
    let (mut program, site) = Program::start(folder.path(), &["--log-format=json", "--log=debug"]).await;
    site.register("anna").await;
    Plain::connect(&site).await.close().await;
    program.terminate();
    program.ended().await;
    assert!(program.log.len() >= 3, "{:?}", program.log);
    for line in &program.log {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        for name in ["timestamp", "level", "message"] {
            assert!(line[name].is_string(), "{name} in {line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_decides_what_is_logged() {
    let folder = tempdir().expect("a folder");
    let mut program = Program::spawn(folder.path(), &["--log=error"]);
    // It says nothing, so that only its database file tells that it runs.
    while !folder.path().join("talker-data/talker.db").exists() {
        tokio::task::yield_now().await;
    }
    program.terminate();
    program.ended().await;
    assert_eq!(program.log, [""; 0]);
}
