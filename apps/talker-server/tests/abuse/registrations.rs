//! Accounts that many want, links that are followed again and again, and names that are made to look like others.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::measured::Measured;
use super::siege::{Bounds, besiege};
use super::{Scene, crowd};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::plain::Plain;
use crate::site::{PATIENCE, Site, email_of, merged, registration};

on_both_databases!(
    of_many_who_want_one_name_one_gets_it,
    a_link_that_is_followed_a_hundred_times_at_once_opens_one_account,
    whoever_is_registered_and_forgets_again_and_again_gets_one_mail,
    what_is_no_address_gets_no_mail,
    a_strange_address_becomes_no_header_and_no_markup,
    names_that_look_like_others_are_none,
);

async fn of_many_who_want_one_name_one_gets_it(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    let size = crowd(100, 1_000);
    besiege(&server, Bounds::of_crowd(size), async |round| {
        let name = format!("wanted{round}");
        let asks = (0..size).map(|number| {
            let email = if number % 2 == 0 { email_of(&name) } else { email_of(&format!("{name}.{number}")) };
            ("/register", merged(&registration(&name), &json!({"email": email})))
        });
        let codes = all_at_once(&server, asks).await;
        assert_eq!(codes.get("created"), Some(&1), "{codes:?}");
        let known = ["created", "username_used", "email_used", "pending", "busy"];
        assert!(codes.keys().all(|code| known.contains(&code.as_str())), "{codes:?}");
        assert_eq!(mails(&server, &name).await.len(), 1, "{codes:?}");
    })
    .await;
}

async fn a_link_that_is_followed_a_hundred_times_at_once_opens_one_account(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    besiege(&server, Bounds { most: 64, left: 12 }, async |round| {
        let name = format!("linked{round}");
        let (id, uuid) = server.register(&name).await;
        let link = json!({"id": id, "uuid": uuid});
        let codes = all_at_once(&server, (0..100).map(|_| ("/register/confirm", link.clone()))).await;
        assert_eq!(codes, BTreeMap::from([("confirmed".to_owned(), 1), ("invalid_link".to_owned(), 99)]));
        let (_, found) = server.post("/search/users", &json!({"user_name": name})).await;
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
    })
    .await;
}

async fn whoever_is_registered_and_forgets_again_and_again_gets_one_mail(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    let size = crowd(50, 1_000);
    besiege(&server, Bounds::of_crowd(size), async |round| {
        let email = email_of(&format!("flooded{round}"));
        let asks = (0..size).map(|number| {
            let email = if number % 2 == 0 { email.clone() } else { email.to_uppercase() };
            ("/register", merged(&registration(&format!("n{round}.{number}")), &json!({"email": email})))
        });
        let codes = all_at_once(&server, asks).await;
        assert_eq!(codes.get("created"), Some(&1), "{codes:?}");

        let forgetful = format!("forgetful{round}");
        server.person(&forgetful).await;
        let resets = (0..size).map(|_| ("/password/reset", json!({"email": email_of(&forgetful)})));
        let codes = all_at_once(&server, resets).await;
        assert_eq!(codes.keys().collect::<Vec<_>>(), ["asked"]);
        assert_eq!(mails(&server, &forgetful).await.len(), 2, "with that of the registration");
        let flooded = texts(&server).into_iter().filter(|mail| to(mail).eq_ignore_ascii_case(&email)).count();
        assert_eq!(flooded, 1);
    })
    .await;
}

/// Asks all of it at once, and counts the answers by their code.
async fn all_at_once(
    site: &Site,
    asks: impl Iterator<Item = (&'static str, Value)>,
) -> BTreeMap<String, usize> {
    let mut asking = JoinSet::new();
    for (path, parameters) in asks {
        let site = site.clone();
        asking.spawn(async move { site.post(path, &parameters).await.1["code"].clone() });
    }
    let mut codes = BTreeMap::new();
    for code in asking.join_all().await {
        *codes.entry(code.as_str().expect("a code").to_owned()).or_default() += 1;
    }
    codes
}

/// The mails about this account, once there is one and no other that was queued before another one's.
async fn mails(site: &Site, username: &str) -> Vec<String> {
    let after = format!("after.{username}");
    let sent = async {
        site.post("/register", &registration(&after)).await;
        while !texts(site).iter().any(|mail| mail.contains(&format!("\"{after}\""))) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, sent).await.expect("a mail that was queued later");
    texts(site).into_iter().filter(|mail| mail.contains(&format!("\"{username}\""))).collect()
}

/// All mails that were sent.
fn texts(site: &Site) -> Vec<String> {
    let Ok(mails) = fs::read_dir(site.data_dir().join("mails")) else { return vec![] };
    mails.filter_map(|mail| fs::read_to_string(mail.ok()?.path()).ok()).collect()
}

/// Where a mail goes.
fn to(mail: &str) -> &str {
    let line = mail.lines().find_map(|line| line.strip_prefix("To: <")).expect("a recipient");
    line.trim_end().trim_end_matches('>')
}

async fn what_is_no_address_gets_no_mail(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let mails_before = texts(&scene.server).len();
    for email in [
        "eve@example.org\r\nBcc: all@example.org",
        "eve@example.org\nBcc: all@example.org",
        "eve@example.org\rBcc: all@example.org",
        "eve@example.org\u{85}Bcc: all@example.org",
        "eve\r\nSubject: hello@example.org",
        "\"eve\r\nBcc: all\"@example.org",
        "\"eve\\\r\nBcc: all\"@example.org",
        "eve@example.org\u{0}",
        "eve@example.org\r\n\r\n.\r\nMAIL FROM:<x>",
        "eve@example.org> NOTIFY=NEVER",
        "eve@example.org,all@example.org",
        "eve@example.org;all@example.org",
        "eve@example.org all@example.org",
        "<eve@example.org>",
        "Eve <eve@example.org>",
        "eve@example.org (all)",
        "eve@",
        "@example.org",
        "eve@@example.org",
        "eve@exam ple.org",
        "eve@example.org%0d%0aBcc:all@example.org",
        "mailto:eve@example.org?bcc=all@example.org",
        &format!("{}@example.org", "e".repeat(65)),
        &format!("eve@{}.org", "e".repeat(64)),
    ] {
        for (path, parameters) in [
            ("/register", merged(&registration("newcomer"), &json!({"email": email}))),
            ("/password/reset", json!({"email": email})),
            ("/isUsed/email", json!({"email": email})),
        ] {
            let (status, answer) = scene.server.post(path, &parameters).await;
            assert_eq!((status, &answer["field"]), (400, &json!("email")), "{path} {email:?}: {answer}");
        }
    }
    assert_eq!(mails(&scene.server, "newcomer").await.len(), 0);
    assert_eq!(texts(&scene.server).len(), mails_before + 1);
    scene.expect_peace().await;
}

async fn a_strange_address_becomes_no_header_and_no_markup(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    for (number, email) in [
        "\"<script>alert(1)</script>\"@example.org",
        "\"eve, all@example.org\"@example.org",
        "\"Bcc: all@example.org\"@example.org",
        "\"eve@example.org> RCPT TO:<all\"@example.org",
        "=?utf-8?q?Bcc:all?=@example.org",
        "%0d%0aBcc:all@example.org",
        "{link}@example.org",
        "eve+<b>@example.org",
        "&lt;img&gt;@example.org",
        "'onmouseover='alert(1)@example.org",
        "..%2f..%2fetc%2fpasswd@example.org",
        "\u{202e}eve@example.org",
        "eve@[127.0.0.1]",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("strange{number}");
        let asked = merged(&registration(&name), &json!({"email": email}));
        let (status, answer) = scene.server.post("/register", &asked).await;
        let mails = mails(&scene.server, &name).await;
        if status == 400 {
            assert_eq!((&answer["field"], mails.len()), (&json!("email"), 0), "{email}");
            continue;
        }
        assert_eq!((status, mails.len()), (200, 1), "{email}: {answer}");
        let (headers, body) = mails[0].split_once("\r\n\r\n").expect("a body");
        let mut names: Vec<_> = headers.lines().filter(|line| !line.starts_with([' ', '\t'])).collect();
        for line in &mut names {
            *line = line.split(':').next().expect("a name");
        }
        names.sort_unstable();
        let expected =
            ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"];
        assert_eq!(names, expected, "{email}: {headers}");
        assert!(!body.contains("<script") && !body.contains("onmouseover='"), "{email}: {body}");
    }
    scene.expect_peace().await;
}

async fn names_that_look_like_others_are_none(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    for lookalike in [
        "victіm",
        "νictim",
        "ｖｉｃｔｉｍ",
        "victım",
        "vi\u{200b}ctim",
        "victim\u{200d}",
        "\u{202e}mitciv",
        "victi\u{301}m",
        "victim\u{ad}",
        "𝐯𝐢𝐜𝐭𝐢𝐦",
        "victim ",
        " victim",
        "victim\u{0}",
        "victim\t",
    ] {
        for (path, parameters) in [
            ("/register", merged(&registration("newcomer"), &json!({"username": lookalike}))),
            ("/isUsed/username", json!({"username": lookalike})),
        ] {
            let (status, answer) = scene.server.post(path, &parameters).await;
            assert_eq!((status, &answer["field"]), (400, &json!("username")), "{lookalike:?}: {answer}");
        }
        let mut plain = Plain::connect(&scene.server).await;
        assert_eq!(plain.try_login(lookalike, &scene.victim.hash).await, false, "{lookalike:?}");
    }
    for (email, used) in [
        ("VICTIM@EXAMPLE.ORG", 1),
        ("victim@example.org", 1),
        ("vict\u{131}m@example.org", 0),
        ("v\u{456}ctim@example.org", 0),
    ] {
        let answer = scene.server.post("/isUsed/email", &json!({"email": email})).await;
        assert_eq!(answer, (200, json!({"res": used})), "{email}");
    }
    // The small letter of the Kelvin sign is an ordinary k. The mail goes to the address that the account has, and not to
    // the one that is only folded like it.
    scene.server.person("kim_").await;
    let kelvin = json!({"email": "\u{212a}im_@example.org"});
    scene.server.post("/password/reset", &kelvin).await;
    let mails = mails(&scene.server, "kim_").await;
    assert!(mails.iter().all(|mail| to(mail) == "kim_@example.org"), "{mails:?}");
    scene.expect_peace().await;
}
