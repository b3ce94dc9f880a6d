//! A database that goes away, and comes back.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::databases::MysqlDatabase;
use crate::harness::TestServer;
use crate::plain::Plain;
use crate::proxy::Proxy;
use crate::site::{PATIENCE, Site, hash_of, merged, registration, session_routes};

/// How soon somebody must hear that the database is away.
const SOON: Duration = Duration::from_secs(5);

/// A server whose database can go away, and Anna and Benno on it.
struct Scene {
    a: Plain,
    b: Plain,
    server: TestServer,
    way: Proxy,
    _database: MysqlDatabase,
}

impl Scene {
    async fn start() -> Self {
        let database = MysqlDatabase::create().await;
        let way = Proxy::to(database.host()).await;
        let server = TestServer::start_on(&database.url_by(way.address)).await;
        let (mut a, mut b) = (server.newcomer("anna").await, server.newcomer("benno").await);
        a.say(b.user, "before").await;
        a.wait_for("notified").await;
        b.wait_for("messeage").await;
        Self { a, b, server, way, _database: database }
    }

    /// Cuts the way, and waits until the server has noticed.
    async fn cut(&self) {
        self.way.cut();
        until_health(&self.server, 503).await;
    }

    /// Restores the way, and waits until the server has noticed.
    async fn restore(&self) {
        self.way.restore();
        until_health(&self.server, 200).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_the_databases() {
    let scene = Scene::start().await;
    assert_eq!(health(&scene.server).await, 200);
    scene.cut().await;
    scene.restore().await;
    let here = scene.server.http.get(scene.server.admin_url() + "/contacts").send().await.expect("an answer");
    assert_eq!(here.status(), 404, "the operator's port is for the operator alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_answered_while_the_database_is_away_and_connections_stay() {
    let mut scene = Scene::start().await;
    let (anna, benno) = (scene.a.user, scene.b.user);
    let message = scene.server.history(&scene.a, benno).await[0]["id"].clone();
    scene.cut().await;
    for (event, data) in [
        ("messeage", json!({"to_id": benno, "content": "hello"})),
        ("read", json!({"messeage_id": message})),
        ("block_user", json!({"blocked_id": benno})),
        ("unlock_user", json!({"blocked_id": benno})),
        ("type", json!({"to_id": benno})),
        ("login", json!({"login": "anna", "hash": hash_of("anna")})),
    ] {
        let asked = Instant::now();
        assert_eq!(scene.a.refused(event, &data).await, 503, "{event}");
        assert!(asked.elapsed() < SOON, "{event} was answered after {:?}", asked.elapsed());
    }
    scene.restore().await;
    let echo = scene.a.say(benno, "we are still here").await;
    assert_eq!(scene.b.wait_for("messeage").await, echo);
    scene.a.notified_of(&echo).await;
    scene.b.act("read", &json!({"messeage_id": echo["id"]})).await;
    assert_eq!(scene.a.wait_for("read").await["messeage_id"], echo["id"]);
    scene.a.expect_nothing_more().await;
    scene.b.expect_nothing_more().await;
    assert!(scene.server.opens(anna, &scene.a.address).await, "sessions stay as well");
    assert_eq!(scene.server.history(&scene.a, benno).await.len(), 2, "what was refused was not stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn rest_says_busy_while_the_database_is_away() {
    let scene = Scene::start().await;
    scene.cut().await;
    let open = [
        ("/isUsed/email", json!({"email": "anna@example.org"})),
        ("/isUsed/username", json!({"username": "anna"})),
        ("/register", registration("carla")),
        ("/register/confirm", json!({"id": 1, "uuid": "x"})),
        ("/search/users", json!({"user_name": "anna"})),
    ];
    let with_session = session_routes().map(|(route, more)| (route, merged(&scene.a.session(), &more)));
    for (route, parameters) in open.into_iter().chain(with_session) {
        let asked = Instant::now();
        let request = scene.server.http.post(scene.server.url() + route).json(&parameters);
        let response = request.send().await.expect("an answer");
        assert!(asked.elapsed() < SOON, "{route} was answered after {:?}", asked.elapsed());
        assert!(response.headers().contains_key("retry-after"), "{route}");
        let (status, body) = (response.status().as_u16(), response.json::<Value>().await.expect("JSON"));
        assert_eq!((status, &body["error"], &body["code"]), (503, &json!(503), &json!("busy")), "{route}");
        assert!(!body.to_string().contains("127.0.0.1") && !body.to_string().contains("sql"), "{body}");
    }
    scene.restore().await;
    let (_, answer) = scene.server.post("/register", &registration("carla")).await;
    assert_eq!(answer["code"], "created", "what was refused left nothing");
    scene.server.confirmation("carla@example.org").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_echoed_through_an_outage_is_stored() {
    let mut scene = Scene::start().await;
    let benno = scene.b.user;
    scene.a.chatter(benno, 0..100).await;
    let mut echoes = vec![scene.a.wait_for("messeage").await];
    scene.cut().await;
    scene.a.chatter(benno, 100..150).await;
    let mut refused = 0;
    while echoes.len() + refused < 150 {
        match scene.a.next_but("notified").await {
            (event, echo) if event == "messeage" => echoes.push(echo),
            (event, number) => {
                assert_eq!((event.as_str(), number), ("error", json!(503)));
                refused += 1;
            }
        }
    }
    assert!(refused >= 50, "the database was away");
    scene.restore().await;
    let stored = all_ids(&scene.server, &scene.a, benno).await;
    assert!(echoes.iter().all(|echo| stored.contains(&echo["id"])));
    // What was committed and yet not acknowledged, if anything, comes to him with a login.
    let mut again = scene.b.another(&scene.server).await;
    again.catch_up().await;
    assert!(echoes.len() <= stored.len() && stored.len() <= 151);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_during_an_outage_is_notified_after_it() {
    let mut scene = Scene::start().await;
    scene.a.chatter(scene.b.user, 0..20).await;
    for number in 0..20 {
        scene.b.hear(scene.a.user, &number.to_string()).await;
    }
    scene.cut().await;
    scene.restore().await;
    for _ in 0..20 {
        scene.a.wait_for("notified").await;
    }
    scene.a.forget().await;
    let mut again = scene.b.another(&scene.server).await;
    again.catch_up().await;
    again.expect_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_dies_with_its_connection_even_while_the_database_is_away() {
    let Scene { a, b, server, way, _database } = Scene::start().await;
    let (user, key) = (a.user, a.address.clone());
    way.cut();
    until_health(&server, 503).await;
    a.close().await;
    way.restore();
    let dead = timeout(PATIENCE, async {
        while server.try_key(user, &key).await.iter().any(|(status, _)| *status != 401) {}
    });
    dead.await.expect("a key that dies");
    let b = b.another(&server).await;
    assert!(server.opens(b.user, &b.address).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_that_failed_can_be_repeated() {
    let mut scene = Scene::start().await;
    let mut other = scene.a.another(&scene.server).await;
    other.catch_up().await;
    scene.a.forget().await;
    scene.cut().await;
    for connection in [&mut scene.a, &mut other] {
        connection.emit("logout", &Value::Null).await;
        assert_eq!(connection.wait_for("error").await, 503);
    }
    scene.restore().await;
    scene.a.emit("logout", &Value::Null).await;
    scene.a.expect_nothing_more().await;
    assert!(!scene.server.opens(scene.a.user, &scene.a.address).await, "logged out after all");
    other.say(other.user, "nothing was done, and so I am still logged in").await;
    let (user, key) = (other.user, other.address.clone());
    other.close().await;
    scene.server.until_dead(user, &key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_stops_in_time_while_the_database_is_away() {
    let Scene { mut a, server: mut running, way, _database, .. } = Scene::start().await;
    way.cut();
    until_health(&running, 503).await;
    let asked = Instant::now();
    running.stop().await;
    assert!(asked.elapsed() < Duration::from_secs(10), "it stopped after {:?}", asked.elapsed());
    assert!(a.is_closed().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_while_the_database_stalls_is_refused_and_what_it_was_given_is_not_lost() {
    let mut scene = Scene::start().await;
    let (anna, benno) = (scene.a.user, scene.b.user);
    let mut other = scene.a.another(&scene.server).await;
    other.catch_up().await;
    scene.a.forget().await;
    scene.way.hold_up();
    let message = |content: &str| json!({"user_id": anna, "to_id": benno, "content": content});
    let given = scene.a.ask("messeage", &message("given to the database")).await;
    let asked = Instant::now();
    let (status, _) = scene.server.post("/contacts", &scene.a.session()).await;
    assert!(
        status == 503 && asked.elapsed() < Duration::from_secs(7),
        "{status} after {:?}",
        asked.elapsed()
    );
    for _ in 0..3 {
        let asked = Instant::now();
        let ack = other.call("messeage", &message("too late")).await;
        assert_eq!((&ack["error"], &ack["retry_after_ms"]), (&json!(503), &json!(1_000)));
        assert!(asked.elapsed() < Duration::from_secs(2), "refused after {:?}", asked.elapsed());
    }
    scene.way.restore();
    let ack = scene.a.wait_for(&format!("ack {given}")).await;
    assert_eq!(ack["messeage"]["content"], "given to the database");
    assert_eq!(scene.b.wait_for("messeage").await["id"], ack["messeage"]["id"]);
    until_health(&scene.server, 200).await;
    assert_eq!(scene.server.history(&scene.a, benno).await.len(), 2, "and nothing else was stored");
    scene.a.say(benno, "on we go").await;
}

async fn health(site: &Site) -> u16 {
    site.http.get(site.admin_url() + "/healthz").send().await.expect("an answer").status().as_u16()
}

/// Waits until the server says that it is well, or that it is not.
async fn until_health(site: &Site, status: u16) {
    // As many questions at once as there are connections to the database: each may have lost its own.
    let all = async || futures_util::future::join_all((0..8).map(|_| health(site))).await;
    let changed = timeout(PATIENCE, async { while all().await != [status; 8] {} });
    changed.await.unwrap_or_else(|_| panic!("its health does not become {status}"));
}

/// The ids of the whole conversation.
async fn all_ids(site: &Site, me: &Plain, with: u64) -> Vec<Value> {
    let mut ids: Vec<Value> = Vec::new();
    loop {
        let mut asked = json!({"with_id": with});
        if let Some(oldest) = ids.last() {
            asked["from_messeage"] = (oldest.as_u64().expect("an id") - 1).into();
        }
        let page = site.ask(me, "/messeages", &asked).await;
        ids.extend(page["messeages"].as_array().expect("rows").iter().map(|row| row["id"].clone()));
        if page["all"] == true {
            return ids;
        }
    }
}
