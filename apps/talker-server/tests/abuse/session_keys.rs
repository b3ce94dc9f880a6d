//! Session keys: nothing to be guessed from, nothing to be brought along, and no end of guesses that helps.

use std::collections::{BTreeSet, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use super::door::{Door, Kind};
use super::measured::Measured;
use super::siege::{Bounds, besiege};
use super::streams::next_text;
use super::{Scene, crowd};
use crate::databases::Backend;
use crate::harness::{TestServer, on_both_databases};
use crate::inbox::Inbox as _;
use crate::plain::Plain;
use crate::site::{Site, hash_of, merged};

on_both_databases!(
    a_key_that_a_client_brings_never_becomes_a_session,
    guesses_open_nothing_however_many,
    keys_have_nothing_in_common,
    polling_ids_have_nothing_in_common,
);

/// Two random keys of so many begin or end with the same eight letters once in a million runs.
const ALIKE: usize = 8;

async fn keys_have_nothing_in_common(backend: Backend) {
    let server = TestServer::start(backend).await;
    let someone = server.person("someone").await;
    let mut keys = vec![];
    for number in 0..crowd(500, 20_000) {
        let mut plain = Plain::connect(&server).await;
        if number % 10 == 0 {
            plain.become_user(&someone.username, &someone.hash).await;
        }
        keys.push(plain.address);
    }
    let beginnings: HashSet<_> = keys.iter().map(|key| &key[..ALIKE]).collect();
    let ends: HashSet<_> = keys.iter().map(|key| &key[key.len() - ALIKE..]).collect();
    assert_eq!((beginnings.len(), ends.len()), (keys.len(), keys.len()));
    let bits: Vec<Vec<u8>> = keys.iter().map(|key| URL_SAFE_NO_PAD.decode(key).expect("base64")).collect();
    expect_even(bits.iter().flatten().copied());
    // Nor does one tell anything of the next.
    expect_even(
        bits.windows(2).flat_map(|pair| pair[0].iter().zip(&pair[1]).map(|(one, other)| one ^ other)),
    );
    expect_even(
        bits.windows(2)
            .flat_map(|pair| pair[0].iter().zip(&pair[1]).map(|(one, other)| other.wrapping_sub(*one))),
    );
}

/// As many bits are set as not, but for six standard deviations.
fn expect_even(bytes: impl Iterator<Item = u8>) {
    let (mut set, mut all) = (0_u32, 0_u32);
    for byte in bytes {
        set += byte.count_ones();
        all += 8;
    }
    let off = (f64::from(set) - f64::from(all) / 2.0).abs();
    assert!(off < 6.0 * f64::from(all).sqrt() / 2.0, "{set} of {all} bits are set");
}

async fn polling_ids_have_nothing_in_common(backend: Backend) {
    let server = TestServer::start(backend).await;
    let mut ids = BTreeSet::new();
    for _ in 0..200 {
        let path = Door::open(&server, Kind::Polling).await.polling_path();
        ids.insert(path.rsplit_once("sid=").expect("an id").1.to_owned());
    }
    let mut beginnings: Vec<_> = ids.iter().map(|id| &id[..id.len().min(6)]).collect();
    beginnings.dedup();
    assert_eq!((ids.len(), beginnings.len()), (200, 200), "{ids:?}");
}

/// Wherever a client puts a key of its own choice, the session has the key that the connection was given.
async fn a_key_that_a_client_brings_never_becomes_a_session(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let stranger = Plain::connect(&scene.server).await;
    let left = Plain::log_in(&scene.server, &scene.mallory).await;
    let dead = left.address.clone();
    left.close().await;
    scene.server.until_dead(scene.mallory.id, &dead).await;
    for brought in [stranger.address.clone(), dead, "A".repeat(43), "chosen".to_owned()] {
        let credentials = json!({"login": "victim", "hash": hash_of("victim")});
        let with = merged(
            &credentials,
            &json!({
                "clientAddress": brought, "address": brought, "key": brought, "sid": brought, "user_id": scene.victim.id,
            }),
        );
        let mut given = vec![];
        for kind in [Kind::SocketIo, Kind::Polling] {
            let mut door = Door::open(&scene.server, kind).await;
            door.join(&format!("40{with}")).await;
            given.push(door.wait_for("login").await);
            expect_other_key(&scene, &given, &brought).await;
        }
        let mut plain = Plain::connect(&scene.server).await;
        plain.emit("login", &with).await;
        given.push(plain.wait_for("login").await);
        assert_eq!(given[2]["clientAddress"], plain.address);
        let headers = log_in_with_headers(&scene.server, &brought, &credentials).await;
        assert!(headers.contains("\"login\"") && !headers.contains(&brought), "{headers}");
        expect_other_key(&scene, &given, &brought).await;
    }
    scene.expect_peace().await;
}

async fn expect_other_key(scene: &Scene, given: &[Value], brought: &str) {
    let session = given.last().expect("a session");
    assert_eq!(session["id"], scene.victim.id);
    assert_ne!(session["clientAddress"], brought);
    for user in [scene.victim.id, scene.mallory.id] {
        assert!(!scene.server.opens(user, brought).await, "{brought}");
    }
}

/// Connects with a key in the query and in every header where servers look for one, logs in, and returns the answer.
async fn log_in_with_headers(site: &Site, brought: &str, credentials: &Value) -> String {
    let url = format!("ws://{}/?clientAddress={brought}&sid={brought}", site.address());
    let mut request = url.into_client_request().expect("a request");
    for (name, value) in [
        ("authorization", format!("Bearer {brought}")),
        ("cookie", format!("io={brought}; sid={brought}; clientAddress={brought}")),
        ("x-session-id", brought.to_owned()),
    ] {
        request.headers_mut().insert(name, value.parse().expect("a header"));
    }
    let (mut stream, answer) = connect_async(request).await.expect("a connection");
    assert!(!answer.headers().contains_key("set-cookie"));
    next_text(&mut stream).await;
    let login = json!({"event": "login", "data": credentials}).to_string();
    futures_util::SinkExt::send(&mut stream, login.into()).await.expect("a frame that goes out");
    next_text(&mut stream).await
}

async fn guesses_open_nothing_however_many(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    let victim = server.newcomer("victim").await;
    let (user, real) = (victim.user, victim.address.clone());
    besiege(&server, Bounds { most: 64, left: 12 }, async |round| {
        let mut guessing = JoinSet::new();
        for worker in 0..8 {
            let (site, real): (Site, String) = (server.clone(), real.clone());
            guessing.spawn(async move {
                let mut plain = Plain::connect(&site).await;
                for number in 0..crowd(25, 1_250) {
                    // The right beginning does not help.
                    let guess = format!("{}{round:03}{worker:03}{number:05}", &real[..real.len() - 11]);
                    let session = json!({"user_id": user, "clientAddress": guess});
                    assert_eq!(site.post("/contacts", &session).await.0, 401);
                    assert_eq!(plain.call("resume", &session).await["error"], 401);
                }
            });
        }
        guessing.join_all().await;
    })
    .await;
    assert!(server.opens(user, &real).await);
}
