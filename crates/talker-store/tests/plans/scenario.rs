//! A way through every port of a transaction that executes each of its queries, and finds something.

use std::fmt::Debug;

use talker_domain::blocks::{block, unblock};
use talker_domain::messages::mark_notified::Handed;
use talker_domain::messages::{Content, Media, MediaKind, Nonce, Text, history, mark_read, search, send};
use talker_domain::sessions::{Session, log_in::Login, resume};
use talker_domain::sync::{Seq, log, page, prune};
use talker_domain::users::search::{Emails, Needle};
use talker_domain::users::{Email, PasswordHash, Username, confirm, register};
use talker_domain::{
    Digest, Effect, Event, Failure, IdMinter, MessageId, RegistrationId, Timestamp, Token, UserId, typing,
};
use talker_store::{StoreError, Transaction};

use crate::seed::{
    BLOCKS_OF_EACH, ENTRIES_OF_THE_FIRST, FIRST_USER, MESSAGES_OF_THE_FIRST_TWO, PRUNED, email, name,
};

pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// The port, by its path in the domain, and what is done with it.
type Step = (&'static str, fn(&mut dyn Transaction) -> Result<(), StoreError>);

pub(crate) const STEPS: [Step; 24] = [
    ("users::availability", availability),
    ("users::register", register),
    ("users::confirm", confirm),
    ("users::expire", expire),
    ("users::search", search_users),
    ("sessions::log_in", log_in),
    ("sessions::authenticate", authenticate),
    ("sessions::resume", resume),
    ("sessions::log_out", log_out),
    ("messages::send", send),
    ("contacts", contacts),
    ("messages::history", history),
    ("messages::search", search_messages),
    ("messages::waiting", waiting),
    ("messages::mark_notified", mark_notified),
    ("messages::mark_read", mark_read),
    ("typing", typing),
    ("blocks", blocks),
    ("blocks::block", block),
    ("blocks::unblock", unblock),
    ("sync::log", log),
    ("sync::page", log_page),
    ("sync::prune", prune),
    ("mails", mails),
];

fn availability(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    for (name, used) in [(name(7), true), ("new700".into(), true), ("free".into(), false)] {
        let username = Username::new(name.clone()).expect("a username");
        assert_eq!(tx.username_used(&username, NOW)?, used, "{name}");
    }
    for (address, used) in
        [(email(7), true), ("n700@example.org".into(), true), ("free@example.org".into(), false)]
    {
        let email = Email::new(address.clone()).expect("an email");
        assert_eq!(tx.email_used(&email, NOW)?, used, "{address}");
    }
    Ok(())
}

/// Its names belong to two registrations that have expired.
fn register(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let ask = register::Ask {
        username: Username::new("new5").expect("a username"),
        email: Email::new("n7@example.org").expect("an email"),
        password: PasswordHash("hash".into()),
        token: Token("token".into()),
        token_digest: digest(1),
    };
    granted(register::run(tx, &ask, NOW, registration(1_000_000)))
}

fn confirm(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let link = confirm::Ask { registration: registration(701), token: digest(700) };
    granted(confirm::run(tx, link, NOW, IdMinter::new(0).user(NOW)))
}

fn expire(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    assert!(tx.remove_expired_registrations(NOW)? > 100);
    Ok(())
}

fn search_users(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let (name, email) = (name(77), email(77));
    for (part, prefixed, contained) in [
        (&name[..], 1, 1),
        (&email[..], 1, 1),
        (&name[..1], 20, 0),
        ("ser77", 0, 11),
        ("mail27.example.org", 0, 20),
        ("example", 0, 20),
        ("nobody", 0, 0),
    ] {
        let needle = Needle::new(part).expect("a part of a name");
        tx.users_named(&needle)?;
        assert!(tx.users_beginning_with(&needle, Emails::InPart, 20)?.len() >= prefixed, "{part}");
        assert!(tx.users_containing(&needle, Emails::InPart, 20)?.len() >= contained, "{part}");
    }
    Ok(())
}

fn log_in(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    for login in [name(7), email(7)] {
        let login = Login::new(&login).expect("a login");
        assert!(tx.credentials(&login)?.is_some());
    }
    for key in [digest(7), digest(1_000_000)] {
        tx.begin_session(&Session { key, user: user(7), node: 0, began_at: NOW })?;
    }
    Ok(())
}

fn authenticate(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    assert_eq!(tx.session_user(digest(7), NOW)?, Some(user(7)));
    Ok(())
}

fn resume(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let ask = resume::Ask { user: user(9), key: digest(9), new_key: digest(1_000_001), node: 0 };
    granted(resume::run(tx, ask, NOW))
}

fn log_out(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    tx.end_session(digest(8))?;
    tx.suspend_session(digest(10), NOW.plus(1))?;
    assert_eq!(tx.suspend_sessions_of_node(3, NOW.plus(1))?, 100);
    assert_eq!(tx.remove_ended_sessions(NOW)?, 20);
    Ok(())
}

/// One message, and as many as a busy server stores at once; to somebody known, to a stranger, and to nobody. Then all
/// of them again.
fn send(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let text = Content::Text(Text::new("Hello").expect("a text"));
    let photo = Media::new(MediaKind::Photo, "image/png", vec![1, 2, 3], 3).expect("a photo");
    let mut ids = IdMinter::new(0);
    let one = send::Ask { from: user(0), to: user(1), content: text, nonce: None };
    send::run(tx, std::slice::from_ref(&one), NOW, &mut ids)?;
    let many = (0..25).map(|number| {
        let content = if number == 7 { Content::Media(photo.clone()) } else { one.content.clone() };
        send::Ask { from: user(number), to: user(number * 100), content, nonce: Nonce::new("new") }
    });
    let many: Vec<_> = many.collect();
    for is_new in [true, false] {
        let sent = send::run(tx, &many, NOW, &mut ids)?;
        assert_eq!(sent.iter().flatten().filter(|decision| decision.is_new == is_new).count(), 20);
    }
    Ok(())
}

fn contacts(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    assert_eq!(tx.contacts(user(0), 1_000)?.len(), 6);
    Ok(())
}

fn history(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    for from in [None, Some(message(MESSAGES_OF_THE_FIRST_TWO / 2))] {
        for (viewer, peer) in [(user(0), user(1)), (user(1), user(0))] {
            assert_eq!(tx.history(history::Ask { viewer, peer, from })?.messages.len(), 20);
        }
    }
    Ok(())
}

fn search_messages(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    for from in [None, Some(message(MESSAGES_OF_THE_FIRST_TWO / 2))] {
        let needle = search::Needle::new("hello").expect("a part of a text");
        let ask = search::Ask { viewer: user(0), peer: user(1), needle, from };
        assert_eq!(tx.search_messages(&ask)?.len(), 50);
    }
    Ok(())
}

fn waiting(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    for after in [None, Some(message(MESSAGES_OF_THE_FIRST_TWO / 2))] {
        assert!(tx.waiting(user(0), after)?.len() > 20);
    }
    assert_eq!(tx.waiting_ids(user(0), 20)?.len(), 20);
    let waiting: Vec<_> = tx.waiting_ids(user(0), 20)?.iter().map(|handed| handed.message).collect();
    assert_eq!(tx.sent_to(user(0), &waiting)?.len(), 20);
    Ok(())
}

/// As many as wait, and one alone.
fn mark_notified(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let waiting: Vec<_> = tx.waiting(user(0), None)?.iter().map(Handed::from).collect();
    assert_eq!(tx.mark_notified(&waiting[..1])?.len(), 1);
    assert_eq!(tx.mark_notified(&waiting)?.len(), waiting.len() - 1);
    Ok(())
}

fn mark_read(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    for anchor in
        [MESSAGES_OF_THE_FIRST_TWO - 4, MESSAGES_OF_THE_FIRST_TWO - 2, MESSAGES_OF_THE_FIRST_TWO - 2]
    {
        let ask = mark_read::Ask { reader: user(0), message: message(anchor) };
        granted(mark_read::run(tx, ask, NOW))?;
    }
    Ok(())
}

fn typing(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    for to in [user(1), user(6)] {
        granted(typing::run(tx, typing::Ask { typer: user(0), to }))?;
    }
    Ok(())
}

fn blocks(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    assert_eq!(tx.blocked_users(user(0))?.len() as u64, BLOCKS_OF_EACH);
    Ok(())
}

fn block(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    granted(block::run(tx, block::Ask { by: user(0), blocked: user(100) }, NOW))
}

fn unblock(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    granted(unblock::run(tx, block::Ask { by: user(0), blocked: user(100) }, NOW))
}

/// Somebody whose log there is, and somebody to whom nothing ever happened.
fn log(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let read = Event::Read { message: message(5), at: NOW };
    let mut effects = [user(0), user(1), user(1_000_000)].map(|user| Effect::everywhere(user, read.clone()));
    log::note(tx, &mut effects, NOW)?;
    assert_eq!(effects[2].seq, Some(Seq::START.next()));
    Ok(())
}

fn log_page(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    for (limit, after) in [(page::LARGEST_PAGE, PRUNED), (20, PRUNED + ENTRIES_OF_THE_FIRST / 2)] {
        let ask =
            page::Ask { user: user(0), after: Seq::new(after).expect("a place"), limit, bytes: usize::MAX };
        let page::Answer::Page(page) = page::run(tx, ask)? else { panic!("a gap after {after}") };
        assert_eq!(page.effects.len(), limit);
    }
    Ok(())
}

/// The first logs of all, and those after somebody's.
fn prune(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    for after in [None, Some(user(950))] {
        let pruned = prune::Port::prune(tx, after, NOW)?;
        assert!(pruned.removed > 0 && pruned.last.is_some(), "{pruned:?}");
    }
    Ok(())
}

fn mails(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let taken = tx.take_due_mails(NOW.plus(1_000_000), 10)?;
    assert_eq!(taken.len(), 10);
    tx.mail_sent(taken[0].registration)?;
    tx.mail_failed(taken[1].registration, NOW.plus(2_000_000))
}

fn granted<T, R: Debug>(result: Result<T, Failure<R, StoreError>>) -> Result<(), StoreError> {
    match result {
        Ok(_) => Ok(()),
        Err(Failure::Faulted(fault)) => Err(fault),
        Err(Failure::Refused(refusal)) => panic!("refused: {refusal:?}"),
    }
}

/// As the rows hold it: its decimal digits, read as hexadecimal ones.
fn digest(number: u64) -> Digest {
    let digits = format!("{number:0>64}");
    let byte = |place: usize| u8::from_str_radix(&digits[2 * place..2 * place + 2], 16).expect("digits");
    Digest(std::array::from_fn(byte))
}

fn user(number: u64) -> UserId {
    UserId::new(FIRST_USER + number).expect("an id")
}

fn message(number: u64) -> MessageId {
    MessageId::new(number).expect("an id")
}

fn registration(number: u64) -> RegistrationId {
    RegistrationId::new(number).expect("an id")
}
