//! Connections whose peer does not read are ended by the socket, not by a queue.

use axum::serve::Listener;
use std::{net::SocketAddr, pin::Pin, time::Duration};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;

/// A peer that takes nothing for this long is gone. Its follower held one batch, and goes with it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// Accepts TCP connections without Nagle's delay, and with a time limit on writes.
pub struct Impatient(pub TcpListener);

impl Listener for Impatient {
    type Io = Pin<Box<TimeoutStream<TcpStream>>>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        // axum's own accept waits and tries again when the process has no more file descriptors.
        let (stream, peer) = Listener::accept(&mut self.0).await;
        // A token must not wait for the next one. Where the system refuses, the stream works all the same.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_TIMEOUT));
        (Box::pin(stream), peer)
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}
