//! All providers that were found, and what can be asked of them.

mod entry;

use super::{
    Entered, Error, LISTING, PAGE, Places, Provider,
    entered::test,
    guide::{Guide, Here, Known, System},
};
use app::wire::{Model, ModelKind, ModelList, ModelProblem, Tested};
use entry::Entry;
use futures::future::join_all;
use std::{
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use url::Url;

/// How long a list of models is believed: sending a message asks for it, and models come and go by the hour.
const KEEP: Duration = Duration::from_secs(30);

/// How long a failure is believed: whoever has just started Ollama looks again at once.
const KEEP_FAILURE: Duration = Duration::from_secs(3);

/// How long a list is believed by whoever looks: opening the picker in two tabs is one question. A failure is not believed.
const KEEP_LOOK: Duration = Duration::from_millis(500);

/// How long a port of this machine may take to say whether a model server listens there.
const GUESS: Duration = Duration::from_millis(300);

/// All providers. What people enter may change while the server runs.
pub struct Providers {
    /// Where Brooklet itself listens.
    own: SocketAddr,
    /// Those that were there from the start, in their order.
    first: Vec<Arc<Entry>>,
    guide: Arc<Entry>,
    /// Those that can be asked, in the order in which they are shown, but for the guide.
    shown: Shown,
    entered: RwLock<Vec<Asked>>,
}

/// What was entered, and its entry, or why it cannot be asked.
type Asked = (Entered, Result<Arc<Entry>, Error>);

type Shown = Arc<RwLock<Vec<Arc<Entry>>>>;

/// A provider that may have models.
pub struct Candidate {
    /// Its own id, and those under which the same place was told of again.
    pub ids: Vec<String>,
    pub provider: Arc<dyn Provider>,
    pub origin: Origin,
    /// Where it is asked, where that is known.
    pub base: Option<Url>,
    pub has_key: bool,
}

/// Who told of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The settings that the server was started with.
    Told,
    /// Somebody on the settings page.
    Entered,
    /// Nobody: it was looked for at a usual port. While it is not there, nothing is said of it.
    Guessed,
}

/// A provider as the settings page shows it.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: String,
    pub name: String,
    pub source: String,
    /// Without a query.
    pub base_url: String,
    pub has_key: bool,
    /// What was entered; none for the others.
    pub entered: Option<Entered>,
    /// How many models it has, or why it gives none.
    pub models: Result<usize, Error>,
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
        let problems = self.failures.into_iter().map(problem).collect();
        ModelList { models: self.models, problems, ..ModelList::default() }
    }
}

impl Providers {
    /// Those at `places`, and the guide behind them. `own` is where Brooklet itself listens.
    pub fn at(places: Places, own: SocketAddr, system: System) -> Self {
        let here = places.here(own, system);
        Self::of(places.candidates(own), own, here)
    }

    /// `told`, and the guide behind them.
    pub fn new(told: Vec<Arc<dyn Provider>>) -> Self {
        let candidate = |provider: Arc<dyn Provider>| {
            let ids = vec![provider.id().to_owned()];
            Candidate { ids, provider, origin: Origin::Told, base: None, has_key: false }
        };
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::of(told.into_iter().map(candidate).collect(), nowhere, Here::default())
    }

    fn of(candidates: Vec<Candidate>, own: SocketAddr, here: Here) -> Self {
        let first: Vec<_> = candidates.into_iter().map(|candidate| Arc::new(Entry::new(candidate))).collect();
        let shown: Shown = Arc::new(RwLock::new(first.clone()));
        let others = shown.clone();
        // What was answered last: the guide does not wait, and who was never asked is not spoken of.
        let known = move || {
            let others = others.read().unwrap_or_else(PoisonError::into_inner);
            let last = others.iter().filter_map(|entry| Some((entry, entry.last()?.models)));
            let Listing { models, failures } = listing(last);
            Known { connected: !models.is_empty(), failures }
        };
        let guide = Guide::new(here, known);
        let ids = vec![guide.id().to_owned()];
        let guide = Candidate { ids, provider: Arc::new(guide), origin: Origin::Told, base: None, has_key: false };
        Self { own, first, guide: Arc::new(Entry::new(guide)), shown, entered: RwLock::default() }
    }

    /// These are what people have entered, from now on. What did not change keeps what is known of it.
    ///
    /// A setting wins where it names a provider alike, as its user has just said so; a guess gives way.
    pub fn enter(&self, all: Vec<Entered>) {
        let mut entered = self.entered.write().unwrap_or_else(PoisonError::into_inner);
        let known = std::mem::take(&mut *entered);
        let entry = |next: &Entered| {
            if let Some(told) = self.first.iter().find(|told| told.origin == Origin::Told && told.has_id(&next.id)) {
                let cause = format!("`{}` takes its place while it is set", told.provider.source());
                return Err(Error::Entered { provider: next.name.clone(), cause });
            }
            let same = known.iter().find(|(old, _)| (&old.id, old.version) == (&next.id, next.version));
            if let Some((_, Ok(entry))) = same {
                return Ok(entry.clone());
            }
            let remote = next.remote(self.own)?;
            let (base, has_key) = (Some(remote.base().clone()), remote.kind() == ModelKind::Key);
            // Conversations may know it by the id of the guess.
            let guess = self.first.iter().find(|entry| entry.origin == Origin::Guessed && entry.is_at(remote.base()));
            let ids = guess.into_iter().flat_map(|guess| guess.ids.clone());
            let ids = std::iter::once(next.id.clone()).chain(ids).collect();
            let provider = Arc::new(remote);
            Ok(Arc::new(Entry::new(Candidate { ids, provider, origin: Origin::Entered, base, has_key })))
        };
        *entered = all.into_iter().map(|next| (entry(&next), next)).map(|(entry, next)| (next, entry)).collect();

        let asked = || entered.iter().filter(|(next, _)| next.enabled).filter_map(|(_, entry)| entry.as_ref().ok());
        let gives_way = |entry: &Entry| {
            let at = |entered: &Arc<Entry>| entry.ids.iter().any(|id| entered.has_id(id));
            // Also to one that is off: it would be back by the other way.
            entry.origin == Origin::Guessed && entered.iter().any(|(_, entered)| entered.as_ref().is_ok_and(at))
        };
        let mut shown: Vec<_> = self.first.iter().filter(|entry| !gives_way(entry)).chain(asked()).cloned().collect();
        // First those that cost nothing, and of these what somebody told of.
        shown.sort_by_key(|entry| (entry.has_key, entry.origin == Origin::Guessed));
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = shown;
    }

    /// An id for a provider to be entered: the one that it has, or else that with a number behind it. The id of a guess at the
    /// same place is free.
    pub fn free_id(&self, new: &Entered) -> Result<String, Error> {
        let (wanted, base) = (&new.id, new.remote(self.own)?.base().clone());
        let entered = self.entered.read().unwrap_or_else(PoisonError::into_inner);
        let taken = |id: &String| {
            let gives_way = |entry: &Entry| entry.origin == Origin::Guessed && entry.is_at(&base);
            let is_ours = |entry: &Arc<Entry>| entry.has_id(id) && !gives_way(entry);
            self.first.iter().chain([&self.guide]).any(is_ours) || entered.iter().any(|(known, _)| known.id == *id)
        };
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        Ok(std::iter::once(wanted.to_owned()).chain(numbered).find(|id| !taken(id)).unwrap_or_default())
    }

    /// All but the guide, as the settings page shows them: those that are there from the start, then those that were entered.
    pub async fn rows(&self) -> Vec<Row> {
        let row = async |entry: &Arc<Entry>, entered: Option<Entered>| {
            let base_url = entry.base.clone().map(|mut base| {
                base.set_query(None);
                base.to_string()
            });
            let provider = &entry.provider;
            let models = match &entered {
                Some(entered) if !entered.enabled => Ok(0),
                _ => entry.known().await.and_then(|models| entry.some(models)).map(|models| models.len()),
            };
            Row {
                id: provider.id().to_owned(),
                name: provider.name().to_owned(),
                source: provider.source().to_owned(),
                base_url: base_url.unwrap_or_default(),
                has_key: entry.has_key,
                entered,
                models,
            }
        };
        let first = self.entries().into_iter().filter(|entry| entry.origin != Origin::Entered);
        let first = join_all(first.filter(|entry| !Arc::ptr_eq(entry, &self.guide)).map(async |entry| {
            let found = row(&entry, None).await;
            (entry.origin == Origin::Told || found.models.is_ok()).then_some(found)
        }));
        let entered = self.entered.read().unwrap_or_else(PoisonError::into_inner).clone();
        let entered = join_all(entered.into_iter().map(async |(entered, entry)| match entry {
            Ok(entry) => row(&entry, Some(entered)).await,
            Err(error) => Row {
                id: entered.id.clone(),
                name: entered.name.clone(),
                source: PAGE.to_owned(),
                base_url: entered.base_url.clone(),
                has_key: false,
                entered: Some(entered),
                models: Err(error),
            },
        }));
        let (first, entered) = tokio::join!(first, entered);
        first.into_iter().flatten().chain(entered).collect()
    }

    /// Asks a provider that is not entered yet.
    pub async fn test(&self, entered: &Entered) -> Result<Tested, Error> {
        test(&entered.remote(self.own)?).await
    }

    /// Asks one that was there from the start; none where there is no such. An error comes with where it was told of.
    pub async fn test_first(&self, id: &str) -> Option<Result<Tested, (Error, String)>> {
        let entry = self.first.iter().find(|entry| entry.has_id(id))?;
        Some(test(&*entry.provider).await.map_err(|error| (error, entry.provider.source().to_owned())))
    }

    /// Whether it could be asked, as far as can be known without asking it.
    pub fn check(&self, entered: &Entered) -> Result<(), Error> {
        entered.remote(self.own).map(drop)
    }

    fn entries(&self) -> Vec<Arc<Entry>> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        shown.iter().chain([&self.guide]).cloned().collect()
    }

    /// What all providers have, as far as is known: only who was never asked is waited for, two seconds at most, and what is
    /// out of date is asked for behind the answer, so that no page waits for a provider that hangs. One that fails does not
    /// hide the others.
    pub async fn list_models(&self) -> Listing {
        let entries = self.entries();
        let lists = join_all(entries.iter().map(Entry::known)).await;
        listing(entries.iter().zip(lists))
    }

    /// What all providers have now: each is asked, and waited for as long as [`LISTING`].
    pub async fn look(&self) -> Listing {
        let entries = self.entries();
        let lists = join_all(entries.iter().map(|entry| entry.models(KEEP_LOOK, Duration::ZERO))).await;
        listing(entries.iter().zip(lists))
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
        if entry.origin == Origin::Guessed {
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

    fn entry<'a>(&self, id: &'a str) -> Option<(Arc<Entry>, &'a str)> {
        let (provider, model) = id.split_once('/')?;
        let entry = self.entries().into_iter().find(|entry| entry.has_id(provider))?;
        (!model.is_empty()).then_some((entry, model))
    }
}

/// The models of all, and what kept them from others.
fn listing<'a>(lists: impl Iterator<Item = (&'a Arc<Entry>, Result<Vec<Model>, Error>)>) -> Listing {
    let mut listing = Listing::default();
    for (entry, list) in lists {
        let error = match list.and_then(|models| entry.some(models)) {
            Ok(models) => {
                listing.models.extend(models);
                continue;
            }
            // One without a model is there; anything else may be any program.
            Err(error) if entry.origin == Origin::Guessed && !matches!(error, Error::Empty { .. }) => continue,
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

#[cfg(test)]
mod tests;
