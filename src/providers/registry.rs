//! All providers that were found, and what can be asked of them.

use super::{Error, LISTING, Provider, guide::Guide};
use app::wire::Model;
use futures::future::join_all;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

/// How long a list of models is believed: sending a message asks for it, and models come and go by the hour.
const KEEP: Duration = Duration::from_secs(30);

/// How long a failure is believed: whoever has just started Ollama looks again at once.
const KEEP_FAILURE: Duration = Duration::from_secs(3);

/// The providers in the order in which they are shown, the built-in guide last.
pub struct Providers {
    entries: Vec<Entry>,
}

/// What [`Providers::list_models`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Never empty: the guide is always there, last.
    pub models: Vec<Model>,
    /// The providers that gave no list, by their ids.
    pub failures: Vec<(String, Error)>,
}

impl Providers {
    /// `found`, and the guide behind them.
    pub fn new(found: Vec<Arc<dyn Provider>>) -> Self {
        let guide: Arc<dyn Provider> = Arc::new(Guide);
        let entries = found.into_iter().chain([guide]).map(|provider| Entry { provider, listed: Mutex::default() });
        Self { entries: entries.collect() }
    }

    /// Asks all providers at once; ends within two seconds. One that fails does not hide the others.
    pub async fn list_models(&self) -> Listing {
        let lists = join_all(self.entries.iter().map(Entry::models)).await;
        let mut listing = Listing::default();
        for (entry, list) in self.entries.iter().zip(lists) {
            match list {
                Ok(models) => listing.models.extend(models),
                Err(error) => listing.failures.push((entry.provider.id().to_owned(), error)),
            }
        }
        listing
    }

    /// The provider of a model's id, and the model's name there. Any name will do: only `resolve` knows the models.
    pub fn find<'a>(&self, id: &'a str) -> Option<(Arc<dyn Provider>, &'a str)> {
        let (entry, model) = self.entry(id)?;
        Some((entry.provider.clone(), model))
    }

    /// The provider and its name for a model that can be asked, or [`Error::NoModel`].
    ///
    /// A name is taken on trust where the provider gave no list, or an empty one: it may answer all the same, and
    /// will say itself if it has no such model.
    pub async fn resolve(&self, id: &str) -> Result<(Arc<dyn Provider>, String), Error> {
        let no_model = |provider: &str| Error::NoModel { provider: provider.to_owned(), message: format!("`{id}`") };
        let (entry, model) = self.entry(id).ok_or_else(|| no_model("Brooklet"))?;
        match entry.models().await {
            Ok(models) if !models.is_empty() && models.iter().all(|known| known.id != id) => {
                Err(no_model(&models[0].provider))
            }
            _ => Ok((entry.provider.clone(), model.to_owned())),
        }
    }

    fn entry<'a>(&self, id: &'a str) -> Option<(&Entry, &'a str)> {
        let (provider, model) = id.split_once('/')?;
        let entry = self.entries.iter().find(|entry| entry.provider.id() == provider)?;
        (!model.is_empty()).then_some((entry, model))
    }
}

struct Entry {
    provider: Arc<dyn Provider>,
    /// Held while the provider is asked, so that those who come meanwhile wait for the same answer.
    listed: Mutex<Option<Listed>>,
}

struct Listed {
    at: Instant,
    models: Result<Vec<Model>, Error>,
}

impl Entry {
    async fn models(&self) -> Result<Vec<Model>, Error> {
        let mut listed = self.listed.lock().await;
        if let Some(Listed { at, models }) = &*listed
            && at.elapsed() < if models.is_ok() { KEEP } else { KEEP_FAILURE }
        {
            return models.clone();
        }
        let silent = || Error::Silent { provider: self.provider.id().to_owned(), after: LISTING };
        let models = timeout(LISTING, self.provider.models()).await.unwrap_or_else(|_| Err(silent()));
        *listed = Some(Listed { at: Instant::now(), models: models.clone() });
        models
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::{Request, Sink};
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Lists `names`, fails without any, and hangs with none but an empty one.
    struct Fake {
        id: &'static str,
        names: &'static [&'static str],
        asked: AtomicUsize,
    }

    impl Fake {
        fn new(id: &'static str, names: &'static [&'static str]) -> Arc<Self> {
            Arc::new(Self { id, names, asked: AtomicUsize::new(0) })
        }
    }

    #[async_trait::async_trait]
    impl Provider for Fake {
        fn id(&self) -> &str {
            self.id
        }

        async fn models(&self) -> Result<Vec<Model>, Error> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            match self.names {
                [] => Err(Error::Cut { provider: self.id.into() }),
                [""] => std::future::pending().await,
                names => Ok(names.iter().map(|name| model(self.id, name)).collect()),
            }
        }

        async fn reply(&self, _: Request, _: &mut dyn Sink) -> Result<(), Error> {
            Ok(())
        }
    }

    fn model(provider: &str, name: &str) -> Model {
        Model {
            id: format!("{provider}/{name}"),
            name: name.into(),
            provider: provider.to_uppercase(),
            source: "test".into(),
        }
    }

    fn ids(listing: &Listing) -> Vec<&str> {
        listing.models.iter().map(|model| model.id.as_str()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_fails_does_not_hide_the_others() {
        let providers = Providers::new(vec![
            Fake::new("a", &["z", "y"]),
            Fake::new("b", &[]),
            Fake::new("c", &[""]),
            Fake::new("d", &["x"]),
        ]);
        let before = Instant::now();
        let listing = providers.list_models().await;
        assert_eq!(before.elapsed(), LISTING);
        assert_eq!(ids(&listing), ["a/z", "a/y", "d/x", "brooklet/guide"]);
        let expected = [
            ("b".to_owned(), Error::Cut { provider: "b".into() }),
            ("c".to_owned(), Error::Silent { provider: "c".into(), after: LISTING }),
        ];
        assert_eq!(listing.failures, expected);
    }

    #[tokio::test]
    async fn the_guide_is_there_alone() {
        assert_eq!(ids(&Providers::new(vec![]).list_models().await), ["brooklet/guide"]);
    }

    #[tokio::test(start_paused = true)]
    async fn asks_again_when_a_list_is_old() {
        let (good, bad) = (Fake::new("a", &["z"]), Fake::new("b", &[]));
        let providers = Providers::new(vec![good.clone(), bad.clone()]);
        let asked = || (good.asked.load(Ordering::Relaxed), bad.asked.load(Ordering::Relaxed));
        tokio::join!(providers.list_models(), providers.list_models());
        assert_eq!(asked(), (1, 1), "two at once are one question");
        providers.resolve("a/z").await.map(drop).unwrap();
        assert_eq!(asked(), (1, 1));
        tokio::time::advance(KEEP_FAILURE).await;
        providers.list_models().await;
        assert_eq!(asked(), (1, 2));
        tokio::time::advance(KEEP).await;
        providers.list_models().await;
        assert_eq!(asked(), (2, 3));
    }

    #[tokio::test]
    async fn resolves_what_is_there() {
        let providers = Providers::new(vec![Fake::new("a", &["z", "org/y"]), Fake::new("b", &[])]);
        for (id, provider, name) in
            [("a/org/y", "a", "org/y"), ("b/anything", "b", "anything"), ("brooklet/guide", "brooklet", "guide")]
        {
            let (found, model) = providers.resolve(id).await.map_err(|error| error.to_string()).unwrap();
            assert_eq!((found.id(), model.as_str()), (provider, name));
        }
        for id in ["a/x", "c/z", "z", "", "a/", "/", "brooklet/other", "brooklet"] {
            let error = providers.resolve(id).await.map(drop).unwrap_err();
            assert_eq!(error.to_wire().code, app::wire::Code::ModelNotFound, "{id}");
        }
        let error = providers.resolve("a/x").await.map(drop).unwrap_err();
        assert_eq!(error.to_string(), "A has no such model: `a/x`");
    }

    #[test]
    fn finds_by_the_first_half() {
        let providers = Providers::new(vec![Fake::new("a", &["z"])]);
        let (provider, name) = providers.find("a/org/any").unwrap();
        assert_eq!((provider.id(), name), ("a", "org/any"));
        assert!(providers.find("b/z").is_none() && providers.find("z").is_none());
    }
}
