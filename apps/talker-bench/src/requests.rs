//! REST, over one connection that is kept.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request as HttpRequest;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use talker_proto::Request;

use crate::arguments::Target;
use crate::error::Error;
use crate::lines::Line;

/// A connection for requests.
pub(crate) struct Rest {
    server: SocketAddr,
    sender: SendRequest<Full<Bytes>>,
}

impl Rest {
    pub(crate) async fn connect(target: &Target) -> Result<Self, Error> {
        let server = target.server;
        let line = Line::open(server, false, target.trust.as_ref()).await?;
        let (sender, connection) = http1::handshake(TokioIo::new(line)).await?;
        tokio::spawn(connection);
        Ok(Self { server, sender })
    }

    /// Posts a request, and returns the answer.
    pub(crate) async fn ask<R: Request>(&mut self, request: &R) -> Result<R::Answer, Error>
    where
        R::Answer: DeserializeOwned,
    {
        let body = self.post(R::PATH, request).await?;
        serde_json::from_slice(&body).map_err(|error| Error::Unexpected(format!("{}: {error}", R::PATH)))
    }

    /// The same, without a look at what the answer says.
    pub(crate) async fn ask_only<R: Request>(&mut self, request: &R) -> Result<(), Error> {
        self.post(R::PATH, request).await.map(drop)
    }

    /// The answer's body, if it is 200.
    async fn post(&mut self, path: &str, request: &impl Serialize) -> Result<Bytes, Error> {
        let json = serde_json::to_vec(request).map_err(|error| Error::Unexpected(error.to_string()))?;
        let request = HttpRequest::post(path)
            .header("Host", self.server.to_string())
            .header("Content-Type", "application/json")
            .body(Full::from(json))
            .map_err(|error| Error::Unexpected(error.to_string()))?;
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await?.to_bytes();
        if status == 200 {
            return Ok(body);
        }
        let body = String::from_utf8_lossy(&body).into_owned();
        Err(Error::Answered { path: path.to_owned(), status, body })
    }
}
