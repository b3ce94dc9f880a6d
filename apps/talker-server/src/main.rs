//! The Talker server as a program: settings in, log lines out, `0` when it was told to stop.

use std::process::ExitCode;
use std::time::Duration;

use talker_server::{Server, Settings, allocator, descriptors, logging};
use tokio::signal::unix::{SignalKind, signal};

/// How long threads may take to end once everything else has.
const LAST_WORDS: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let settings = Settings::from_environment();
    logging::start(&settings);
    for name in Settings::unknown_variables() {
        tracing::warn!("{name} is no setting of this server; `--help` lists those that there are");
    }
    descriptors::raise();
    allocator::give_back();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => {
            let result = runtime.block_on(serve(settings));
            // A query that hangs in a database that hangs must not keep the program.
            runtime.shutdown_timeout(LAST_WORDS);
            result
        }
        Err(error) => Err(error.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("talker stops: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: Settings) -> Result<(), Box<dyn std::error::Error>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let told_to_stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    tokio::pin!(told_to_stop);
    let server = tokio::select! {
        started = Server::start(settings) => started?,
        () = &mut told_to_stop => return Ok(()),
    };
    told_to_stop.await;
    server.stop().await;
    Ok(())
}
