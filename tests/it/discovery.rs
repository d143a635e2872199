//! Models that are found: at the ports of this machine, by the environment's names, and what is asked of whom.

use crate::server::Server;
use app::wire::{Code, ModelKind, ModelList};
use brooklet::providers::{
    Account, OPENAI, Places, PromptMessage, Providers, Request, SERVICES, Service, Sink, guide::System,
};
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
    time::timeout,
};
use upstream::Upstream;

/// Something that listens, answers everything alike, and remembers what it was sent.
struct Stranger {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl Stranger {
    async fn listen(status: &'static str, body: &'static str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(vec![]));
        let into = heard.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = vec![0; 64 * 1024];
                let read = stream.read(&mut bytes).await.unwrap_or_default();
                into.lock().unwrap().push(String::from_utf8_lossy(&bytes[..read]).to_lowercase());
                let length = body.len();
                let answer =
                    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { port, heard, accepting }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

struct Nowhere;

#[async_trait::async_trait]
impl Sink for Nowhere {
    async fn push(&mut self, _: brooklet::providers::Chunk) {}
}

const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model","owned_by":"library"}]}"#;

fn service(id: &str) -> &'static Service {
    SERVICES.into_iter().find(|service| service.id == id).unwrap()
}

fn account(id: &str, base_url: String, key: Option<&str>) -> Account {
    Account { service: service(id), base_url: Some(base_url), key: key.map(Into::into) }
}

/// Brooklet itself listens on port 1 here, which is nobody's.
fn at(places: Places) -> Providers {
    Providers::at(places, SocketAddr::from((Ipv4Addr::LOCALHOST, 1)), System::Linux)
}

fn local(ports: &[u16]) -> Places {
    Places { local_ports: ports.to_vec(), ..Places::default() }
}

async fn ids(providers: &Providers) -> Vec<String> {
    providers.look().await.models.into_iter().map(|model| model.id).collect()
}

/// Looks until the list is as it should be; the limit only keeps a broken test from hanging.
async fn until(providers: &Providers, ready: impl Fn(&[String]) -> bool) {
    let looking = async { while !ready(&ids(providers).await) {} };
    timeout(Duration::from_secs(20), looking).await.expect("the list never became so");
}

/// A port on which nothing listens now.
async fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn a_server_that_is_started_later_appears_and_one_that_ends_goes() {
    let port = free_port().await;
    let providers = at(local(&[port]));
    let listing = providers.look().await;
    assert!(listing.is_guide_alone() && listing.failures.is_empty(), "{listing:?}");
    let id = format!("local-{port}/echo");
    let error = providers.resolve(&id).await.map(drop).unwrap_err().to_wire();
    assert_eq!(error.code, Code::ProviderUnreachable);

    let upstream = Upstream::start_on(port).await.unwrap();
    let model = providers.look().await.models.into_iter().find(|model| model.id == id).expect("it is found");
    assert_eq!((model.kind, model.source), (ModelKind::Local, format!("port {port} of this machine")));
    providers.resolve(&id).await.map(drop).unwrap();

    drop(upstream);
    until(&providers, |ids| ids.len() == 1).await;
    let error = providers.resolve(&id).await.map(drop).unwrap_err();
    assert!(
        error.to_string().contains("cannot be reached") && error.to_string().contains(&port.to_string()),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_no_model_server_is_no_provider_and_reads_no_prompt() {
    for (status, body) in [
        ("200 OK", "<!doctype html><title>My app</title>"),
        ("200 OK", r#"{"data":[{"id":"user-1"}]}"#),
        ("200 OK", "[]"),
        ("200 OK", ""),
        ("404 Not Found", LIST),
        ("401 Unauthorized", r#"{"error":{"message":"no"}}"#),
        ("302 Found", LIST),
    ] {
        let stranger = Stranger::listen(status, body).await;
        let providers = at(local(&[stranger.port]));
        let listing = providers.look().await;
        assert!(listing.is_guide_alone() && listing.failures.is_empty(), "{status} {body}: {listing:?}");
        let error = providers.resolve(&format!("local-{}/m", stranger.port)).await.map(drop).unwrap_err();
        assert!(error.to_string().contains("no model server"), "{error}");
        assert!(
            stranger.heard().iter().all(|request| request.starts_with("get /v1/models ")),
            "{:?}",
            stranger.heard()
        );
    }
}

#[tokio::test]
async fn a_server_without_a_model_says_so() {
    let ollama = Stranger::listen("200 OK", r#"{"object":"list","data":null}"#).await;
    let listing = at(Places { ollama_host: Some(format!(":{}", ollama.port)), ..Places::default() }).look().await;
    let list = listing.to_wire();
    assert_eq!(list.problems[0].message, "Ollama has no model to chat with yet");
    assert!(list.problems[0].hint.as_ref().unwrap().contains("ollama pull"), "{list:?}");
}

#[tokio::test]
async fn one_server_reached_in_three_ways_is_listed_once() {
    let server = Stranger::listen("200 OK", LIST).await;
    let port = server.port;
    let ollama_host = |set: String| Places { ollama_host: Some(set), ..local(&[port]) };
    for set in [format!("0.0.0.0:{port}"), format!("[::]:{port}"), format!("http://localhost:{port}/")] {
        assert_eq!(ids(&at(ollama_host(set.clone()))).await, ["ollama/m", "brooklet/guide"], "{set}");
    }
    let base_url = format!("http://127.0.0.1:{port}/v1/");
    let all = Places { accounts: vec![account("openai", base_url, None)], ..ollama_host(format!(":{port}")) };
    let providers = at(all);
    assert_eq!(ids(&providers).await, ["openai/m", "brooklet/guide"]);
    for id in ["openai/m".to_owned(), "ollama/m".to_owned(), format!("local-{port}/m")] {
        let (provider, model) = providers.resolve(&id).await.map_err(|error| error.to_string()).unwrap();
        assert_eq!((provider.id(), model.as_str()), ("openai", "m"), "{id}");
    }
}

#[tokio::test]
async fn nothing_is_asked_where_brooklet_itself_listens() {
    let itself = Stranger::listen("200 OK", LIST).await;
    let places = Places {
        accounts: vec![account("openai", itself.url(), None)],
        ollama_host: Some(format!("0.0.0.0:{}", itself.port)),
        local_ports: vec![itself.port],
    };
    for ip in [Ipv4Addr::LOCALHOST, Ipv4Addr::UNSPECIFIED] {
        let listing = Providers::at(places.clone(), SocketAddr::from((ip, itself.port)), System::Linux).look().await;
        assert!(listing.is_guide_alone(), "{listing:?}");
        let told: Vec<_> = listing.failures.iter().map(|failure| failure.error.to_string()).collect();
        assert_eq!(
            told,
            [
                "OPENAI_BASE_URL cannot be used: that is where Brooklet itself listens",
                "OLLAMA_HOST cannot be used: that is where Brooklet itself listens"
            ]
        );
    }
    assert!(itself.heard().is_empty());
}

#[tokio::test]
async fn a_key_goes_to_the_place_that_it_was_entered_for_and_nowhere_else() {
    let (claude, own, found) = (
        Stranger::listen("200 OK", LIST).await,
        Stranger::listen("200 OK", LIST).await,
        Stranger::listen("200 OK", LIST).await,
    );
    let (anthropic, openai) = ("sk-ant-0123456789", "sk-own-0123456789");
    let providers = at(Places {
        accounts: vec![
            account("openai", format!("{}/v1", own.url()), Some(openai)),
            account("anthropic", claude.url(), Some(anthropic)),
        ],
        ..local(&[found.port])
    });
    let listing = providers.look().await;
    let kinds: Vec<_> = listing.models.iter().map(|model| (model.id.as_str(), model.kind)).collect();
    let local = format!("local-{}/m", found.port);
    // What costs nothing comes first.
    let expected = [
        (local.as_str(), ModelKind::Local),
        ("openai/m", ModelKind::Key),
        ("anthropic/m", ModelKind::Key),
        ("brooklet/guide", ModelKind::BuiltIn),
    ];
    assert_eq!(kinds, expected);
    for (id, _) in expected {
        let (provider, model) = providers.resolve(id).await.map_err(|error| error.to_string()).unwrap();
        let messages = vec![PromptMessage::new(app::wire::Role::User, "hi")];
        // What the stranger answers is no reply; only what it is sent counts here.
        let _ = provider.reply(Request::new(model, messages), &mut Nowhere).await;
    }
    let says = |stranger: &Stranger, words: &str| stranger.heard().iter().any(|request| request.contains(words));
    assert!(says(&claude, &format!("x-api-key: {anthropic}")) && says(&claude, "anthropic-version: 2023-06-01"));
    assert!(says(&claude, "get /v1/models?limit=1000 ") && says(&claude, "post /v1/messages "));
    assert!(!says(&claude, "authorization:") && !says(&claude, openai));
    assert!(says(&own, &format!("authorization: bearer {openai}")) && !says(&own, anthropic));
    assert!(says(&found, "post /v1/chat/completions ") && !says(&found, "sk-"));
}

#[tokio::test]
async fn a_setting_that_cannot_work_is_one_line_and_hides_nothing_else() {
    let server = Stranger::listen("200 OK", LIST).await;
    let providers = at(Places {
        accounts: vec![
            Account { service: service("gemini"), base_url: None, key: Some("two\nlines".into()) },
            account("openai", "http://me:secret@127.0.0.1/v1".into(), None),
        ],
        ollama_host: Some("ftp://me:secret@nowhere".into()),
        local_ports: vec![server.port],
    });
    let listing = providers.look().await;
    assert_eq!(listing.models.len(), 2, "{listing:?}");
    let list = listing.to_wire();
    let told: Vec<_> = list.problems.iter().map(|problem| (problem.id.as_str(), problem.message.as_str())).collect();
    assert_eq!(told.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ["gemini", "openai", "ollama"]);
    assert!(
        told.iter().all(|(_, message)| message.contains("cannot be used") && !message.contains("secret")),
        "{told:?}"
    );
    let error = providers.resolve("ollama/x").await.map_err(|error| error.to_string());
    let (provider, model) = error.unwrap();
    let refused = provider.reply(Request::new(model, vec![]), &mut Nowhere).await.unwrap_err();
    assert!(refused.to_string().starts_with("OLLAMA_HOST cannot be used"), "{refused}");
}

#[tokio::test]
async fn the_list_says_what_each_model_takes() {
    let server = Server::start().await;
    let list: ModelList = server.call("list_models", &serde_json::json!({})).await;
    let echo = list.models.iter().find(|model| model.id == "openai/echo").expect("the upstream's");
    let place = format!("{}, by {}", server.upstream.url().split('/').nth(2).unwrap(), OPENAI.address.unwrap());
    assert_eq!((echo.kind, echo.source.as_str()), (ModelKind::Local, place.as_str()));
    assert_eq!(
        list.models.last().map(|model| (model.id.as_str(), model.kind)),
        Some(("brooklet/guide", ModelKind::BuiltIn))
    );
    let mut looked: ModelList = server.call("list_models", &serde_json::json!({"look": true})).await;
    looked.models.iter_mut().for_each(|model| model.facts = None);
    assert_eq!(looked, list, "what each can do is told to who looks");
    assert_eq!(list.problems, []);
}

#[tokio::test]
async fn the_address_of_an_api_may_be_given_whole_and_says_which_it_is() {
    for (end, asked) in [
        ("", "/v1/chat/completions"),
        ("/", "/v1/chat/completions"),
        ("/chat/completions", "/v1/chat/completions"),
        ("/responses", "/v1/responses"),
        ("/responses/", "/v1/responses"),
    ] {
        let upstream = Upstream::start().await;
        let providers =
            at(Places { accounts: vec![account("openai", format!("{}{end}", upstream.url()), None)], ..local(&[]) });
        assert_eq!(providers.look().await.models[0].provider, "OpenAI-compatible", "{end}");
        let (provider, model) = providers.resolve("openai/echo").await.map_err(|error| error.to_string()).unwrap();
        let messages = vec![PromptMessage::new(app::wire::Role::User, "hi")];
        provider.reply(Request::new(model, messages), &mut Nowhere).await.unwrap();
        assert_eq!(upstream.exchange(0).await.path, asked, "{end}");
    }
}
