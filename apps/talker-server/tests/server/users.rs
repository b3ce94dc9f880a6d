//! Accounts: which names are used, registering, and confirming.

use serde_json::{Value, json};
use talker_domain::{Timestamp, users::expire};
use talker_store::{Location, Store, StoreError, Transaction};

use crate::databases::Backend;
use crate::harness::{TestServer, on_both_databases};
use crate::plain::Plain;
use crate::site::{email_of, hash_of, merged, registration};

on_both_databases!(
    nobody_has_an_account_at_first,
    names_are_used_from_registration_on,
    registering_says_which_name_is_used,
    a_registration_that_waits_gets_no_second_mail,
    what_cannot_be_a_name_or_a_hash_is_refused_by_name,
    only_the_right_link_confirms_and_only_once,
    two_who_follow_a_link_at_once_open_one_account,
    an_account_opens_only_when_it_is_confirmed,
    names_are_free_again_after_a_day_without_confirmation,
    a_registration_waits_through_a_restart,
    a_mail_server_that_is_down_blocks_nobody_and_loses_nothing,
    of_a_hash_only_argon2id_is_kept,
);

async fn nobody_has_an_account_at_first(backend: Backend) {
    let server = TestServer::start(backend).await;
    for first in "abcdefghijklmnopqrstuvwxyz0123456789_.".chars() {
        let found = server.post("/search/users", &json!({"user_name": first.to_string()})).await;
        assert_eq!(found, (200, json!([])), "{first}");
    }
    let mut plain = Plain::connect(&server).await;
    for (login, hash) in [("admin", "admin"), ("root", "root"), ("admin@localhost", "password")] {
        assert_eq!(plain.try_login(login, hash).await, false);
    }
}

async fn names_are_used_from_registration_on(backend: Backend) {
    let server = TestServer::start(backend).await;
    let used = async || {
        let mut used = Vec::new();
        for username in ["anna", "ANNA"] {
            used.push(server.post("/isUsed/username", &json!({"username": username})).await);
            let email = json!({"email": format!("{username}@Example.org")});
            used.push(server.post("/isUsed/email", &email).await);
        }
        used
    };
    assert_eq!(used().await, vec![(200, json!({"res": 0})); 4]);
    let (id, uuid) = server.register("anna").await;
    assert_eq!(used().await, vec![(200, json!({"res": 1})); 4]);
    server.post("/register/confirm", &json!({"id": id, "uuid": uuid})).await;
    assert_eq!(used().await, vec![(200, json!({"res": 1})); 4]);
}

async fn registering_says_which_name_is_used(backend: Backend) {
    let server = TestServer::start(backend).await;
    server.person("anna").await;
    server.register("benno").await;
    for (username, email, code) in [
        ("anna", "new@example.org", "username_used"),
        ("ANNA", "anna@example.org", "username_used"),
        ("Benno", "new@example.org", "username_used"),
        ("benno", "anna@example.org", "username_used"),
        ("newcomer", "Anna@Example.org", "email_used"),
        ("newcomer", "benno@example.org", "email_used"),
        ("BENNO", "benno@EXAMPLE.org", "pending"),
        ("newcomer", "new@example.org", "created"),
    ] {
        let asked = json!({"username": username, "email": email, "hash": "secret"});
        let (status, answer) = server.post("/register", &asked).await;
        assert_eq!((status, &answer["code"]), (200, &json!(code)), "{asked}");
        let text = answer["res"].as_str().expect("a text");
        assert!(text.contains("email") || code != "created", "it says to check the email: {text}");
        assert!(!text.contains("created") && !text.contains("og in"), "nobody may be able to yet: {text}");
        assert_eq!(answer.as_object().expect("an object").len(), 2, "{answer}");
    }
}

async fn a_registration_that_waits_gets_no_second_mail(backend: Backend) {
    let server = TestServer::start(backend).await;
    let first = server.register("anna").await;
    std::fs::remove_dir_all(server.data_dir().join("mails")).expect("her mail");
    let again = merged(&registration("anna"), &json!({"hash": "another"}));
    let (_, answer) = server.post("/register", &again).await;
    assert_eq!(answer["code"], "pending");
    server.register("benno").await;
    assert_eq!(server.mailed_links(&email_of("anna")), [""; 0]);
    let (_, answer) = server.post("/register/confirm", &json!({"id": first.0, "uuid": first.1})).await;
    assert_eq!(answer["code"], "confirmed");
    let mut plain = Plain::connect(&server).await;
    assert_eq!(plain.try_login("anna", "another").await, false, "the registration stays as it was");
    plain.become_user("anna", &hash_of("anna")).await;
}

async fn what_cannot_be_a_name_or_a_hash_is_refused_by_name(backend: Backend) {
    let server = TestServer::start(backend).await;
    let domain = ["b".repeat(63), "c".repeat(63), "d".repeat(61)].join(".");
    let longest = format!("{}@{domain}", "a".repeat(64));
    assert_eq!(longest.len(), 254);
    let refused = async |route: &str, field: &str, value: &str| {
        let asked = merged(&registration("newcomer"), &json!({field: value}));
        let (status, answer) = server.post(route, &asked).await;
        assert_eq!(
            (status, &answer["code"], &answer["field"]),
            (400, &json!("malformed"), &json!(field)),
            "{asked}"
        );
        let (rule, message) = (rule_of(field), answer["message"].as_str().expect("a sentence"));
        assert!(message.contains(rule), "{rule} in {message}");
    };
    for username in ["", "abc", "abcdefghijklmnopqrstu", "anna smith", "anna-b", "anna@x", "änna", "anna\n"]
    {
        refused("/register", "username", username).await;
        refused("/isUsed/username", "username", username).await;
    }
    for email in [
        "",
        "anna",
        "anna@",
        "@example.org",
        "Anna <anna@example.org>",
        "anna@example.org, benno@example.org",
        "anna@example.org\r\nBcc: benno@example.org",
        "an\u{0}na@example.org",
        &format!("{longest}d"),
    ] {
        refused("/register", "email", email).await;
        refused("/isUsed/email", "email", email).await;
    }
    for hash in ["", &"ß".repeat(256)] {
        refused("/register", "hash", hash).await;
    }
    for (username, email, hash) in [
        ("abcd", "o'brien+talker@example.org", "x".to_owned()),
        ("A.b_567890123456789z", longest.as_str(), "ß".repeat(255)),
    ] {
        let asked = json!({"username": username, "email": email, "hash": hash});
        let (status, answer) = server.post("/register", &asked).await;
        assert_eq!((status, &answer["code"]), (200, &json!("created")), "{asked}");
        let (id, uuid) = server.confirmation(email).await;
        server.post("/register/confirm", &json!({"id": id, "uuid": uuid})).await;
        Plain::connect(&server).await.become_user(username, &hash).await;
    }
}

fn rule_of(field: &str) -> &'static str {
    match field {
        "username" => "4 to 20 characters out of A-Z a-z 0-9 _",
        "email" => "one address",
        _ => "1 to 255 characters",
    }
}

async fn only_the_right_link_confirms_and_only_once(backend: Backend) {
    let server = TestServer::start(backend).await;
    let ((id, uuid), (other, other_uuid)) = (server.register("anna").await, server.register("benno").await);
    let confirm = async |id: &str, uuid: &str| {
        let (status, answer) = server.post("/register/confirm", &json!({"id": id, "uuid": uuid})).await;
        assert_eq!(status, 200, "{answer}");
        let text = answer["res"].as_str().expect("a text").to_owned();
        (answer["code"].as_str().expect("a code").to_owned(), text.contains("Success"))
    };
    let invalid = ("invalid_link".to_owned(), false);
    for (id, uuid) in [
        (id.as_str(), other_uuid.as_str()),
        (&id, "x"),
        (&id, &uuid[1..]),
        (&id, &uuid.to_lowercase()),
        ("9007199254740991", &uuid),
    ] {
        assert_eq!(confirm(id, uuid).await, invalid, "{id} {uuid}");
    }
    assert_eq!(confirm(&id, &uuid).await, ("confirmed".to_owned(), true));
    assert_eq!(confirm(&id, &uuid).await, invalid);
    assert_eq!(confirm(&other, &other_uuid).await, ("confirmed".to_owned(), true));
}

async fn two_who_follow_a_link_at_once_open_one_account(backend: Backend) {
    let server = TestServer::start(backend).await;
    let (id, uuid) = server.register("anna").await;
    let link = json!({"id": id, "uuid": uuid});
    let confirm = async || server.post("/register/confirm", &link).await;
    let answers = tokio::join!(confirm(), confirm(), confirm(), confirm());
    let mut codes: Vec<Value> = [answers.0, answers.1, answers.2, answers.3]
        .into_iter()
        .map(|(_, answer)| answer["code"].clone())
        .collect();
    codes.sort_by_key(Value::to_string);
    assert_eq!(codes, ["confirmed", "invalid_link", "invalid_link", "invalid_link"]);
}

async fn an_account_opens_only_when_it_is_confirmed(backend: Backend) {
    let server = TestServer::start(backend).await;
    let (id, uuid) = server.register("anna").await;
    let mut plain = Plain::connect(&server).await;
    assert_eq!(plain.try_login("anna", &hash_of("anna")).await, false);
    assert_eq!(server.post("/search/users", &json!({"user_name": "anna"})).await, (200, json!([])));
    server.post("/register/confirm", &json!({"id": id, "uuid": uuid})).await;
    plain.become_user("anna", &hash_of("anna")).await;
}

async fn names_are_free_again_after_a_day_without_confirmation(backend: Backend) {
    let server = TestServer::start(backend).await;
    let (id, uuid) = server.register("anna").await;
    let store = store_of(&server, backend).await;
    let day_after = |seconds: i64| Timestamp(now().0 + 86_400_000 + seconds * 1_000);
    assert_eq!(sweep(&store, day_after(-60)).await, 0, "it waits a whole day");
    assert_eq!(sweep(&store, day_after(1)).await, 1);
    let (_, answer) = server.post("/register/confirm", &json!({"id": id, "uuid": uuid})).await;
    assert_eq!(answer["code"], "invalid_link");
    for (route, parameters) in [
        ("/isUsed/username", json!({"username": "anna"})),
        ("/isUsed/email", json!({"email": email_of("anna")})),
    ] {
        assert_eq!(server.post(route, &parameters).await, (200, json!({"res": 0})));
    }
    let (_, answer) = server.post("/register", &registration("anna")).await;
    assert_eq!(answer["code"], "created");
}

async fn a_registration_waits_through_a_restart(backend: Backend) {
    let mut server = TestServer::start(backend).await;
    let (id, uuid) = server.register("anna").await;
    server.restart().await;
    let (_, answer) = server.post("/register/confirm", &json!({"id": id, "uuid": uuid})).await;
    assert_eq!(answer["code"], "confirmed");
    Plain::connect(&server).await.become_user("anna", &hash_of("anna")).await;
}

async fn a_mail_server_that_is_down_blocks_nobody_and_loses_nothing(backend: Backend) {
    let closed =
        tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("a port");
    let server = TestServer::start_with(backend, &[&format!("--smtp-url=smtp://{closed}")]).await;
    for username in ["anna", "benno"] {
        let (status, answer) = server.post("/register", &registration(username)).await;
        assert_eq!((status, &answer["code"]), (200, &json!("created")), "{answer}");
    }
    let store = store_of(&server, backend).await;
    let later = Timestamp(now().0 + 3_600_000);
    let mails = store.write(move |transaction| transaction.take_due_mails(later, 10)).await;
    let mails = mails.map_err(|error: StoreError| error.to_string()).expect("mails");
    let mut recipients: Vec<_> = mails.iter().map(|mail| mail.recipient.as_str()).collect();
    recipients.sort_unstable();
    assert_eq!(recipients, ["anna@example.org", "benno@example.org"]);
    for mail in mails {
        let link = json!({"id": mail.subject.number(), "uuid": mail.token.0});
        let (_, answer) = server.post("/register/confirm", &link).await;
        assert_eq!(answer["code"], "confirmed");
    }
}

async fn of_a_hash_only_argon2id_is_kept(backend: Backend) {
    let mut server = TestServer::start(backend).await;
    let anna = server.newcomer("anna").await;
    server.register("benno").await;
    match backend {
        Backend::Mysql => {
            for table in ["users", "registrations"] {
                let kept = server.database().texts(&format!("SELECT password FROM {table}")).await;
                assert!(kept.len() == 1 && kept[0].starts_with("$argon2id$"), "{table}: {kept:?}");
            }
        }
        Backend::Sqlite => {
            let file = |name: &str| std::fs::read(server.data_dir().join(name)).expect("a database");
            let database = [file("talker.db"), file("talker.db-wal")].concat();
            let holds = |text: &str| database.windows(text.len()).any(|part| part == text.as_bytes());
            assert!(holds("$argon2id$") && holds("anna@example.org"), "this is where accounts are kept");
            assert!(!holds(&hash_of("anna")) && !holds(&hash_of("benno")));
            assert!(!holds(&anna.address), "a key is kept as a digest only");
        }
    }
    server.stop().await;
}

/// The server's database, beside the server.
async fn store_of(server: &TestServer, backend: Backend) -> Store {
    let location = match backend {
        Backend::Sqlite => Location::Sqlite(server.data_dir().join("talker.db")),
        Backend::Mysql => Location::Mysql(server.database().url()),
    };
    Store::open(&location, 2).await.expect("the server's database")
}

fn now() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    Timestamp(i64::try_from(now.as_millis()).expect("before the year 292,000,000"))
}

/// What the server does every minute.
async fn sweep(store: &Store, now: Timestamp) -> usize {
    let removed = store.write(move |transaction: &mut dyn Transaction| -> Result<usize, StoreError> {
        expire::Port::remove_expired_registrations(transaction, now)
    });
    removed.await.expect("a sweep")
}
