//! Ids of others, of every kind, in every place where an id belongs: nothing of others is read, and nothing is changed.

use serde_json::{Value, json};

use super::Scene;
use super::door::{Door, KINDS};
use super::wire::{EVENTS, IDS, ROUTES};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::inbox::Inbox as _;
use crate::plain::Plain;
use crate::site::{Site, hash_of, merged};

on_both_databases!(
    no_route_shows_or_changes_what_belongs_to_others,
    no_event_shows_or_changes_what_belongs_to_others,
);

/// A word that only the victim and his friend know.
const SECRET: &str = "Xyzzy";

/// Two who talk, and everything that belongs to them.
struct Owners {
    victim: Plain,
    friend: Plain,
    /// The ids, by what they are ids of.
    ids: Vec<(&'static str, u64)>,
    /// The link of somebody's registration.
    registration: (String, String),
    /// How everything was.
    before: Value,
}

impl Owners {
    async fn settle_in(scene: &Scene) -> Self {
        let site: &Site = &scene.server;
        let mut victim = Plain::log_in(site, &scene.victim).await;
        let mut friend = site.newcomer("friend").await;
        let blocked = site.newcomer("blocked").await;
        let first = victim.say(friend.user, &format!("{SECRET}: the first")).await;
        let read = friend.say(victim.user, &format!("{SECRET}: the second")).await;
        let unread = friend.say(victim.user, &format!("{SECRET}: the third")).await;
        victim.act("read", &json!({"messeage_id": read["id"]})).await;
        victim.block(blocked.user).await;
        let registration = site.register("waiting").await;
        let sessions = site.ask(&victim, "/sessions", &json!({})).await;
        let id = |value: &Value| value.as_u64().expect("an id");
        let ids = vec![
            ("the victim", victim.user),
            ("his friend", friend.user),
            ("somebody blocked", blocked.user),
            ("a message that he sent", id(&first["id"])),
            ("a message that he read", id(&read["id"])),
            ("a message that he has not read", id(&unread["id"])),
            ("his session", id(&sessions["sessions"][0]["id"])),
            ("a registration", registration.0.parse().expect("an id")),
        ];
        victim.forget().await;
        friend.forget().await;
        let mut owners = Self { victim, friend, ids, registration, before: Value::Null };
        owners.before = owners.belongings(scene).await;
        owners
    }

    /// Everything that belongs to the two, without what an attacker may do to anybody: write to him.
    async fn belongings(&self, scene: &Scene) -> Value {
        let site: &Site = &scene.server;
        let mut all = vec![];
        for (me, other) in [(&self.victim, &self.friend), (&self.friend, &self.victim)] {
            for (path, more) in [
                ("/messeages", json!({"with_id": other.user})),
                ("/search/messeages", json!({"talker_id": other.user, "messeage": SECRET})),
                ("/blocked/users", json!({})),
                ("/sessions", json!({})),
                ("/contacts", json!({})),
                ("/sync", json!({"after": 0})),
            ] {
                all.push(without(scene.mallory.id, site.ask(me, path, &more).await));
            }
        }
        all.into()
    }

    /// All of it is as it was, and whoever belongs there gets in.
    async fn expect_untouched(&mut self, scene: &Scene) {
        assert_eq!(self.belongings(scene).await, self.before);
        for (me, name) in [(&self.victim, "victim"), (&self.friend, "friend")] {
            assert!(scene.server.opens(me.user, &me.address).await);
            Plain::connect(&scene.server).await.become_user(name, &hash_of(name)).await;
        }
        let link = json!({"id": self.registration.0, "uuid": self.registration.1});
        let (_, answer) = scene.server.post("/register/confirm", &link).await;
        assert_eq!(answer["code"], "confirmed");
    }
}

/// The rows of lists, and lists in them, that do not name this user. Logs are numbered: what is left out leaves gaps.
fn without(user: u64, value: Value) -> Value {
    let names = |row: &Value| row.to_string().contains(&user.to_string());
    match value {
        Value::Array(rows) => rows.into_iter().filter(|row| !names(row)).collect(),
        Value::Object(mut members) => {
            members.remove("head");
            members.into_iter().map(|(name, value)| (name, without(user, value))).collect()
        }
        Value::Number(number) if number.as_u64() == Some(user) => Value::Null,
        other => other,
    }
}

async fn no_route_shows_or_changes_what_belongs_to_others(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let mut owners = Owners::settle_in(&scene).await;
    let mallory = Plain::log_in(&scene.server, &scene.mallory).await;
    for (path, fields) in ROUTES {
        let good: Value =
            fields.iter().map(|(name, value)| ((*name).to_owned(), fill(&scene, &mallory, value))).collect();
        for (name, _) in fields.iter().filter(|(name, _)| IDS.contains(name)) {
            for (kind, id) in &owners.ids {
                let mut asked = merged(&good, &json!({*name: id}));
                let (status, answer) = scene.server.post(path, &asked).await;
                let expected = if *name == "user_id" { [401, 401, 401] } else { [200, 404, 401] };
                assert!(expected.contains(&status), "{path} {name}={kind}: {status} {answer}");
                assert!(!tells(&answer), "{path} {name}={kind}: {answer}");
                // The same with the words of the victim himself where they are not secret.
                asked["messeage"] = SECRET.into();
                asked["from_messeage"] = (*id).into();
                let (_, answer) = scene.server.post(path, &asked).await;
                assert!(!tells(&answer), "{path} {name}={kind}: {answer}");
            }
        }
    }
    owners.expect_untouched(&scene).await;
    scene.expect_peace().await;
}

/// A good value, as JSON.
fn fill(scene: &Scene, mallory: &Plain, value: &str) -> Value {
    scene.fill_in(value).replace("<key>", &mallory.address).into()
}

/// Whether it holds what belongs to others: what they say, their emails, or a session of theirs.
fn tells(answer: &Value) -> bool {
    let text = answer.to_string();
    [SECRET, "victim@example", "friend@example", "init_date\":\"", "\"uuid\""]
        .iter()
        .any(|part| text.contains(part))
}

async fn no_event_shows_or_changes_what_belongs_to_others(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let mut owners = Owners::settle_in(&scene).await;
    for kind in KINDS {
        let mut door = Door::log_in(&scene.server, kind, &scene.mallory).await;
        for (event, fields) in EVENTS {
            for (name, _) in fields.iter().filter(|(name, _)| IDS.contains(name)) {
                for (what, id) in &owners.ids {
                    let data = fields.iter().map(|(field, good)| {
                        let value = if field == name { id.to_string() } else { scene.fill_in(good) };
                        format!(r#""{field}":{value}"#)
                    });
                    let data = format!("{{{}}}", data.collect::<Vec<_>>().join(","));
                    door.emit_raw(&json!(event).to_string(), Some(&data)).await;
                    for (came, data) in all_that_comes(&mut door).await {
                        // Of something that was said before.
                        if came == "notified" {
                            continue;
                        }
                        let case = format!("{kind:?} {event} {name}={what}: {came} {data}");
                        let refused = ["auth", "error"].contains(&came.as_str()) || data == false;
                        assert!(refused || *name != "user_id", "{case}");
                        assert!(!data.to_string().contains(SECRET), "{case}");
                    }
                }
            }
        }
    }
    // What the victim hears comes from whom it says.
    for owner in [&mut owners.victim, &mut owners.friend] {
        let me = owner.user;
        for heard in owner.all_that_came_of("messeage").await {
            assert!(heard["from_user"] == scene.mallory.id && heard["to_user"] == me, "{heard}");
        }
        assert_eq!(owner.all_that_came_of("read").await, [json!(null); 0], "nobody reads for others");
        owner.forget().await;
    }
    owners.expect_untouched(&scene).await;
    scene.expect_peace().await;
}

/// Everything that comes up to the answer to an event that is always answered.
async fn all_that_comes(door: &mut Door) -> Vec<(String, Value)> {
    door.emit("no such event", &json!({})).await;
    let mut came = vec![];
    loop {
        match door.next().await {
            (event, data) if event == "error" && data == 400 => return came,
            other => came.push(other),
        }
    }
}
