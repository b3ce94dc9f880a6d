//! Stays in a chat however often the connection is lost, and across its own restarts:
//! `steady_chat <url> <login> <hash> <whom> <file for the checkpoint>`.
//!
//! Each line of the standard input is sent to the user with the id `whom`; whatever happens to the account is printed.

use std::error::Error;
use std::io::ErrorKind;
use std::{env, fs, io, thread};

use talker_client::{Account, AccountEvent, Id, Logged, LoggedEvent};
use tokio::select;
use tokio::sync::mpsc;

const USAGE: &str = "steady_chat <url> <login> <hash> <whom> <file for the checkpoint>";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [url, login, hash, whom, file] = arguments.as_slice() else { return Err(USAGE.into()) };
    let whom = Id::new(whom.parse()?).ok_or("an id is a positive number")?;
    let account = open(url, login, hash, file)?;
    select! {
        done = send_lines(&account, whom) => done,
        failed = print_events(&account, file) => failed,
    }
}

/// Goes on where the last run left off, if there was one.
fn open(url: &str, login: &str, hash: &str, file: &str) -> Result<Account, Box<dyn Error>> {
    let builder = Account::builder(url).log_in(login, hash);
    match fs::read_to_string(file) {
        Ok(checkpoint) => Ok(builder.resume(serde_json::from_str(&checkpoint)?).open()?),
        Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(builder.open()?),
        Err(fault) => Err(fault.into()),
    }
}

/// Ends with the input, when the last line is stored.
async fn send_lines(account: &Account, whom: Id) -> Result<(), Box<dyn Error>> {
    let mut lines = lines();
    while let Some(line) = lines.recv().await {
        match account.send(whom, line).await {
            Ok(message) => println!("stored as message {}", message.id),
            Err(talker_client::Error::Refused(failed)) => println!("not sent: {}", failed.message),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The standard input can only be waited for by a thread.
fn lines() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(1);
    thread::spawn(move || {
        let read = io::stdin().lines().map_while(Result::ok);
        read.filter(|line| !line.is_empty()).try_for_each(|line| sender.blocking_send(line))
    });
    lines
}

/// Keeps the checkpoint after each event is dealt with, so that the next run sees none twice and misses none.
async fn print_events(account: &Account, file: &str) -> Result<(), Box<dyn Error>> {
    loop {
        match account.next_event().await? {
            AccountEvent::Logged(entry) => print_entry(&entry),
            AccountEvent::Gap { head } => println!("what came up to {} is only in the history", head.get()),
            AccountEvent::Typing(typing) => println!("{} is typing: {}", typing.typer, typing.typing),
            AccountEvent::Connected(session) => println!("connected as user {}", session.id),
            AccountEvent::Disconnected => println!("disconnected, trying again"),
            other => println!("{other:?}"),
        }
        fs::write(file, serde_json::to_string(&account.checkpoint())?)?;
    }
}

fn print_entry(entry: &LoggedEvent) {
    let number = entry.seq.get();
    match &entry.event {
        Logged::Message(message) => println!("{number}: {} writes: {}", message.from_user, message.content),
        Logged::Notified(notified) => println!("{number}: message {} has arrived", notified.messeage_id),
        Logged::Read(read) => println!("{number}: read up to message {}", read.messeage_id),
        Logged::Blocked(user) => println!("{number}: {} is blocked", user.user_id),
        Logged::Unblocked(user) => println!("{number}: {} is no longer blocked", user.user_id),
    }
}
