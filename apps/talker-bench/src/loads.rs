//! What is measured, one file for each kind of load.

mod chats;
mod histories;
mod idlers;
mod stalls;
mod storms;
mod typists;

use crate::arguments::{Arguments, Load};
use crate::error::Error;
use crate::reports::Report;

/// Carries a load through, and returns what it found.
pub(crate) async fn run(arguments: &Arguments) -> Result<Report, Error> {
    let target = &arguments.target;
    match &arguments.load {
        Load::Relay(pairs) => chats::relay(target, *pairs).await,
        Load::Rate { pairs, rate } => chats::rate(target, *pairs, *rate).await,
        Load::Login(storm) => storms::login(target, *storm).await,
        Load::Resume(storm) => storms::resume(target, *storm).await,
        Load::Idle { connections } => idlers::run(target, *connections).await,
        Load::History { peers, messages, questions } => {
            histories::run(target, *peers, *messages, *questions).await
        }
        Load::Typing(pairs) => typists::run(target, *pairs).await,
        Load::Stalled { readers, messages, bystanders } => {
            stalls::run(target, *readers, *messages, *bystanders).await
        }
    }
}
