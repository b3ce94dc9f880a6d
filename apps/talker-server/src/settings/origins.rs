//! Which web pages may talk to the server.

use std::str::FromStr;

use url::Url;

/// The origins that an operator lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// Every page: no cookie is ever used, so a page gains nothing that its visitor did not give it.
    Any,
    /// These pages only, as browsers write origins: `https://chat.example.org`.
    Only(Vec<String>),
}

impl AllowedOrigins {
    /// Whether a request with this `Origin` header may pass. What is no browser sends none and passes.
    #[must_use]
    pub fn allows(&self, origin: Option<&[u8]>) -> bool {
        match (self, origin) {
            (Self::Any, _) | (_, None) => true,
            (Self::Only(allowed), Some(origin)) => allowed.iter().any(|allowed| allowed.as_bytes() == origin),
        }
    }
}

impl FromStr for AllowedOrigins {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        text.split(',').map(|origin| origin_of(origin.trim())).collect::<Result<_, _>>().map(Self::Only)
    }
}

fn origin_of(text: &str) -> Result<String, String> {
    let bare = |url: &Url| ["", "/"].contains(&url.path()) && url.query().is_none() && url.has_host();
    match Url::parse(text) {
        Ok(url) if bare(&url) && url.scheme() != "file" => Ok(written(&url)),
        _ => Err(format!("`{text}` is not an origin; write * or https://chat.example.org,https://…")),
    }
}

/// As browsers write it, also for apps that are pages: `capacitor://localhost` has no origin by the standard of URLs.
fn written(url: &Url) -> String {
    let origin = url.origin();
    if origin.is_tuple() {
        return origin.ascii_serialization();
    }
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_named_origins_pass() {
        let allowed: AllowedOrigins = "https://chat.example.org, http://localhost:5173/".parse().unwrap();
        for (origin, passes) in [
            (None, true),
            (Some("https://chat.example.org"), true),
            (Some("http://localhost:5173"), true),
            (Some("https://chat.example.org.evil.example"), false),
            (Some("http://chat.example.org"), false),
            (Some("null"), false),
        ] {
            assert_eq!(allowed.allows(origin.map(str::as_bytes)), passes, "{origin:?}");
        }
        assert!(AllowedOrigins::Any.allows(Some(b"https://anywhere.example")));
    }

    #[test]
    fn an_app_that_is_a_page_has_an_origin() {
        for text in ["capacitor://localhost", "capacitor://localhost/", "ionic://localhost:8080"] {
            let allowed: AllowedOrigins = text.parse().unwrap();
            assert!(allowed.allows(Some(text.trim_end_matches('/').as_bytes())), "{text}");
            assert!(!allowed.allows(Some(b"null")), "{text}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "",
            "chat.example.org",
            "https://example.org/path",
            "file:///x",
            "file://host/",
            "data:text/html,x",
            "https://a.example,",
        ] {
            assert!(text.parse::<AllowedOrigins>().is_err(), "{text}");
        }
    }

    proptest! {
        // A failure shows its input; there is nothing to keep beside it.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn what_is_named_passes_and_means_the_same_when_it_is_named_again(
            named in prop::collection::vec(("https?://[a-z]{1,9}(\\.[a-z]{2,5})?(:[1-9]000)?", "/?"), 1..4),
        ) {
            let text: Vec<_> = named.iter().map(|(origin, end)| format!("{origin}{end}")).collect();
            let allowed: AllowedOrigins = text.join(", ").parse().unwrap();
            for (origin, _) in &named {
                prop_assert!(allowed.allows(Some(origin.as_bytes())), "{}", origin);
            }
            let AllowedOrigins::Only(origins) = &allowed else { panic!("any") };
            let again = origins.join(",").parse();
            prop_assert_eq!(again.as_ref(), Ok(&allowed));
        }

        #[test]
        fn whatever_is_written_is_refused_or_lets_in_what_has_a_scheme(
            text in prop_oneof!["[^:]{0,40}", "(https?|file|app):[/\\\\]{0,3}[ -+.-~]{0,20}"],
        ) {
            if let Ok(AllowedOrigins::Only(origins)) = text.parse() {
                prop_assert!(!origins.is_empty());
                prop_assert!(origins.iter().all(|origin| origin.contains("://")), "{:?}", origins);
            }
        }
    }
}
