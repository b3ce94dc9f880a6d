//! Packets that are written before they are emitted.

use std::cell::RefCell;
use std::sync::Arc;

use bytes::Bytes;
use socketioxide_core::Str;

thread_local! {
    /// What is to be emitted now.
    static PREPARED: RefCell<Option<Str>> = const { RefCell::new(None) };
}

/// Emits a packet that is written already: `emit` emits any event, in whose place the packet goes out. However many
/// connections it goes to, they share its text.
///
/// `kept` is dropped once the transport has taken the packet, or will never take it. socketioxide's buffers are bounded in
/// packets, which may be of any size: this is how their bytes can be counted.
pub fn emit_prepared<T>(packet: Arc<str>, kept: impl Send + Sync + 'static, emit: impl FnOnce() -> T) -> T {
    PREPARED.set(Some(shared(Prepared { packet, _kept: kept })));
    let _forgotten = ForgottenAtLast;
    emit()
}

/// Forgets, at its end, a packet that was not emitted.
struct ForgottenAtLast;

impl Drop for ForgottenAtLast {
    fn drop(&mut self) {
        PREPARED.take();
    }
}

/// The packet that is to be emitted now, if it is written already.
pub(crate) fn take() -> Option<Str> {
    PREPARED.take()
}

struct Prepared<K> {
    packet: Arc<str>,
    _kept: K,
}

impl<K> AsRef<[u8]> for Prepared<K> {
    fn as_ref(&self) -> &[u8] {
        self.packet.as_bytes()
    }
}

#[expect(unsafe_code, reason = "a text that keeps something can become a `Str` only by way of its bytes")]
fn shared<K: Send + Sync + 'static>(prepared: Prepared<K>) -> Str {
    // SAFETY: the bytes are those of a `str`, which is shared and never changes.
    unsafe { Str::from_bytes_unchecked(Bytes::from_owner(prepared)) }
}

#[cfg(test)]
mod tests {
    use socketioxide_core::Value;
    use socketioxide_core::packet::Packet;
    use socketioxide_core::parser::Parse as _;

    use super::*;
    use crate::CommonParser;

    #[test]
    fn something_is_kept_until_the_last_copy_of_the_packet_is_gone() {
        let kept = Arc::new(());
        let packet = emit_prepared("é".into(), kept.clone(), take).expect("a packet");
        let copy = packet.clone();
        drop(packet);
        assert_eq!((copy.as_str(), Arc::strong_count(&kept)), ("é", 2));
        drop(copy);
        assert_eq!(Arc::strong_count(&kept), 1);
    }

    #[test]
    fn what_could_not_be_emitted_is_forgotten() {
        let kept = Arc::new(());
        emit_prepared("a packet".into(), kept.clone(), || ());
        assert_eq!((take(), Arc::strong_count(&kept)), (None, 1));
    }

    #[test]
    fn a_packet_goes_out_once_and_in_place_of_another() {
        let event = || CommonParser.encode(Packet::event("/", Value::Str("[\"\"]".into(), None)));
        let packets = emit_prepared("a packet".into(), (), || [event(), event()]);
        assert_eq!(packets, ["a packet", "2[\"\"]"].map(|text| Value::Str(text.into(), None)));
    }
}
