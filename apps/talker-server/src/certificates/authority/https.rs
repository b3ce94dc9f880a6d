//! Requests to an authority, by HTTPS alone, each with an end.

use std::fmt::Display;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use http::{Request, Response, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::task::AbortOnDropHandle;

use crate::trust;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The largest answer: chains take some kilobytes.
const LARGEST: usize = 1_024 * 1_024;

/// Nobody answers, or nobody who can.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unreachable(pub(super) String);

/// A way to authorities.
#[derive(Clone)]
pub(super) struct Https(TlsConnector);

impl Https {
    /// Trusts the public authorities, and the certificates in this PEM file.
    pub(super) fn new(root: Option<&Path>) -> Result<Self, String> {
        trust::connector(root).map(Self)
    }

    async fn exchange(self, request: Request<BodyWrapper<Bytes>>) -> Result<BytesResponse, Unreachable> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        let late = || Unreachable(format!("{host} does not answer within {} seconds", PATIENCE.as_secs()));
        let response = timeout(PATIENCE, self.ask(&host, request)).await.map_err(|_| late())??;
        let status = response.status();
        let is_explained = response.headers().get(header::CONTENT_TYPE);
        let is_explained =
            is_explained.is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem"));
        if status.is_server_error() && !is_explained {
            return Err(Unreachable(format!("{host} answers {status}")));
        }
        Ok(BytesResponse::from(response))
    }

    async fn ask(
        self,
        host: &str,
        mut request: Request<BodyWrapper<Bytes>>,
    ) -> Result<Response<Full<Bytes>>, Unreachable> {
        let because =
            |error: &dyn Display| Unreachable(format!("{host} does not answer as it should: {error}"));
        let stream = self.connect(host, request.uri()).await?;
        to_origin_form(&mut request).map_err(|error| because(&error))?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| because(&error))?;
        let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
        let response = sender.send_request(request).await.map_err(|error| because(&error))?;
        collect(response).await.map_err(|error| because(&error))
    }

    async fn connect(&self, host: &str, uri: &Uri) -> Result<TlsStream<TcpStream>, Unreachable> {
        let because = |error: &dyn Display| Unreachable(format!("cannot connect to {host}: {error}"));
        if uri.scheme_str() != Some("https") {
            return Err(because(&format!("{uri} is no https:// URL")));
        }
        let host = host.trim_matches(['[', ']']);
        let name = ServerName::try_from(host.to_owned()).map_err(|error| because(&error))?;
        let stream = TcpStream::connect((host, uri.port_u16().unwrap_or(443))).await;
        self.0.connect(name, stream.map_err(|error| because(&error))?).await.map_err(|error| because(&error))
    }
}

impl HttpClient for Https {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let exchange = self.clone().exchange(request);
        Box::pin(async { exchange.await.map_err(|unreachable| Error::Other(Box::new(unreachable))) })
    }
}

/// As a server wants it that is no proxy.
fn to_origin_form<B>(request: &mut Request<B>) -> Result<(), http::Error> {
    let uri = request.uri();
    let host = uri.authority().map(|authority| authority.as_str().to_owned()).unwrap_or_default();
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    request.headers_mut().insert(header::HOST, host.parse()?);
    *request.uri_mut() = path.parse()?;
    Ok(())
}

async fn collect(response: Response<Incoming>) -> Result<Response<Full<Bytes>>, String> {
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, LARGEST).collect().await;
    let body = body.map_err(|error| error.source().map_or(error.to_string(), ToString::to_string))?;
    Ok(Response::from_parts(parts, Full::new(body.to_bytes())))
}
