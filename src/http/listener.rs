//! Connections whose peer does not read are ended by the socket, not by a queue.

use axum::serve::Listener;
use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};
use tokio_io_timeout::TimeoutStream;

/// A peer that takes nothing for this long is gone. Its follower held one batch, and goes with it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// Accepts TCP connections without Nagle's delay, and with a time limit on writes.
pub struct Impatient(pub TcpListener);

impl Listener for Impatient {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        // axum's own accept waits and tries again when the process has no more file descriptors.
        let (stream, peer) = Listener::accept(&mut self.0).await;
        // A token must not wait for the next one. Where the system refuses, the stream works all the same.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_TIMEOUT));
        (Connection(Box::pin(stream)), peer)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// Writes what it is given from one place. Three pieces of a token, as hyper would have it for a connection that takes several
/// places at once, cost the system more than to put them together.
pub struct Connection(Pin<Box<TimeoutStream<TcpStream>>>);

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.as_mut().poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{io::ErrorKind, task::Poll};
    use tokio::{io::AsyncWriteExt, time::Instant};

    #[tokio::test]
    async fn a_peer_that_does_not_read_is_ended_after_30_seconds() {
        let mut listener = Impatient(TcpListener::bind("127.0.0.1:0").await.unwrap());
        let _peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut stream, _) = listener.accept().await;
        let block = vec![0; 64 * 1024];
        // Until the buffers of both sockets are full.
        while let Poll::Ready(written) = futures::poll!(Box::pin(stream.write(&block))) {
            written.unwrap();
        }
        tokio::time::pause();
        let began = Instant::now();
        let error = stream.write_all(&block).await.unwrap_err();
        assert_eq!((error.kind(), began.elapsed().as_secs()), (ErrorKind::TimedOut, 30));
    }
}
