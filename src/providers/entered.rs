//! Providers that a person entered on the settings page, and what can be entered there.

use super::{
    Chunk, Error, PromptMessage, Provider, Request, SERVICES, Sink,
    hosted::OPENAI,
    ollama_host,
    places::{self, OLLAMA},
    remote::{Dialect, KeyFrom, Options, OptionsError, Remote},
};
use app::wire::{Role, Tested};
use secrecy::SecretString;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};
use url::Url;

/// Where they were told of, in the words of their models' sources.
pub const PAGE: &str = "the settings page";

/// How long a model may take for its first word when it is tested; one that is loaded from a disk takes a while.
const TEST: Duration = Duration::from_secs(60);

/// Servers of one's own, behind the services: by their ids, their names and where they usually are.
const OWN: [(&str, &str, &str); 6] = [
    (OLLAMA_ID, "Ollama", "http://127.0.0.1:11434"),
    ("llamacpp", "llama.cpp", "http://127.0.0.1:8080/v1"),
    ("lmstudio", "LM Studio", "http://127.0.0.1:1234/v1"),
    ("vllm", "vLLM", "http://127.0.0.1:8000/v1"),
    ("sglang", "SGLang", "http://127.0.0.1:30000/v1"),
    ("openai-compatible", "OpenAI-compatible server", ""),
];

/// The one that has a format of its own.
const OLLAMA_ID: &str = "ollama";

/// A provider as it was entered.
#[derive(Clone, Debug)]
pub struct Entered {
    /// The first half of its models' ids.
    pub id: String,
    /// Another one is another provider.
    pub version: u64,
    /// One of [`services`], by its id.
    pub service: String,
    pub name: String,
    pub base_url: String,
    /// In words, why it cannot be read.
    pub key: Result<Option<SecretString>, String>,
    /// Only these models; empty: those of its list.
    pub only: Vec<String>,
    pub enabled: bool,
}

/// What can be entered: the services that have a row, then servers of one's own.
pub fn services() -> Vec<app::wire::Service> {
    let service = |id: &str, name: &str, base_url: &str, keys_at: Option<&str>| app::wire::Service {
        id: id.to_owned(),
        name: name.to_owned(),
        base_url: base_url.to_owned(),
        keys_at: keys_at.map(str::to_owned),
    };
    let hosted = SERVICES.iter().map(|row| service(row.id, row.name, row.url, Some(row.keys_at)));
    let own = OWN.map(|(id, name, base_url)| service(id, name, base_url, None));
    hosted.chain(own).collect()
}

impl Entered {
    /// `own` is where Brooklet itself listens. The error says what to mend.
    pub(super) fn remote(&self, own: SocketAddr) -> Result<Remote, Error> {
        let failed = |cause: String| Error::Entered { provider: self.name.clone(), cause };
        let (base_url, dialect) = self.address().ok_or_else(|| failed(OptionsError::BaseUrl.to_string()))?;
        // An address is shown and stored as it is.
        if let Some(name) = key_in(&base_url) {
            return Err(failed(format!("its address holds a key: take `{name}` out of it, and enter it as the key")));
        }
        let options = Options {
            id: self.id.clone(),
            name: self.name.clone(),
            base_url,
            key: self.key.clone().map_err(failed)?,
            key_from: KeyFrom::Page,
            source: PAGE.to_owned(),
            dialect,
            only: self.only.clone(),
            guessed: false,
        };
        let remote = Remote::new(options).map_err(|error| failed(error.to_string()))?;
        match places::is_own(remote.base(), own) {
            true => Err(failed("that is where Brooklet itself listens".to_owned())),
            false => Ok(remote),
        }
    }

    /// Where it is asked, and how; none for an address that is none.
    fn address(&self) -> Option<(String, Dialect)> {
        let service = match self.service.as_str() {
            OLLAMA_ID => return Some((ollama_host::base_url(&self.base_url)?, OLLAMA)),
            id if OWN.iter().any(|(own, ..)| *own == id) => &OPENAI,
            id => SERVICES.iter().find(|row| row.id == id)?,
        };
        let (base_url, dialect, _) = places::address(service, Some(self.base_url.trim()));
        Some((base_url, dialect))
    }
}

/// Asks a provider for its models, and the first of them for a first word.
pub async fn test(provider: &dyn Provider) -> Result<Tested, Error> {
    let name = || provider.name().to_owned();
    let models = provider.models().await?;
    let first = models.first().and_then(|model| model.id.split_once('/'));
    let (_, model) = first.ok_or_else(|| Error::Empty { provider: name() })?;
    let request = Request::new(model, vec![PromptMessage::new(Role::User, "Say hello.")]);
    let (began, first) = (Instant::now(), Arc::new(Notify::new()));
    let mut listening = FirstWord(first.clone());
    tokio::select! {
        // A reply may be empty, and is one all the same.
        reply = timeout(TEST, provider.reply(request, &mut listening)) => {
            reply.unwrap_or_else(|_| Err(Error::Silent { provider: name(), after: TEST }))?;
        }
        () = first.notified() => {}
    }
    let first_ms = began.elapsed().as_millis() as u64;
    let unlisted = provider.unlisted().await;
    Ok(Tested { models: models.len() as u32, model: models[0].name.clone(), first_ms, unlisted })
}

/// The name of what looks like a key in the query of an address.
fn key_in(base_url: &str) -> Option<String> {
    const SECRET: [&str; 8] = ["key", "token", "secret", "password", "auth", "signature", "sig", "credential"];
    let is_secret = |name: &str| name.to_ascii_lowercase().split(['-', '_']).any(|word| SECRET.contains(&word));
    let url = Url::parse(base_url).ok()?;
    let mut names = url.query_pairs().map(|(name, _)| name.into_owned());
    names.find(|name| is_secret(name) || name.to_ascii_lowercase().ends_with("key"))
}

/// Tells of the first word, and takes no more: whoever waits for it then drops the reply, and with it the connection.
struct FirstWord(Arc<Notify>);

#[async_trait::async_trait]
impl Sink for FirstWord {
    async fn push(&mut self, chunk: Chunk) {
        if matches!(chunk, Chunk::Text(_) | Chunk::Reasoning(_)) {
            self.0.notify_one();
            std::future::pending().await
        }
    }
}
