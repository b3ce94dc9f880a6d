//! A way to a database or a server that can be cut, held up or made deaf, and restored.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The way. It is gone when its runtime is.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    state: watch::Sender<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// Connections stay, and nothing gets through.
    HeldUp,
    /// What is said gets there, and what is answered is lost.
    Deaf,
    Cut,
}

impl Proxy {
    /// An open way to `host:port`.
    pub(crate) async fn to(target: String) -> Self {
        Self::at("127.0.0.1:0".parse().expect("an address"), target).await
    }

    /// An open way from this address to `host:port`.
    pub(crate) async fn at(address: SocketAddr, target: String) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("a port");
        let (state, seen) = watch::channel(State::Open);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass(stream, target.clone(), seen.clone()));
            }
        });
        Self { address, state }
    }

    /// Cuts off whoever is on it, and turns away whoever comes.
    pub(crate) fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// Lets nothing through any more, as a database does that is stopped in its tracks.
    pub(crate) fn hold_up(&self) {
        self.state.send_replace(State::HeldUp);
    }

    /// Loses what is answered from now on.
    pub(crate) fn deafen(&self) {
        self.state.send_replace(State::Deaf);
    }

    pub(crate) fn restore(&self) {
        self.state.send_replace(State::Open);
    }
}

async fn pass(near: TcpStream, target: String, mut state: watch::Receiver<State>) {
    let (there, back) = (state.clone(), state.clone());
    let passing = async {
        let Ok(far) = TcpStream::connect(target).await else { return };
        let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
        tokio::select! {
            () = carry(from_near, to_far, there, |_| false) => {}
            () = carry(from_far, to_near, back, |state| state == State::Deaf) => {}
        }
    };
    tokio::select! {
        biased;
        _ = state.wait_for(|state| *state == State::Cut) => {}
        () = passing => {}
    }
}

/// Carries bytes in one direction until the end, but none while the way is held up, and loses what comes in some states.
async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut state: watch::Receiver<State>,
    is_lost: fn(State) -> bool,
) {
    let mut bytes = vec![0; 16 * 1_024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let Ok(state) = state.wait_for(|state| *state != State::HeldUp).await.map(|state| *state) else {
            return;
        };
        if !is_lost(state) && to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
