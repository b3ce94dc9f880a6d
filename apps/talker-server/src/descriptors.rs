//! File descriptors: each connection is one, and so is each file of the database.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How many are kept for everything that is no connection: files, mail, the operator's port, and some to spare.
const RESERVE: usize = 128;

/// How many a connection to the database may take: SQLite opens the file, its log and its index.
const EACH_QUERY: usize = 4;

/// With fewer a server is full sooner than people expect.
const FEW: usize = 4_096;

/// Lets this process open as many files as the system lets it ask for.
pub fn raise() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // What cannot be raised stays as it is, and is warned of at the start.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// How many connections fit besides so many to the database. Says so if they are few.
pub(crate) fn for_connections(queries: u32) -> usize {
    let most = getrlimit(Resource::Nofile)
        .current
        .map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    let reserve = RESERVE + EACH_QUERY * queries as usize;
    let connections = most.saturating_sub(reserve).max(1);
    if connections < FEW {
        tracing::warn!(
            "this process may open only {most} files, so there is room for {connections} connections; raise \
             LimitNOFILE or `ulimit -n` for more"
        );
    }
    connections
}
