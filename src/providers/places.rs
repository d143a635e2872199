//! Where models are looked for: the services and servers that the environment names, and the usual ports of this machine.
//!
//! A place that is reached in two ways is one provider, under the name by which it was told of first.

use super::{
    Error, Provider, Request, Service, Sink,
    guide::{Here, System},
    hosted::OPENAI,
    ollama_host,
    prefill::Form,
    registry::{Candidate, Origin},
    remote::{Dialect, Format, KeyFrom, Options, OptionsError, Remote},
};
use app::wire::{Model, ModelKind};
use secrecy::SecretString;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    sync::Arc,
};
use url::Url;

/// The usual ports of model servers, with the first half of their models' ids and their names.
pub(super) const USUAL: [(u16, &str, &str); 4] = [
    (11434, "ollama", "Ollama"),
    (8080, "llamacpp", "llama.cpp"),
    (1234, "lmstudio", "LM Studio"),
    (8000, "vllm", "vLLM"),
];

/// Where models are looked for on this machine unless a setting says otherwise.
pub const LOCAL_PORTS: [u16; 4] = [USUAL[0].0, USUAL[1].0, USUAL[2].0, USUAL[3].0];

/// All that the settings say of it.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// In the order of the table of services.
    pub accounts: Vec<Account>,
    /// As it was set.
    pub ollama_host: Option<String>,
    /// Looked at on 127.0.0.1, in this order.
    pub local_ports: Vec<u16>,
}

/// A service with what the environment holds for it.
#[derive(Clone, Debug)]
pub struct Account {
    pub service: &'static Service,
    /// Another address than the service's own.
    pub base_url: Option<String>,
    pub key: Option<SecretString>,
}

impl Places {
    /// What the guide says of them.
    pub fn here(&self, own: SocketAddr, system: System) -> Here {
        let ports = self.local_ports.iter().copied().filter(|port| *port != own.port()).collect();
        Here { system, ports, ollama_told: self.ollama_host.is_some() }
    }

    /// The providers to ask, in the order in which they are shown: first those that cost nothing. `own` is where Brooklet
    /// itself listens; nothing is asked there.
    pub fn candidates(self, own: SocketAddr) -> Vec<Candidate> {
        let told = self.accounts.into_iter().map(account);
        let ollama = self.ollama_host.map(|set| ollama(&set));
        let mut found: Vec<Found> = vec![];
        for result in told.chain(ollama) {
            let next = result.and_then(|options| {
                let setting = options.source.clone();
                let broken = |cause: OptionsError| Broken::new(&options.id, &setting, &cause.to_string());
                Remote::new(options.clone()).map_err(broken).and_then(|provider| match is_own(provider.base(), own) {
                    true => Err(Broken::new(&options.id, &setting, "that is where Brooklet itself listens")),
                    false => Ok(provider),
                })
            });
            add(&mut found, next, false);
        }
        for port in self.local_ports {
            let taken = |id: &str| found.iter().any(|found| found.ids.iter().any(|known| known == id));
            // Its URL and its lack of a key cannot be wrong.
            if let Ok(provider) = Remote::new(guess(port, taken))
                && !is_own(provider.base(), own)
            {
                add(&mut found, Ok(provider), true);
            }
        }
        found.sort_by_key(|found| found.kind == ModelKind::Key);
        found.into_iter().map(Found::into_candidate).collect()
    }
}

/// A provider with its place.
struct Found {
    ids: Vec<String>,
    base: Option<Url>,
    format: Option<Format>,
    kind: ModelKind,
    provider: Arc<dyn Provider>,
    guessed: bool,
}

impl Found {
    fn into_candidate(self) -> Candidate {
        let Self { ids, base, kind, provider, guessed, .. } = self;
        let origin = if guessed { Origin::Guessed } else { Origin::Told };
        Candidate { ids, provider, origin, base, has_key: kind == ModelKind::Key }
    }
}

/// Adds a provider, or only its id to the one that is at the same place.
fn add(found: &mut Vec<Found>, next: Result<Remote, Broken>, guessed: bool) {
    match next {
        Ok(provider) => {
            let place = place(provider.base());
            let id = provider.id().to_owned();
            // Two keys for two formats are two providers, though one proxy may stand at the address.
            let (format, has_key) = (provider.format(), provider.kind() == ModelKind::Key);
            let differs = |known: &Found| {
                known.kind == ModelKind::Key && has_key && known.format.is_some_and(|other| other != format)
            };
            let is_same =
                |known: &Found| known.base.as_ref().is_some_and(|base| self::place(base) == place) && !differs(known);
            match found.iter_mut().find(|known| is_same(known)) {
                Some(known) => known.ids.push(id),
                None => found.push(Found {
                    ids: vec![id],
                    base: Some(provider.base().clone()),
                    format: Some(format),
                    kind: provider.kind(),
                    provider: Arc::new(provider),
                    guessed,
                }),
            }
        }
        Err(broken) => found.push(Found {
            ids: vec![broken.id.clone()],
            base: None,
            format: None,
            kind: ModelKind::Key,
            provider: Arc::new(broken),
            guessed,
        }),
    }
}

fn account(Account { service, base_url, key }: Account) -> Result<Options, Broken> {
    let source = match (&base_url, &key, service.address) {
        (Some(_), Some(_), Some(address)) => format!("{address} and {}", service.key),
        (Some(_), None, Some(address)) => address.to_owned(),
        _ => service.key.to_owned(),
    };
    let (base_url, dialect, elsewhere) = address(service, base_url.as_deref());
    Ok(Options {
        id: service.id.to_owned(),
        name: if elsewhere { "OpenAI-compatible" } else { service.name }.to_owned(),
        base_url,
        key,
        key_from: KeyFrom::Setting(service.key),
        source,
        dialect,
        only: vec![],
        guessed: false,
    })
}

/// Where a service is asked and how, by the address that was given for it; and whether that is any server's, which only speaks
/// like OpenAI.
pub(super) fn address(service: &Service, given: Option<&str>) -> (String, Dialect, bool) {
    let base_url = given.map_or_else(|| service.url.to_owned(), |url| versioned(url, service.version));
    if service.id != OPENAI.id {
        return (base_url, service.dialect, false);
    }
    // What is copied from a service's documentation is often where chats are asked for, and says in which format.
    let ends = [("/chat/completions", Format::Chat), ("/responses", Format::Responses)];
    let told = ends.iter().find_map(|(end, format)| Some((base_url.strip_suffix(end)?.to_owned(), *format)));
    let base_url = told.as_ref().map_or(base_url, |(base, _)| base.clone());
    let elsewhere = base_url != service.url;
    let usual = if elsewhere { Format::Chat } else { service.dialect.format };
    let format = told.map_or(usual, |(_, format)| format);
    (base_url, Dialect { format, ..if elsewhere { Dialect::PLAIN } else { service.dialect } }, elsewhere)
}

fn versioned(url: &str, version: &str) -> String {
    let url = url.trim().trim_end_matches('/');
    if url.ends_with(version) { url.to_owned() } else { format!("{url}{version}") }
}

fn ollama(set: &str) -> Result<Options, Broken> {
    let source = "OLLAMA_HOST";
    let base_url = ollama_host::base_url(set).ok_or_else(|| {
        let cause = "it must be a host, a host with a port, or a URL, such as 127.0.0.1:11434, without a name or password in it";
        Broken::new("ollama", source, cause)
    })?;
    Ok(Options { dialect: OLLAMA, ..unkeyed("ollama", "Ollama", base_url, source.to_owned(), false) })
}

pub(super) const OLLAMA: Dialect =
    Dialect { format: Format::Ollama, prefill: Some(Form::Trailing.plain()), ..Dialect::PLAIN };

fn guess(port: u16, taken: impl Fn(&str) -> bool) -> Options {
    let base_url = format!("http://{}:{port}/v1", Ipv4Addr::LOCALHOST);
    let source = format!("port {port} of this machine");
    match USUAL.iter().find(|(usual, ..)| *usual == port) {
        Some((_, id @ "ollama", name)) if !taken(id) => {
            let base_url = base_url.trim_end_matches("/v1").to_owned();
            Options { dialect: OLLAMA, ..unkeyed(id, name, base_url, source, true) }
        }
        Some((_, id, name)) if !taken(id) => unkeyed(id, name, base_url, source, true),
        _ => unkeyed(&format!("local-{port}"), "Local server", base_url, source, true),
    }
}

fn unkeyed(id: &str, name: &str, base_url: String, source: String, guessed: bool) -> Options {
    let (id, name) = (id.to_owned(), name.to_owned());
    let (key, key_from, only) = (None, KeyFrom::Nowhere, vec![]);
    Options { id, name, base_url, key, key_from, source, dialect: Dialect::PLAIN, only, guessed }
}

/// The same text for the same server, however this machine is named in the URL.
pub(super) fn place(base: &Url) -> String {
    let host = if is_here(base) { "here" } else { base.host_str().unwrap_or_default() };
    let port = base.port_or_known_default().unwrap_or_default();
    let query = base.query().unwrap_or_default();
    // One server may be named by the root of its own API and by that of the one that it shares with others.
    let path = base.path().trim_end_matches('/').trim_end_matches("/v1");
    format!("{} {host} {port} {path} {query}", base.scheme())
}

/// The host is this machine: an address that can be bound is ours.
fn is_here(url: &Url) -> bool {
    match ip(url) {
        Some(ip) => ip.is_loopback() || ip.is_unspecified() || UdpSocket::bind((ip, 0)).is_ok(),
        None => url.host_str() == Some("localhost"),
    }
}

pub(super) fn is_own(url: &Url, own: SocketAddr) -> bool {
    let reached = match ip(url) {
        Some(ip) => ip == own.ip() || own.ip().is_unspecified() && is_here(url),
        None => url.host_str() == Some("localhost") && (own.ip().is_loopback() || own.ip().is_unspecified()),
    };
    reached && url.port_or_known_default() == Some(own.port())
}

fn ip(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_matches(['[', ']']).parse().ok()
}

/// Stands for a provider whose setting is wrong, so that the list says so, and the others still work.
#[derive(Debug)]
struct Broken {
    id: String,
    setting: String,
    cause: String,
}

impl Broken {
    fn new(id: &str, setting: &str, cause: &str) -> Self {
        Self { id: id.to_owned(), setting: setting.to_owned(), cause: cause.to_owned() }
    }

    fn error(&self) -> Error {
        Error::Setting { setting: self.setting.clone(), cause: self.cause.clone() }
    }
}

#[async_trait::async_trait]
impl Provider for Broken {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.setting
    }

    fn source(&self) -> &str {
        &self.setting
    }

    async fn models(&self) -> Result<Vec<Model>, Error> {
        Err(self.error())
    }

    async fn reply(&self, _: Request, _: &mut dyn Sink) -> Result<(), Error> {
        Err(self.error())
    }
}
