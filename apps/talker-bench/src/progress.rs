//! How far something long has come, shown to whoever watches: on a terminal only, on a line of its own.

use std::cell::Cell;
use std::io::{self, IsTerminal as _, Write as _};

/// A line that counts up. It goes when it is dropped.
pub(crate) struct Bar {
    what: &'static str,
    all: usize,
    done: Cell<usize>,
    shown: bool,
}

impl Bar {
    pub(crate) fn new(what: &'static str, all: usize) -> Self {
        Self { what, all, done: Cell::new(0), shown: io::stderr().is_terminal() }
    }

    pub(crate) fn step(&self) {
        self.reach(self.done.get() + 1);
    }

    pub(crate) fn reach(&self, done: usize) {
        self.done.set(done);
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K{} {done} of {}", self.what, self.all);
            let _ = io::stderr().flush();
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
