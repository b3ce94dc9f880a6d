//! A way through every port of a transaction that executes each of its queries, and finds something.

#[path = "scenario/accounts.rs"]
mod accounts;

use std::fmt::Debug;

use talker_domain::blocks::{block, unblock};
use talker_domain::messages::mark_notified::Handed;
use talker_domain::messages::{Content, Media, MediaKind, Nonce, Text, history, mark_read, search, send};
use talker_domain::sync::{Seq, log, page, prune};
use talker_domain::{
    Digest, Effect, Event, Failure, IdMinter, MessageId, RegistrationId, Timestamp, UserId, typing,
};
use talker_store::{StoreError, Transaction};

use crate::seed::{BLOCKS_OF_EACH, ENTRIES_OF_THE_FIRST, FIRST_USER, MESSAGES_OF_THE_FIRST_TWO, PRUNED};

pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// The port, by its path in the domain, and what is done with it.
type Step = (&'static str, fn(&mut dyn Transaction) -> Result<(), StoreError>);

pub(crate) const STEPS: [Step; 29] = [
    ("users::availability", accounts::availability),
    ("users::register", accounts::register),
    ("users::confirm", accounts::confirm),
    ("users::expire", accounts::expire),
    ("users::search", accounts::search_users),
    ("sessions::log_in", accounts::log_in),
    ("sessions::authenticate", accounts::authenticate),
    ("sessions::list", accounts::sessions),
    ("sessions::revoke", accounts::revoke),
    ("users::change_password", accounts::change_password),
    ("users::reset_password", accounts::reset_password),
    ("users::set_password", accounts::set_password),
    ("sessions::resume", accounts::resume),
    ("sessions::log_out", accounts::log_out),
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

/// One message, and as many as a busy server stores at once; to somebody known, to a stranger, and to nobody. Then all
/// of them again.
fn send(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let text = Content::Text(Text::new("Hello").expect("a text"));
    let photo = Media::new(MediaKind::Photo, "image/png", vec![1, 2, 3], 3).expect("a photo");
    let mut ids = IdMinter::new(0);
    let one = send::Ask { from: user(0), to: user(1), content: text, nonce: None, max_unanswered: None };
    send::run(tx, std::slice::from_ref(&one), NOW, &mut ids)?;
    let many = (0..25).map(|number| {
        let content = if number == 7 { Content::Media(photo.clone()) } else { one.content.clone() };
        send::Ask {
            from: user(number),
            to: user(number * 100),
            content,
            nonce: Nonce::new("new"),
            max_unanswered: None,
        }
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
    tx.mail_sent(taken[0].subject)?;
    tx.mail_failed(taken[1].subject, NOW.plus(2_000_000))
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
