//! What HTTP/1.1 does not allow, and the library lets pass: two proxies could read such a request in two ways.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Version, header};
use talker_proto::errors::Code;

use super::HttpError;

/// Refuses a request that does not say once and clearly whom it is for, or whose body is coded in a way that nobody decodes.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    if names_its_host(request.version(), request.headers()) && is_coded_plainly(request.headers()) {
        next.run(request).await
    } else {
        let mut refusal = HttpError::from(Code::Malformed).into_response();
        // Whoever reads such a request in another way takes something else for the next one.
        refusal.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        refusal
    }
}

/// RFC 9112, section 3.2. Older requests need not.
fn names_its_host(version: Version, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => version < Version::HTTP_11,
        (Some(host), None) => is_host(host),
        (Some(_), Some(_)) => false,
    }
}

fn is_host(host: &HeaderValue) -> bool {
    let host = host.to_str().unwrap_or("@");
    host.is_empty() || (!host.contains('@') && host.parse::<Authority>().is_ok())
}

/// RFC 9112, section 6.1: no coding but chunks is known here.
fn is_coded_plainly(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::TRANSFER_ENCODING)
        .iter()
        .all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"chunked"))
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    fn headers(name: &HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), value.parse().expect("a value"))).collect()
    }

    #[test]
    fn a_request_is_for_one_host() {
        for (hosts, passes) in [
            (&["chat.example.org"][..], true),
            (&["chat.example.org:8080"], true),
            (&["[::1]:8080"], true),
            (&[""], true),
            (&[], false),
            (&["a", "b"], false),
            (&["a b"], false),
            (&["a@b"], false),
            (&["a/b"], false),
        ] {
            assert_eq!(names_its_host(Version::HTTP_11, &headers(&header::HOST, hosts)), passes, "{hosts:?}");
        }
        assert!(names_its_host(Version::HTTP_10, &HeaderMap::new()));
    }

    #[test]
    fn a_body_comes_as_it_is_or_in_chunks() {
        for (codings, passes) in
            [(&[][..], true), (&["chunked"], true), (&["Chunked"], true), (&["gzip, chunked"], false)]
        {
            assert_eq!(
                is_coded_plainly(&headers(&header::TRANSFER_ENCODING, codings)),
                passes,
                "{codings:?}"
            );
        }
    }
}
