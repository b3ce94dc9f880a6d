//! The one place where effects become events on connections. It is called after the commit, never before.

use talker_domain::messages::mark_notified::Handed;
use talker_domain::{Audience, Effect, Event};

use crate::connection::Connection;
use crate::hub::Hub;
use crate::outgoing::Outgoing;
use crate::wire;

/// Tells everybody who must hear of these effects. `origin` is the connection that asked.
///
/// Returns the messages that a connection of their recipient has taken, which are now to be marked as notified.
pub(crate) fn all(hub: &Hub, effects: &[Effect], origin: Option<&Connection>) -> Vec<Handed> {
    effects.iter().filter_map(|effect| one(hub, effect, origin)).collect()
}

fn one(hub: &Hub, effect: &Effect, origin: Option<&Connection>) -> Option<Handed> {
    let (user, except) = match effect.audience {
        Audience::Everywhere(user) => (user, None),
        Audience::Elsewhere(user) => (user, origin.map(|connection| connection.id)),
    };
    let mut connections = hub.of(user);
    connections.retain(|connection| Some(connection.id) != except);
    if connections.is_empty() {
        return None;
    }
    let outgoing = outgoing(&effect.event);
    if let Event::Delivery(message) = &effect.event {
        let handed = Handed::from(&**message);
        let taken = connections.iter().filter(|connection| connection.deliver(handed, &outgoing)).count();
        return (taken > 0).then_some(handed);
    }
    for connection in connections {
        connection.send(&outgoing);
    }
    None
}

fn outgoing(event: &Event) -> Outgoing {
    match event {
        Event::Echo(message) | Event::Delivery(message) => {
            Outgoing::new(&wire::messages::row(message, message.from))
        }
        Event::Notified(message) => Outgoing::new(&wire::messages::notified(*message)),
        Event::Read { message, at } => Outgoing::new(&wire::messages::receipt(*message, *at)),
        Event::Typing { typer, typing } => Outgoing::new(&wire::typing::typing(*typer, *typing)),
    }
}
