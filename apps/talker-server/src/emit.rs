//! The one place where effects become events on connections. It is called after the commit, never before.

use std::sync::Arc;

use talker_domain::messages::mark_notified::Handed;
use talker_domain::{Audience, Effect, Event};

use crate::connection::Connection;
use crate::hub::Hub;
use crate::outgoing::Outgoing;
use crate::wire;

/// Tells everybody who must hear of these effects. `origin` is the connection that asked.
///
/// Returns the messages that a connection of their recipient has taken, which are now to be marked as notified.
pub(crate) fn all(hub: &Hub, effects: &[Effect], origin: Option<&Arc<Connection>>) -> Vec<Handed> {
    effects.iter().filter_map(|effect| one(hub, effect, origin)).collect()
}

fn one(hub: &Hub, effect: &Effect, origin: Option<&Arc<Connection>>) -> Option<Handed> {
    let (user, asked) = match effect.audience {
        Audience::Everywhere(user) => (user, None),
        Audience::Elsewhere(user) => (user, origin.map(|connection| connection.id)),
        Audience::Here(_) => {
            origin?.send(&outgoing(&effect.event));
            return None;
        }
    };
    let connections = hub.of(user);
    if connections.is_empty() {
        return None;
    }
    let outgoing = outgoing(&effect.event);
    let mut taken = 0;
    for connection in connections {
        taken += usize::from(connection.hear(effect, &outgoing, asked == Some(connection.id)));
    }
    match &effect.event {
        Event::Delivery(message) if taken > 0 => Some(Handed::from(&**message)),
        _ => None,
    }
}

/// The event as clients know it.
pub(crate) fn outgoing(event: &Event) -> Outgoing {
    match event {
        Event::Echo(message) => Outgoing::new(&wire::messages::row(message, message.from)),
        Event::Delivery(message) => Outgoing::new(&wire::messages::row(message, message.to)),
        Event::Notified(message) => Outgoing::new(&wire::messages::notified(*message)),
        Event::Read { message, at } => Outgoing::new(&wire::messages::receipt(*message, *at)),
        Event::Blocked(user) => Outgoing::new(&wire::blocks::began(*user)),
        Event::Unblocked(user) => Outgoing::new(&wire::blocks::ended(*user)),
        Event::Typing { typer, typing } => Outgoing::new(&wire::typing::typing(*typer, *typing)),
    }
}
