//! What can happen in a history. People, connections and messages are numbered in the order in which they came.

/// Who is beyond the last person is nobody.
pub(crate) const NOBODY: usize = 99;

#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// The next person opens an account; one who has an account tries to, and cannot.
    Register {
        person: usize,
    },
    /// On a new connection, if it is the next one.
    LogIn {
        person: usize,
        connection: usize,
    },
    LogOut {
        connection: usize,
    },
    Disconnect {
        connection: usize,
    },
    /// One of the two nodes loses its connections.
    NodeStops {
        node: usize,
    },
    /// The person shows the key of a connection on another one.
    Resume {
        person: usize,
        key: usize,
        connection: usize,
        fate: Fate,
    },
    Wait {
        milliseconds: i64,
    },
    /// A batch, on one of the two nodes.
    Send {
        asks: Vec<Ask>,
        node: usize,
        fate: Fate,
    },
    /// These messages were handed to their recipients, or somebody believes so.
    HandOver {
        messages: Vec<usize>,
        fate: Fate,
    },
    /// Up to this message; up to one that nobody sent, if there is none.
    Read {
        person: usize,
        message: Option<usize>,
        fate: Fate,
    },
    Type {
        typer: usize,
        to: usize,
    },
    Block {
        by: usize,
        blocked: usize,
        fate: Fate,
    },
    Unblock {
        by: usize,
        blocked: usize,
        fate: Fate,
    },
    /// Reads on in the log.
    Sync {
        person: usize,
        after: u64,
        limit: usize,
    },
    /// The store is opened again.
    Reopen,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ask {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) said: Said,
    pub(crate) nonce: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Said {
    Words(&'static str),
    /// A file of these bytes.
    File([u8; 2]),
}

/// What becomes of a command's transaction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    /// It is committed.
    Commits,
    /// After so many calls to the store it collides with another one, and is run again.
    Collides { after: usize },
    /// After so many calls to the store, or just before its end, everything is over.
    Crashes { after: usize },
}
