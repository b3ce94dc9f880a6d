//! Which step comes next, by chance: often one that means something, sometimes one that should be refused.

use crate::chance::Chance;
use crate::steps::{Ask, Fate, NOBODY, Said, Step};
use crate::world::{GRACE, World};

const MOST_PEOPLE: usize = 5;

/// Names that differ, though some comparisons would not say so.
const NONCES: [&str; 5] = ["a", "A", "a ", "á", "😀"];

const WORDS: [Said; 4] =
    [Said::Words("hello"), Said::Words("Hello"), Said::Words("hello "), Said::Words("😀")];

const FILES: [Said; 2] = [Said::File([0, 1]), Said::File([0, 2])];

/// Everything that is ever said.
pub(crate) fn everything_said() -> impl Iterator<Item = Said> {
    WORDS.into_iter().chain(FILES)
}

pub(crate) fn step(chance: &mut Chance, world: &World) -> Step {
    if chance.one_in(250) {
        return Step::Reopen;
    }
    match chance.below(100) {
        0..34 => send(chance, world),
        34..46 => read(chance, world),
        46..55 => hand_over(chance, world),
        55..61 => {
            Step::Block { by: person(chance, world), blocked: anybody(chance, world), fate: fate(chance) }
        }
        61..66 => unblock(chance, world),
        66..69 => Step::Type { typer: person(chance, world), to: anybody(chance, world) },
        69..78 => Step::Wait { milliseconds: chance.pick(&[1, 999, 40_000, GRACE - 1, GRACE, GRACE + 1]) },
        78..82 => sync(chance, world),
        82..87 => log_in(chance, world),
        87..92 => resume(chance, world),
        92..95 => on_a_connection(chance, world, |connection| Step::Disconnect { connection }),
        95..96 => on_a_connection(chance, world, |connection| Step::LogOut { connection }),
        96..97 => Step::NodeStops { node: chance.below(2) },
        _ => Step::Register { person: chance.below(MOST_PEOPLE).min(world.people()) },
    }
}

/// The first ones more often, so that the same ones meet again and again.
fn person(chance: &mut Chance, world: &World) -> usize {
    let among = 1 + chance.below(world.people());
    chance.below(among)
}

/// Now and then nobody.
fn anybody(chance: &mut Chance, world: &World) -> usize {
    if chance.one_in(30) { NOBODY } else { chance.below(world.people()) }
}

/// Either a connection that there is, or the next one.
fn connection(chance: &mut Chance, world: &World) -> usize {
    let open = world.open_connections();
    if open.is_empty() || chance.one_in(2) { world.connections() } else { chance.pick(&open) }
}

fn fate(chance: &mut Chance) -> Fate {
    match chance.below(20) {
        0 => Fate::Crashes { after: chance.below(6) },
        1 => Fate::Collides { after: chance.below(6) },
        _ => Fate::Commits,
    }
}

/// Words mostly: files take longer to load.
fn said(chance: &mut Chance) -> Said {
    if chance.one_in(12) { chance.pick(&FILES) } else { chance.pick(&WORDS) }
}

fn send(chance: &mut Chance, world: &World) -> Step {
    let mut asks: Vec<Ask> = Vec::new();
    for _ in 0..chance.pick(&[1, 1, 1, 1, 3]) {
        let ask = if chance.one_in(3) { again(chance, world, &asks) } else { None };
        asks.push(ask.unwrap_or_else(|| new(chance, world)));
    }
    Step::Send { asks, node: chance.below(2), fate: fate(chance) }
}

fn new(chance: &mut Chance, world: &World) -> Ask {
    let nonce = chance.one_in(2).then(|| chance.pick(&NONCES));
    Ask { from: person(chance, world), to: anybody(chance, world), said: said(chance), nonce }
}

/// Something that was sent under a nonce, in this batch or before, or something else under that nonce.
fn again(chance: &mut Chance, world: &World, batch: &[Ask]) -> Option<Ask> {
    let named: Vec<&Ask> = world.asks().chain(batch).filter(|ask| ask.nonce.is_some()).collect();
    if named.is_empty() {
        return None;
    }
    let mut ask = chance.pick(&named).clone();
    match chance.below(8) {
        0 => ask.said = said(chance),
        1 => ask.to = anybody(chance, world),
        2 => ask.from = person(chance, world),
        _ => {}
    }
    Some(ask)
}

/// Often a message that the reader has something to do with, often one of the last.
fn read(chance: &mut Chance, world: &World) -> Step {
    let (person, fate) = (person(chance, world), fate(chance));
    let own = world.messages_of(person);
    let message = match chance.below(8) {
        0 => None,
        1 if world.messages() > 0 => Some(chance.below(world.messages())),
        2..5 if !own.is_empty() => Some(chance.pick(&own)),
        _ => own.last().copied(),
    };
    Step::Read { person, message, fate }
}

/// Mostly all that waits for somebody; otherwise anything, in any order.
fn hand_over(chance: &mut Chance, world: &World) -> Step {
    let waiting: Vec<usize> = world.waiting(person(chance, world)).into_iter().collect();
    let messages = match chance.below(4) {
        0 if world.messages() > 0 => (0..4).map(|_| chance.below(world.messages())).collect(),
        1 => waiting.into_iter().filter(|_| chance.one_in(2)).collect(),
        _ => waiting,
    };
    Step::HandOver { messages, fate: fate(chance) }
}

/// Mostly a block that stands.
fn unblock(chance: &mut Chance, world: &World) -> Step {
    let (by, fate) = (person(chance, world), fate(chance));
    let blocked = world.blocked(by);
    let blocked =
        if blocked.is_empty() || chance.one_in(4) { anybody(chance, world) } else { chance.pick(&blocked) };
    Step::Unblock { by, blocked, fate }
}

/// From anywhere in the log, or from a little beyond it.
fn sync(chance: &mut Chance, world: &World) -> Step {
    let person = person(chance, world);
    let after = chance.below(world.log(person).len() + 3) as u64;
    Step::Sync { person, after, limit: chance.pick(&[1, 3, 500]) }
}

fn log_in(chance: &mut Chance, world: &World) -> Step {
    Step::LogIn { person: person(chance, world), connection: connection(chance, world) }
}

fn resume(chance: &mut Chance, world: &World) -> Step {
    if world.connections() == 0 {
        return log_in(chance, world);
    }
    let key = chance.below(world.connections());
    let owner = world.owner(key).filter(|_| !chance.one_in(5));
    let person = owner.unwrap_or_else(|| person(chance, world));
    Step::Resume { person, key, connection: connection(chance, world), fate: fate(chance) }
}

fn on_a_connection(chance: &mut Chance, world: &World, step: impl Fn(usize) -> Step) -> Step {
    let open = world.open_connections();
    if open.is_empty() { log_in(chance, world) } else { step(chance.pick(&open)) }
}
