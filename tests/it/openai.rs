//! The OpenAI-compatible provider against a scripted upstream: what it sends, and what it makes of every answer.

use app::wire::{Code, Role};
use brooklet::providers::{
    Chunk, Error, KeyFrom, LISTING, PromptMessage, Provider, Providers, Request, Sink,
    remote::{Dialect, FIRST_PIECE, Options, Remote, SILENCE},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
    time::timeout,
};
use upstream::{Exchange, Step, Upstream, done, finish, frame};

pub const KEY: &str = "sk-0123456789abcdef";

fn provider(base_url: &str, key: Option<&str>) -> Remote {
    Remote::new(Options {
        id: "openai".into(),
        name: "Test".into(),
        base_url: base_url.into(),
        key: key.map(Into::into),
        only: vec![],
        key_from: KeyFrom::Setting("OPENAI_API_KEY"),
        source: "OPENAI_BASE_URL".into(),
        dialect: Dialect::PLAIN,
        guessed: false,
    })
    .unwrap()
}

fn request(model: &str, text: &str) -> Request {
    Request::new(model, vec![PromptMessage::new(Role::User, text)])
}

/// A sink that is read while the reply is written.
pub struct Pushed(pub UnboundedSender<Chunk>);

#[async_trait::async_trait]
impl Sink for Pushed {
    async fn push(&mut self, chunk: Chunk) {
        let _ = self.0.send(chunk);
    }
}

/// Asks in the background: the chunks as they come, and the end.
fn ask(provider: Remote, model: &str, text: &str) -> (UnboundedReceiver<Chunk>, JoinHandle<Result<(), Error>>) {
    let (sender, receiver) = unbounded_channel();
    let request = request(model, text);
    (receiver, tokio::spawn(async move { provider.reply(request, &mut Pushed(sender)).await }))
}

/// Text, reasoning and the end of a whole reply.
async fn hear(upstream: &Upstream, model: &str, text: &str) -> (String, String, Result<(), Error>) {
    let (mut chunks, reply) = ask(provider(&upstream.url(), Some(KEY)), model, text);
    let (mut text, mut reasoning) = (String::new(), String::new());
    while let Some(chunk) = chunks.recv().await {
        match chunk {
            Chunk::Text(more) => text += &more,
            Chunk::Reasoning(more) => reasoning += &more,
            Chunk::Usage(_) | Chunk::Bookmark(_) | Chunk::Finish(_) => {}
        }
    }
    (text, reasoning, reply.await.unwrap())
}

/// The error of a reply that is answered with `steps`.
async fn error(steps: Vec<Step>) -> Error {
    let upstream = Upstream::start().await;
    upstream.script("m", steps);
    hear(&upstream, "m", "hi").await.2.unwrap_err()
}

fn json_error(status: u16, body: &str) -> Vec<Step> {
    Step::answer(status, "application/json", body)
}

/// Waits for an event that must come; the limit only keeps a broken test from hanging.
pub async fn soon<T>(event: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), event).await.expect("it never came")
}

#[tokio::test]
async fn sends_model_messages_and_key() {
    let upstream = Upstream::start().await;
    hear(&upstream, "echo", "hi").await.2.unwrap();
    let (_, reply) = ask(provider(&upstream.url(), None), "echo", "hi");
    reply.await.unwrap().unwrap();

    let (with, without) = (upstream.exchange(0).await, upstream.exchange(1).await);
    assert_eq!(with.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(without.header("authorization"), None);
    assert_eq!(with.header("content-type"), Some("application/json"));
    assert_eq!(with.header("accept-encoding"), None);
    assert_eq!((with.model(), with.user()), ("echo", "hi".to_owned()));
    assert_eq!((&with.body["stream"], &with.body["stream_options"]["include_usage"]), (&true.into(), &true.into()));
}

#[tokio::test]
async fn hears_exactly_what_was_sent() {
    let upstream = Upstream::start().await;
    for (n, (model, text)) in
        [("echo", "one two 三 😀"), ("count", "count 2000 1000000"), ("unicode", ""), ("think", "a b"), ("whole", "a")]
            .into_iter()
            .enumerate()
    {
        let (heard, reasoning, result) = hear(&upstream, model, text).await;
        let exchange = upstream.exchange(n).await;
        soon(exchange.until(|sent| sent.ended)).await;
        let sent = exchange.so_far();
        assert_eq!((heard, reasoning), (sent.text, sent.reasoning), "{model}");
        assert_eq!(result, Ok(()), "{model}");
    }
    assert!(upstream.exchange(1).await.so_far().text.ends_with(" tok1999 tok2000"));
}

#[tokio::test]
async fn gives_each_chunk_as_it_comes() {
    let upstream = Upstream::start().await;
    let (mut chunks, reply) = ask(provider(&upstream.url(), None), "gated", "one two");
    let exchange = upstream.exchange(0).await;
    for expected in ["one ", "two"] {
        assert!(chunks.try_recv().is_err());
        exchange.release();
        assert_eq!(soon(chunks.recv()).await, Some(Chunk::Text(expected.into())));
    }
    exchange.release();
    assert_eq!(soon(chunks.recv()).await, Some(Chunk::Finish("stop".into())));
    assert!(matches!(soon(chunks.recv()).await, Some(Chunk::Usage(_))));
    reply.await.unwrap().unwrap();
}

#[tokio::test]
async fn reads_a_chunked_body_with_a_piece_for_each_byte() {
    let upstream = Upstream::start().await;
    let chunked = |bytes: &[u8]| [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    let body: Vec<u8> = include_bytes!("transcripts/chat/unicode.sse").chunks(1).flat_map(chunked).collect();
    let head = Step::Head(200, vec![("transfer-encoding", "chunked".into())]);
    upstream.script("whole body", vec![head.clone(), Step::piece(body.clone()), Step::piece("0\r\n\r\n")]);
    upstream.script("cut body", vec![head, Step::piece(&body[..body.len() / 2])]);
    let truth = include_str!("transcripts/chat/unicode.text");

    let (text, reasoning, result) = hear(&upstream, "whole body", "").await;
    assert_eq!((text.as_str(), result), (truth, Ok(())));
    assert_eq!(reasoning, include_str!("transcripts/chat/unicode.reasoning"));

    let (text, _, result) = hear(&upstream, "cut body", "").await;
    assert!(truth.starts_with(&text) && !text.is_empty());
    assert_eq!(result, Err(Error::Cut { provider: "Test".into() }));
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_cut() {
    let upstream = Upstream::start().await;
    for model in ["cut", "reset"] {
        let (text, _, result) = hear(&upstream, model, "").await;
        assert_eq!((text.as_str(), result), ("This reply breaks", Err(Error::Cut { provider: "Test".into() })));
    }
}

#[tokio::test]
async fn a_refusal_says_why() {
    let provider = || "Test".to_owned();
    let message = || "no luck".to_owned();
    let body = r#"{"error":{"message":"no luck"}}"#;
    let refused = |message: &str| Error::Refused { provider: provider(), message: message.into() };

    for status in [401, 403] {
        let key = Error::Key {
            provider: provider(),
            message: message(),
            from: KeyFrom::Setting("OPENAI_API_KEY"),
            given: true,
        };
        assert_eq!(error(json_error(status, body)).await, key);
    }
    for status in [400, 404] {
        assert_eq!(error(json_error(status, body)).await, refused("no luck"), "{status}");
    }
    assert_eq!(error(json_error(402, body)).await, Error::Credit { provider: provider(), message: message() });
    let busy = |message: &str| Error::Busy { provider: provider(), message: message.into(), retry_after: None };
    for status in [408, 500, 503, 529] {
        assert_eq!(error(json_error(status, body)).await, busy("no luck"), "{status}");
    }
    let no_model = error(json_error(404, r#"{"error":{"message":"gone","code":"model_not_found"}}"#)).await;
    assert_eq!(no_model.to_wire().code, Code::ModelNotFound);
    let html = error(Step::answer(502, "text/html", "<html>Bad gateway")).await;
    assert_eq!(html, busy("an HTML page instead of a reply (status 502)"));
    assert_eq!(error(Step::answer(500, "text/plain", "")).await, busy("status 500"));

    let mut limited = json_error(429, body);
    limited[0] = Step::Head(429, vec![("retry-after", "7".into())]);
    let limit = Error::Limit { provider: provider(), message: message(), retry_after: Some(Duration::from_secs(7)) };
    assert_eq!(error(limited).await, limit);
}

#[tokio::test]
async fn an_error_inside_a_200_is_an_error() {
    let upstream = Upstream::start().await;
    let (_, _, result) = hear(&upstream, "error-200", "").await;
    let (provider, message) = ("Test".into(), "out of memory".into());
    assert_eq!(result, Err(Error::Busy { provider, message, retry_after: None }));
    let (_, _, result) = hear(&upstream, "html", "").await;
    assert!(matches!(result, Err(Error::Malformed { .. })), "{result:?}");
}

#[tokio::test]
async fn an_endless_error_is_read_as_far_as_needed() {
    let mut steps = vec![Step::Head(500, vec![])];
    steps.extend(std::iter::repeat_n(Step::piece("no luck ".repeat(8 * 1024)), 4));
    steps.push(Step::Hang);
    let Error::Busy { message, .. } = soon(error(steps)).await else { panic!() };
    assert!(message.starts_with("no luck no luck") && message.len() < 600, "{message}");
}

#[tokio::test]
async fn no_error_holds_the_key() {
    let quoted = format!(r#"{{"error":{{"message":"wrong key: Bearer {KEY}"}}}}"#);
    let location = || vec![("location", format!("https://elsewhere/?key={KEY}"))];
    for steps in [
        json_error(401, &quoted),
        json_error(429, &quoted),
        json_error(200, &quoted),
        Step::answer(500, "text/plain", format!("you sent {KEY}")),
        vec![Step::stream(), Step::piece(format!("data: {quoted}\n\n"))],
        vec![Step::stream(), Step::piece(format!("data: {KEY}\n\n"))],
        vec![Step::Head(307, location())],
    ] {
        let error = error(steps).await;
        let said = format!("{error} {error:?} {:?}", error.to_wire());
        assert!(said.contains("[key]") && !said.contains(KEY), "{said}");
    }
}

#[tokio::test]
async fn follows_no_redirect() {
    let (upstream, elsewhere) = (Upstream::start().await, Upstream::start().await);
    for status in [301, 307, 308] {
        let to = format!("{}/chat/completions", elsewhere.url());
        upstream.script("m", vec![Step::Head(status, vec![("location", to.clone())])]);
        let Error::Refused { message, .. } = hear(&upstream, "m", "hi").await.2.unwrap_err() else { panic!() };
        assert!(message.contains(&to), "{message}");
    }
    assert_eq!(elsewhere.count(), 0);
}

#[tokio::test]
async fn says_that_nothing_is_there() {
    let upstream = Upstream::start().await;
    let url = upstream.url();
    drop(upstream);
    // The task that held the port ends when it is next polled.
    tokio::task::yield_now().await;
    let unreachable =
        Error::Unreachable { provider: "Test".into(), url: url.clone(), cause: "nothing listens there".into() };
    let (_, reply) = ask(provider(&url, Some(KEY)), "m", "hi");
    assert_eq!(reply.await.unwrap(), Err(unreachable.clone()));
    assert_eq!(provider(&url, None).models().await, Err(unreachable));

    let closed = error(vec![Step::Reset]).await;
    assert!(matches!(&closed, Error::Unreachable { cause, .. } if cause == "it closed the connection"), "{closed:?}");
    let closed = error(vec![]).await;
    assert!(matches!(&closed, Error::Unreachable { cause, .. } if cause == "it closed the connection"), "{closed:?}");
}

/// Drops a reply that hangs after `steps`, once `ready` says so, and waits for the upstream to see it.
async fn stop_after(steps: Vec<Step>, chunks_before: usize) {
    let upstream = Upstream::start().await;
    upstream.script("m", [steps, vec![Step::Hang]].concat());
    let (mut chunks, reply) = ask(provider(&upstream.url(), None), "m", "hi");
    let exchange = soon(upstream.exchange(0)).await;
    for _ in 0..chunks_before {
        soon(chunks.recv()).await.unwrap();
    }
    assert!(!exchange.so_far().closed);
    reply.abort();
    soon(exchange.closed()).await;
}

#[tokio::test]
async fn dropping_a_reply_closes_the_connection() {
    stop_after(vec![], 0).await;
    stop_after(vec![Step::stream()], 0).await;
    stop_after(vec![Step::stream(), Step::text("hi")], 1).await;
    stop_after(vec![Step::stream(), Step::text("hi"), Step::piece("data: {\"cho")], 1).await;
}

/// A sink that takes one chunk and never another.
struct Full(UnboundedSender<Chunk>);

#[async_trait::async_trait]
impl Sink for Full {
    async fn push(&mut self, chunk: Chunk) {
        let _ = self.0.send(chunk);
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_full_sink_stops_reading() {
    let upstream = Upstream::start().await;
    // Far more than the buffers of two sockets hold.
    let long = "a".repeat(64 * 1024);
    let steps: Vec<_> = [Step::stream()].into_iter().chain(std::iter::repeat_n(Step::text(&long), 1024)).collect();
    upstream.script("m", steps);
    let (sender, mut chunks) = unbounded_channel();
    let provider = provider(&upstream.url(), None);
    let reply = tokio::spawn(async move { provider.reply(request("m", "hi"), &mut Full(sender)).await });
    soon(chunks.recv()).await.unwrap();
    let exchange = upstream.exchange(0).await;
    let ended = exchange.until(|sent| sent.ended);
    assert!(timeout(Duration::from_millis(500), ended).await.is_err(), "all 64 MiB were read");
    reply.abort();
    soon(exchange.closed()).await;
}

/// Lets the clock run ahead as soon as nothing else happens: a limit of minutes passes at once.
async fn silent(upstream: &Upstream, exchange: &Arc<Exchange>, reply: JoinHandle<Result<(), Error>>, after: Duration) {
    assert_eq!(upstream.count(), 1);
    tokio::time::pause();
    assert_eq!(reply.await.unwrap(), Err(Error::Silent { provider: "Test".into(), after }));
    exchange.closed().await;
}

#[tokio::test]
async fn silence_before_the_head_ends() {
    let upstream = Upstream::start().await;
    upstream.script("m", vec![Step::Hang]);
    let (_chunks, reply) = ask(provider(&upstream.url(), None), "m", "hi");
    let exchange = upstream.exchange(0).await;
    silent(&upstream, &exchange, reply, FIRST_PIECE).await;
}

#[tokio::test]
async fn silence_inside_a_reply_ends() {
    let upstream = Upstream::start().await;
    upstream.script("m", vec![Step::stream(), Step::text("hi"), Step::Hang]);
    let (mut chunks, reply) = ask(provider(&upstream.url(), None), "m", "hi");
    assert_eq!(chunks.recv().await, Some(Chunk::Text("hi".into())));
    let exchange = upstream.exchange(0).await;
    silent(&upstream, &exchange, reply, SILENCE).await;
}

#[tokio::test]
async fn a_finished_reply_needs_no_done() {
    let upstream = Upstream::start().await;
    upstream.script("m", vec![Step::stream(), Step::text("hi"), Step::piece(finish("stop"))]);
    assert_eq!(hear(&upstream, "m", "hi").await, ("hi".into(), String::new(), Ok(())));
    upstream.script("n", vec![Step::stream(), Step::piece(frame(serde_json::json!({"content": ""}))), done(0)]);
    assert_eq!(hear(&upstream, "n", "hi").await, (String::new(), String::new(), Ok(())));
}

#[tokio::test]
async fn lists_models() {
    let upstream = Upstream::start().await;
    let providers = Providers::new(vec![Arc::new(provider(&upstream.url(), Some(KEY)))]);
    let listing = providers.list_models().await;
    assert!(listing.failures.is_empty());
    let (first, last) = (&listing.models[0], listing.models.last().unwrap());
    assert_eq!((first.id.as_str(), first.name.as_str()), ("openai/echo", "echo"));
    let place = format!("{}, by OPENAI_BASE_URL", upstream.url().split('/').nth(2).unwrap());
    assert_eq!((first.provider.as_str(), first.source.as_str()), ("Test", place.as_str()));
    assert_eq!(last.id, "brooklet/guide");

    let (found, model) = providers.resolve("openai/echo").await.map_err(|error| error.to_string()).unwrap();
    assert_eq!((found.id(), model.as_str()), ("openai", "echo"));
    assert!(matches!(providers.resolve("openai/gpt-0").await.map(drop), Err(Error::NoModel { .. })));
}

/// What `models` makes of a server that answers to everything with `answer`, and then says no more.
async fn listed(answer: Vec<u8>) -> Result<usize, Error> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(&answer).await;
        // Until the client has enough of it.
        while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {}
    });
    let models = provider(&url, Some(KEY)).models().await;
    soon(server).await.unwrap();
    models.map(|models| models.len())
}

#[tokio::test]
async fn a_hostile_list_of_models_is_an_error() {
    let answer = |head: &str, body: &[u8]| {
        [format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len()).as_bytes(), body]
            .concat()
    };
    assert_eq!(listed(answer("200 OK", br#"{"data":[{"id":"a"}]}"#)).await, Ok(1));
    let wrong = listed(answer("401 No", br#"{"error":"bad key"}"#)).await;
    assert_eq!(
        wrong,
        Err(Error::Key {
            provider: "Test".into(),
            message: "bad key".into(),
            from: KeyFrom::Setting("OPENAI_API_KEY"),
            given: true,
        })
    );
    for body in [b"<html>".as_slice(), b"{}", b"", &[b'['; 100_000], &vec![b' '; 5 * 1024 * 1024]] {
        let models = listed(answer("200 OK", body)).await;
        assert!(matches!(models, Err(Error::Malformed { .. })), "{models:?}");
    }
    let silent = listed(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec()).await;
    assert_eq!(silent, Err(Error::Silent { provider: "Test".into(), after: LISTING }));
}
