//! What came, what was sent for it, and how the connection stands.

use crate::{behaviour, format::Format, going_on::go_on, http::Request, step::Step};
use serde_json::{Value, json};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    sync::{Semaphore, watch},
    time::Instant,
};

/// A request and the answer to it.
pub struct Exchange {
    /// The number of this exchange, from 0.
    pub number: usize,
    pub path: String,
    pub(crate) format: Format,
    pub(crate) began: Instant,
    pub(crate) steps: Vec<Step>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Null if it was no JSON.
    pub body: Value,
    sent: watch::Sender<Sent>,
    gate: Semaphore,
    /// The last gate that was opened; the first step is none.
    opened: AtomicUsize,
}

/// What was sent so far, as the model meant it: without tags, and with whole characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    pub text: String,
    pub reasoning: String,
    /// The script was played to its end.
    pub ended: bool,
    /// The client closed the connection, before or after that.
    pub closed: bool,
    /// The client said that it wants no more of a reply that is kept.
    pub cancelled: bool,
}

impl Exchange {
    pub fn model(&self) -> &str {
        self.format.model(&self.path, &self.body)
    }

    /// What the service calls a reply that it keeps.
    pub fn id(&self) -> String {
        format!("resp_{}", self.number)
    }

    /// The last user message.
    pub fn user(&self) -> String {
        let messages = self.format.messages(&self.body);
        messages.into_iter().rfind(|(own, _)| !own).map_or_else(String::new, |(_, text)| text)
    }

    /// What the model hears: of `see`, what it is shown beside the text.
    fn asked(&self) -> String {
        match self.model() {
            "see" => format!("{} [{}]", self.user(), self.format.images(&self.body).join(", ")),
            _ => self.user(),
        }
    }

    /// What the model is to go on with: the last message, where it is its own.
    pub fn given(&self) -> String {
        let messages = self.format.messages(&self.body);
        messages.into_iter().last().filter(|(own, _)| *own).map_or_else(String::new, |(_, text)| text)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }

    pub fn so_far(&self) -> Sent {
        self.sent.borrow().clone()
    }

    /// Opens the next gate, or one that is still to come.
    pub fn release(&self) {
        self.gate.add_permits(1);
    }

    /// Waits until the client has closed the connection.
    pub async fn closed(&self) {
        self.until(|sent| sent.closed).await;
    }

    /// Waits until what was sent is as it should be.
    pub async fn until(&self, ready: impl FnMut(&Sent) -> bool) {
        // The sender lives as long as `self`.
        let _ = self.sent.subscribe().wait_for(ready).await;
    }

    pub(crate) fn sent(&self, change: impl FnOnce(&mut Sent)) {
        self.sent.send_modify(change);
    }

    pub(crate) fn close(&self) {
        self.sent(|sent| sent.closed = true);
    }

    /// Waits at the gate that is this step of the script, unless it was opened for an earlier connection.
    pub(crate) async fn gate(&self, number: usize) {
        if number <= self.opened.load(Ordering::Relaxed) {
            return;
        }
        if let Ok(permit) = self.gate.acquire().await {
            permit.forget();
            self.opened.store(number, Ordering::Relaxed);
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let Sent { text, reasoning, ended, closed, cancelled } = self.so_far();
        json!({
            "request": self.number, "model": self.model(), "user": self.user(), "body": self.body,
            "text": text, "reasoning": reasoning, "ended": ended, "closed": closed,
            "cancelled": cancelled,
        })
    }
}

/// All exchanges, and the scripts for those to come.
#[derive(Default)]
pub struct Exchanges {
    all: watch::Sender<Vec<Arc<Exchange>>>,
    /// Who made this server, as its list says; none says nothing.
    maker: Mutex<Option<String>>,
    /// The only one that it takes; none takes any, and no key.
    key: Mutex<Option<String>>,
    scripts: Mutex<Vec<(String, Vec<Step>)>>,
}

impl Exchanges {
    pub fn script(&self, key: &str, steps: Vec<Step>) {
        self.scripts().push((key.to_owned(), steps));
    }

    pub fn set_maker(&self, maker: Option<&str>) {
        *self.maker.lock().unwrap_or_else(PoisonError::into_inner) = maker.map(str::to_owned);
    }

    pub fn maker(&self) -> Option<String> {
        self.maker.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_key(&self, key: Option<&str>) {
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = key.map(str::to_owned);
    }

    /// Whether a request has the key that is asked for, however its format sends it.
    pub fn admits(&self, request: &Request) -> bool {
        let key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let given = request.headers.iter().filter_map(|(name, value)| match name.as_str() {
            "authorization" => value.strip_prefix("Bearer "),
            "x-api-key" | "x-goog-api-key" => Some(value),
            _ => None,
        });
        key.as_ref().is_none_or(|key| given.into_iter().any(|given| given == key))
    }

    /// Records a request, and finds what to answer.
    pub fn add(&self, request: Request, format: Format) -> (Arc<Exchange>, Vec<Step>) {
        let body = serde_json::from_slice(&request.body).unwrap_or_default();
        let mut exchange = Exchange {
            number: 0,
            path: request.path,
            format,
            began: Instant::now(),
            steps: Vec::new(),
            headers: request.headers,
            body,
            sent: watch::Sender::default(),
            gate: Semaphore::new(0),
            opened: AtomicUsize::new(0),
        };
        let steps = self.scripted(&exchange).unwrap_or_else(|| behaviour::steps(exchange.model(), &exchange.asked()));
        let steps = go_on(steps, &exchange.given());
        exchange.steps = steps.clone();
        let mut added = None;
        self.all.send_modify(|all| {
            exchange.number = all.len();
            let exchange = Arc::new(exchange);
            all.push(exchange.clone());
            added = Some(exchange);
        });
        (added.expect("send_modify calls at once"), steps)
    }

    pub fn all(&self) -> Vec<Arc<Exchange>> {
        self.all.borrow().clone()
    }

    pub async fn wait(&self, n: usize) -> Arc<Exchange> {
        let mut all = self.all.subscribe();
        let all = all.wait_for(|all| all.len() > n).await.expect("the sender lives as long as self");
        all[n].clone()
    }

    fn scripted(&self, exchange: &Exchange) -> Option<Vec<Step>> {
        let mut scripts = self.scripts();
        let user = exchange.user();
        let fits = |(key, _): &(String, Vec<Step>)| key == exchange.model() || *key == user;
        let first = scripts.iter().position(fits)?;
        let last = scripts.iter().rposition(fits)?;
        Some(if first == last { scripts[first].1.clone() } else { scripts.remove(first).1 })
    }

    fn scripts(&self) -> MutexGuard<'_, Vec<(String, Vec<Step>)>> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
