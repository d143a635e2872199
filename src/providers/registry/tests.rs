use super::*;
use crate::providers::{Request, Sink};
use app::wire::ModelKind;
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
        kind: ModelKind::Local,
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
    let failure = |id: &str, error| Failure { id: id.into(), name: id.into(), source: id.into(), error };
    let expected = [
        failure("b", Error::Cut { provider: "b".into() }),
        failure("c", Error::Silent { provider: "c".into(), after: LISTING }),
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
    // The clock is paused: a sleep is over when nothing is left to do.
    let later = async |time| {
        tokio::time::advance(time).await;
        providers.list_models().await;
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    later(KEEP_FAILURE).await;
    assert_eq!(asked(), (1, 2));
    later(KEEP).await;
    assert_eq!(asked(), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_twice_for_a_provider_that_hangs() {
    let providers = Providers::new(vec![Fake::new("a", &[""])]);
    providers.list_models().await;
    tokio::time::advance(KEEP).await;
    let before = Instant::now();
    assert_eq!(ids(&providers.list_models().await), ["brooklet/guide"]);
    providers.resolve("a/any").await.map(drop).unwrap();
    assert_eq!(before.elapsed(), Duration::ZERO);
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

/// A provider that nobody told of.
fn guessed(provider: Arc<dyn Provider>) -> Candidate {
    Candidate { ids: vec![provider.id().to_owned()], provider, guessed: true }
}

#[tokio::test(start_paused = true)]
async fn a_port_without_a_model_server_is_not_spoken_of_and_not_waited_for() {
    let entries = vec![guessed(Fake::new("a", &[])), guessed(Fake::new("b", &[""])), guessed(Fake::new("c", &["z"]))];
    let providers = Providers::of(entries, Here::default());
    let before = Instant::now();
    let listing = providers.list_models().await;
    assert_eq!((ids(&listing), listing.failures.len()), (vec!["c/z", "brooklet/guide"], 0));
    assert_eq!(before.elapsed(), GUESS);
}

#[tokio::test(start_paused = true)]
async fn a_guessed_server_must_list_the_model_each_time_it_is_asked() {
    let fake = Fake::new("a", &["z"]);
    let providers = Providers::of(vec![guessed(fake.clone()), guessed(Fake::new("b", &[]))], Here::default());
    providers.resolve("a/z").await.map(drop).unwrap();
    tokio::time::advance(KEEP_LOOK).await;
    providers.resolve("a/z").await.map(drop).unwrap();
    assert_eq!(fake.asked.load(Ordering::Relaxed), 2);
    let refused = async |id| providers.resolve(id).await.map(drop).unwrap_err();
    assert_eq!(refused("a/x").await, Error::NoModel { provider: "a".into(), message: "`a/x`".into() });
    assert_eq!(refused("b/any").await, Error::Cut { provider: "b".into() }, "no trust in a stranger");
}

#[tokio::test(start_paused = true)]
async fn looking_asks_again_and_a_list_without_models_is_told() {
    let (full, hidden) = (Fake::new("a", &["z"]), Fake::new("b", &["x"]));
    let twice = Candidate { ids: vec!["a".into(), "c".into()], provider: full.clone(), guessed: false };
    let providers = Providers::of(vec![twice, guessed(hidden)], Here::default());
    assert_eq!(ids(&providers.list_models().await), ["a/z", "b/x", "brooklet/guide"]);
    providers.list_models().await;
    assert_eq!(full.asked.load(Ordering::Relaxed), 1);
    tokio::time::advance(KEEP_LOOK).await;
    providers.look().await;
    assert_eq!(full.asked.load(Ordering::Relaxed), 2);
    // The same place under its other name.
    let (found, model) = providers.resolve("c/z").await.map_err(|error| error.to_string()).unwrap();
    assert_eq!((found.id(), model.as_str()), ("a", "z"));
}

/// The guide told who had set a wrong key to set a key.
#[tokio::test]
async fn the_guide_names_what_failed() {
    struct Said(String);

    #[async_trait::async_trait]
    impl Sink for Said {
        async fn push(&mut self, chunk: crate::providers::Chunk) {
            if let crate::providers::Chunk::Text(text) = chunk {
                self.0 += &text;
            }
        }
    }

    let failing = guessed(Fake::new("c", &[]));
    let told = Candidate { guessed: false, ..guessed(Fake::new("b", &[])) };
    let providers = Providers::of(vec![failing, told], Here::default());
    let ask = async || {
        let (guide, model) = providers.find("brooklet/guide").unwrap();
        let text = "how do I connect a model".to_owned();
        let messages = vec![crate::providers::PromptMessage::new(app::wire::Role::User, text)];
        let mut said = Said(String::new());
        guide.reply(Request::new(model, messages), &mut said).await.unwrap();
        said.0
    };
    assert!(!ask().await.contains("stands in the way"), "nobody was asked yet");
    providers.list_models().await;
    let said = ask().await;
    assert!(said.starts_with("**This stands in the way now:**\n\n- B ended the connection"), "{said}");
    assert!(!said.contains("- C ended"), "nobody told of that one: {said}");
}
