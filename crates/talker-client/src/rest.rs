//! The REST routes: JSON by POST, the session key in a header. The calls themselves are in the file of their noun.

use std::time::Duration;

use reqwest::{Client, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;
use talker_proto::Request;

use crate::Error;

/// The session key's name among the parameters. It moves to the header, which is less likely to be kept somewhere.
const SESSION_KEY: &str = "clientAddress";

/// The REST routes of a server. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Rest {
    http: Client,
    base: Url,
}

impl Rest {
    /// The routes of the server at an address like `http://127.0.0.1:8080`. Each call waits 10 seconds at most.
    ///
    /// # Errors
    /// [`Error::Address`] if it is not an address, [`Error::Http`] if there is no HTTP client to be had.
    pub fn new(url: &str) -> Result<Self, Error> {
        Self::within(url, Duration::from_secs(10))
    }

    /// The same with another time-out.
    pub(crate) fn within(url: &str, patience: Duration) -> Result<Self, Error> {
        let mut base = Url::parse(url).map_err(|_| Error::Address(url.to_owned()))?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(Error::Address(url.to_owned()));
        }
        base.set_query(None);
        base.set_fragment(None);
        base.set_path(&format!("{}/", base.path().trim_end_matches('/')));
        let http = Client::builder().timeout(patience).build().map_err(Error::Http)?;
        Ok(Self { http, base })
    }

    /// Where a route of the server is; `path` begins with a slash.
    pub(crate) fn address_of(&self, path: &str) -> String {
        format!("{}{path}", self.base.as_str().trim_end_matches('/'))
    }

    /// Asks, and reads the answer.
    pub(crate) async fn call<R: Request>(&self, request: &R) -> Result<R::Answer, Error> {
        let (body, key) = parts(request)?;
        let mut post = self.http.post(self.address_of(R::PATH)).json(&body);
        if let Some(key) = key {
            post = post.bearer_auth(key);
        }
        let answer = post.send().await.map_err(Error::Http)?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(Error::Http)?;
        read(status, &body)
    }
}

/// What goes into the body and what into the header.
fn parts<R: Request>(request: &R) -> Result<(Value, Option<String>), Error> {
    let mut body = serde_json::to_value(request).map_err(Error::Encode)?;
    let key = body.as_object_mut().and_then(|parameters| parameters.remove(SESSION_KEY));
    Ok((body, key.and_then(|key| key.as_str().map(str::to_owned))))
}

fn read<A: DeserializeOwned>(status: u16, body: &[u8]) -> Result<A, Error> {
    if status == 200 {
        return serde_json::from_slice(body).map_err(Error::Decode);
    }
    match serde_json::from_slice(body) {
        Ok(reason) => Err(Error::Rest(reason)),
        Err(_) => Err(Error::Status(status)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use talker_proto::Id;
    use talker_proto::contacts::ListContacts;
    use talker_proto::errors::{Code, ErrorBody};
    use talker_proto::users::{IsEmailUsed, IsUsed};
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn routes_hang_below_the_servers_address() {
        for (url, address) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/contacts"),
            ("https://chat.example/", "https://chat.example/contacts"),
            ("http://example.org/chat?x=1#y", "http://example.org/chat/contacts"),
        ] {
            let rest = Rest::new(url).expect("a usable address");
            assert_eq!(rest.address_of("/contacts"), address);
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        for url in ["", "127.0.0.1:8080", "ws://127.0.0.1:8080", "file:///etc"] {
            assert!(matches!(Rest::new(url), Err(Error::Address(told)) if told == url), "{url}");
        }
    }

    #[test]
    fn the_session_key_goes_into_the_header_alone() {
        let user_id = Id::new(5).expect("an id in range");
        let request = ListContacts { user_id, client_address: "key".into() };
        let (body, key) = parts(&request).expect("JSON");
        assert_eq!((body, key.as_deref()), (json!({"user_id": 5}), Some("key")));

        let (body, key) = parts(&IsEmailUsed { email: "a@example.org".into() }).expect("JSON");
        assert_eq!((body, key), (json!({"email": "a@example.org"}), None));
    }

    #[test]
    fn an_answer_is_read() {
        let answer: IsUsed = read(200, br#"{"res": 1, "later": true}"#).expect("an answer");
        assert!(answer.res.0);
        assert!(matches!(read::<IsUsed>(200, b"[]"), Err(Error::Decode(_))));
    }

    #[test]
    fn a_refusal_is_read() {
        let body = br#"{"error": 400, "code": "malformed", "message": "no email", "field": "email"}"#;
        let reason = ErrorBody {
            error: 400,
            code: Code::Malformed,
            message: "no email".into(),
            field: Some("email".into()),
        };
        let error = read::<IsUsed>(400, body).expect_err("a refusal");
        assert_eq!(error.to_string(), "the server answered 400: no email");
        assert!(matches!(error, Error::Rest(told) if told == reason));
    }

    #[test]
    fn a_strangers_refusal_keeps_its_status() {
        for body in ["", "<html>Bad Gateway</html>", r#"{"error": 502}"#] {
            assert!(matches!(read::<IsUsed>(502, body.as_bytes()), Err(Error::Status(502))), "{body}");
        }
    }

    #[tokio::test]
    async fn nothing_is_asked_in_an_address() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let rest =
            Rest::new(&format!("http://{}", listener.local_addr().expect("a port"))).expect("an address");
        let request = ListContacts { user_id: Id::new(5).expect("in range"), client_address: "key".into() };
        let asked = tokio::spawn(async move { drop(rest.call(&request).await) });
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut head = [0; 1_024];
        let length = stream.read(&mut head).await.expect("a request");
        let head = String::from_utf8_lossy(&head[..length]);
        assert!(head.starts_with("POST /contacts HTTP/1.1\r\n"), "{head}");
        asked.abort();
    }
}
