//! The log: reading on in it, and following it.

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{anna_and_benno, on_both_databases};
use crate::plain::Plain;
use crate::site::{Site, hash_of, merged};

on_both_databases!(
    each_user_has_one_log_of_what_happened_to_him,
    a_log_is_read_in_pages_by_event_and_by_rest,
    whoever_comes_back_with_a_number_gets_everything_after_it,
    whoever_follows_hears_everything_in_order_while_much_happens,
    whoever_asked_for_the_log_gets_numbers_from_then_on,
    following_ends_with_the_session,
    base_clients_see_nothing_of_it,
    a_log_holds_nothing_that_a_block_hides,
    what_a_client_says_that_it_knows_is_handed_over,
    who_is_ahead_of_the_log_is_told_of_a_gap,
    what_waits_behind_a_gap_goes_on_waiting,
    what_is_no_place_in_a_log_is_malformed,
);

/// The whole log of a user, by REST.
async fn log(site: &Site, me: &Plain) -> Vec<Value> {
    let page = site.ask(me, "/sync", &json!({"after": 0})).await;
    page["events"].as_array().filter(|_| page["all"] == true).expect("all events").clone()
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().expect("a name")).collect()
}

/// Connects, and logs in as somebody who knows his log up to here.
async fn follow(site: &Site, username: &str, after: u64) -> Plain {
    let mut plain = Plain::connect(site).await;
    let login = json!({"login": username, "hash": hash_of(username), "after": after});
    plain.user = plain.call("login", &login).await["id"].as_u64().expect("a login");
    plain.wait_for("login").await;
    plain
}

/// The next logged event, as the log has it.
async fn next_logged(plain: &mut Plain) -> Value {
    let (event, mut data) = plain.next().await;
    let seq = data.as_object_mut().and_then(|data| data.remove("seq")).expect("a number");
    json!({"seq": seq, "event": event, "data": data})
}

async fn each_user_has_one_log_of_what_happened_to_him(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let hello = a.say(b.user, "hello").await;
    a.notified_of(&hello).await;
    let read = b.call_as_me("read", &json!({"messeage_id": hello["id"]})).await;
    for _ in 0..2 {
        a.call_as_me("block_user", &json!({"blocked_id": b.user})).await;
    }
    for _ in 0..2 {
        a.call_as_me("unlock_user", &json!({"blocked_id": b.user})).await;
    }
    let note = a.say(a.user, "to myself").await;
    a.notified_of(&note).await;
    let row = merged(&hello, &json!({"notified": 1, "readen": read["date"]}));
    let receipt = json!({"messeage_id": hello["id"], "date": read["date"]});
    let of_anna = log(&server, &a).await;
    let expected = [
        json!({"seq": 1, "event": "messeage", "data": row}),
        json!({"seq": 2, "event": "notified", "data": {"messeage_id": hello["id"]}}),
        json!({"seq": 3, "event": "read", "data": receipt}),
        json!({"seq": 4, "event": "blocked", "data": {"user_id": b.user}}),
        json!({"seq": 5, "event": "unblocked", "data": {"user_id": b.user}}),
        json!({"seq": 6, "event": "messeage", "data": merged(&note, &json!({"notified": 1}))}),
        json!({"seq": 7, "event": "notified", "data": {"messeage_id": note["id"]}}),
    ];
    assert_eq!(of_anna, expected);
    let of_benno = log(&server, &b).await;
    let expected = [
        json!({"seq": 1, "event": "messeage", "data": row}),
        json!({"seq": 2, "event": "read", "data": receipt}),
    ];
    assert_eq!(of_benno, expected);
}

async fn a_log_is_read_in_pages_by_event_and_by_rest(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    a.chatter(b.user, 0..20).await;
    a.settle().await;
    for _ in 0..20 {
        a.wait_for("notified").await;
    }
    for (after, limit, count, all) in
        [(0, 500, 40, true), (10, 5, 5, false), (35, 5, 5, true), (40, 1, 0, true)]
    {
        let asked = json!({"after": after, "limit": limit});
        let page = server.ask(&a, "/sync", &asked).await;
        let seqs: Vec<u64> = page["events"]
            .as_array()
            .expect("events")
            .iter()
            .filter_map(|event| event["seq"].as_u64())
            .collect();
        assert_eq!(seqs, (after + 1..=after + count).collect::<Vec<u64>>());
        assert_eq!((&page["head"], &page["all"]), (&json!(40), &json!(all)));
        let ack = a.call_as_me("sync", &asked).await;
        assert_eq!(ack, merged(&page, &json!({"ok": true})), "an acknowledgement says the same");
        a.act("sync", &asked).await;
        assert_eq!(a.wait_for("sync").await, page, "and so does the event");
    }
    let query = format!("/sync?user_id={}&clientAddress={}&after=38", a.user, a.address);
    let (status, page) = server.get(&query).await;
    assert_eq!((status, page["events"].as_array().map(Vec::len)), (200, Some(2)));
}

async fn whoever_comes_back_with_a_number_gets_everything_after_it(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let (benno, key) = (b.user, b.address.clone());
    let first = a.say(benno, "first").await;
    b.call_as_me("read", &json!({"messeage_id": first["id"]})).await;
    b.close().await;
    a.chatter(benno, 0..5).await;
    a.settle().await;
    let whole = log(&server, &a).await;
    let mut again = Plain::connect(&server).await;
    let resume = json!({"user_id": benno, "clientAddress": key, "after": 2});
    again.user = again.call("resume", &resume).await["id"].as_u64().expect("a resumed session");
    again.wait_for("login").await;
    for number in 0..5 {
        let event = next_logged(&mut again).await;
        assert_eq!(
            (&event["seq"], &event["data"]["content"]),
            (&json!(number + 3), &json!(number.to_string()))
        );
        a.wait_for("notified").await;
    }
    again.expect_nothing_more().await;
    let mut from_the_start = follow(&server, "anna", 0).await;
    for entry in whole.iter().filter(|entry| entry["event"] != "messeage") {
        let told = from_the_start.wait_for_one(|_, data| data["seq"] == entry["seq"]).await;
        assert_eq!(told["messeage_id"], entry["data"]["messeage_id"]);
    }
}

async fn whoever_follows_hears_everything_in_order_while_much_happens(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let (anna, benno) = (a.user, b.user);
    let mut follower = follow(&server, "anna", 0).await;
    let talk = async {
        for round in 0..20 {
            a.chatter(benno, round * 10..round * 10 + 10).await;
            b.chatter(anna, round * 10..round * 10 + 5).await;
            let last = b.hear(anna, &(round * 10 + 9).to_string()).await;
            b.act("read", &json!({"messeage_id": last["id"]})).await;
            a.wait_for("read").await;
        }
    };
    let mut heard = Vec::new();
    let listen = async {
        // 200 sent, 200 notified, 100 received and 20 read.
        while heard.len() < 520 {
            heard.push(next_logged(&mut follower).await);
        }
    };
    tokio::join!(talk, listen);
    let seqs: Vec<u64> = heard.iter().filter_map(|event| event["seq"].as_u64()).collect();
    assert_eq!(seqs, (1..=520).collect::<Vec<u64>>(), "no gap, nothing twice, in order");
    follower.expect_nothing_more().await;
    let mut latecomer = follow(&server, "anna", 0).await;
    for told in &heard {
        let again = next_logged(&mut latecomer).await;
        assert_eq!(
            (&again["event"], &again["data"]["messeage_id"]),
            (&told["event"], &told["data"]["messeage_id"])
        );
    }
}

async fn whoever_asked_for_the_log_gets_numbers_from_then_on(backend: Backend) {
    let (_server, mut a, b) = anna_and_benno(backend).await;
    let first = a.say(b.user, "without").await;
    assert!(first["seq"].is_null());
    a.notified_of(&first).await;
    let head = a.call_as_me("sync", &json!({"after": 0})).await["head"].as_u64().expect("a head");
    let second = a.say(b.user, "with").await;
    assert_eq!(second["seq"], head + 1);
    let notified = a.wait_for("notified").await;
    assert_eq!(notified, json!({"messeage_id": second["id"], "seq": head + 2}));
    a.act("block_user", &json!({"blocked_id": b.user})).await;
    assert_eq!(a.wait_for("blocked").await, json!({"user_id": b.user, "seq": head + 3}));
    a.act("unlock_user", &json!({"blocked_id": b.user})).await;
    assert_eq!(a.wait_for("unblocked").await, json!({"user_id": b.user, "seq": head + 4}));
}

async fn following_ends_with_the_session(backend: Backend) {
    let (server, _anna, mut b) = anna_and_benno(backend).await;
    let mut a = follow(&server, "anna", 0).await;
    b.say(a.user, "with").await;
    assert_eq!(a.wait_for("messeage").await["seq"], 1);
    a.emit("logout", &json!(null)).await;
    a.become_user("anna", &hash_of("anna")).await;
    let without = b.say(a.user, "without").await;
    assert_eq!(a.wait_for("messeage").await, without);
}

async fn base_clients_see_nothing_of_it(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut follower = follow(&server, "anna", 0).await;
    let echo = a.say(b.user, "hello").await;
    assert_eq!(echo.as_object().map(serde_json::Map::len), Some(8), "{echo}");
    assert_eq!(a.wait_for("notified").await, json!({"messeage_id": echo["id"]}));
    assert_eq!(b.wait_for("messeage").await, echo);
    follower.block(b.user).await;
    follower.unblock(b.user).await;
    a.expect_nothing_more().await;
    b.expect_nothing_more().await;
}

async fn a_log_holds_nothing_that_a_block_hides(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let before = a.say(b.user, "before").await;
    a.notified_of(&before).await;
    b.block(a.user).await;
    a.say(b.user, "hidden").await;
    b.call_as_me("read", &json!({"messeage_id": before["id"]})).await;
    b.unblock(a.user).await;
    let mut follower = follow(&server, "benno", 0).await;
    for expected in ["messeage", "blocked", "read", "unblocked"] {
        assert_eq!(next_logged(&mut follower).await["event"], expected);
    }
    follower.expect_nothing_more().await;
    assert_eq!(
        names(&log(&server, &a).await),
        ["messeage", "notified", "messeage"],
        "and she hears of no block"
    );
}

async fn what_a_client_says_that_it_knows_is_handed_over(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let benno = b.user;
    b.close().await;
    let (one, two) = (a.say(benno, "one").await, a.say(benno, "two").await);
    let mut again = follow(&server, "benno", 1).await;
    assert_eq!(next_logged(&mut again).await["data"]["id"], two["id"]);
    a.notified_of(&one).await;
    a.notified_of(&two).await;
    again.expect_nothing_more().await;
}

async fn who_is_ahead_of_the_log_is_told_of_a_gap(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let hello = a.say(b.user, "hello").await;
    a.notified_of(&hello).await;
    let gap = json!({"gap": true, "head": 2});
    assert_eq!(server.ask(&a, "/sync", &json!({"after": 3})).await, gap);
    assert_eq!(a.call_as_me("sync", &json!({"after": 9_007_199_254_740_991_u64})).await["gap"], true);
    let mut follower = follow(&server, "anna", 77).await;
    assert_eq!(follower.wait_for("sync").await, gap);
    a.say(b.user, "on we go").await;
    assert_eq!(next_logged(&mut follower).await["seq"], 3);
}

async fn what_waits_behind_a_gap_goes_on_waiting(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let benno = b.user;
    b.close().await;
    let hello = a.say(benno, "hello").await;
    let mut follower = follow(&server, "benno", 77).await;
    follower.wait_for("sync").await;
    follower.expect_nothing_more().await;
    a.expect_nothing_more().await;
    let mut base = Plain::connect(&server).await;
    base.become_user("benno", &hash_of("benno")).await;
    assert_eq!(base.wait_for("messeage").await["id"], hello["id"]);
    a.notified_of(&hello).await;
}

async fn what_is_no_place_in_a_log_is_malformed(backend: Backend) {
    let (server, mut a, _) = anna_and_benno(backend).await;
    let places =
        [json!(-1), json!(1.5), json!("x"), json!(9_007_199_254_740_992_u64), json!(null), json!([0])];
    for after in &places {
        let login = json!({"login": "anna", "hash": hash_of("anna"), "after": after});
        for (event, data) in [("sync", json!({"user_id": a.user, "after": after})), ("login", login)] {
            assert_eq!(a.call(event, &data).await["error"], 400, "{event} {after}");
        }
        let (status, body) = server.post("/sync", &merged(&a.session(), &json!({"after": after}))).await;
        assert_eq!((status, &body["field"]), (400, &json!("after")), "{after}");
    }
    for limit in [json!(0), json!(501), json!("many"), json!(-1), json!(null)] {
        let asked = json!({"after": 0, "limit": limit});
        assert_eq!(a.call_as_me("sync", &asked).await["error"], 400, "{limit}");
        let (status, body) = server.post("/sync", &merged(&a.session(), &asked)).await;
        assert_eq!((status, &body["field"]), (400, &json!("limit")), "{limit}");
    }
    assert_eq!(a.call("sync", &json!({"user_id": a.user + 1, "after": 0})).await["error"], 401);
    let (status, _) =
        server.post("/sync", &json!({"user_id": a.user, "clientAddress": "x", "after": 0})).await;
    assert_eq!(status, 401);
}
