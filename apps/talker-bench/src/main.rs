//! A load generator for any server that speaks Talker's contract: it measures, and it notices what is lost, doubled or
//! out of order.

mod accounts;
mod arguments;
mod bystanders;
mod error;
mod ledgers;
mod letters;
mod lines;
mod links;
mod loads;
mod processes;
mod progress;
mod reports;
mod requests;
mod spans;
mod talks;
mod websockets;

use std::process::ExitCode;

use clap::Parser as _;
use tokio::task::LocalSet;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::reports::Report;

/// One thread is enough for all connections, and leaves the others to the server.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = LocalSet::new().run_until(loads::run(&arguments)).await;
    show(outcome, arguments.target.json)
}

fn show(outcome: Result<Report, Error>, json: bool) -> ExitCode {
    match outcome {
        Ok(report) => {
            if json {
                println!("{}", report.json());
            } else {
                println!("{report}");
            }
            ExitCode::from(u8::from(report.is_bad()))
        }
        Err(error) => {
            eprintln!("talker-bench: {error}");
            ExitCode::from(2)
        }
    }
}
