//! Requests whose end two readers would see in different places: refused, and what is hidden in them is never answered.

use super::Scene;
use super::headers::ask;
use crate::databases::Backend;
use crate::harness::on_both_databases;

on_both_databases!(a_request_with_two_ends_is_refused,);

/// What is hidden in a body: it would be answered by 404.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";

/// What comes after it on the same connection, and ends it.
const LAST: &str = "GET /isUsed/username?username=last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// A request to a route, with these headers, this body and the two requests after it.
fn request(headers: &str, body: &str) -> String {
    format!(
        "POST /isUsed/username HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{headers}\r\n\r\n{body}{LAST}"
    )
}

const CHUNKED: &str = "Transfer-Encoding: chunked";

async fn a_request_with_two_ends_is_refused(backend: Backend) {
    let mut scene = Scene::start(backend).await;
    let with_hidden = format!("0\r\n\r\n{HIDDEN}");
    let length = format!("Content-Length: {}", with_hidden.len());
    for (what, bytes) in [
        ("a length and chunks", request(&format!("{length}\r\n{CHUNKED}"), &with_hidden)),
        ("chunks and a length", request(&format!("{CHUNKED}\r\n{length}"), &with_hidden)),
        ("two lengths", request(&format!("Content-Length: 0\r\n{length}"), &with_hidden)),
        ("two lengths in one line", request("Content-Length: 0, 5", HIDDEN)),
        ("a length with a sign", request("Content-Length: +0", HIDDEN)),
        ("a negative length", request("Content-Length: -1", HIDDEN)),
        ("a hexadecimal length", request("Content-Length: 0x0", HIDDEN)),
        ("a length with a space in it", request("Content-Length: 1 0", HIDDEN)),
        ("a length that is none", request("Content-Length: none", HIDDEN)),
        ("an empty length", request("Content-Length:", HIDDEN)),
        ("a length beyond all numbers", request("Content-Length: 18446744073709551616", HIDDEN)),
        ("chunks that are none", request("Transfer-Encoding: xchunked", &with_hidden)),
        ("chunks and then something else", request("Transfer-Encoding: chunked, identity", &with_hidden)),
        ("chunks and something unknown", request("Transfer-Encoding: chunked, cow", &with_hidden)),
        ("two hosts", request("Host: y", HIDDEN)),
        ("a host that is none", request("", HIDDEN).replace("Host: x", "Host: x@y/")),
        ("no host", request("", HIDDEN).replace("Host: x\r\n", "")),
        ("chunks of something coded", request("Transfer-Encoding: gzip, chunked", &with_hidden)),
        ("a folded header", request(&format!("Transfer-Encoding:\r\n chunked\r\n{length}"), &with_hidden)),
        (
            "a space before the colon",
            request(&format!("Transfer-Encoding : chunked\r\n{length}"), &with_hidden),
        ),
        ("a header without a colon", request("Transfer-Encoding chunked", &with_hidden)),
        ("a control character in a name", request("Transfer\u{b}Encoding: chunked", &with_hidden)),
        ("a NUL in a value", request("X: a\0b", HIDDEN)),
        ("a carriage return in a value", request("X: a\rTransfer-Encoding: chunked", &with_hidden)),
        ("a chunk of a negative size", request(CHUNKED, &format!("-1\r\n{HIDDEN}"))),
        (
            "a chunk that is too large for numbers",
            request(CHUNKED, &format!("fffffffffffffffff\r\n{HIDDEN}")),
        ),
        ("a chunk with a size that is none", request(CHUNKED, &format!("0x0\r\n\r\n{HIDDEN}"))),
        ("a chunk without an end", request(CHUNKED, &format!("2\r\n{{}}0\r\n\r\n{HIDDEN}"))),
        ("a protocol of tomorrow", "GET /hidden HTTP/3.0\r\nHost: x\r\n\r\n".to_owned()),
        ("a protocol of yesterday", "GET /hidden\r\n".to_owned()),
    ] {
        let answer = ask(&scene.server, bytes.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{what}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{what}: {answer}");
    }
    scene.expect_peace().await;
}
