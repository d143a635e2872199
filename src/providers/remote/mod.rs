//! A provider that is asked over HTTP: a service with a key, or a server of one's own.
//!
//! This file sends requests, by `address`; `reply` reads what comes back, in layers: `frames` cuts the bytes, `codec` reads the JSON of each
//! format, `text` joins half characters, and `think` tells inline thoughts from the reply. `peer` and `refusal` say what went
//! wrong, `price` what it cost; `kept` comes back to replies that a service writes without a listener.

mod address;
mod codec;
mod frames;
mod kept;
mod list;
mod peer;
mod price;
mod refusal;
mod reply;
mod text;
mod think;

pub use codec::Format;
pub use list::Dialect;
use list::Named;
pub use reply::{FIRST_PIECE, SILENCE};

use super::{
    Capabilities, Error, LISTING, Provider, Request, Sink,
    facts::{self, Facts},
    prefill::{Form, Joint, Prefill},
};
use address::{base, below, client, service_at, with};
use app::wire::{Model, ModelKind};
use bytes::Bytes;
use codec::KeyHeader;
use futures::{Stream, StreamExt, stream};
use peer::Peer;
use price::Priced;
use reply::Reply;
use reqwest::{Client, Method, RequestBuilder, Response, Url, header};
use secrecy::{ExposeSecret, SecretString};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, timeout, timeout_at};

/// How long connecting may take, TLS included; a machine that is on answers within a second, also far away.
const CONNECT: Duration = Duration::from_secs(10);

/// How long an idle connection is kept for the next request. Uvicorn and Node close theirs after five seconds, and a
/// request that meets the close on its way is lost.
const IDLE_CONNECTION: Duration = Duration::from_secs(4);

/// The longest body of an error that is read, in bytes; and how long it may take.
const LONGEST_ERROR: usize = 64 * 1024;
const ERROR_BODY: Duration = Duration::from_secs(5);

/// The longest list of models that is read, in bytes; public catalogues are up to half a megabyte.
const LONGEST_LISTING: usize = 4 * 1024 * 1024;

/// Ollama is asked about so many of its models at once, and for so long: a part of [`LISTING`].
const SHOWN_AT_ONCE: usize = 8;
const SHOWING: Duration = Duration::from_millis(800);

/// Where to ask, and under which name to show it.
#[derive(Clone, Debug)]
pub struct Options {
    /// The first half of its models' ids, without a slash, such as `openai`.
    pub id: String,
    /// What to call it on the page, such as `OpenAI`.
    pub name: String,
    /// `http` or `https`, with or without a trailing slash; without a path, `/v1` is meant.
    pub base_url: String,
    pub key: Option<SecretString>,
    pub key_from: KeyFrom,
    /// Where it was found, in words, such as `OPENAI_API_KEY`.
    pub source: String,
    pub dialect: Dialect,
    /// These are its models, and its list is not asked; empty: its list tells.
    pub only: Vec<String>,
    /// Nobody told of it: it was looked for at a usual port, and may be anything.
    pub guessed: bool,
}

/// Where a key is set, for whoever has to mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFrom {
    /// Nobody told of the provider.
    Nowhere,
    /// This variable.
    Setting(&'static str),
    /// The settings page.
    Page,
}

/// Options that cannot work; the text says what to mend, and never holds the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    #[error("the base URL must look like `https://api.openai.com/v1`, without a name or password in it")]
    BaseUrl,
    #[error("the key has characters that cannot be sent, such as a line break")]
    Key,
    #[error("TLS cannot be set up, which certificates of the system (`ca-certificates`) may mend: {0}")]
    Tls(String),
}

/// A provider that is asked over HTTP.
#[derive(Debug)]
pub struct Remote {
    id: String,
    source: String,
    kind: ModelKind,
    dialect: Dialect,
    only: Vec<String>,
    guessed: bool,
    /// Who made the server, as its last list said.
    maker: Mutex<Option<&'static list::Maker>>,
    /// The service whose own address it is asked at, for what is known of its models.
    service: Option<&'static str>,
    /// What each model can do and costs, as the last list said.
    facts: Mutex<HashMap<String, Facts>>,
    base: Url,
    client: Client,
    peer: Peer,
}

impl Remote {
    /// Checks the options and makes the client; asks nothing yet.
    pub fn new(options: Options) -> Result<Self, OptionsError> {
        let format = options.dialect.format;
        let base = base(&options.base_url, format)?;
        // A key from a file ends in a line break more often than not.
        let key = options.key.map(|key| key.expose_secret().trim().to_owned()).filter(|key| !key.is_empty());
        if key.as_ref().is_some_and(|key| header::HeaderValue::from_str(key).is_err()) {
            return Err(OptionsError::Key);
        }
        let mut shown = base.clone();
        shown.set_query(None);
        let Options { id, name, key_from, source, dialect, only, guessed, .. } = options;
        let peer = Peer { name, url: shown.to_string(), key: key.map(SecretString::from), key_from };
        let kind = if peer.has_secret() { ModelKind::Key } else { ModelKind::Local };
        let (maker, facts, client) = (Mutex::default(), Mutex::default(), client(&base)?);
        let service = service_at(&base).map(|service| service.id);
        Ok(Self { id, source, kind, dialect, only, guessed, maker, service, facts, client, base, peer })
    }

    /// Where it is asked.
    pub fn base(&self) -> &Url {
        &self.base
    }

    pub fn format(&self) -> Format {
        self.dialect.format
    }

    pub fn kind(&self) -> ModelKind {
        self.kind
    }

    /// Where its models are, for who may have to pay for them: a setting's name alone does not tell whose address it holds.
    fn place(&self) -> String {
        if self.guessed || self.service.is_some() {
            return self.source.clone();
        }
        let host = self.base.host_str().unwrap_or_default();
        let port = self.base.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{host}{port}, by {}", self.source)
    }

    /// A request to the service, with the key.
    fn request(&self, method: Method, url: Url) -> RequestBuilder {
        let format = self.dialect.format;
        let mut request = self.client.request(method, url);
        for (name, value) in format.headers() {
            request = request.header(*name, *value);
        }
        match (&self.peer.key, format.key_header()) {
            (None, _) => request,
            (Some(key), KeyHeader::Bearer) => request.bearer_auth(key.expose_secret()),
            (Some(key), KeyHeader::Own(name)) => request.header(name, key.expose_secret()),
        }
    }

    /// What an answer that is no 2xx means.
    async fn refusal(&self, response: Response) -> Error {
        let status = response.status();
        if let Some(to) = response.headers().get(header::LOCATION).filter(|_| status.is_redirection()) {
            let to = self.peer.clean(&String::from_utf8_lossy(to.as_bytes()));
            let message = format!("it redirects; if you trust that address, make it the base URL: `{to}`");
            return Error::Refused { provider: self.peer.name.clone(), message };
        }
        // The other form, a date, is not seen at providers.
        let seconds = response.headers().get(header::RETRY_AFTER).and_then(|after| after.to_str().ok()?.parse().ok());
        let body = timeout(ERROR_BODY, bounded(response, LONGEST_ERROR)).await.unwrap_or_default();
        self.peer.refusal(Some(status.as_u16()), seconds.map(Duration::from_secs), &body)
    }

    async fn listing(&self) -> Result<Vec<Model>, Error> {
        let (path, query) = self.dialect.format.list_path();
        let sent = self.request(Method::GET, with(below(&self.base, path), query)).send().await;
        let response = sent.map_err(|error| self.peer.unreachable(&error))?;
        if self.guessed && !response.status().is_success() {
            return Err(self.peer.stranger());
        }
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        let body = bounded(response, LONGEST_LISTING + 1).await;
        if body.len() > LONGEST_LISTING {
            return Err(self.peer.malformed("more than 4 MiB of models", b""));
        }
        if self.guessed && !list::is_certain(&body, self.dialect.format) {
            return Err(self.peer.stranger());
        }
        let mut named =
            list::read(&body, &self.dialect).ok_or_else(|| self.peer.malformed("no list of models", &body))?;
        if self.dialect.format == Format::Ollama {
            self.look_into(&mut named).await;
        }
        let maker = list::maker(&body);
        *self.maker.lock().unwrap_or_else(PoisonError::into_inner) = maker;
        *self.facts.lock().unwrap_or_else(PoisonError::into_inner) =
            named.iter().map(|named| (named.id.clone(), named.facts)).collect();
        let maker = maker.filter(|_| self.guessed).map(|maker| maker.name);
        let provider = maker.unwrap_or(&self.peer.name);
        Ok(named.into_iter().map(|named| self.model(&named.id, named.name, provider)).collect())
    }

    /// Ollama's list leaves out what its models can do: it is asked about each. What does not come in time is as it was known.
    async fn look_into(&self, named: &mut [Named]) {
        let known = self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for named in &mut *named {
            named.facts = known.get(&named.id).copied().unwrap_or(named.facts);
        }
        let ask = async |id: &str| {
            let body = serde_json::json!({ "model": id }).to_string();
            let request = self.request(Method::POST, below(&self.base, &["api", "show"]));
            let response = request.header(header::CONTENT_TYPE, "application/json").body(body).send().await.ok()?;
            let response = Some(response).filter(|response| response.status().is_success())?;
            list::shown(&bounded(response, LONGEST_LISTING).await)
        };
        let looks = stream::iter(named).for_each_concurrent(SHOWN_AT_ONCE, async |named| {
            named.facts.capabilities = ask(&named.id).await.unwrap_or(named.facts.capabilities);
        });
        let _ = timeout(SHOWING, looks).await;
    }

    fn model(&self, id: &str, name: String, provider: &str) -> Model {
        let facts = Some(self.facts(id).to_wire(self.prefill().is_some() || self.keeps_replies()));
        let (source, provider) = (self.place(), provider.to_owned());
        Model { id: format!("{}/{id}", self.id), name, provider, source, kind: self.kind, hidden: false, facts }
    }

    /// An id without what its service puts before each.
    fn bare<'a>(&self, id: &'a str) -> &'a str {
        id.strip_prefix(self.dialect.prefix).unwrap_or(id)
    }

    /// How it goes on with a text: by its row, else by what its list said of its maker.
    fn prefill(&self) -> Option<Prefill> {
        let maker = *self.maker.lock().unwrap_or_else(PoisonError::into_inner);
        self.dialect.prefill.or_else(|| maker?.prefill)
    }

    /// Where a model is asked; some go on with a text at another address.
    fn chat(&self, model: &str, form: Option<Form>) -> Url {
        let elsewhere = match form {
            Some(Form::Prefix(elsewhere)) => elsewhere.and_then(|url| Url::parse(url).ok()),
            _ => None,
        };
        let (path, query) = self.dialect.format.path(model);
        let path: Vec<_> = path.iter().map(String::as_str).collect();
        with(below(elsewhere.as_ref().unwrap_or(&self.base), &path), query)
    }

    fn chat_request(&self, request: &Request, form: Option<Form>) -> RequestBuilder {
        self.request(Method::POST, self.chat(&request.model, form))
            .header(header::CONTENT_TYPE, "application/json")
            .body(self.dialect.format.to_wire(request, form))
    }

    /// The answer to a request for a stream, as soon as its head is there.
    async fn ask(&self, request: RequestBuilder, by: Instant) -> Result<Response, Error> {
        let asked = request.header(header::ACCEPT, "text/event-stream, application/json").send();
        let sent = timeout_at(by, asked).await.map_err(|_| self.peer.silent(FIRST_PIECE))?;
        let response = sent.map_err(|error| self.peer.unreachable(&error))?;
        match response.status().is_success() {
            true => Ok(response),
            false => Err(self.refusal(response).await),
        }
    }

    /// By the provider's list, and for what that leaves out by the table.
    fn facts(&self, model: &str) -> Facts {
        let listed = self.facts.lock().unwrap_or_else(PoisonError::into_inner).get(model).copied().unwrap_or_default();
        let known = self.service.map(|service| facts::of(service, self.bare(model))).unwrap_or_default();
        let (list, table) = (listed.capabilities, known.capabilities);
        let capabilities = Capabilities {
            images: list.images.or(table.images),
            // How a model is told to think differs too much to go by a table.
            thinking: list.thinking,
            tools: list.tools.or(table.tools),
            context: list.context.or(table.context),
            output: list.output.or(table.output),
        };
        Facts { capabilities, price: listed.price.or(known.price) }
    }
}

#[async_trait::async_trait]
impl Provider for Remote {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.peer.name
    }

    fn source(&self) -> &str {
        &self.source
    }

    async fn models(&self) -> Result<Vec<Model>, Error> {
        if !self.only.is_empty() {
            let named = |id: &String| self.model(id, self.bare(id).to_owned(), &self.peer.name);
            return Ok(self.only.iter().map(named).collect());
        }
        timeout(LISTING, self.listing()).await.unwrap_or_else(|_| Err(self.peer.silent(LISTING)))
    }

    async fn unlisted(&self) -> Vec<String> {
        if self.only.is_empty() {
            return Vec::new();
        }
        // Many that take names by hand give no list.
        let Ok(Ok(listed)) = timeout(LISTING, self.listing()).await else { return Vec::new() };
        let listed: Vec<_> = listed.iter().filter_map(|model| Some(self.bare(model.id.split_once('/')?.1))).collect();
        self.only.iter().filter(|id| !listed.contains(&self.bare(id))).cloned().collect()
    }

    async fn continues(&self) -> bool {
        // Only a list tells what a server at a person's own address is.
        if self.prefill().is_none() {
            let _ = self.models().await;
        }
        self.prefill().is_some()
    }

    fn sees(&self, model: &str) -> Option<bool> {
        self.facts(model).capabilities.images
    }

    fn keeps_replies(&self) -> bool {
        self.dialect.format == Format::Responses
    }

    async fn reply(&self, mut request: Request, sink: &mut dyn Sink) -> Result<(), Error> {
        let Facts { capabilities, price } = self.facts(&request.model);
        request.capabilities = capabilities;
        let mut priced = Priced { sink, price };
        let sink = &mut priced;
        if self.keeps_replies() {
            return self.kept_reply(request, sink).await;
        }
        let format = self.dialect.format;
        let prefill = self.prefill().filter(|_| request.said.is_some());
        let form = prefill.map(|prefill| prefill.form);
        let first = Instant::now() + FIRST_PIECE;
        let response = self.ask(self.chat_request(&request, form), first).await?;
        let said = request.said.as_deref().unwrap_or_default();
        let mut joint = Joint::new(said, prefill.is_some_and(|prefill| prefill.restates), sink);
        Reply::new(format, &self.peer, first, &mut joint).read(body(response)).await
    }
}

/// Up to `limit` bytes of a body, as far as it came.
async fn bounded(mut response: Response, limit: usize) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(bytes)) = response.chunk().await {
        body.extend_from_slice(&bytes[..bytes.len().min(limit - body.len())]);
        if body.len() == limit {
            break;
        }
    }
    body
}

fn body(response: Response) -> impl Stream<Item = Result<Bytes, reqwest::Error>> + Unpin {
    Box::pin(stream::try_unfold(response, async |mut response| {
        Ok(response.chunk().await?.map(|bytes| (bytes, response)))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(base_url: &str) -> Options {
        Options {
            id: "openai".into(),
            name: "OpenAI".into(),
            base_url: base_url.into(),
            key: Some("sk-0123456789\n".into()),
            key_from: KeyFrom::Setting("OPENAI_API_KEY"),
            source: "OPENAI_BASE_URL".into(),
            dialect: Dialect::PLAIN,
            only: vec![],
            guessed: false,
        }
    }

    #[test]
    fn asks_below_the_base_url() {
        for (given, asked) in [
            ("http://localhost:11434", "http://localhost:11434/v1/chat/completions"),
            (" http://localhost:11434/ ", "http://localhost:11434/v1/chat/completions"),
            ("http://localhost:11434/v1", "http://localhost:11434/v1/chat/completions"),
            ("http://localhost:11434/v1/", "http://localhost:11434/v1/chat/completions"),
            ("http://[::1]/api/openai/#x", "http://[::1]/api/openai/chat/completions"),
            ("http://localhost/d?api-version=1", "http://localhost/d/chat/completions?api-version=1"),
        ] {
            let remote = Remote::new(options(given)).unwrap();
            assert_eq!(remote.chat("m", None).as_str(), asked, "{given}");
            assert!(!remote.peer.url.contains('?'));
        }
    }

    #[test]
    fn refuses_base_urls_that_cannot_work() {
        for url in
            ["", "localhost:11434", "localhost", "/v1", "ftp://localhost", "http://", "http://me:secret@localhost"]
        {
            assert_eq!(Remote::new(options(url)).unwrap_err(), OptionsError::BaseUrl, "{url}");
        }
    }

    #[test]
    fn refuses_a_key_that_cannot_be_sent_and_shows_none() {
        let options = options("http://localhost");
        assert!(!format!("{options:?}").contains("0123456789"));
        assert!(!format!("{:?}", Remote::new(options.clone()).unwrap()).contains("0123456789"));
        let broken = Options { key: Some("sk-01234\n56789".into()), ..options };
        assert_eq!(Remote::new(broken).unwrap_err(), OptionsError::Key);
    }
}
