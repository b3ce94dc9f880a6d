//! Plays a history, step by step: on the store and in the model, whose answers must be the same.

#[path = "play/people.rs"]
mod people;
#[path = "play/sessions.rs"]
mod sessions;
#[path = "play/talk.rs"]
mod talk;

use std::fmt::Debug;
use std::ops::AddAssign;

use talker_domain::{Effect, Failure};
use talker_store::{Location, Store, StoreError};

use crate::chance::Chance;
use crate::draw;
use crate::glance::Glance;
use crate::stage::Stage;
use crate::steps::Step;
use crate::world::{Heard, World};

/// After so many steps there is a look at what they may have changed. It takes longer than the steps.
const LOOK_EVERY: usize = 2;

/// How many rows there must be of what histories leave behind.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) messages: usize,
    pub(crate) nonces: usize,
    pub(crate) log_entries: usize,
    pub(crate) sessions: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.messages += other.messages;
        self.nonces += other.nonces;
        self.log_entries += other.log_entries;
        self.sessions += other.sessions;
    }
}

/// The steps so far, for whoever wants to know how it came to a failure.
struct Diary {
    seed: u64,
    steps: Vec<String>,
}

impl Drop for Diary {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let steps = self.steps.join("\n  ");
            eprintln!("the history of TALKER_MODEL_SEED={} failed at its last step:\n  {steps}", self.seed);
        }
    }
}

/// The history of a seed, from its first two accounts to a look at everything. `closely` looks after every step at what
/// it may have changed.
pub(crate) async fn history(
    seed: u64,
    player: u8,
    (store, location): &(Store, Location),
    closely: bool,
) -> Counts {
    let mut chance = Chance::new(seed);
    let mut diary = Diary { seed, steps: vec![] };
    let stage = Stage::new(seed, player, store.clone(), location.clone());
    let mut play = Play { stage, world: World::default(), followed: vec![], owed: Glance::default() };
    for person in 0..2 {
        play.register(person).await;
    }
    for number in 0..20 + chance.below(8) {
        let step = draw::step(&mut chance, &play.world);
        diary.steps.push(format!("{step:?}"));
        play.step(step).await;
        if number % LOOK_EVERY == 0 || closely {
            play.look().await;
        }
    }
    diary.steps.push("everything".into());
    Glance::everything(&play.world).compare(&play.stage, &play.world).await;
    play.counts()
}

struct Play {
    stage: Stage,
    world: World,
    /// Up to where each log was looked at.
    followed: Vec<u64>,
    /// What was not looked at since a step may have changed it.
    owed: Glance,
}

impl Play {
    async fn step(&mut self, step: Step) {
        match step {
            Step::Register { person } => self.register(person).await,
            Step::LogIn { person, connection } => self.log_in(person, connection).await,
            Step::LogOut { connection } => self.log_out(connection).await,
            Step::Disconnect { connection } => self.disconnect(connection).await,
            Step::NodeStops { node } => self.node_stops(node).await,
            Step::Resume { person, key, connection, fate } => {
                self.resume(person, key, connection, fate).await;
            }
            Step::Wait { milliseconds } => self.wait(milliseconds),
            Step::Send { asks, node, fate } => self.send(asks, node, fate).await,
            Step::HandOver { messages, fate } => self.hand_over(messages, fate).await,
            Step::Read { person, message, fate } => self.read(person, message, fate).await,
            Step::Type { typer, to } => self.show_typing(typer, to).await,
            Step::Block { by, blocked, fate } => self.block(by, blocked, fate).await,
            Step::Unblock { by, blocked, fate } => self.unblock(by, blocked, fate).await,
            Step::Sync { person, after, limit } => self.sync(person, after, limit).await,
            Step::Reopen => self.stage.reopen().await,
        }
    }

    async fn look(&mut self) {
        let glance = std::mem::take(&mut self.owed);
        for person in glance.logs.keys() {
            self.followed[*person] = self.world.log(*person).len() as u64;
        }
        glance.compare(&self.stage, &self.world).await;
    }

    /// What the viewer sees of the conversation with the peer, and what is new in the logs of both.
    fn owe_view(&mut self, viewer: usize, peer: usize) {
        self.owed.conversations.insert((viewer, peer));
        self.owe_log(viewer);
        self.owe_log(peer);
    }

    fn owe_log(&mut self, person: usize) {
        self.owed.logs.entry(person).or_insert(self.followed[person]);
    }

    fn owe_keys(&mut self) {
        self.owed.keys.extend(0..self.world.connections());
    }

    fn assert_heard(&self, effects: &[Effect], expected: &[Heard]) {
        let heard: Vec<Heard> = effects.iter().map(|effect| self.stage.heard(effect)).collect();
        assert_eq!(heard, expected);
    }

    fn counts(&self) -> Counts {
        Counts {
            messages: self.world.messages(),
            nonces: self.world.nonces(),
            log_entries: self.world.log_entries(),
            sessions: self.world.sessions(),
        }
    }
}

/// What a command stored, or `None` if it was refused.
fn unless_refused<R, D: Debug>(answer: Result<R, Failure<D, StoreError>>) -> Option<R> {
    match answer {
        Ok(answer) => Some(answer),
        Err(Failure::Refused(_)) => None,
        Err(Failure::Faulted(fault)) => panic!("the store failed: {fault:?}"),
    }
}
