//! What is posted to a polling session of Engine.IO: the first byte says whether it has joined before.
//! Whatever it is, each body is answered, and so is what others ask.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::Value;
use talker_fuzz::Site;

/// What parts the bodies of an input.
const SEPARATOR: u8 = b'\n';

/// How many bodies an input has at the most: each is a connection.
const BODIES: usize = 8;

const DOOR: &str = "/socket.io/?EIO=4&transport=polling";

/// A session, by where it is asked for.
struct Session {
    site: &'static Site,
    path: String,
}

impl Session {
    fn open() -> Self {
        let mut session = Self { site: Site::get(), path: DOOR.to_owned() };
        let (status, handshake) = session.poll();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&handshake));
        let handshake = handshake.strip_prefix(b"0").expect("an open packet");
        let handshake: Value = serde_json::from_slice(handshake).expect("JSON");
        session.path = format!("{DOOR}&sid={}", handshake["sid"].as_str().expect("a session"));
        session
    }

    fn post(&self, body: &[u8]) -> u16 {
        self.site.post(&self.path, "text/plain;charset=UTF-8", body).0
    }

    fn poll(&self) -> (u16, Vec<u8>) {
        let path = &self.path;
        let head = format!("GET {path} HTTP/1.1\r\nHost: talker\r\nConnection: close\r\n\r\n");
        self.site.exchange(head.as_bytes())
    }
}

fuzz_target!(|input: &[u8]| -> Corpus {
    let [kind, bodies @ ..] = input else { return Corpus::Reject };
    let has_joined = kind % 2 == 1;
    let session = Session::open();
    if has_joined {
        assert_eq!(session.post(b"40"), 200);
    }
    for body in bodies.splitn(BODIES, |byte| *byte == SEPARATOR) {
        let status = session.post(body);
        assert!([200, 400, 413].contains(&status), "{status}: {}", String::from_utf8_lossy(body));
    }
    if has_joined {
        // What it was told when it joined waits for it, unless it is over.
        let (status, _) = session.poll();
        assert!([200, 400].contains(&status), "{status}");
    }
    // One that nobody ends stays until its heartbeat is missed.
    session.post(b"1");
    session.site.expect_answer();
    Corpus::Keep
});
