//! The authority's door: HTTPS, signed requests, and nonces that are good once.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::{HeaderMap, Method, Request, StatusCode};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::accounts::{self, Signed};
use super::authority::{Authority, Nonce, problem};
use super::orders;

/// What is answered: a status, where the thing is, and JSON or a text.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn ok(body: Value) -> Self {
        Self { status: 200, location: None, body }
    }

    pub(crate) fn created(location: String, body: Value) -> Self {
        Self { status: 201, location: Some(location), body }
    }

    pub(crate) fn refusal(status: u16, kind: &str, detail: &str) -> Self {
        Self { status, location: None, body: problem(kind, detail) }
    }

    fn into_response(self, nonce: &str) -> Response {
        let kind = if self.status < 400 { "application/json" } else { "application/problem+json" };
        let response = Response::builder().status(self.status).header("Replay-Nonce", nonce);
        let response = response.header("Content-Type", kind);
        let response = match self.location {
            Some(location) => response.header("Location", location),
            None => response,
        };
        let body = self.body.as_str().map_or_else(|| self.body.to_string(), str::to_owned);
        response.body(body.into()).expect("an answer")
    }
}

/// Lets everybody in, until it is dropped.
pub(crate) async fn serve(listener: TcpListener, authority: Arc<Authority>) {
    let acceptor = TlsAcceptor::from(authority.server_config());
    let router = Router::new().fallback(move |request| answer(authority.clone(), request));
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(attend(acceptor.clone(), stream, router.clone()));
    }
}

async fn attend(acceptor: TlsAcceptor, stream: TcpStream, router: Router) {
    // Who does not trust us goes away again.
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let service = TowerToHyperService::new(router);
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(authority: Arc<Authority>, request: Request<Body>) -> Response {
    authority.count_request();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let answer = match (method, path.as_str()) {
        (Method::GET, "/directory") => Answer::ok(directory(&authority)),
        (Method::HEAD, "/nonce") => Answer::ok(json!("")),
        (Method::POST, _) => {
            let headers = request.headers().clone();
            let body = to_bytes(request.into_body(), 65_536).await.expect("a body");
            post(&authority, &path, &headers, &body)
        }
        _ => Answer::refusal(StatusCode::NOT_FOUND.as_u16(), "malformed", "there is nothing"),
    };
    let nonce = authority.books().fresh_nonce();
    answer.into_response(&nonce)
}

fn directory(authority: &Authority) -> Value {
    json!({
        "newNonce": authority.url("/nonce"),
        "newAccount": authority.url("/accounts"),
        "newOrder": authority.url("/orders"),
        "meta": {"termsOfService": authority.url("/terms")},
    })
}

/// A signed request; who may not do it is told so.
fn post(authority: &Arc<Authority>, path: &str, headers: &HeaderMap, body: &[u8]) -> Answer {
    if headers.get("Content-Type").is_none_or(|kind| kind != "application/jose+json") {
        return Answer::refusal(415, "malformed", "that is no JOSE");
    }
    let signed = match Signed::read(body) {
        Ok(signed) => signed,
        Err(detail) => return Answer::refusal(400, "malformed", &detail),
    };
    if authority.books().nonces.remove(&signed.nonce) != Some(Nonce::Good) {
        return Answer::refusal(400, "badNonce", "that is no nonce of mine");
    }
    if signed.url != authority.url(path) {
        return Answer::refusal(401, "unauthorized", "that was signed for another URL");
    }
    let account = match accounts::signer(authority, &signed, body) {
        Ok(account) => account,
        Err(refusal) => return refusal,
    };
    let parts: Vec<_> = path.trim_start_matches('/').split('/').collect();
    match parts[..] {
        ["accounts"] => accounts::register(authority, &signed),
        ["accounts", _] => accounts::update(authority, account, &signed),
        _ => orders::answer(authority, account, &parts, &signed),
    }
}
