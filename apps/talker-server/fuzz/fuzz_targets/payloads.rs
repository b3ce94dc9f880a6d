//! Every event and request: what is understood means the same when it is written and read again.
#![no_main]

#[path = "../../../../crates/talker-proto/tests/properties/payloads.rs"]
mod payloads;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &[u8]| {
    payloads::read_as_each(json);
});
