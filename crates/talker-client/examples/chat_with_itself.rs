//! Two users of one server talk to each other: `chat_with_itself <url> <login> <hash> <other login> <other hash>`.

use std::env;
use std::error::Error;

use talker_client::{Event, Id, Message, ReadReceipt, Talker, Typing};

const USAGE: &str = "chat_with_itself <url> <login> <hash> <other login> <other hash>";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [url, login, hash, other_login, other_hash] = arguments.as_slice() else { return Err(USAGE.into()) };
    let mut alice = log_in(url, login, hash).await?;
    let mut bob = log_in(url, other_login, other_hash).await?;
    chat(&mut alice, &mut bob).await?;
    for contact in alice.rest().contacts(alice.session().ok_or("alice is logged out")?).await? {
        println!("alice knows {}, who last wrote or read: {}", contact.username, contact.content);
    }
    alice.disconnect().await;
    bob.disconnect().await;
    Ok(())
}

async fn log_in(url: &str, login: &str, hash: &str) -> Result<Talker, Box<dyn Error>> {
    let mut client = Talker::connect(url).await?;
    let session = client.log_in(login, hash).await?;
    println!("{login} is user {}", session.id);
    Ok(client)
}

async fn chat(alice: &mut Talker, bob: &mut Talker) -> Result<(), Box<dyn Error>> {
    let me = alice.session().ok_or("alice is logged out")?.id;
    let you = bob.session().ok_or("bob is logged out")?.id;

    alice.type_to(you).await?;
    let Typing { typer, typing } = bob.receive().await?;
    println!("bob sees that user {typer} is typing: {typing}");

    alice.send(you, "Hello, me!").await?;
    let echo = next_message_from(me, alice).await?;
    println!("alice's message {} is stored since {}", echo.id, echo.init_date);

    bob.wait_for(|event| matches!(event, Event::Message(message) if message.id == echo.id)).await?;
    println!("bob has it: {}", echo.content);
    alice
        .wait_for(|event| matches!(event, Event::Notified(notified) if notified.messeage_id == echo.id))
        .await?;
    println!("alice knows that he has");

    bob.read(echo.id).await?;
    let ReadReceipt { messeage_id, date } = alice.receive().await?;
    println!("alice knows that he read up to {messeage_id} at {date}");
    Ok(())
}

/// Passes over what waited for this client and came right after its login.
async fn next_message_from(user: Id, client: &mut Talker) -> Result<Message, talker_client::Error> {
    loop {
        let message: Message = client.receive().await?;
        if message.from_user == user {
            return Ok(message);
        }
    }
}
