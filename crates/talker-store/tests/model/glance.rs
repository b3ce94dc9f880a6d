//! Looks at what somebody sees, and compares it with the model.

use std::collections::{BTreeMap, BTreeSet};

use talker_domain::contacts::Contact;
use talker_domain::messages::{CONTENT_PER_ANSWER, Message, history, search};
use talker_domain::sync::{Seq, page};
use talker_domain::users::User;
use talker_domain::{Effect, Timestamp, UserId};
use talker_store::{StoreError, Transaction};

use crate::stage::Stage;
use crate::steps::Said;
use crate::world::{Row, What, World};

const NEEDLE: &str = "HELLO";

/// What to look at.
#[derive(Default)]
pub(crate) struct Glance {
    /// By viewer and peer.
    pub(crate) conversations: BTreeSet<(usize, usize)>,
    /// What these are looking for in their conversations.
    pub(crate) searches: BTreeSet<(usize, usize)>,
    pub(crate) contacts: BTreeSet<usize>,
    /// What waits for these.
    pub(crate) waiting: BTreeSet<usize>,
    /// Whom these block.
    pub(crate) blocked: BTreeSet<usize>,
    /// From this number on.
    pub(crate) logs: BTreeMap<usize, u64>,
    /// The keys of these connections.
    pub(crate) keys: BTreeSet<usize>,
}

/// What the store shows, in the order of the glance.
struct Shown {
    conversations: Vec<history::Page>,
    searches: Vec<Vec<Message>>,
    contacts: Vec<Vec<Contact>>,
    waiting: Vec<Vec<Message>>,
    blocked: Vec<Vec<User>>,
    logs: Vec<page::Answer>,
    keys: Vec<Option<UserId>>,
}

impl Glance {
    pub(crate) fn everything(world: &World) -> Self {
        let people = 0..world.people();
        let pairs = people.clone().flat_map(|one| people.clone().map(move |other| (one, other)));
        Self {
            conversations: pairs.collect(),
            searches: [(0, 1), (1, 0)].into(),
            contacts: people.clone().collect(),
            waiting: people.clone().collect(),
            blocked: people.clone().collect(),
            logs: people.map(|person| (person, 0)).collect(),
            keys: (0..world.connections()).collect(),
        }
    }

    pub(crate) async fn compare(self, stage: &Stage, world: &World) {
        let shown = self.look(stage, world).await;
        for ((viewer, peer), page) in self.conversations.iter().zip(&shown.conversations) {
            compare_page(stage, world, (*viewer, *peer), page);
        }
        for ((viewer, peer), found) in self.searches.iter().zip(&shown.searches) {
            compare_search(stage, world, (*viewer, *peer), found);
        }
        for (owner, contacts) in self.contacts.iter().zip(&shown.contacts) {
            compare_contacts(stage, world, *owner, contacts);
        }
        for (person, waiting) in self.waiting.iter().zip(&shown.waiting) {
            compare_waiting(stage, world, *person, waiting);
        }
        for (person, blocked) in self.blocked.iter().zip(&shown.blocked) {
            let blocked: Vec<usize> = blocked.iter().map(|user| stage.person(user.id)).collect();
            assert_eq!(blocked, world.blocked(*person), "whom {person} blocks");
        }
        for ((person, after), answer) in self.logs.iter().zip(&shown.logs) {
            compare_log(stage, world, (*person, *after, page::LARGEST_PAGE), answer);
        }
        for (key, user) in self.keys.iter().zip(&shown.keys) {
            let owner = user.map(|user| stage.person(user));
            assert_eq!(owner, world.owner(*key), "whom the key of connection {key} stands for");
        }
    }

    async fn look(&self, stage: &Stage, world: &World) -> Shown {
        let pairs = |pairs: &BTreeSet<(usize, usize)>| -> Vec<(UserId, UserId)> {
            pairs.iter().map(|(viewer, peer)| (stage.user(*viewer), stage.user(*peer))).collect()
        };
        let users = |people: &BTreeSet<usize>| -> Vec<UserId> {
            people.iter().map(|person| stage.user(*person)).collect()
        };
        let (conversations, searches) = (pairs(&self.conversations), pairs(&self.searches));
        let (contacts, waiting, blocked) =
            (users(&self.contacts), users(&self.waiting), users(&self.blocked));
        let logs = self.logs.iter().map(|(person, after)| (stage.user(*person), *after));
        let logs: Vec<(UserId, u64)> = logs.collect();
        let keys: Vec<_> = self.keys.iter().map(|key| stage.key(*key)).collect();
        let now: Timestamp = stage.at(world.now);
        let look = move |tx: &mut dyn Transaction| {
            Ok(Shown {
                conversations: all(conversations, |(viewer, peer)| {
                    tx.history(history::Ask { viewer, peer, from: None })
                })?,
                searches: all(searches, |(viewer, peer)| tx.search_messages(&looking(viewer, peer)))?,
                contacts: all(contacts, |user| tx.contacts(user, CONTENT_PER_ANSWER))?,
                waiting: all(waiting, |user| tx.waiting(user, None))?,
                blocked: all(blocked, |user| tx.blocked_users(user))?,
                logs: all(logs, |(user, after)| page::run(tx, ask(user, after, page::LARGEST_PAGE)))?,
                keys: all(keys, |key| tx.session_user(key, now))?,
            })
        };
        stage.read(look).await
    }
}

fn all<A, B>(asks: Vec<A>, answer: impl FnMut(A) -> Result<B, StoreError>) -> Result<Vec<B>, StoreError> {
    asks.into_iter().map(answer).collect()
}

fn looking(viewer: UserId, peer: UserId) -> search::Ask {
    search::Ask { viewer, peer, needle: search::Needle::new(NEEDLE).expect("a part of a text"), from: None }
}

pub(crate) fn ask(user: UserId, after: u64, limit: usize) -> page::Ask {
    page::Ask { user, after: Seq::new(after).expect("a place"), limit, bytes: CONTENT_PER_ANSWER }
}

fn rows(stage: &Stage, viewer: usize, messages: &[Message]) -> Vec<Row> {
    messages.iter().map(|message| stage.row(viewer, message)).collect()
}

fn compare_page(stage: &Stage, world: &World, (viewer, peer): (usize, usize), page: &history::Page) {
    let mut expected = world.conversation(viewer, peer);
    assert_eq!(page.all, expected.len() <= history::PAGE);
    expected.truncate(history::PAGE);
    assert_eq!(rows(stage, viewer, &page.messages), expected, "what {viewer} sees of {peer}");
}

fn compare_search(stage: &Stage, world: &World, (viewer, peer): (usize, usize), found: &[Message]) {
    let mut expected = world.conversation(viewer, peer);
    expected.retain(|row| matches!(row.said, Said::Words(words) if words.to_uppercase().contains(NEEDLE)));
    expected.truncate(search::LIMIT);
    assert_eq!(rows(stage, viewer, found), expected, "what {viewer} finds of {peer}");
}

/// Their order is that of the ids of their last messages, whichever node minted those.
fn compare_contacts(stage: &Stage, world: &World, owner: usize, contacts: &[Contact]) {
    assert!(contacts.is_sorted_by(|one, next| one.last.id > next.last.id));
    let shown = contacts
        .iter()
        .map(|contact| (stage.person(contact.peer.id), (stage.row(owner, &contact.last), contact.unread)));
    assert_eq!(shown.collect::<BTreeMap<_, _>>(), world.contacts(owner), "the contacts of {owner}");
}

/// Their order is that of their ids.
fn compare_waiting(stage: &Stage, world: &World, person: usize, waiting: &[Message]) {
    assert!(waiting.is_sorted_by(|one, next| one.id < next.id));
    let shown: BTreeSet<usize> = waiting.iter().map(|message| stage.number(message.id)).collect();
    assert_eq!(shown, world.waiting(person), "what waits for {person}");
}

pub(crate) fn compare_log(
    stage: &Stage,
    world: &World,
    (person, after, limit): (usize, u64, usize),
    answer: &page::Answer,
) {
    let log = world.log(person);
    let head = Seq::new(log.len() as u64).expect("a place");
    let Some(expected) = usize::try_from(after).ok().and_then(|after| log.get(after..)) else {
        assert_eq!(*answer, page::Answer::Gap { head }, "{person} reads on after {after}");
        return;
    };
    let page::Answer::Page(page) = answer else { panic!("a gap after {after} for {person}") };
    assert_eq!((page.head, page.all), (head, expected.len() <= limit));
    let shown: Vec<(u64, What)> =
        page.effects.iter().map(|effect| entry(stage, world, person, effect)).collect();
    let expected = (after + 1..).zip(expected.iter().take(limit).map(to_the_second));
    assert_eq!(shown, expected.collect::<Vec<_>>(), "the log of {person} after {after}");
}

/// The number of an entry, and what it tells. The message that it shows is as it is now.
fn entry(stage: &Stage, world: &World, person: usize, effect: &Effect) -> (u64, What) {
    use talker_domain::Event::{Delivery, Echo};
    if let Echo(message) | Delivery(message) = &effect.event {
        let row = stage.row(person, message);
        assert_eq!(row, world.row(person, row.message), "as {person}'s log shows it");
    }
    assert_eq!(stage.person(effect.audience.user()), person);
    (effect.seq.expect("a number").get(), stage.what(&effect.event))
}

/// Logs keep no milliseconds.
fn to_the_second(what: &What) -> What {
    match what {
        What::Read(message, at) => What::Read(*message, at - at % 1_000),
        other => other.clone(),
    }
}
