//! Readers of streams: plain sockets, so that what is measured is the server.

use crate::{
    chunked::Chunked,
    clock,
    held::{Format, Held},
};
use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Bytes that all readers got behind the heads of their answers.
pub static BYTES: AtomicU64 = AtomicU64::new(0);

/// How long a whole reply may take.
const PATIENCE: Duration = Duration::from_secs(300);

pub struct Reader {
    stream: TcpStream,
    chunked: Chunked,
    /// Content that is no whole line yet.
    line: Vec<u8>,
    pub held: Held,
}

impl Reader {
    /// Asks, and reads up to the end of the answer's head.
    pub async fn open(addr: SocketAddr, request: &str, format: Format) -> io::Result<Self> {
        let mut stream = TcpStream::connect(addr).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let head = String::from_utf8_lossy(&head).to_lowercase();
        if !head.contains(" 200 ") || !(head.contains("transfer-encoding: chunked") || format == Format::Bare) {
            return Err(io::Error::other(format!("no stream: {head}")));
        }
        // HTTP/1.0 knows no chunks: a body that never ends.
        let chunked = if head.contains("chunked") { Chunked::default() } else { Chunked::Data(usize::MAX) };
        Ok(Self { stream, chunked, line: Vec::new(), held: Held::new(format) })
    }

    /// `GET` of a path.
    pub async fn get(addr: SocketAddr, path: &str, format: Format) -> io::Result<Self> {
        Self::open(addr, &format!("GET {path} HTTP/1.1\r\nhost: {addr}\r\n\r\n"), format).await
    }

    /// Asks a provider, or a proxy before it, for a reply of that number.
    pub async fn ask(addr: SocketAddr, number: usize) -> io::Result<Self> {
        let body =
            format!(r#"{{"model":"bench","stream":true,"messages":[{{"role":"user","content":"reply {number}"}}]}}"#);
        let length = body.len();
        let head = format!("POST /v1/chat/completions HTTP/1.1\r\nhost: {addr}\r\ncontent-length: {length}");
        let request = format!("{head}\r\ncontent-type: application/json\r\n\r\n{body}");
        Self::open(addr, &request, Format::Chat).await
    }

    /// Reads until it holds what is wanted.
    pub async fn until(&mut self, done: impl Fn(&Held) -> bool) -> io::Result<()> {
        while !done(&self.held) {
            self.read().await?;
        }
        Ok(())
    }

    /// Reads to the end of the reply. Who is still not told of it long after the last round of tokens never will be.
    pub async fn finish(mut self) -> io::Result<Held> {
        timeout(PATIENCE, self.until(|held| held.ended)).await.map_err(|_| {
            let tokens = self.held.sent.len();
            io::Error::other(format!("a reader holds {tokens} tokens and was never told the end"))
        })??;
        Ok(self.held)
    }

    async fn read(&mut self) -> io::Result<()> {
        self.stream.readable().await?;
        // Not across a wait: five thousand readers share the stack.
        let mut bytes = [0; 16 * 1024];
        let size = match self.stream.try_read(&mut bytes) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(size) => size,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        let now = clock::micros();
        BYTES.fetch_add(size as u64, Ordering::Relaxed);
        self.chunked.read(&bytes[..size], &mut self.line);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', &self.line) {
            self.held.take(&self.line[start..end], now)?;
            start = end + 1;
        }
        self.line.drain(..start);
        Ok(())
    }
}

/// `POST` of JSON; the answer's body.
pub async fn post(addr: SocketAddr, path: &str, body: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(addr).await?;
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\ncontent-length: {length}");
    stream.write_all(format!("{head}\r\ncontent-type: application/json\r\n\r\n{body}").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.contains(" 200 ") => Ok(body.to_owned()),
        _ => Err(io::Error::other(format!("{path}: {answer}"))),
    }
}
