//! The real program as a child process, which is killed as an out-of-memory killer would.

use app::wire::{ConversationPage, Error, ErrorAnswer, GetConversation, MessageId, RequestId, SendMessage, Sent};
use reqwest::{Client, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};
use tokio::{sync::oneshot, time::timeout};

/// Longer than anything here takes: what is not there by then is stuck.
pub const STUCK: Duration = Duration::from_secs(60);

/// Waits for what must come.
pub async fn soon<T>(what: &str, event: impl Future<Output = T>) -> T {
    timeout(STUCK, event).await.unwrap_or_else(|_| panic!("stuck: {what}"))
}

/// The environment of a server on this folder, and the program.
pub fn brooklet(data: &Path, upstream: &str, addr: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brooklet"));
    settings(&mut command, data, upstream, addr);
    command
}

/// Nothing of the machine's own settings may reach it.
pub fn settings(command: &mut Command, data: &Path, upstream: &str, addr: &str) {
    command
        .env_clear()
        .env("HOME", data)
        .env("BROOKLET_ADDR", addr)
        .env("BROOKLET_DATA_DIR", data)
        .env("BROOKLET_LOCAL_PORTS", "off")
        .env("BROOKLET_TITLES", "words")
        .env("OPENAI_BASE_URL", upstream)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
}

/// A process that was started; it may not serve yet.
pub struct Starting {
    child: Running,
    url: oneshot::Receiver<String>,
    log: PathBuf,
}

/// A server that serves.
pub struct Server {
    child: Running,
    pub url: Arc<str>,
    client: Client,
    log: PathBuf,
}

/// A child that does not outlive the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Starting {
    /// Starts `command`, whose errors go into the file `log`.
    pub fn spawn(mut command: Command, log: PathBuf) -> Self {
        let errors = File::create(&log).expect("the folder can be written");
        let mut child = command.stderr(errors).spawn().expect("the program can be started");
        let out = BufReader::new(child.stdout.take().expect("its output is piped"));
        let (told, url) = oneshot::channel();
        // Read to the end: a full pipe would hold the server.
        thread::spawn(move || {
            let mut told = Some(told);
            for line in out.lines().map_while(Result::ok) {
                if let Some(url) = line.split(" at ").nth(1).filter(|_| line.starts_with("Brooklet "))
                    && let Some(told) = told.take()
                {
                    let _ = told.send(url.to_owned());
                }
            }
        });
        Self { child: Running(child), url, log }
    }

    /// Waits until it serves. Where it ends before that, this is what it said.
    pub async fn serves(self) -> Result<Server, String> {
        match soon("the start", self.url).await {
            Ok(url) => Ok(Server { child: self.child, url: url.into(), client: client(), log: self.log }),
            Err(_) => Err(end_of(&self.log)),
        }
    }

    pub fn kill(self) {
        drop(self.child);
    }
}

impl Server {
    pub fn port(&self) -> u16 {
        self.url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("the URL ends with its port")
    }

    /// Sends SIGKILL and waits for the end. A server that had ended by itself is a fault.
    pub fn kill(mut self) {
        let ended = self.child.0.try_wait().expect("it is our child");
        assert!(ended.is_none(), "the server ended by itself: {ended:?}\n{}", end_of(&self.log));
    }

    /// Asks a server function.
    pub async fn post<T: DeserializeOwned>(&self, function: &str, body: &impl Serialize) -> Result<T, Refused> {
        let request = self.client.post(format!("{}/api/{function}", self.url));
        let body = serde_json::to_string(body).expect("a call is JSON");
        let response = request.header(header::CONTENT_TYPE, "application/json").body(body).send().await;
        let response = response.map_err(|_| Refused::Broken)?;
        let status = response.status();
        let text = response.text().await.map_err(|_| Refused::Broken)?;
        if status == StatusCode::OK {
            return Ok(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{function}: {error}: {text}")));
        }
        let answer: Result<ErrorAnswer, _> = serde_json::from_str(&text);
        Err(Refused::Error(answer.unwrap_or_else(|_| panic!("{function}: {status} {text}")).error))
    }

    /// Asks what must succeed.
    pub async fn call<T: DeserializeOwned>(&self, function: &str, body: &impl Serialize) -> T {
        let answer = soon(function, self.post(function, body)).await;
        answer.unwrap_or_else(|refused| panic!("{function}: {refused:?}\n{}", end_of(&self.log)))
    }

    pub async fn send(&self, text: &str) -> Sent {
        let message = SendMessage {
            request: RequestId::new(),
            conversation: None,
            parent: None,
            edits: None,
            text: text.into(),
            images: Vec::new(),
            pastes: Vec::new(),
            model: Some("openai/river".into()),
            also: Vec::new(),
            setup: None,
        };
        self.call("send_message", &message).await
    }

    /// The path that leads through this reply.
    pub async fn page(&self, sent: Sent) -> Result<ConversationPage, Refused> {
        let leaf: Option<MessageId> = Some(sent.reply);
        let which = GetConversation { conversation: sent.conversation, leaf, before: None, limit: None };
        soon("get_conversation", self.post("get_conversation", &which)).await
    }
}

/// Why a call gave nothing.
#[derive(Debug)]
pub enum Refused {
    /// The connection broke: nobody knows whether it was heard.
    Broken,
    Error(Error),
}

pub fn client() -> Client {
    // As in `main`; a second time changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A connection that is kept would be one to a server that was killed.
    Client::builder().no_proxy().pool_max_idle_per_host(0).build().expect("a client without TLS")
}

/// The last lines of the server's log.
fn end_of(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
