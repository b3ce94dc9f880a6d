//! Faults of the store, told once per outage and not once per try.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};

use talker_store::StoreError;

/// Whether the store is known to be down.
#[derive(Default)]
pub(super) struct Outage(AtomicBool);

impl Outage {
    /// The value, if there is one. Logs the first fault after a success, and the first success after a fault.
    pub(super) fn note<T>(&self, result: Result<T, StoreError>) -> Option<T> {
        let was_down = self.0.swap(result.is_err(), Ordering::Relaxed);
        match result {
            Ok(value) => {
                if was_down {
                    tracing::info!("the store gives out mails again");
                }
                Some(value)
            }
            Err(error) => {
                if !was_down {
                    let error: &dyn Error = &error;
                    tracing::error!(error, "mails wait: the store does not give them out");
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("unpoisoned").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_outage_is_told_when_it_begins_and_when_it_ends() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
        tracing::subscriber::with_default(subscriber.finish(), || {
            let outage = Outage::default();
            for up in [true, false, false, false, true, true, false] {
                let result = if up { Ok(()) } else { Err(StoreError::Unavailable("gone".into())) };
                assert_eq!(outage.note(result).is_some(), up);
            }
        });
        let text = String::from_utf8(log.0.lock().expect("unpoisoned").clone()).expect("UTF-8");
        let told: Vec<_> = text.lines().map(|line| line.contains("ERROR")).collect();
        assert_eq!(told, [true, false, true], "{text}");
    }
}
