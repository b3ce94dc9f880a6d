//! Bytes behind an upgrade, as they are: the first one says by which door, the next three how long the pieces
//! are in which the others come. Whatever they are, the server hangs up when there are no more, and answers
//! on another connection.
#![no_main]

use std::io::Write;
use std::net::TcpStream;

use libfuzzer_sys::{Corpus, fuzz_target};
use talker_fuzz::{Site, finish};

/// Where one becomes a WebSocket.
const DOORS: [&str; 2] = ["/", "/socket.io/?EIO=4&transport=websocket"];

fn write(stream: &mut TcpStream, bytes: &[u8], lengths: &[u8]) {
    let mut rest = bytes;
    for length in lengths.iter().cycle() {
        let (piece, behind) = rest.split_at(rest.len().min(usize::from(*length) + 1));
        // The server may have hung up before all of it is sent.
        if piece.is_empty() || stream.write_all(piece).is_err() {
            return;
        }
        rest = behind;
    }
}

fuzz_target!(|input: &[u8]| -> Corpus {
    let Some(([door, lengths @ ..], bytes)) = input.split_first_chunk::<4>() else { return Corpus::Reject };
    let site = Site::get();
    let mut stream = site.upgrade(DOORS[usize::from(*door) % DOORS.len()]);
    write(&mut stream, bytes, lengths);
    finish(stream);
    site.expect_answer();
    Corpus::Keep
});
