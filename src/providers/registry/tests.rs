use super::*;
use crate::providers::{Request, Sink};
use app::wire::ModelKind;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::time::Instant;

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
        hidden: false,
        facts: None,
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
    Candidate { origin: Origin::Guessed, ..told(provider) }
}

fn told(provider: Arc<dyn Provider>) -> Candidate {
    let ids = vec![provider.id().to_owned()];
    Candidate { ids, provider, origin: Origin::Told, base: None, has_key: false }
}

fn of(candidates: Vec<Candidate>) -> Providers {
    Providers::of(candidates, SocketAddr::from(([127, 0, 0, 1], 0)), Here::default())
}

#[tokio::test(start_paused = true)]
async fn a_port_without_a_model_server_is_not_spoken_of_and_not_waited_for() {
    let entries = vec![guessed(Fake::new("a", &[])), guessed(Fake::new("b", &[""])), guessed(Fake::new("c", &["z"]))];
    let providers = of(entries);
    let before = Instant::now();
    let listing = providers.list_models().await;
    assert_eq!((ids(&listing), listing.failures.len()), (vec!["c/z", "brooklet/guide"], 0));
    assert_eq!(before.elapsed(), GUESS);
}

#[tokio::test(start_paused = true)]
async fn a_guessed_server_must_list_the_model_each_time_it_is_asked() {
    let fake = Fake::new("a", &["z"]);
    let providers = of(vec![guessed(fake.clone()), guessed(Fake::new("b", &[]))]);
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
    let twice = Candidate { ids: vec!["a".into(), "c".into()], ..told(full.clone()) };
    let providers = of(vec![twice, guessed(hidden)]);
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
    let providers = of(vec![failing, told(Fake::new("b", &[]))]);
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

/// One that was entered at this place.
fn entered(id: &str, version: u64, base_url: &str) -> Entered {
    let (service, name) = ("openai-compatible".to_owned(), id.to_uppercase());
    let only = vec!["x".to_owned()];
    let (id, base_url, key) = (id.to_owned(), base_url.to_owned(), Ok(None));
    Entered { id, version, service, name, base_url, key, only, enabled: true }
}

#[tokio::test]
async fn what_was_entered_is_asked_until_it_is_not() {
    let providers = of(vec![told(Fake::new("a", &["z"])), guessed(Fake::new("c", &["y"]))]);
    let listed = async || ids(&providers.list_models().await).join(" ");
    providers.enter(vec![entered("b", 1, "http://127.0.0.1:1/v1")]);
    assert_eq!(listed().await, "a/z b/x c/y brooklet/guide", "a guess stands behind what somebody told of");
    let (first, _) = providers.find("b/x").unwrap();
    providers.enter(vec![entered("b", 1, "http://127.0.0.1:1/v1"), entered("d", 1, "http://127.0.0.1:2/v1")]);
    assert!(Arc::ptr_eq(&first, &providers.find("b/x").unwrap().0), "what did not change stays");
    providers.enter(vec![entered("b", 2, "http://127.0.0.1:1/v1")]);
    assert!(!Arc::ptr_eq(&first, &providers.find("b/x").unwrap().0));
    assert!(providers.find("d/x").is_none());
    providers.enter(vec![Entered { enabled: false, ..entered("b", 3, "http://127.0.0.1:1/v1") }]);
    assert_eq!(listed().await, "a/z c/y brooklet/guide");
    assert!(providers.find("b/x").is_none());
    assert_eq!(providers.rows().await.last().map(|row| row.id.clone()).as_deref(), Some("b"), "it is shown, and off");
    // One with a key costs something, and stands behind those that do not.
    let key = Ok(Some("sk-0123456789".into()));
    providers.enter(vec![Entered { key, ..entered("b", 4, "http://127.0.0.1:1/v1") }]);
    assert_eq!(listed().await, "a/z c/y b/x brooklet/guide");
}

#[tokio::test]
async fn a_setting_wins_over_what_was_entered_and_a_guess_gives_way() {
    let base = Url::parse("http://127.0.0.1:9/v1").unwrap();
    let guess = Candidate { base: Some(base), ..guessed(Fake::new("c", &["y"])) };
    let providers = of(vec![told(Fake::new("a", &["z"])), guess]);
    let same_place = entered("own", 1, "http://localhost:9");
    providers.enter(vec![entered("a", 1, "http://127.0.0.1:1/v1"), same_place.clone()]);
    assert_eq!(ids(&providers.list_models().await), ["a/z", "own/x", "brooklet/guide"]);
    let (found, _) = providers.find("c/x").unwrap();
    assert_eq!(found.id(), "own", "conversations know it by the id of the guess");
    let rows = providers.rows().await;
    let shown: Vec<_> = rows.iter().map(|row| (row.id.as_str(), row.models.clone())).collect();
    let cause = "`a` takes its place while it is set".to_owned();
    assert_eq!(shown, [("a", Ok(1)), ("a", Err(Error::Entered { provider: "A".into(), cause })), ("own", Ok(1))]);
    providers.enter(vec![Entered { enabled: false, ..entered("own", 2, "http://localhost:9") }]);
    assert_eq!(ids(&providers.list_models().await), ["a/z", "brooklet/guide"], "what is off is not guessed again");
    providers.enter(vec![entered("own", 3, "http://localhost:9")]);
    assert_eq!(providers.free_id(&entered("a", 0, "http://127.0.0.1:1")), Ok("a-2".into()));
    assert_eq!(providers.free_id(&entered("own", 0, "http://127.0.0.1:1")), Ok("own-2".into()));
    assert_eq!(providers.free_id(&entered("brooklet", 0, "http://127.0.0.1:1")), Ok("brooklet-2".into()));
    assert_eq!(providers.free_id(&entered("c", 0, "http://127.0.0.1:1")), Ok("c-2".into()));
    assert_eq!(providers.free_id(&entered("c", 0, "http://127.0.0.1:9")), Ok("c".into()));
}

#[tokio::test]
async fn what_cannot_be_asked_says_why() {
    let own: SocketAddr = ([127, 0, 0, 1], 3000).into();
    let providers = Providers::of(vec![], own, Here::default());
    let unreadable = Err("its key was kept with another key file; enter it again".to_owned());
    providers.enter(vec![
        entered("a", 1, "ftp://x"),
        entered("b", 1, "http://localhost:3000/v1"),
        Entered { key: unreadable, ..entered("c", 1, "http://127.0.0.1:1") },
        Entered { service: "nobody".into(), ..entered("d", 1, "http://127.0.0.1:1") },
        Entered { service: "ollama".into(), ..entered("e", 1, ":11434") },
    ]);
    assert_eq!(ids(&providers.list_models().await), ["e/x", "brooklet/guide"]);
    let rows = providers.rows().await;
    let causes: Vec<_> = rows.iter().map(|row| row.models.as_ref().map_err(ToString::to_string).map(|_| ())).collect();
    let url = "the base URL must look like `https://api.openai.com/v1`, without a name or password in it";
    let causes: Vec<_> = causes.iter().map(|cause| cause.as_ref().err().map_or("", String::as_str)).collect();
    assert_eq!(
        causes,
        [
            &format!("A cannot be used: {url}"),
            "B cannot be used: that is where Brooklet itself listens",
            "C cannot be used: its key was kept with another key file; enter it again",
            &format!("D cannot be used: {url}"),
            "",
        ]
    );
}
