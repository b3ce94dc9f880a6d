//! Looking back: pages of a conversation, and searching it.

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{anna_and_benno, on_both_databases};
use crate::plain::Plain;
use crate::site::{NOBODY, Site, merged};

on_both_databases!(
    a_conversation_comes_in_pages_of_twenty_newest_first,
    a_page_that_is_just_full_says_whether_more_is_left,
    a_conversation_is_of_two,
    a_search_finds_texts_without_regard_to_case_newest_first,
    a_search_finds_at_most_fifty_from_any_message_on,
    a_search_takes_percent_and_underscore_literally,
    a_search_is_of_one_conversation,
);

async fn a_conversation_comes_in_pages_of_twenty_newest_first(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut sent = Vec::new();
    for number in 0..45 {
        let text = format!("{number}");
        let echo = if number % 3 == 0 { b.say(a.user, &text).await } else { a.say(b.user, &text).await };
        sent.insert(0, echo["id"].clone());
    }
    for (from, expected, all) in [
        (None, &sent[..20], false),
        (Some(&sent[0]), &sent[..20], false),
        (Some(&sent[20]), &sent[20..40], false),
        (Some(&sent[19]), &sent[19..39], false),
        (Some(&sent[25]), &sent[25..45], true),
        (Some(&sent[24]), &sent[24..44], false),
        (Some(&sent[40]), &sent[40..], true),
        (Some(&sent[44]), &sent[44..], true),
        (Some(&json!(1)), &[], true),
        (Some(&json!(NOBODY)), &sent[..20], false),
        (Some(&json!(sent[20].to_string())), &sent[20..40], false),
    ] {
        for (me, other) in [(&a, b.user), (&b, a.user)] {
            let page = page(&server, me, other, from).await;
            assert_eq!(
                (ids(&page["messeages"]).as_slice(), &page["all"]),
                (expected, &json!(all)),
                "from {from:?}"
            );
        }
    }
}

async fn a_page_that_is_just_full_says_whether_more_is_left(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    assert_eq!(page(&server, &a, b.user, None).await, json!({"messeages": [], "all": true}));
    for number in 1..=21 {
        a.say(b.user, "x").await;
        if number >= 19 {
            let page = page(&server, &a, b.user, None).await;
            let count = page["messeages"].as_array().expect("rows").len();
            assert_eq!((count, &page["all"]), (number.min(20), &json!(number <= 20)));
        }
    }
}

async fn a_conversation_is_of_two(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut c = server.newcomer("carla").await;
    let ours = a.say(b.user, "between us").await;
    c.say(b.user, "to Benno").await;
    b.say(c.user, "to Carla").await;
    a.say(a.user, "to myself").await;
    b.wait_for("messeage").await;
    for (me, other) in [(&a, b.user), (&b, a.user)] {
        assert_eq!(ids(&page(&server, me, other, None).await["messeages"]), [ours["id"].clone()]);
    }
    for (me, other) in [(&c, a.user), (&a, c.user), (&b, b.user), (&a, NOBODY), (&a, 1)] {
        assert_eq!(page(&server, me, other, None).await, json!({"messeages": [], "all": true}));
    }
    // Somebody else's message marks a place, and shows nothing.
    let from = Some(&ours["id"]);
    assert_eq!(page(&server, &c, b.user, from).await, json!({"messeages": [], "all": true}));
}

async fn a_search_finds_texts_without_regard_to_case_newest_first(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let first = a.say(b.user, "Grüße aus KÖLN").await;
    a.say(b.user, "nothing here").await;
    let second = b.say(a.user, "grüsse? GRÜSSE!").await;
    a.show(b.user, "file", "data:text/plain,Köln").await;
    let third = b.say(a.user, "köln ist schön 😀").await;
    let fourth = a.say(b.user, "ΌΔΟΣ").await;
    for (needle, expected) in [
        ("köln", vec![&third, &first]),
        ("KÖLN", vec![&third, &first]),
        ("grüsse", vec![&second]),
        ("RÜ", vec![&second, &first]),
        ("😀", vec![&third]),
        ("όδος", vec![&fourth]),
        ("data:", vec![]),
        ("koln", vec![]),
        ("grüße aus köln", vec![&first]),
        ("  ", vec![]),
    ] {
        for (me, other) in [(&a, b.user), (&b, a.user)] {
            let found = search(&server, me, other, json!({"messeage": needle})).await;
            let expected: Vec<_> = expected.iter().map(|row| row["id"].clone()).collect();
            assert_eq!(ids(&found), expected, "{needle}");
        }
    }
    let found = search(&server, &b, a.user, json!({"messeage": "aus"})).await;
    assert_eq!(found[0], server.history(&b, a.user).await[5], "what is found is the row");
}

async fn a_search_finds_at_most_fifty_from_any_message_on(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    for _ in 0..60 {
        a.act("messeage", &json!({"to_id": b.user, "content": "again"})).await;
    }
    let mut again = Vec::new();
    for _ in 0..60 {
        again.insert(0, a.wait_for("messeage").await["id"].clone());
    }
    for (from, expected) in
        [(None, &again[..50]), (Some(&again[5]), &again[5..55]), (Some(&again[30]), &again[30..])]
    {
        let asked = from.map_or(json!({}), |from| json!({"from_messeage": from}));
        let asked = merged(&asked, &json!({"messeage": "AGAIN"}));
        assert_eq!(ids(&search(&server, &a, b.user, asked).await), expected);
    }
}

async fn a_search_takes_percent_and_underscore_literally(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let percent = a.say(b.user, "100%").await["id"].clone();
    let underscore = a.say(b.user, "snake_case").await["id"].clone();
    a.say(b.user, "snakeXcase, a\\b").await;
    for (needle, expected) in [
        ("%", vec![&percent]),
        ("0%", vec![&percent]),
        ("e_c", vec![&underscore]),
        ("1%0", vec![]),
        ("\\_", vec![]),
    ] {
        let found = search(&server, &a, b.user, json!({"messeage": needle})).await;
        assert_eq!(ids(&found).iter().collect::<Vec<_>>(), expected, "{needle}");
    }
}

async fn a_search_is_of_one_conversation(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let c = server.newcomer("carla").await;
    a.say(c.user, "secret for Carla").await;
    let ours = b.say(a.user, "secret for Anna").await["id"].clone();
    let mine = a.say(a.user, "secret for myself").await["id"].clone();
    for (me, other, expected) in [
        (&a, b.user, vec![ours.clone()]),
        (&b, a.user, vec![ours]),
        (&a, a.user, vec![mine]),
        (&b, c.user, vec![]),
        (&c, b.user, vec![]),
        (&a, NOBODY, vec![]),
    ] {
        assert_eq!(ids(&search(&server, me, other, json!({"messeage": "secret"})).await), expected);
    }
}

async fn page(site: &Site, me: &Plain, with: u64, from: Option<&Value>) -> Value {
    let mut asked = json!({"with_id": with});
    if let Some(from) = from {
        asked["from_messeage"] = from.clone();
    }
    site.ask(me, "/messeages", &asked).await
}

async fn search(site: &Site, me: &Plain, with: u64, asked: Value) -> Value {
    let asked = merged(&asked, &json!({"talker_id": with}));
    site.ask(me, "/search/messeages", &asked).await["res"].take()
}

fn ids(rows: &Value) -> Vec<Value> {
    rows.as_array().expect("rows").iter().map(|row| row["id"].clone()).collect()
}
