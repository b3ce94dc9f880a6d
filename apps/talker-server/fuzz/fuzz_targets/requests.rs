//! REST, from the socket to the database: the first byte says which route, the second how the parameters are sent.
#![no_main]

#[path = "../../../../crates/talker-proto/tests/properties/payloads.rs"]
mod payloads;

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use talker_fuzz::{Site, is_documented};
use talker_proto::{Request as _, users};

/// Every route.
static PATHS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let names = payloads::read_as_each(b"{}").into_iter();
    names.filter(|name| name.starts_with('/')).collect()
});

/// Hashing a password on purpose takes long, and is not what is looked for here.
fn hashes(path: &str, status: u16) -> bool {
    path == users::Register::PATH && status == 200
}

fuzz_target!(|input: &[u8]| -> Corpus {
    let [route, how, parameters @ ..] = input else { return Corpus::Reject };
    let path = PATHS[usize::from(*route) % PATHS.len()];
    let site = Site::get();
    let (status, body) = match how % 4 {
        0 => site.post(path, "application/json", parameters),
        1 => site.post(path, "application/x-www-form-urlencoded", parameters),
        2 => {
            let query: String = parameters
                .iter()
                .map(|byte| format!("%{byte:02x}").replace("%3d", "=").replace("%26", "&"))
                .collect();
            site.exchange(
                format!("GET {path}?{query} HTTP/1.1\r\nHost: talker\r\nConnection: close\r\n\r\n")
                    .as_bytes(),
            )
        }
        _ => {
            site.throw(parameters);
            return Corpus::Keep;
        }
    };
    assert!(is_documented(status, &body), "{path}: {status} {}", String::from_utf8_lossy(&body));
    if hashes(path, status) { Corpus::Reject } else { Corpus::Keep }
});
