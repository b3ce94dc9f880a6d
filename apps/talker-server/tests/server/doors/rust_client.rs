//! The Rust client's own calls, against the real server, by each transport.

use talker_client::{
    Code, ConfirmCode, Content, Error, Event, Id, Message, Notified, ReadReceipt, RegisterCode, Rest,
    Session, Talker, Transport, Typing,
};

use crate::databases::Backend;
use crate::harness::{TestServer, on_both_databases};
use crate::site::{Person, Site, email_of, hash_of};

on_both_databases!(
    a_client_chats_with_itself,
    what_was_said_is_found_again,
    blocks_are_listed_and_hold,
    accounts_are_registered_and_confirmed,
    refusals_are_errors_and_the_connection_goes_on,
);

const TRANSPORTS: [Transport; 3] = [Transport::WebSocket, Transport::Polling, Transport::Any];

/// Two who are connected by this transport; names of one server differ by it.
async fn two(server: &TestServer, transport: Transport) -> (Talker, Talker) {
    let number = TRANSPORTS.iter().position(|other| *other == transport).expect("one of them");
    let (anna, benno) =
        (server.person(&format!("anna{number}")).await, server.person(&format!("benno{number}")).await);
    (log_in(server, &anna, transport).await, log_in(server, &benno, transport).await)
}

async fn log_in(site: &Site, person: &Person, transport: Transport) -> Talker {
    let mut client = Talker::builder(&site.url()).transport(transport).connect().await.expect("a connection");
    let session = client.log_in(&person.username, person.hash.as_str()).await.expect("a login");
    assert_eq!((session.id.get(), &session.client_address), (person.id, client.address()));
    client
}

fn session(client: &Talker) -> Session {
    client.session().expect("somebody who is logged in").clone()
}

/// As its example does.
async fn a_client_chats_with_itself(backend: Backend) {
    let server = TestServer::start(backend).await;
    for transport in TRANSPORTS {
        let (mut alice, mut bob) = two(&server, transport).await;
        let (me, you) = (session(&alice).id, session(&bob).id);
        alice.type_to(you).await.expect("a sign of typing that goes out");
        assert_eq!(bob.receive::<Typing>().await.expect("typing"), Typing { typer: me, typing: true });
        alice.send(you, "Hello, me!").await.expect("a message that goes out");
        let echo: Message = alice.receive().await.expect("the echo");
        assert_eq!((echo.from_user, echo.to_user, echo.content.as_str()), (me, you, "Hello, me!"));
        assert_eq!(bob.receive::<Typing>().await.expect("typing"), Typing { typer: me, typing: false });
        assert_eq!(bob.receive::<Message>().await.expect("the message"), echo);
        assert_eq!(alice.receive::<Notified>().await.expect("the notice").messeage_id, echo.id);
        bob.read(echo.id).await.expect("a read that goes out");
        assert_eq!(alice.receive::<ReadReceipt>().await.expect("the receipt").messeage_id, echo.id);
        for content in media() {
            alice.send(you, content).await.expect("media that go out");
            let echo: Message = alice.receive().await.expect("the echo");
            assert_eq!(bob.receive::<Message>().await.expect("the message"), echo);
        }
        alice.disconnect().await;
        bob.disconnect().await;
    }
}

fn media() -> [Content; 4] {
    let uri = |media_type: &str| format!("data:{media_type};base64,aGk=");
    [
        Content::Photo(uri("image/png")),
        Content::Video(uri("video/mp4")),
        Content::Audio(uri("audio/ogg")),
        Content::File(uri("application/pdf")),
    ]
}

async fn what_was_said_is_found_again(backend: Backend) {
    let server = TestServer::start(backend).await;
    for transport in TRANSPORTS {
        let (mut anna, benno) = two(&server, transport).await;
        let (me, you) = (session(&anna), session(&benno));
        let mut ids = vec![];
        for number in 0..25 {
            anna.send(you.id, format!("number {number}")).await.expect("a message that goes out");
            ids.insert(0, anna.receive::<Message>().await.expect("the echo").id);
        }
        let rest = anna.rest();
        let contacts = rest.contacts(&you).await.expect("contacts");
        assert_eq!((contacts[0].id, contacts[0].messeage_id, contacts[0].unread), (me.id, ids[0], 25));
        let page = rest.messages(&me, you.id, None).await.expect("a page");
        assert_eq!((ids_of(&page.messages), page.all), (ids[..20].to_vec(), false));
        let page = rest.messages(&me, you.id, Some(ids[20])).await.expect("a page");
        assert_eq!((ids_of(&page.messages), page.all), (ids[20..].to_vec(), true));
        let found = rest.search_messages(&me, you.id, "NUMBER 2", None).await.expect("messages");
        assert_eq!(found.len(), 6);
        let found = rest.search_messages(&me, you.id, "number 2", Some(ids[10])).await.expect("messages");
        assert_eq!(ids_of(&found), [ids[22]]);
    }
}

fn ids_of(messages: &[Message]) -> Vec<Id> {
    messages.iter().map(|message| message.id).collect()
}

async fn blocks_are_listed_and_hold(backend: Backend) {
    let server = TestServer::start(backend).await;
    for transport in TRANSPORTS {
        let (mut anna, mut benno) = two(&server, transport).await;
        let (me, you) = (session(&anna), session(&benno));
        benno.block(me.id).await.expect("a block that goes out");
        settle(&mut benno).await;
        let blocked = benno.rest().blocked_users(&you).await.expect("blocks");
        assert_eq!((blocked.len(), blocked[0].blocked_user), (1, me.id));
        anna.send(you.id, "can you hear me?").await.expect("a message that goes out");
        anna.receive::<Message>().await.expect("the echo");
        settle(&mut benno).await;
        benno.unblock(me.id).await.expect("an unblock that goes out");
        settle(&mut benno).await;
        assert_eq!(benno.rest().blocked_users(&you).await.expect("blocks"), []);
        assert_eq!(benno.rest().contacts(&you).await.expect("contacts"), []);
    }
}

/// Nothing else has come, up to the answer to an event that is always answered.
async fn settle(client: &mut Talker) {
    client.emit_raw("no such event", serde_json::Value::Null).await.expect("an event that goes out");
    assert_eq!(client.next_event().await, Some(Event::Error(400)));
}

async fn accounts_are_registered_and_confirmed(backend: Backend) {
    let server = TestServer::start(backend).await;
    let rest = Rest::new(&server.url()).expect("an address");
    let (email, hash) = (email_of("carla"), hash_of("carla"));
    assert!(!rest.is_username_used("carla").await.expect("an answer"));
    assert!(!rest.is_email_used(&email).await.expect("an answer"));
    for code in [RegisterCode::Created, RegisterCode::Pending] {
        let registered = rest.register(&email, "carla", hash.as_str()).await.expect("an answer");
        assert_eq!(registered.code, code);
    }
    assert!(rest.is_username_used("CARLA").await.expect("an answer"));
    let (id, uuid) = server.confirmation(&email).await;
    let id = id.parse().ok().and_then(Id::new).expect("an id");
    for (uuid, code) in [
        ("not this", ConfirmCode::InvalidLink),
        (uuid.as_str(), ConfirmCode::Confirmed),
        (uuid.as_str(), ConfirmCode::InvalidLink),
    ] {
        assert_eq!(rest.confirm(id, uuid).await.expect("an answer").code, code);
    }
    let mut client = Talker::connect(&server.url()).await.expect("a connection");
    let carla = client.log_in(&email, hash.as_str()).await.expect("a login").id;
    let found = rest.search_users("carl").await.expect("users");
    assert_eq!((found.len(), found[0].id, found[0].username.as_str()), (1, carla, "carla"));
    let again = rest.register("other@example.org", "Carla", hash.as_str()).await.expect("an answer");
    assert_eq!(again.code, RegisterCode::UsernameUsed);
}

async fn refusals_are_errors_and_the_connection_goes_on(backend: Backend) {
    let server = TestServer::start(backend).await;
    for transport in TRANSPORTS {
        let (mut anna, benno) = two(&server, transport).await;
        let (me, you) = (session(&anna), session(&benno));
        let wrong = anna.log_in("nobody", "wrong").await;
        assert!(matches!(wrong, Err(Error::LoginRefused)), "{wrong:?}");
        let malformed = anna.log_in("nobody", "").await;
        assert!(matches!(malformed, Err(Error::Answered(400))), "{malformed:?}");
        let nobody = Id::new(crate::site::NOBODY).expect("an id");
        anna.send(nobody, "hello").await.expect("a message that goes out");
        assert_eq!(anna.next_event().await, Some(Event::Error(404)));
        let other = Session { id: you.id, client_address: me.client_address.clone() };
        let stolen = anna.rest().contacts(&other).await;
        assert!(matches!(stolen, Err(Error::Rest(body)) if body.code == Code::Unauthenticated));
        anna.log_out().await.expect("a logout that goes out");
        assert!(matches!(anna.send(you.id, "hello").await, Err(Error::NotLoggedIn)));
        settle(&mut anna).await;
        let ended = anna.rest().contacts(&me).await;
        assert!(matches!(ended, Err(Error::Rest(body)) if body.code == Code::Unauthenticated));
    }
}
