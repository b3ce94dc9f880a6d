//! Finding people by a part of a name.

use talker_domain::users::register;
use talker_domain::users::search::{self, Emails, LIMIT, Needle};

use super::sign_up;
use crate::chat::{Chat, NOW};

cases![
    exact_comes_first_then_prefix_then_the_rest,
    case_does_not_matter,
    emails_are_searched_like_usernames,
    emails_are_found_only_as_a_whole_where_the_operator_wants_that,
    nobody_is_found_by_email_where_the_operator_wants_that,
    emails_beyond_ascii_are_found_in_every_case,
    two_characters_are_looked_for_at_the_beginning_alone,
    percent_and_underscore_are_ordinary,
    a_space_is_ordinary,
    a_search_finds_at_most_twenty,
    exact_and_prefix_are_never_crowded_out,
    nobody_is_found_twice,
    a_registration_is_not_found,
    what_nobody_is_called_finds_nobody,
];

async fn find(chat: &Chat, part: &str) -> Vec<String> {
    find_by(chat, part, Emails::InPart).await
}

async fn find_by(chat: &Chat, part: &str, emails: Emails) -> Vec<String> {
    let needle = Needle::new(part).expect("a part of a name");
    let found = chat.ask(move |tx| search::run(tx, &needle, emails)).await;
    found.iter().map(|user| user.username.as_str().to_owned()).collect()
}

/// A user whose email has nothing to do with his name.
async fn user_with_email(chat: &Chat, name: &str, email: &str) {
    let waiting = sign_up(chat, name, email, NOW).await.expect("free names");
    confirm(chat, waiting).await;
}

async fn confirm(chat: &Chat, waiting: register::Registration) {
    use talker_domain::users::confirm::{Ask, run};
    let link = Ask { registration: waiting.id, token: waiting.token };
    chat.write(move |tx, ids| run(tx, link, NOW, ids.user(NOW))).await.expect("a link that is valid");
}

async fn exact_comes_first_then_prefix_then_the_rest(chat: Chat) {
    chat.users(["joanna", "annabel", "susanna", "anna", "bert"]).await;
    let found = find(&chat, "anna").await;
    assert_eq!(found[..2], ["anna", "annabel"]);
    let mut rest = found[2..].to_vec();
    rest.sort();
    assert_eq!(rest, ["joanna", "susanna"]);
}

async fn case_does_not_matter(chat: Chat) {
    chat.users(["AnnaBel", "JOANNA", "anna"]).await;
    for part in ["anna", "ANNA", "aNnA"] {
        assert_eq!(find(&chat, part).await, ["anna", "AnnaBel", "JOANNA"], "{part}");
    }
}

async fn emails_are_searched_like_usernames(chat: Chat) {
    user_with_email(&chat, "first", "rest@has.zoe").await;
    user_with_email(&chat, "second", "zoe@example.org").await;
    user_with_email(&chat, "third", "zo@example.org").await;
    assert_eq!(find(&chat, "zoe").await, ["second", "first"]);
    assert_eq!(find(&chat, "zo@example.org").await, ["third"]);
    assert_eq!(find(&chat, "ZO@EXAMPLE.ORG").await, ["third"]);
}

async fn emails_are_found_only_as_a_whole_where_the_operator_wants_that(chat: Chat) {
    user_with_email(&chat, "first", "zoe@example.org").await;
    user_with_email(&chat, "zoe.e", "other@example.org").await;
    for (part, expected) in [
        ("zoe@example.org", vec!["first"]),
        ("zo", vec!["zoe.e"]),
        ("zoe", vec!["zoe.e"]),
        ("oe.e", vec!["zoe.e"]),
        ("oe@exa", vec![]),
        ("example.org", vec![]),
    ] {
        assert_eq!(find_by(&chat, part, Emails::Whole).await, expected, "{part}");
    }
}

async fn nobody_is_found_by_email_where_the_operator_wants_that(chat: Chat) {
    user_with_email(&chat, "first", "zoe@example.org").await;
    for (part, expected) in
        [("zoe@example.org", vec![]), ("zo", vec![]), ("example", vec![]), ("first", vec!["first"])]
    {
        assert_eq!(find_by(&chat, part, Emails::Never).await, expected, "{part}");
    }
}

async fn emails_beyond_ascii_are_found_in_every_case(chat: Chat) {
    user_with_email(&chat, "first", "Jürgen.Ünal@example.org").await;
    user_with_email(&chat, "second", "jurgen.unal@example.org").await;
    for part in ["jürgen", "JÜRGEN", ".ünal", ".ÜNAL"] {
        assert_eq!(find(&chat, part).await, ["first"], "{part}");
    }
}

async fn two_characters_are_looked_for_at_the_beginning_alone(chat: Chat) {
    chat.users(["abcd", "xxab"]).await;
    assert_eq!(find(&chat, "ab").await, ["abcd"]);
    assert_eq!(find(&chat, "a").await, ["abcd"]);
    assert_eq!(find(&chat, "xab").await, ["xxab"]);
}

async fn percent_and_underscore_are_ordinary(chat: Chat) {
    chat.users(["under_score", "underXscore", "a_bc"]).await;
    user_with_email(&chat, "percent", "100%sure@example.org").await;
    for (part, expected) in [
        ("r_s", vec!["under_score"]),
        ("under_", vec!["under_score"]),
        ("a_", vec!["a_bc"]),
        ("100%", vec!["percent"]),
        ("0%s", vec!["percent"]),
        ("%", vec![]),
        ("_", vec![]),
        ("%%%", vec![]),
        ("___", vec![]),
        ("und%", vec![]),
    ] {
        assert_eq!(find(&chat, part).await, expected, "{part}");
    }
}

async fn a_space_is_ordinary(chat: Chat) {
    chat.user("anna").await;
    for part in ["anna ", " anna", "an ", "anna@example.org "] {
        assert_eq!(find(&chat, part).await, [""; 0], "{part:?}");
    }
}

async fn a_search_finds_at_most_twenty(chat: Chat) {
    for number in 0..LIMIT + 5 {
        chat.user(&format!("xyz{number}")).await;
    }
    for part in ["xy", "xyz", "yz1", "z@e", "example"] {
        assert!(find(&chat, part).await.len() <= LIMIT, "{part}");
    }
    for part in ["xy", "xyz", "example"] {
        assert_eq!(find(&chat, part).await.len(), LIMIT, "{part}");
    }
}

async fn exact_and_prefix_are_never_crowded_out(chat: Chat) {
    for number in 0..LIMIT + 5 {
        chat.user(&format!("aa{number}.zed9")).await;
    }
    chat.users(["zed9a", "zed9"]).await;
    let found = find(&chat, "zed9").await;
    assert_eq!(found[..2], ["zed9", "zed9a"]);
    assert_eq!(found.len(), LIMIT);
}

async fn nobody_is_found_twice(chat: Chat) {
    user_with_email(&chat, "anna", "anna@anna.org").await;
    user_with_email(&chat, "annaanna", "x.anna@anna.org").await;
    assert_eq!(find(&chat, "anna").await, ["anna", "annaanna"]);
}

async fn a_registration_is_not_found(chat: Chat) {
    sign_up(&chat, "anna", "anna@example.org", NOW).await.expect("free names");
    for part in ["anna", "ann", "nna"] {
        assert_eq!(find(&chat, part).await, [""; 0], "{part}");
    }
}

async fn what_nobody_is_called_finds_nobody(chat: Chat) {
    chat.user("anna").await;
    for part in ["nobody", "anna.", "'", "\\", "\0", "\u{10ffff}", "😀", "annaannaannaannaanna anna"] {
        assert_eq!(find(&chat, part).await, [""; 0], "{part:?}");
    }
}
