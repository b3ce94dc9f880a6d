//! The people who talk: accounts with names that follow from a number, opened where they are missing.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use talker_proto::sessions::{Login, Resume, Session};
use talker_proto::users::{Confirm, ConfirmCode, IsUsernameUsed, Register};
use talker_proto::{Bit, ClientEvent, Id, Secret};
use tokio::time::{Instant, sleep, timeout};

use crate::arguments::Target;
use crate::error::Error;
use crate::links::Link;
use crate::progress;
use crate::requests::Rest;

/// How many register or log in at once: fewer than a server lets wait for its processors.
const AT_ONCE: usize = 16;

/// How long mails may take.
const MAIL_PATIENCE: Duration = Duration::from_mins(1);

/// How long entering may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// What all of them registered as hash.
const HASH: &str = "what a bench knows";

/// Somebody who is connected and logged in.
pub(crate) struct Person {
    pub(crate) link: Link,
    pub(crate) session: Session,
}

/// Connects as these people, after their accounts are there.
pub(crate) async fn enter(
    target: &Target,
    numbers: impl IntoIterator<Item = usize>,
) -> Result<Vec<Person>, Error> {
    let numbers: Vec<usize> = numbers.into_iter().collect();
    open_missing(target, &numbers).await?;
    let bar = progress::Bar::new("logging in", numbers.len());
    let people = stream::iter(numbers).map(|number| {
        let stepped = |person| {
            bar.step();
            person
        };
        log_in(target, number).map(stepped)
    });
    people.buffered(AT_ONCE).try_collect().await
}

/// Connects, and logs in with the password.
pub(crate) async fn log_in(target: &Target, number: usize) -> Result<Person, Error> {
    let person = go_in(target, &login(target, number)).await?;
    person.ok_or_else(|| Error::NoAccount(name(target, number)))
}

/// Connects, and goes on with a session. `None` if it has ended.
pub(crate) async fn resume(target: &Target, session: &Session) -> Result<Option<Person>, Error> {
    let resume = Resume { user_id: session.id, client_address: session.client_address.clone(), after: None };
    go_in(target, &resume).await
}

async fn go_in(target: &Target, event: &impl ClientEvent) -> Result<Option<Person>, Error> {
    let entering = async {
        let mut link = Link::open(target).await?;
        Ok(link.enter(event).await?.map(|session| Person { link, session }))
    };
    timeout(PATIENCE, entering).await.unwrap_or(Err(Error::Late("connecting and logging in")))
}

/// The event that logs somebody in.
pub(crate) fn login(target: &Target, number: usize) -> Login {
    Login { login: name(target, number), hash: HASH.into(), after: None }
}

fn name(target: &Target, number: usize) -> String {
    format!("{}_{number}", target.names)
}

fn email(name: &str) -> String {
    format!("{name}@example.org")
}

async fn open_missing(target: &Target, numbers: &[usize]) -> Result<(), Error> {
    let mut rest = Rest::connect(target).await?;
    let mut missing = Vec::new();
    // Some connect more than once.
    for number in numbers.iter().copied().collect::<BTreeSet<_>>() {
        let username = name(target, number);
        if rest.ask(&IsUsernameUsed { username: username.clone() }).await?.res == Bit(false) {
            missing.push(username);
        }
    }
    let Some(first) = missing.first() else { return Ok(()) };
    let mails = target.mails.as_deref().ok_or_else(|| Error::NoAccount(first.clone()))?;
    let bar = progress::Bar::new("registering", missing.len());
    let registering = stream::iter(&missing).map(|name| async {
        let register = Register { email: email(name), username: name.clone(), hash: HASH.into() };
        Rest::connect(target).await?.ask(&register).await?;
        bar.step();
        Ok::<_, Error>(())
    });
    registering.buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
    // A server may have hung up on one that was idle for so long.
    confirm(&mut Rest::connect(target).await?, mails, &missing).await
}

async fn confirm(rest: &mut Rest, mails: &Path, names: &[String]) -> Result<(), Error> {
    let (mut links, mut read) = (HashMap::new(), HashSet::new());
    let end = Instant::now() + MAIL_PATIENCE;
    for name in names {
        let link = loop {
            if let Some(link) = links.remove(&email(name)) {
                break link;
            }
            if Instant::now() > end {
                return Err(Error::NoMail(name.clone()));
            }
            sleep(Duration::from_millis(10)).await;
            read_mails(mails, &mut links, &mut read)?;
        };
        let confirmed = rest.ask(&link).await?;
        if confirmed.code != ConfirmCode::Confirmed {
            return Err(Error::NoMail(name.clone()));
        }
    }
    Ok(())
}

/// Adds the links of mails that were not there before.
fn read_mails(
    folder: &Path,
    links: &mut HashMap<String, Confirm>,
    read: &mut HashSet<OsString>,
) -> Result<(), Error> {
    let Ok(files) = fs::read_dir(folder) else { return Ok(()) };
    for file in files {
        let file = file?;
        if read.contains(&file.file_name()) {
            continue;
        }
        // A mail that is only half there is read again.
        if let Some((email, link)) = fs::read_to_string(file.path()).ok().as_deref().and_then(parse_mail) {
            links.insert(email, link);
            read.insert(file.file_name());
        }
    }
    Ok(())
}

/// To whom a mail goes, and the link in it.
fn parse_mail(mail: &str) -> Option<(String, Confirm)> {
    let to = mail.lines().find_map(|line| line.strip_prefix("To:"))?;
    let email = to.trim().trim_start_matches('<').trim_end_matches('>').to_owned();
    let link = mail.lines().find(|line| line.starts_with("http"))?.trim();
    let (_, query) = link.split_once('?')?;
    let value = |name| query.split('&').find_map(|pair| pair.strip_prefix(name));
    let id = value("id=")?.parse::<u64>().ok()?;
    Some((email, Confirm { id: Id::new(id)?, uuid: Secret::from(value("uuid=")?) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_says_to_whom_it_goes_and_what_confirms() {
        let mail = "From: <talker@localhost>\r\nTo: <b_7@example.org>\r\n\r\nOpen\r\nhttp://x/register/confirm?id=12&uuid=ab-C\r\n";
        let (email, link) = parse_mail(mail).expect("a whole mail");
        assert_eq!((email.as_str(), link.id.get(), link.uuid.0.as_str()), ("b_7@example.org", 12, "ab-C"));
        assert!(parse_mail(&mail[..60]).is_none());
    }
}
