//! Where one is logged in, and logging out from afar.

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{anna_and_benno, on_both_databases};
use crate::plain::Plain;
use crate::site::{NOBODY, Site, hash_of, merged};

on_both_databases!(
    one_sees_where_one_is_logged_in,
    a_session_is_ended_from_afar,
    all_other_sessions_are_ended_from_afar,
    sessions_of_others_are_none_of_ones_business,
    whoever_is_thrown_out_while_he_resumes_is_out,
);

/// How often two who are in each other's way meet.
const ROUNDS: u32 = 50;

async fn sessions(site: &Site, plain: &Plain) -> Vec<Value> {
    site.ask(plain, "/sessions", &json!({})).await["sessions"].as_array().expect("rows").clone()
}

async fn revoke(site: &Site, plain: &Plain, which: &Value) -> (u16, Value) {
    site.post("/sessions/revoke", &merged(&plain.session(), which)).await
}

async fn one_sees_where_one_is_logged_in(backend: Backend) {
    let (server, a, _b) = anna_and_benno(backend).await;
    let other = a.another(&server).await;
    let seen = sessions(&server, &a).await;
    assert_eq!(seen.iter().map(|session| &session["current"]).collect::<Vec<_>>(), [true, false]);
    assert!(seen.iter().all(|session| session["connected"] == true));
    assert!(seen[0]["init_date"].as_str().expect("a date").len() == 19, "{seen:?}");
    let mine: Vec<_> = seen.iter().map(|session| session["id"].clone()).collect();
    let of_other = sessions(&server, &other).await;
    assert_eq!(of_other.iter().map(|session| &session["current"]).collect::<Vec<_>>(), [false, true]);

    let mut again = Plain::connect(&server).await;
    let session = again.call("resume", &other.session()).await;
    assert_eq!(session["ok"], true);
    let ids: Vec<_> = sessions(&server, &a).await.iter().map(|session| session["id"].clone()).collect();
    assert_eq!(ids, mine, "it keeps its name when it moves");
    again.close().await;
    while sessions(&server, &a).await[1]["connected"] != false {}
    assert_eq!(server.post("/sessions", &json!({"user_id": a.user, "clientAddress": "x"})).await.0, 401);
}

async fn a_session_is_ended_from_afar(backend: Backend) {
    let (server, a, mut b) = anna_and_benno(backend).await;
    let mut lost = a.another(&server).await;
    let id = sessions(&server, &a).await[1]["id"].clone();
    assert_eq!(revoke(&server, &a, &json!({"id": id})).await, (200, json!({"ended": 1})));
    assert_eq!(lost.wait_for("auth").await, false, "it hears at once");
    assert!(!server.opens(a.user, &lost.address).await);
    lost.act("messeage", &json!({"to_id": b.user, "content": "from the dead"})).await;
    assert_eq!(lost.wait_for("auth").await, false);
    b.say(a.user, "only to the living").await;
    lost.expect_nothing_more().await;
    assert!(server.opens(a.user, &a.address).await);
    assert_eq!(revoke(&server, &a, &json!({"id": id})).await.0, 404, "it is gone");
    let key = lost.try_login("anna", &hash_of("anna")).await["clientAddress"].clone();
    assert_ne!(key, lost.address, "whoever knows the old key has nothing of it");
    assert!(server.opens(a.user, key.as_str().expect("a key")).await);

    let own = sessions(&server, &a).await[0]["id"].clone();
    assert_eq!(revoke(&server, &a, &json!({"id": own})).await.0, 200, "also the one that asks");
    assert!(!server.opens(a.user, &a.address).await);
}

async fn all_other_sessions_are_ended_from_afar(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let mut others = [a.another(&server).await, a.another(&server).await];
    let away = a.another(&server).await;
    let (user, key) = (away.user, away.address.clone());
    away.close().await;
    assert_eq!(revoke(&server, &a, &json!({})).await, (200, json!({"ended": 3})));
    for other in &mut others {
        assert_eq!(other.wait_for("auth").await, false);
        assert!(!server.opens(a.user, &other.address).await);
    }
    let mut again = Plain::connect(&server).await;
    let ack = again.call("resume", &json!({"user_id": user, "clientAddress": key})).await;
    assert_eq!(ack["error"], 401, "also one that waited to be resumed");
    assert_eq!(revoke(&server, &a, &json!({})).await, (200, json!({"ended": 0})));
    a.say(b.user, "I am still here").await;
    assert!(server.opens(b.user, &b.address).await);
}

async fn sessions_of_others_are_none_of_ones_business(backend: Backend) {
    let (server, a, b) = anna_and_benno(backend).await;
    let of_a = sessions(&server, &a).await[0]["id"].clone();
    for which in [json!({"id": of_a}), json!({"id": NOBODY})] {
        assert_eq!(revoke(&server, &b, &which).await.0, 404);
    }
    for malformed in [json!({"id": "x"}), json!({"id": 0}), json!({"id": [1]}), json!({"id": null})] {
        let (status, answer) = revoke(&server, &a, &malformed).await;
        assert_eq!((status, &answer["field"]), (400, &json!("id")), "{malformed}");
    }
    let stolen = json!({"user_id": b.user, "clientAddress": a.address});
    assert_eq!(server.post("/sessions/revoke", &stolen).await.0, 401);
    assert!(server.opens(a.user, &a.address).await && server.opens(b.user, &b.address).await);
}

/// Whichever of the two is first: in the end the session is gone, and no connection acts for its user.
async fn whoever_is_thrown_out_while_he_resumes_is_out(backend: Backend) {
    let (server, a, mut b) = anna_and_benno(backend).await;
    for round in 0..ROUNDS {
        let thief = a.another(&server).await;
        let key = json!({"user_id": a.user, "clientAddress": thief.address});
        let mut resuming = Plain::connect(&server).await;
        let everything = json!({});
        let (ack, (status, _)) =
            tokio::join!(resuming.call("resume", &key), revoke(&server, &a, &everything));
        assert_eq!(status, 200);
        if ack["ok"] == true {
            assert_eq!(resuming.wait_for("auth").await, false, "round {round}");
        }
        assert!(!server.opens(a.user, &resuming.address).await, "round {round}");
        resuming.user = a.user;
        resuming.act("messeage", &json!({"to_id": b.user, "content": "from the dead"})).await;
        assert_eq!(resuming.wait_for("auth").await, false, "round {round}");
    }
    b.expect_nothing_more().await;
}
