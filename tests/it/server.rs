//! A whole server on a port of its own, in a folder of its own, with a scripted upstream behind it.

use app::wire::{
    Applied, Conversation, ConversationPage, Error, ErrorAnswer, Event, GetConversation, Message, MessageId, RequestId,
    SendMessage, Sent,
};
use brooklet::{
    attachments::Attachments,
    config::Config,
    http::{self, door::Door},
    journal::Tail,
    providers::{Account, OPENAI, Places, guide::System},
    replies::{Replies, Titles},
    state,
    store::sqlite::Durability,
};
use reqwest::{Method, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use upstream::Upstream;

pub struct Server {
    pub url: String,
    pub upstream: Upstream,
    pub router: axum::Router,
    replies: Replies,
    pub attachments: Attachments,
    client: reqwest::Client,
    pub tail: Arc<Tail>,
    close: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
    work: JoinHandle<String>,
    _lock: std::fs::File,
    /// Where its data is.
    pub folder: tempfile::TempDir,
}

/// An answer: its status, and its body as JSON.
pub struct Answer {
    pub status: StatusCode,
    pub body: serde_json::Value,
}

impl Server {
    pub async fn start() -> Self {
        Self::start_with(&[], None).await
    }

    pub async fn start_with(hosts: &[&str], token: Option<&str>) -> Self {
        Self::open(hosts, token, Titles::Words).await
    }

    /// One that asks models for titles, which is one request more to the upstream.
    pub async fn start_with_titles() -> Self {
        Self::open(&[], None, Titles::Model).await
    }

    async fn open(hosts: &[&str], token: Option<&str>, titles: Titles) -> Self {
        let upstream = Upstream::start().await;
        let folder = tempfile::tempdir().unwrap();
        let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
        let config = Config {
            addr: "127.0.0.1:0".parse().unwrap(),
            data_dir: folder.path().into(),
            hosts: hosts.clone(),
            database: folder.path().join("brooklet.db"),
            durability: Durability::Normal,
            titles,
            log: "info".into(),
            places: Places {
                accounts: vec![Account { service: &OPENAI, base_url: Some(upstream.url()), key: None }],
                ..Places::default()
            },
            key: None,
            system: System::Linux,
            healthcheck: false,
        };
        let (close, closing) = watch::channel(false);
        let opened = state::open(&config, closing.clone()).await.unwrap();
        let listener = TcpListener::bind(config.addr).await.unwrap();
        let bound = listener.local_addr().unwrap();
        let door = Arc::new(Door { bound, hosts, token: token.map(Into::into) });
        let replies = opened.state.replies.clone();
        let attachments = opened.state.attachments.clone();
        let tail = opened.state.sources.tail.clone();
        let router = http::router(opened.state, door);
        let mut told = closing;
        let serving = tokio::spawn(http::serve(listener, router.clone(), async move {
            told.wait_for(|closing| *closing).await.unwrap();
        }));
        let url = format!("http://{bound}");
        Self {
            url,
            upstream,
            router,
            replies,
            attachments,
            tail,
            client: client(),
            close,
            serving,
            work: opened.work,
            _lock: opened.lock,
            folder,
        }
    }

    /// Says that the server goes down, as a signal does.
    pub fn close(&self) {
        self.close.send_replace(true);
    }

    /// Ends when no reply is being written.
    pub async fn idle(&self) {
        self.replies.idle().await;
    }

    /// Ends when all connections are done after `close`.
    pub async fn closed(&mut self) {
        (&mut self.serving).await.unwrap().unwrap();
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub async fn post(&self, function: &str, body: &impl Serialize) -> Answer {
        let body = serde_json::to_string(body).unwrap();
        let request = self.request(Method::POST, &format!("/api/{function}"));
        answer(request.header(header::CONTENT_TYPE, "application/json").body(body)).await
    }

    /// Calls a server function that succeeds.
    pub async fn call<T: DeserializeOwned>(&self, function: &str, body: &impl Serialize) -> T {
        let Answer { status, body } = self.post(function, body).await;
        assert_eq!(status, StatusCode::OK, "{function}: {body}");
        serde_json::from_value(body).unwrap()
    }

    pub async fn send(&self, model: &str, text: &str) -> Sent {
        self.call("send_message", &message(model, text)).await
    }

    pub async fn page(&self, sent: Sent) -> ConversationPage {
        let which = GetConversation { conversation: sent.conversation, leaf: None, before: None, limit: None };
        self.call("get_conversation", &which).await
    }

    /// The message as it is stored now.
    pub async fn stored(&self, sent: Sent, id: MessageId) -> Message {
        self.page(sent).await.messages.into_iter().find(|message| message.id == id).expect("it is on the path")
    }

    pub async fn events(&self, path_and_query: &str) -> Events {
        Events::open(self.request(Method::GET, path_and_query)).await
    }

    /// Follows the conversation from its current state.
    pub async fn follow(&self, sent: Sent) -> Events {
        self.events(&format!("/api/events?conversation={}", sent.conversation)).await
    }

    /// Waits for the reply's end and gives it as a follower folds it.
    pub async fn read(&self, sent: Sent) -> Message {
        self.follow(sent).await.fold_until_over(sent.reply).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
        self.work.abort();
    }
}

pub fn client() -> reqwest::Client {
    // As in `main`; a second time changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

pub async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    Answer { status, body: serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)) }
}

impl Answer {
    /// The error that this answer is.
    pub fn error(&self) -> Error {
        let answer = serde_json::from_value(self.body.clone());
        let ErrorAnswer { error } = answer.unwrap_or_else(|_| panic!("no error: {} {}", self.status, self.body));
        error
    }
}

pub fn message(model: &str, text: &str) -> SendMessage {
    SendMessage {
        request: RequestId::new(),
        conversation: None,
        parent: None,
        edits: None,
        text: text.into(),
        images: Vec::new(),
        pastes: Vec::new(),
        model: Some(format!("openai/{model}")),
        also: Vec::new(),
        setup: None,
    }
}

/// An open event stream, read frame by frame.
pub struct Events {
    pub response: reqwest::Response,
    buffer: Vec<u8>,
    pub last_id: Option<String>,
    pub retry: Option<u64>,
}

impl Events {
    pub async fn open(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        Self { response, buffer: Vec::new(), last_id: None, retry: None }
    }

    /// The next event and whether it carried an id; none at the end of the stream.
    pub async fn next(&mut self) -> Option<(Event, bool)> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|two| two == b"\n\n") {
                let frame: Vec<u8> = self.buffer.drain(..end + 2).collect();
                return Some(self.parse(std::str::from_utf8(&frame).unwrap()));
            }
            self.buffer.extend_from_slice(&self.response.chunk().await.ok()??);
        }
    }

    fn parse(&mut self, frame: &str) -> (Event, bool) {
        let (mut event, mut has_id) = (None, false);
        for line in frame.lines().filter(|line| !line.is_empty()) {
            match line.split_once(": ").unwrap() {
                ("id", id) => (self.last_id, has_id) = (Some(id.into()), true),
                ("retry", retry) => self.retry = Some(retry.parse().unwrap()),
                ("data", data) => event = Some(Event::from_json(data).unwrap()),
                other => panic!("{other:?}"),
            }
        }
        (event.expect("each frame holds an event"), has_id)
    }

    /// Folds what comes until the reply is over.
    pub async fn fold_until_over(&mut self, reply: MessageId) -> Message {
        let mut held = Conversation::default();
        loop {
            let (event, _) = self.next().await.expect("the reply is not over");
            assert!(!matches!(held.apply(&event), Applied::AskAgain(_)), "{event:?} does not fit");
            if let Some(message) = held.message(reply).filter(|message| !message.status.is_running()) {
                return message.clone();
            }
        }
    }
}
