//! All providers that were found, and what can be asked of them.

use super::{
    Error, LISTING, Places, Provider,
    guide::{Guide, Here, Known, System},
};
use app::wire::{Model, ModelList, ModelProblem};
use futures::future::join_all;
use std::{
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

/// How long a list of models is believed: sending a message asks for it, and models come and go by the hour.
const KEEP: Duration = Duration::from_secs(30);

/// How long a failure is believed: whoever has just started Ollama looks again at once.
const KEEP_FAILURE: Duration = Duration::from_secs(3);

/// How long a list is believed by whoever looks: opening the picker in two tabs is one question. A failure is not believed.
const KEEP_LOOK: Duration = Duration::from_millis(500);

/// How long a port of this machine may take to say whether a model server listens there.
const GUESS: Duration = Duration::from_millis(300);

/// The providers in the order in which they are shown, the built-in guide last.
pub struct Providers {
    entries: Vec<Arc<Entry>>,
}

/// A provider that may have models.
pub struct Candidate {
    /// Its own id, and those under which the same place was told of again.
    pub ids: Vec<String>,
    pub provider: Arc<dyn Provider>,
    /// Nobody told of it: while it is not there, nothing is said of it.
    pub guessed: bool,
}

/// What [`Providers::list_models`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Never empty: the guide is always there, last.
    pub models: Vec<Model>,
    /// The providers that were told of and gave no list.
    pub failures: Vec<Failure>,
}

/// A provider without models, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub id: String,
    pub name: String,
    pub source: String,
    pub error: Error,
}

impl Listing {
    /// Nothing but the guide is there.
    pub fn is_guide_alone(&self) -> bool {
        self.models.len() <= 1
    }

    pub fn to_wire(self) -> ModelList {
        let problem = |Failure { id, name, source, error }: Failure| ModelProblem {
            id,
            message: error.to_string(),
            hint: Some(error.listing_hint(&source)),
            provider: name,
        };
        ModelList { models: self.models, problems: self.failures.into_iter().map(problem).collect() }
    }
}

impl Providers {
    /// Those at `places`, and the guide behind them. `own` is where Brooklet itself listens.
    pub fn at(places: Places, own: SocketAddr, system: System) -> Self {
        let here = places.here(own, system);
        Self::of(places.candidates(own), here)
    }

    /// `told`, and the guide behind them.
    pub fn new(told: Vec<Arc<dyn Provider>>) -> Self {
        let candidate =
            |provider: Arc<dyn Provider>| Candidate { ids: vec![provider.id().to_owned()], provider, guessed: false };
        Self::of(told.into_iter().map(candidate).collect(), Here::default())
    }

    fn of(candidates: Vec<Candidate>, here: Here) -> Self {
        let mut entries: Vec<_> = candidates.into_iter().map(|candidate| Arc::new(Entry::new(candidate))).collect();
        let others = entries.clone();
        // What was answered last: the guide does not wait, and who was never asked is not spoken of.
        let known = move || {
            let last = others.iter().filter_map(|entry| Some((entry, entry.last()?.models)));
            let Listing { models, failures } = listing(last);
            Known { connected: !models.is_empty(), failures }
        };
        let guide = Guide::new(here, known);
        let ids = vec![guide.id().to_owned()];
        entries.push(Arc::new(Entry::new(Candidate { ids, provider: Arc::new(guide), guessed: false })));
        Self { entries }
    }

    /// What all providers have, as far as is known: only who was never asked is waited for, two seconds at most, and what is
    /// out of date is asked for behind the answer, so that no page waits for a provider that hangs. One that fails does not
    /// hide the others.
    pub async fn list_models(&self) -> Listing {
        let lists = join_all(self.entries.iter().map(Entry::known)).await;
        listing(self.entries.iter().zip(lists))
    }

    /// What all providers have now: each is asked, and waited for as long as [`LISTING`].
    pub async fn look(&self) -> Listing {
        let lists = join_all(self.entries.iter().map(|entry| entry.models(KEEP_LOOK, Duration::ZERO))).await;
        listing(self.entries.iter().zip(lists))
    }

    /// The provider of a model's id, and the model's name there. Any name will do: only `resolve` knows the models.
    pub fn find<'a>(&self, id: &'a str) -> Option<(Arc<dyn Provider>, &'a str)> {
        let (entry, model) = self.entry(id)?;
        Some((entry.provider.clone(), model))
    }

    /// The provider and its name for a model that can be asked, or [`Error::NoModel`].
    ///
    /// A name is taken on trust where a provider that was told of gave no list, or an empty one: it may answer all the
    /// same, and will say itself if it has no such model. At a port that was only looked at, another program may listen by
    /// now, and must not read what people write: it has to list the model first.
    pub async fn resolve(&self, id: &str) -> Result<(Arc<dyn Provider>, String), Error> {
        let no_model = |provider: &str| Error::NoModel { provider: provider.to_owned(), message: format!("`{id}`") };
        let (entry, model) = self.entry(id).ok_or_else(|| no_model("Brooklet"))?;
        let has = |models: &[Model]| models.iter().any(|known| name_of(&known.id) == model);
        if entry.guessed {
            let models = entry.ask(LISTING, KEEP_LOOK, Duration::ZERO).await?;
            return if has(&models) {
                Ok((entry.provider.clone(), model.to_owned()))
            } else {
                Err(no_model(entry.provider.name()))
            };
        }
        let lacks = |models: &[Model]| !models.is_empty() && !has(models);
        // A list that is out of date can only lack what is new.
        if entry.known().await.is_ok_and(|models| lacks(&models))
            && let Ok(models) = entry.models(KEEP, KEEP_FAILURE).await
            && lacks(&models)
        {
            return Err(no_model(&models[0].provider));
        }
        Ok((entry.provider.clone(), model.to_owned()))
    }

    fn entry<'a>(&self, id: &'a str) -> Option<(&Arc<Entry>, &'a str)> {
        let (provider, model) = id.split_once('/')?;
        let entry = self.entries.iter().find(|entry| entry.ids.iter().any(|known| known == provider))?;
        (!model.is_empty()).then_some((entry, model))
    }
}

/// The models of all, and what kept them from others.
fn listing<'a>(lists: impl Iterator<Item = (&'a Arc<Entry>, Result<Vec<Model>, Error>)>) -> Listing {
    let mut listing = Listing::default();
    for (entry, list) in lists {
        let error = match list {
            Ok(models) if models.is_empty() => Error::Empty { provider: entry.provider.name().to_owned() },
            Ok(models) => {
                listing.models.extend(models);
                continue;
            }
            Err(_) if entry.guessed => continue,
            Err(error) => error,
        };
        let (id, name) = (entry.provider.id().to_owned(), entry.provider.name().to_owned());
        listing.failures.push(Failure { id, name, source: entry.provider.source().to_owned(), error });
    }
    listing
}

/// The second half of a model's id.
fn name_of(id: &str) -> &str {
    id.split_once('/').map_or(id, |(_, name)| name)
}

struct Entry {
    ids: Vec<String>,
    provider: Arc<dyn Provider>,
    guessed: bool,
    /// Held while the provider is asked, so that those who come meanwhile wait for the same answer.
    listed: Mutex<Option<Listed>>,
    /// The last answer, for those who do not wait.
    last: RwLock<Option<Listed>>,
}

#[derive(Clone)]
struct Listed {
    at: Instant,
    models: Result<Vec<Model>, Error>,
}

impl Listed {
    fn is_fresh(&self, good: Duration, bad: Duration) -> bool {
        self.at.elapsed() < if self.models.is_ok() { good } else { bad }
    }
}

impl Entry {
    fn new(Candidate { ids, provider, guessed }: Candidate) -> Self {
        Self { ids, provider, guessed, listed: Mutex::default(), last: RwLock::default() }
    }

    fn last(&self) -> Option<Listed> {
        self.last.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The last answer, however old; an old one is renewed behind it.
    async fn known(self: &Arc<Self>) -> Result<Vec<Model>, Error> {
        let Some(last) = self.last() else { return self.models(KEEP, KEEP_FAILURE).await };
        if !last.is_fresh(KEEP, KEEP_FAILURE) {
            let entry = self.clone();
            tokio::spawn(async move { entry.models(KEEP, KEEP_FAILURE).await });
        }
        last.models
    }

    /// An answer that is not older than `good`, or `bad` for a failure.
    async fn models(&self, good: Duration, bad: Duration) -> Result<Vec<Model>, Error> {
        self.ask(if self.guessed { GUESS } else { LISTING }, good, bad).await
    }

    async fn ask(&self, within: Duration, good: Duration, bad: Duration) -> Result<Vec<Model>, Error> {
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

#[cfg(test)]
mod tests;
