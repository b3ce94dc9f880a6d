//! What is logged while a test runs, on its own thread.

use std::io::{self, Write};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tracing::subscriber::DefaultGuard;

use crate::soon;

/// The log so far, and the lines to come.
pub(crate) struct Logs {
    lines: UnboundedReceiver<String>,
    text: String,
    _guard: DefaultGuard,
}

/// Hands each line on.
struct Line(UnboundedSender<String>);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes).into_owned();
        self.0.send(line).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Logs {
    /// Begins to listen, to everything that is logged at all.
    pub(crate) fn listen() -> Self {
        let (sender, lines) = unbounded_channel();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || Line(sender.clone()))
            .finish();
        let guard = tracing::subscriber::set_default(subscriber);
        Self { lines, text: String::new(), _guard: guard }
    }

    /// Waits for a line with this in it.
    pub(crate) async fn hear(&mut self, part: &str) -> String {
        loop {
            let line = soon(&format!("a log line with {part:?}"), self.lines.recv()).await.expect("lines");
            self.text.push_str(&line);
            if line.contains(part) {
                return line;
            }
        }
    }

    /// Everything up to now.
    pub(crate) fn text(&mut self) -> &str {
        while let Ok(line) = self.lines.try_recv() {
            self.text.push_str(&line);
        }
        &self.text
    }
}
