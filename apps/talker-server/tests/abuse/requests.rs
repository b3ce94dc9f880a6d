//! Parameters that are not what they should be, as a query, as a form and as JSON: 400, and `field` says which.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::wire::{IDS, OPTIONAL, ROUTES};
use super::{Scene, deep};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::plain::Plain;

on_both_databases!(
    parameters_that_are_missing_or_of_the_wrong_kind_are_answered_by_400,
    no_bad_id_is_taken_for_an_id,
    parameters_that_come_twice_are_answered_by_400,
    bodies_that_are_no_parameters_are_answered_by_4xx,
    what_is_searched_for_stands_for_itself,
);

/// What is no id, as text.
const NO_IDS: [&str; 18] = [
    "",
    " ",
    "0",
    "05",
    "+5",
    "-1",
    "1.5",
    "5.0",
    "1e3",
    "0x10",
    "true",
    "null",
    "NaN",
    "five",
    "٥",
    "9007199254740992",
    "99999999999999999999",
    "5 OR 1=1",
];

/// What is neither an id nor a text, as JSON.
const NOTHING: [&str; 9] = ["null", "true", "1.5", "-1", "1e300", "[]", "[5]", r#"["5"]"#, r#"{"5":5}"#];

type Parameters = Vec<(String, String)>;

/// Somebody who knows how to ask, on a server that has nothing for her.
struct Asker {
    scene: Scene,
    session: Plain,
}

impl Asker {
    async fn new(backend: Backend) -> Self {
        let scene = Scene::start(backend).await;
        let session = Plain::log_in(&scene.server, &scene.mallory).await;
        Self { scene, session }
    }

    fn good(&self, parameters: &[(&str, &str)]) -> Parameters {
        let fill_in = |text: &str| self.scene.fill_in(text).replace("<key>", &self.session.address);
        parameters.iter().map(|(name, value)| ((*name).to_owned(), fill_in(value))).collect()
    }

    /// The same question as a query and as a form.
    fn asked(&self, path: &str, parameters: &Parameters) -> [RequestBuilder; 2] {
        let pairs = serde_urlencoded::to_string(parameters).expect("pairs");
        let url = self.scene.server.url() + path;
        let form =
            self.scene.server.http.post(&url).header("Content-Type", "application/x-www-form-urlencoded");
        [self.scene.server.http.get(format!("{url}?{pairs}")), form.body(pairs)]
    }

    /// The same question as JSON, whatever that is.
    fn posted(&self, path: &str, json: String) -> RequestBuilder {
        let post = self.scene.server.http.post(self.scene.server.url() + path);
        post.header("Content-Type", "application/json").body(json)
    }
}

/// JSON of parameters whose values are JSON already.
fn object(parameters: &Parameters) -> String {
    let members: Vec<_> = parameters.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    format!("{{{}}}", members.join(","))
}

async fn expect_malformed(request: RequestBuilder, field: Option<&str>, case: &str) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.expect("JSON");
    let told = json!([status, body["error"], body["code"], body.get("field")]);
    assert_eq!(told, json!([400, 400, "malformed", field]), "{case}: {body}");
}

async fn parameters_that_are_missing_or_of_the_wrong_kind_are_answered_by_400(backend: Backend) {
    let mut asker = Asker::new(backend).await;
    for (path, parameters) in ROUTES {
        for (name, _) in parameters.iter().filter(|(name, _)| !OPTIONAL.contains(&(path, name))) {
            let mut without = asker.good(parameters);
            without.retain(|(other, _)| other != name);
            for request in asker.asked(path, &without) {
                expect_malformed(request, Some(name), &format!("{path} without {name}")).await;
            }
            for (_, value) in &mut without {
                *value = json!(value).to_string();
            }
            let request = asker.posted(path, object(&without));
            expect_malformed(request, Some(name), &format!("{path} without {name}")).await;
        }
        for (name, _) in parameters {
            for bad in NOTHING {
                let mut parameters = asker.good(parameters);
                for (other, value) in &mut parameters {
                    *value = if other == name { bad.to_owned() } else { json!(value).to_string() };
                }
                let request = asker.posted(path, object(&parameters));
                expect_malformed(request, Some(name), &format!("{path} {name}={bad}")).await;
            }
        }
    }
    asker.scene.expect_peace().await;
    asker.scene.expect_nothing_stored().await;
}

async fn no_bad_id_is_taken_for_an_id(backend: Backend) {
    let mut asker = Asker::new(backend).await;
    for (path, parameters) in ROUTES {
        for (name, _) in parameters.iter().filter(|(name, _)| IDS.contains(name)) {
            for bad in NO_IDS {
                let mut parameters = asker.good(parameters);
                let (_, value) = parameters.iter_mut().find(|(other, _)| other == name).expect("it");
                bad.clone_into(value);
                let case = format!("{path} {name}={bad}");
                for request in asker.asked(path, &parameters) {
                    expect_malformed(request, Some(name), &case).await;
                }
                for (_, value) in &mut parameters {
                    *value = json!(value).to_string();
                }
                expect_malformed(asker.posted(path, object(&parameters)), Some(name), &case).await;
            }
        }
    }
    asker.scene.expect_peace().await;
}

async fn parameters_that_come_twice_are_answered_by_400(backend: Backend) {
    let mut asker = Asker::new(backend).await;
    for (path, parameters) in ROUTES {
        for (name, _) in parameters {
            let mut twice = asker.good(parameters);
            let again = twice.iter().find(|(other, _)| other == name).expect("it").clone();
            twice.push(again);
            for request in asker.asked(path, &twice) {
                expect_malformed(request, Some(name), &format!("{path} {name} twice")).await;
            }
            for (_, value) in &mut twice {
                *value = json!(value).to_string();
            }
            let request = asker.posted(path, object(&twice));
            expect_malformed(request, Some(name), &format!("{path} {name} twice")).await;
        }
    }
    asker.scene.expect_peace().await;
}

async fn bodies_that_are_no_parameters_are_answered_by_4xx(backend: Backend) {
    let mut asker = Asker::new(backend).await;
    let deep = deep();
    for (path, _) in ROUTES {
        for body in [
            "",
            " ",
            "null",
            "5",
            r#""x""#,
            "[]",
            "[{}]",
            "{",
            "{}{}",
            r#"{"user_id":1e400}"#,
            r#"{"x":}"#,
            "\u{feff}{}",
            &deep,
        ] {
            expect_malformed(asker.posted(path, body.to_owned()), None, &format!("{path} {body:.40}")).await;
        }
        let url = asker.scene.server.url() + path;
        let json = asker.scene.server.http.post(&url).header("Content-Type", "application/json");
        expect_malformed(json.body(&b"{\"email\":\"\xff\"}"[..]), None, path).await;
        for content_type in
            ["", "text/plain", "application/jsonp", "multipart/form-data; boundary=x", "\u{e9}"]
        {
            let request = asker.scene.server.http.post(&url).header("Content-Type", content_type).body("{}");
            assert_eq!(request.send().await.expect("an answer").status(), 415, "{path} {content_type}");
        }
        for method in ["PUT", "DELETE", "PATCH", "PROPFIND"] {
            let request = asker.scene.server.http.request(method.parse().expect("a method"), &url);
            assert_eq!(request.send().await.expect("an answer").status(), 405, "{method} {path}");
        }
    }
    asker.scene.expect_peace().await;
    asker.scene.expect_nothing_stored().await;
}

async fn what_is_searched_for_stands_for_itself(backend: Backend) {
    const TEXTS: [&str; 18] = [
        "100%",
        "%",
        "_",
        "a_b",
        "%%%",
        "\\",
        "\\%",
        "\\_",
        "'",
        "''",
        "\"",
        "`",
        "' OR '1'='1",
        "'; DROP TABLE messages; --",
        "*",
        "?",
        "[a-z]",
        "\u{0}x",
    ];
    let mut asker = Asker::new(backend).await;
    let (me, you) = (asker.session.user, asker.scene.victim.id);
    for text in TEXTS {
        asker.session.say(you, text).await;
    }
    asker.session.say(you, "nothing to be found here: axb").await;
    for needle in TEXTS {
        let expected: Vec<&str> = TEXTS.into_iter().rev().filter(|text| text.contains(needle)).collect();
        let parameters = vec![
            ("user_id".to_owned(), me.to_string()),
            ("clientAddress".to_owned(), asker.session.address.clone()),
            ("talker_id".to_owned(), you.to_string()),
            ("messeage".to_owned(), needle.to_owned()),
        ];
        for request in asker.asked("/search/messeages", &parameters) {
            let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
            let found = answer["res"]
                .as_array()
                .expect("rows")
                .iter()
                .map(|row| row["content"].as_str().expect("a text"));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{needle:?}");
        }
        for request in asker.asked("/search/users", &vec![("user_name".to_owned(), needle.to_owned())]) {
            let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
            assert_eq!(answer, json!([]), "{needle:?}");
        }
    }
    asker.scene.expect_peace().await;
}
