//! A provider, and what it answered last when it was asked for its models.

use super::{Candidate, GUESS, KEEP, KEEP_FAILURE, Origin};
use crate::providers::{Error, LISTING, Provider, places::place};
use app::wire::Model;
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};
use url::Url;

pub struct Entry {
    pub ids: Vec<String>,
    pub provider: Arc<dyn Provider>,
    pub origin: Origin,
    /// Where it is asked, where that is known.
    pub base: Option<Url>,
    pub has_key: bool,
    /// Held while the provider is asked, so that those who come meanwhile wait for the same answer.
    listed: Mutex<Option<Listed>>,
    /// The last answer, for those who do not wait.
    last: RwLock<Option<Listed>>,
}

#[derive(Clone)]
pub struct Listed {
    at: Instant,
    pub models: Result<Vec<Model>, Error>,
}

impl Listed {
    fn is_fresh(&self, good: Duration, bad: Duration) -> bool {
        self.at.elapsed() < if self.models.is_ok() { good } else { bad }
    }
}

impl Entry {
    pub fn new(Candidate { ids, provider, origin, base, has_key }: Candidate) -> Self {
        Self { ids, provider, origin, base, has_key, listed: Mutex::default(), last: RwLock::default() }
    }

    pub fn has_id(&self, id: &str) -> bool {
        self.ids.iter().any(|known| known == id)
    }

    /// It is the server at this address, however that is named.
    pub fn is_at(&self, base: &Url) -> bool {
        self.base.as_ref().is_some_and(|own| place(own) == place(base))
    }

    /// The models, of which there must be one.
    pub fn some(&self, models: Vec<Model>) -> Result<Vec<Model>, Error> {
        if models.is_empty() { Err(Error::Empty { provider: self.provider.name().to_owned() }) } else { Ok(models) }
    }

    pub fn last(&self) -> Option<Listed> {
        self.last.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The last answer, however old; an old one is renewed behind it.
    pub async fn known(self: &Arc<Self>) -> Result<Vec<Model>, Error> {
        let Some(last) = self.last() else { return self.models(KEEP, KEEP_FAILURE).await };
        if !last.is_fresh(KEEP, KEEP_FAILURE) {
            let entry = self.clone();
            tokio::spawn(async move { entry.models(KEEP, KEEP_FAILURE).await });
        }
        last.models
    }

    /// An answer that is not older than `good`, or `bad` for a failure.
    pub async fn models(&self, good: Duration, bad: Duration) -> Result<Vec<Model>, Error> {
        self.ask(if self.origin == Origin::Guessed { GUESS } else { LISTING }, good, bad).await
    }

    pub async fn ask(&self, within: Duration, good: Duration, bad: Duration) -> Result<Vec<Model>, Error> {
        let mut listed = self.listed.lock().await;
        if let Some(listed) = listed.as_ref().filter(|listed| listed.is_fresh(good, bad)) {
            return listed.models.clone();
        }
        let silent = || Error::Silent { provider: self.provider.name().to_owned(), after: within };
        let models = timeout(within, self.provider.models()).await.unwrap_or_else(|_| Err(silent()));
        let answer = Listed { at: Instant::now(), models: models.clone() };
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = Some(answer.clone());
        *listed = Some(answer);
        models
    }
}
