//! A scripted provider for tests: it speaks the formats of all providers on a plain socket, and says what, when and how it is
//! told.
//!
//! Every chat that is asked for is an exchange, numbered from 0 in the order in which they came. What is
//! answered follows from a test's script (see [`Upstream::script`]), else from the model's name (see `behaviour`).
//! Tests in Rust hold an [`Upstream`]; browser tests start the program of the same name and use the addresses below
//! `/control` (see `control`).

mod behaviour;
mod control;
mod exchange;
mod format;
mod going_on;
mod http;
mod mixed;
mod river;
mod step;

pub use exchange::{Exchange, Sent};
pub use river::River;
pub use step::{Step, done, finish, frame, json};

use exchange::Exchanges;
use format::Format;
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A running upstream; it ends when dropped.
pub struct Upstream {
    address: SocketAddr,
    exchanges: Arc<Exchanges>,
    accepting: JoinHandle<()>,
}

impl Upstream {
    /// Starts on a free port of loopback.
    pub async fn start() -> Self {
        Self::start_on(0).await.expect("loopback has a free port")
    }

    pub async fn start_on(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let exchanges = Arc::new(Exchanges::default());
        let accepting = tokio::spawn(accept(listener, exchanges.clone()));
        Ok(Self { address, exchanges, accepting })
    }

    /// The base URL of what speaks as OpenAI or Anthropic do, which ends in `/v1`.
    pub fn url(&self) -> String {
        format!("{}/v1", self.root())
    }

    /// The URL without a path, at which Ollama's own API is; Google's is below `/v1beta`.
    pub fn root(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What to answer when `key` is the model or the last user message. Several scripts for one key are played in
    /// turn, and the last of them from then on.
    pub fn script(&self, key: &str, steps: impl Into<Vec<Step>>) {
        self.exchanges.script(key, steps.into());
    }

    /// Takes this key alone, from now on.
    pub fn takes_only(&self, key: &str) {
        self.exchanges.set_key(Some(key));
    }

    /// Says in its list of models who made it, which tells whether it goes on with a text: `llamacpp` does.
    pub fn made_by(&self, maker: &str) {
        self.exchanges.set_maker(Some(maker));
    }

    /// Exchange `n`, as soon as its request has come.
    pub async fn exchange(&self, n: usize) -> Arc<Exchange> {
        self.exchanges.wait(n).await
    }

    /// How many requests have come.
    pub fn count(&self) -> usize {
        self.exchanges.all().len()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, exchanges: Arc<Exchanges>) {
    while let Ok((stream, _)) = listener.accept().await {
        let exchanges = exchanges.clone();
        tokio::spawn(async move {
            // A client that goes away is nothing to report: tests look at the exchange.
            let _ = serve(stream, &exchanges).await;
        });
    }
}

/// One request, one answer, and the connection closes.
async fn serve(mut stream: TcpStream, exchanges: &Exchanges) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let Some(request) = http::read(&mut stream).await? else { return Ok(()) };
    if !request.path.starts_with("/control/") && !exchanges.admits(&request) {
        let error = serde_json::json!({"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}});
        stream.write_all(&http::answer(401, &error)).await?;
        return stream.shutdown().await;
    }
    if let Some(format) = Format::at(&request.path).filter(|_| request.method == "POST") {
        let (exchange, steps) = exchanges.add(request, format);
        return converse(stream, exchange, steps, None).await;
    }
    if let Some((number, verb)) = format::kept(&request.path)
        && let Some(exchange) = exchanges.all().get(number).cloned()
    {
        if (request.method.as_str(), verb) == ("POST", "cancel") {
            exchange.sent(|sent| sent.cancelled = true);
            stream.write_all(&http::answer(200, &serde_json::json!({"status": "cancelled"}))).await?;
            return stream.shutdown().await;
        }
        let mut query = form_urlencoded::parse(request.query.as_bytes());
        let after = query.find(|(name, _)| name == "starting_after").and_then(|(_, number)| number.parse().ok());
        let steps = exchange.steps.clone();
        return converse(stream, exchange, steps, after).await;
    }
    if let Some(shown) = format::shown(&request.path, &request.body) {
        stream.write_all(&http::answer(200, &shown)).await?;
        return stream.shutdown().await;
    }
    let is_anthropic = request.headers.iter().any(|(name, _)| name == "anthropic-version");
    let list = Format::list(&request.path, is_anthropic, &behaviour::names(), exchanges.maker().as_deref());
    let answer = match list.filter(|_| request.method == "GET") {
        Some(list) => list,
        None => control::answer(&request, exchanges),
    };
    stream.write_all(&answer).await?;
    stream.shutdown().await
}

async fn converse(
    mut stream: TcpStream,
    exchange: Arc<Exchange>,
    steps: Vec<Step>,
    after: Option<usize>,
) -> io::Result<()> {
    let (mut reader, mut writer) = stream.split();
    // A client sends nothing behind its request: whatever can be read is its end.
    let played = tokio::select! {
        played = step::play(&steps, after, &mut writer, &exchange) => played,
        _ = reader.read_u8() => Err(io::ErrorKind::ConnectionAborted.into()),
    };
    match played {
        Ok(step::End::Reset) => return stream.set_zero_linger(),
        Ok(step::End::Close) => {
            writer.shutdown().await?;
            let _ = reader.read_u8().await;
        }
        Err(_) => {}
    }
    exchange.close();
    Ok(())
}
