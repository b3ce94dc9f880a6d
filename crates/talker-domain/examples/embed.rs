//! Another service embeds the rules of Talker: its own store, its own clock, and its own way of telling people.
//!
//! `cargo run -p talker-domain --example embed` tells a short story and checks it along the way.

#[path = "embed/memory.rs"]
mod memory;
#[path = "embed/service.rs"]
mod service;

use std::collections::BTreeSet;
use std::error::Error;

use talker_domain::blocks::{Refusal, block};
use talker_domain::messages::waiting::Port as _;
use talker_domain::sync::Seq;
use talker_domain::{Digest, Failure};

use service::{Service, in_words};

fn main() -> Result<(), Box<dyn Error>> {
    let mut service = Service::new();
    let anna = service.open_account("anna", Digest([1; 32]))?;
    let benno = service.open_account("benno", Digest([2; 32]))?;

    // Benno is there: he takes the message, and Anna hears that he did.
    service.online = BTreeSet::from([anna, benno]);
    let hello = service.send(anna, benno, "Hello Benno!", None)?;
    assert!(service.memory.waiting(benno, None)?.is_empty());

    // Benno is away: the message waits until he comes back.
    service.online.remove(&benno);
    service.send(anna, benno, "Still there?", Some("anna's second"))?;
    assert_eq!(service.memory.waiting(benno, None)?.len(), 1);
    service.come_online(benno)?;
    assert!(service.memory.waiting(benno, None)?.is_empty());

    // Anna heard no answer, and sends it again under the same nonce: it is the message that it was.
    let again = service.send(anna, benno, "Still there?", Some("anna's second"))?;
    assert_eq!(service.texts(benno, anna)?, ["Still there?", "Hello Benno!"]);

    // Benno reads the first of the two: Anna hears it, and his other devices. Reading it again is no news.
    assert_eq!(service.read(benno, hello)?.len(), 2);
    assert_eq!(service.read(benno, hello)?, []);

    // Benno has another device, which was away since his first message. It reads on in his log from there.
    let missed = service.read_on(benno, Seq::START.next())?;
    assert_eq!(missed.iter().map(in_words).collect::<Vec<_>>(), ["2, for you: Still there?", "3, read"]);

    // While Benno blocks Anna she sees her message as always, and he never does. Neither does his log.
    service.block(benno, anna)?;
    let hidden = service.send(anna, benno, "Are you cross with me?", None)?;
    assert!(hidden > again);
    assert_eq!(service.texts(anna, benno)?, ["Are you cross with me?", "Still there?", "Hello Benno!"]);
    assert_eq!(service.texts(benno, anna)?, ["Still there?", "Hello Benno!"]);
    let news = service.read_on(benno, Seq::START.next().next().next())?;
    assert_eq!(news.iter().map(in_words).collect::<Vec<_>>(), ["4, blocked"]);

    // A refusal is a value, and nothing is stored.
    let oneself = block::run(&mut service.memory, block::Ask { by: benno, blocked: benno }, service.now);
    assert_eq!(oneself, Err(Failure::Refused(Refusal::Oneself)));
    Ok(())
}
