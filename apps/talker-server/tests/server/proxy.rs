//! A way to a database that can be cut, and restored.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The way. It is gone when its runtime is.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    open: watch::Sender<bool>,
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
        let (open, state) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass(stream, target.clone(), state.clone()));
            }
        });
        Self { address, open }
    }

    /// Cuts off whoever is on it, and turns away whoever comes.
    pub(crate) fn cut(&self) {
        self.open.send_replace(false);
    }

    pub(crate) fn restore(&self) {
        self.open.send_replace(true);
    }
}

async fn pass(mut near: TcpStream, target: String, mut open: watch::Receiver<bool>) {
    let passing = async {
        let Ok(mut far) = TcpStream::connect(target).await else { return };
        let _ = copy_bidirectional(&mut near, &mut far).await;
    };
    tokio::select! {
        biased;
        _ = open.wait_for(|open| !open) => {}
        () = passing => {}
    }
}
