//! From which network a request comes, and whether it comes too soon after others.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Once};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, header};
use ipnet::IpNet;
use talker_proto::Request as _;
use talker_proto::messages::SearchMessages;
use talker_proto::users::{IsEmailUsed, IsUsernameUsed, Register, ResetPassword, SearchUsers};

use super::HttpError;
use crate::app::App;
use crate::limits::{Network, TooFast};
use crate::listener::Peer;

/// Set by proxies: whom they speak for, each behind what the ones before it said.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The network that a request came from; none for this machine's own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visitor(pub(crate) Option<Network>);

/// Notes where a request comes from, and refuses it if there were too many.
pub(super) async fn limited(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().map(|Peer(address)| *address);
    let from = peer.map(|peer| client(peer, request.headers(), &app.trusted_proxies));
    let from = from.and_then(Network::of);
    request.extensions_mut().insert(Visitor(from));
    if let Err(too_fast) = within_limits(&app, from, &request) {
        return HttpError::from(too_fast).into_response();
    }
    let claims_connection = claims_connection(&request);
    let response = next.run(request).await;
    // There was no such connection, or it asks for what it may not: that is a request like any other.
    if claims_connection && response.status().is_client_error() {
        return app
            .limits
            .request(from)
            .map_or_else(|fast| HttpError::from(fast).into_response(), |()| response);
    }
    response
}

fn within_limits(app: &App, from: Option<Network>, request: &Request) -> Result<(), TooFast> {
    if !claims_connection(request) && !is_visit(request) {
        app.limits.request(from)?;
    }
    // Pages of other origins ask before they ask: that is neither.
    if request.method() == Method::OPTIONS {
        return Ok(());
    }
    let path = request.uri().path();
    // Each of the two sends a mail to somebody.
    if [Register::PATH, ResetPassword::PATH].contains(&path) {
        app.limits.registration(from)?;
    }
    if LOOKUPS.contains(&path) { app.limits.lookup(from) } else { Ok(()) }
}

/// What looks for people, names or messages.
const LOOKUPS: [&str; 4] = [IsEmailUsed::PATH, IsUsernameUsed::PATH, SearchUsers::PATH, SearchMessages::PATH];

/// Polling asks again and again; only how a connection begins counts, and how it becomes a WebSocket: whether there was one is
/// found out after that.
fn claims_connection(request: &Request) -> bool {
    let query = request.uri().query().unwrap_or_default();
    let has = |start: &str| query.split('&').any(|part| part.starts_with(start));
    request.uri().path().trim_end_matches('/') == "/socket.io" && has("sid=") && !has("transport=websocket")
}

/// The page itself costs nothing, and what is too fast is told by it better than by JSON.
fn is_visit(request: &Request) -> bool {
    request.uri().path() == "/" && !request.headers().contains_key(header::UPGRADE)
}

/// Whom a trusted proxy speaks for if it does not say so: all of them together.
const UNREADABLE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Whom the request is for: the last address that no trusted proxy has.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted =
        |address: &IpAddr| trusted.iter().any(|network| network.contains(&address.to_canonical()));
    let forwarded = headers.get_all(FORWARDED_FOR).iter().rev();
    if !is_trusted(&peer) {
        if peer.to_canonical().is_loopback() && headers.contains_key(FORWARDED_FOR) {
            warn_once();
        }
        return peer;
    }
    // Each by itself: what others wrote into the same line must not hide what the proxy says.
    let addresses = forwarded.flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','));
    let addresses =
        addresses.map(|address| str::from_utf8(address).ok().and_then(|text| without_port(text.trim())));
    let mut addresses = addresses.map(|address| address.unwrap_or(UNREADABLE));
    addresses.find(|address| !is_trusted(address)).unwrap_or(peer)
}

/// Some proxies write ports as well.
fn without_port(address: &str) -> Option<IpAddr> {
    let bare = address.strip_prefix('[').and_then(|address| address.strip_suffix(']')).unwrap_or(address);
    bare.parse().ok().or_else(|| address.parse().ok().map(|address: SocketAddr| address.ip()))
}

fn warn_once() {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        tracing::warn!(
            "requests come through a proxy on this machine that --trusted-proxies does not name: limits for networks \
             do not hold for them"
        );
    });
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::*;

    fn trusted() -> Vec<IpNet> {
        ["127.0.0.1/32", "10.0.0.0/8"].map(|net| net.parse().expect("a network")).into()
    }

    fn is_trusted(address: IpAddr) -> bool {
        trusted().iter().any(|network| network.contains(&address.to_canonical()))
    }

    fn forwarded<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> HeaderMap {
        let values = values.into_iter().map(|value| HeaderValue::from_bytes(value).expect("a header"));
        values.map(|value| (HeaderName::from_static(FORWARDED_FOR), value)).collect()
    }

    #[test]
    fn only_a_trusted_proxy_says_whom_a_request_is_for() {
        for (peer, forwarded, expected) in [
            ("203.0.113.1", vec!["198.51.100.1"], "203.0.113.1"),
            ("127.0.0.1", vec![], "127.0.0.1"),
            ("127.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
            ("::ffff:127.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", vec!["192.0.2.9, 198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", vec!["192.0.2.9", "198.51.100.1, 10.1.2.3"], "198.51.100.1"),
            ("127.0.0.1", vec!["192.0.2.9, nonsense"], "0.0.0.0"),
            ("127.0.0.1", vec!["192.0.2.9\u{ff}, 198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", vec![" , "], "0.0.0.0"),
            ("127.0.0.1", vec!["198.51.100.1:4711"], "198.51.100.1"),
            ("127.0.0.1", vec!["[2001:db8::1]:443"], "2001:db8::1"),
            ("127.0.0.1", vec!["[2001:db8::1]"], "2001:db8::1"),
            ("127.0.0.1", vec!["10.1.2.3"], "127.0.0.1"),
            ("127.0.0.1", vec!["2001:db8::1"], "2001:db8::1"),
        ] {
            let headers = self::forwarded(forwarded.iter().map(|value| value.as_bytes()));
            let client = client(peer.parse().expect("an address"), &headers, &trusted());
            assert_eq!(client, expected.parse::<IpAddr>().expect("an address"), "{peer} {forwarded:?}");
        }
    }

    /// What may stand in a header.
    fn values() -> impl Strategy<Value = Vec<String>> {
        let value = prop_oneof!["[\t -~\u{80}-\u{ff}]{0,40}", "[0-9a-f:.,\\[\\] ]{0,40}"];
        prop::collection::vec(value, 0..4)
    }

    /// Addresses of strangers, and of our own proxies.
    fn addresses() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            any::<IpAddr>(),
            any::<[u8; 3]>().prop_map(|[b, c, d]| Ipv4Addr::new(10, b, c, d).into()),
            any::<Ipv4Addr>().prop_map(|address| address.to_ipv6_mapped().into()),
        ]
    }

    /// An address in one of the ways in which proxies write it.
    fn written() -> impl Strategy<Value = (IpAddr, String)> {
        (addresses(), any::<Option<u16>>(), any::<bool>(), " {0,2}").prop_map(
            |(address, port, in_brackets, space)| {
                let text = match port {
                    Some(port) => SocketAddr::new(address, port).to_string(),
                    None if in_brackets => format!("[{address}]"),
                    None => address.to_string(),
                };
                (address, format!("{space}{text}{space}"))
            },
        )
    }

    proptest! {
        // A failure shows its input; there is nothing to keep beside it.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn who_is_no_proxy_speaks_for_himself_whatever_he_sends(
            peer in addresses().prop_filter("a stranger", |peer| !is_trusted(*peer)),
            values in values(),
        ) {
            let headers = forwarded(values.iter().map(String::as_bytes));
            prop_assert_eq!(client(peer, &headers, &trusted()), peer);
        }

        #[test]
        fn nobody_is_one_of_our_proxies(peer in addresses(), values in values()) {
            let headers = forwarded(values.iter().map(String::as_bytes));
            let client = client(peer, &headers, &trusted());
            prop_assert!(client == peer || !is_trusted(client), "{}", client);
        }

        #[test]
        fn what_our_proxies_add_counts_whatever_came_before_it(
            before in prop::collection::vec("[ -~\u{80}-\u{ff}]{0,40}", 0..3),
            added in prop::collection::vec(written(), 1..4),
        ) {
            let proxy = Ipv4Addr::LOCALHOST.into();
            let expected = added.iter().map(|(address, _)| *address).rfind(|address| !is_trusted(*address));
            let Some(expected) = expected else { return Ok(()) };
            let values: Vec<_> = before.iter().chain(added.iter().map(|(_, text)| text)).collect();
            let apart = forwarded(values.iter().map(|value| value.as_bytes()));
            prop_assert_eq!(client(proxy, &apart, &trusted()), expected);
            let together = values.into_iter().cloned().collect::<Vec<_>>().join(",");
            prop_assert_eq!(client(proxy, &forwarded([together.as_bytes()]), &trusted()), expected);
        }
    }
}
