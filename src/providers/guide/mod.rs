//! The built-in guide: a provider without a model, so that the first start already shows a reply.
//!
//! It is honest: it says that no model answers, quotes what our own documentation has on the question, names what keeps a
//! model from being there, and recites a
//! document at any speed for whoever wants to see, or to test, how a reply streams.

mod answer;
mod here;
mod index;
mod library;
mod phrases;
mod problems;
mod recital;
mod reflow;
mod section;
mod system;
mod words;

pub use here::Here;
pub use recital::token;
pub use system::System;

use super::{Chunk, Error, Failure, Provider, Request, Sink};
use app::wire::{Model, ModelKind, Role, Usage};
use std::{borrow::Cow, ops::RangeInclusive, time::Duration};
use tokio::time::{Instant, sleep_until};

const TOKENS: RangeInclusive<u32> = 1..=1_000_000;
const PER_SECOND: RangeInclusive<u32> = 1..=10_000;

/// How fast an explanation comes, in tokens a second: it is there in two seconds, and still seen to stream.
const EXPLANATION: u32 = 300;

/// The most tokens in one chunk, however far the journal was behind.
const BURST: u32 = 256;

const HELP: &str = "I am Brooklet's built-in guide, not a language model. I know these:\n\n\
    - `/recite <tokens> <per second>` streams a document, such as `/recite 1000 50`.\n\
    - `/help` shows this list.\n\
    - Anything else is looked up in Brooklet's documentation, such as `how do I connect Ollama?`\n";

const USAGE: &str = "Say it as `/recite <tokens> <per second>`, such as `/recite 1000 50`: 1 to 1000000 tokens, at 1 to \
    10000 a second, both in plain digits.\n";

/// `brooklet/guide`.
pub struct Guide {
    here: Here,
    known: Box<dyn Fn() -> Known + Send + Sync>,
}

/// How it stands with models now, the guide left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// One can be asked.
    pub connected: bool,
    pub failures: Vec<Failure>,
}

impl Guide {
    /// `known` is asked at each reply.
    pub fn new(here: Here, known: impl Fn() -> Known + Send + Sync + 'static) -> Self {
        Self { here, known: Box::new(known) }
    }
}

#[async_trait::async_trait]
impl Provider for Guide {
    fn id(&self) -> &str {
        "brooklet"
    }

    fn is_model(&self) -> bool {
        false
    }

    async fn continues(&self) -> bool {
        true
    }

    fn sees(&self, _model: &str) -> Option<bool> {
        Some(false)
    }

    async fn models(&self) -> Result<Vec<Model>, Error> {
        Ok(vec![Model {
            id: "brooklet/guide".into(),
            name: "Guide".into(),
            provider: "Brooklet".into(),
            source: "built in".into(),
            kind: ModelKind::BuiltIn,
            hidden: false,
            facts: None,
        }])
    }

    async fn reply(&self, request: Request, sink: &mut dyn Sink) -> Result<(), Error> {
        let asked = request.messages.iter().rfind(|message| message.role == Role::User);
        let asked = asked.map_or("", |message| &message.text);
        let said = request.said.as_deref().unwrap_or_default();
        let mut words = asked.split_whitespace();
        match words.next() {
            Some("/recite") => match recitation(words) {
                Some((tokens, per_second)) => {
                    stream(token, tokens, per_second, said, sink).await;
                    let usage = Usage { output_tokens: Some(tokens.into()), ..Usage::default() };
                    sink.push(Chunk::Usage(usage)).await;
                }
                None => explain(USAGE, said, sink).await,
            },
            Some(command) if command.starts_with('/') => explain(HELP, said, sink).await,
            _ => explain(&answer::answer(asked, &self.here, &(self.known)()), said, sink).await,
        }
        sink.push(Chunk::Finish("stop".into())).await;
        Ok(())
    }
}

/// What `/recite` was told: how many tokens, and how many a second.
fn recitation<'a>(words: impl Iterator<Item = &'a str>) -> Option<(u32, u32)> {
    let words: Vec<_> = words.collect();
    let [tokens, per_second] = words[..] else { return None };
    let (tokens, per_second) = (tokens.parse().ok()?, per_second.parse().ok()?);
    (TOKENS.contains(&tokens) && PER_SECOND.contains(&per_second)).then_some((tokens, per_second))
}

async fn explain(text: &str, said: &str, sink: &mut dyn Sink) {
    let tokens = recital::split(text);
    stream(|n| tokens[n as usize].into(), tokens.len() as u32, EXPLANATION, said, sink).await;
}

/// Pushes tokens `0..count`, from the place on at which `said` ends. Each has its own moment, counted from the start: a late
/// timer delays a token and never the whole, and at high speeds a chunk has all the tokens whose moment has come.
async fn stream<'a>(token: impl Fn(u32) -> Cow<'a, str>, count: u32, per_second: u32, said: &str, sink: &mut dyn Sink) {
    let (first, mut half) = match place(&token, count, said) {
        Some(place) => place,
        // What it knows has changed meanwhile: it begins again, below.
        None => {
            sink.push(Chunk::Text("\n\n".into())).await;
            (0, 0)
        }
    };
    let start = Instant::now();
    let mut next = first;
    while next < count {
        let moment = Duration::from_nanos(u64::from(next - first) * 1_000_000_000 / u64::from(per_second));
        sleep_until(start + moment).await;
        let due = start.elapsed().as_nanos() * u128::from(per_second) / 1_000_000_000 + 1 + u128::from(first);
        let due = due.clamp(u128::from(next) + 1, u128::from((next + BURST).min(count))) as u32;
        let text: String = (next..due).map(&token).collect();
        sink.push(Chunk::Text(text[half..].to_owned())).await;
        (next, half) = (due, 0);
    }
}

/// The token in which `said` ends, and the bytes of it that are said; none where `said` is another text.
fn place<'a>(token: impl Fn(u32) -> Cow<'a, str>, count: u32, said: &str) -> Option<(u32, usize)> {
    let mut left = said;
    for n in 0..count {
        let token = token(n);
        match left.strip_prefix(&*token) {
            Some(rest) => left = rest,
            None => return token.starts_with(left).then_some((n, left.len())),
        }
    }
    left.is_empty().then_some((count, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::PromptMessage;

    /// Chunks with the moments at which they came.
    struct Heard {
        start: Instant,
        chunks: Vec<(Duration, Chunk)>,
        /// How long each push takes.
        slow: Duration,
    }

    #[async_trait::async_trait]
    impl Sink for Heard {
        async fn push(&mut self, chunk: Chunk) {
            self.chunks.push((self.start.elapsed(), chunk));
            tokio::time::sleep(self.slow).await;
        }
    }

    impl Heard {
        fn text(&self) -> String {
            let texts = self.chunks.iter().filter_map(|(_, chunk)| match chunk {
                Chunk::Text(text) => Some(text.as_str()),
                _ => None,
            });
            texts.collect()
        }
    }

    async fn ask_slowly(text: &str, slow: Duration) -> Heard {
        let mut heard = Heard { start: Instant::now(), chunks: vec![], slow };
        let message = |role, text: &str| PromptMessage::new(role, text);
        let messages =
            vec![message(Role::User, "/recite 7 7"), message(Role::Assistant, "…"), message(Role::User, text)];
        Guide::new(Here::default(), Known::default).reply(Request::new("guide", messages), &mut heard).await.unwrap();
        heard
    }

    async fn ask(text: &str) -> Heard {
        ask_slowly(text, Duration::ZERO).await
    }

    fn recited(tokens: u32) -> String {
        (0..tokens).map(token).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn recites_each_token_at_its_moment() {
        let heard = ask("/recite 100 20").await;
        assert_eq!(heard.text(), recited(100));
        for (n, (at, chunk)) in heard.chunks[..100].iter().enumerate() {
            assert_eq!(*chunk, Chunk::Text(token(n as u32).into()));
            let moment = Duration::from_millis(50 * n as u64);
            assert!((moment..moment + Duration::from_millis(2)).contains(at), "token {n} at {at:?}");
        }
        let usage = Usage { output_tokens: Some(100), ..Usage::default() };
        let end: Vec<_> = heard.chunks[100..].iter().map(|(_, chunk)| chunk.clone()).collect();
        assert_eq!(end, [Chunk::Usage(usage), Chunk::Finish("stop".into())]);
    }

    #[tokio::test(start_paused = true)]
    async fn goes_on_from_the_very_byte() {
        let whole = recited(40);
        let ends: Vec<usize> = whole.char_indices().map(|(at, _)| at).chain([whole.len()]).collect();
        for end in ends {
            let mut heard = Heard { start: Instant::now(), chunks: vec![], slow: Duration::ZERO };
            let messages = vec![PromptMessage::new(Role::User, "/recite 40 20")];
            let said = Some(whole[..end].to_owned());
            let request = Request { said, ..Request::new("guide", messages) };
            Guide::new(Here::default(), Known::default).reply(request, &mut heard).await.unwrap();
            assert_eq!(heard.text(), whole[end..], "from {end}");
            assert!(heard.chunks.first().unwrap().0 < Duration::from_millis(2), "from {end}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn begins_again_where_it_knows_something_else_by_now() {
        let mut heard = Heard { start: Instant::now(), chunks: vec![], slow: Duration::ZERO };
        let messages = vec![PromptMessage::new(Role::User, "/help")];
        let request = Request { said: Some("I was another text".into()), ..Request::new("guide", messages) };
        Guide::new(Here::default(), Known::default).reply(request, &mut heard).await.unwrap();
        assert_eq!(heard.text(), format!("\n\n{HELP}"));
    }

    #[tokio::test(start_paused = true)]
    async fn recites_many_tokens_a_tick_without_drift() {
        let heard = ask("/recite 100000 10000").await;
        assert_eq!(heard.text(), recited(100_000));
        let end = heard.chunks.last().unwrap().0;
        assert!((Duration::from_millis(9_990)..=Duration::from_millis(10_010)).contains(&end), "{end:?}");
        assert!(heard.chunks.len() < 20_000, "{} chunks", heard.chunks.len());
    }

    #[tokio::test(start_paused = true)]
    async fn catches_up_in_bounded_chunks_after_a_slow_journal() {
        let heard = ask_slowly("/recite 5000 10000", Duration::from_secs(1)).await;
        assert_eq!(heard.text(), recited(5000));
        assert!(heard.chunks.len() >= 5000 / BURST as usize);
    }

    #[tokio::test(start_paused = true)]
    async fn explains_how_to_recite() {
        for text in [
            "/recite",
            "/recite 10",
            "/recite 0 10",
            "/recite 10 0",
            "/recite -1 5",
            "/recite 1000001 1",
            "/recite 1 10001",
            "/recite 99999999999999999999 1",
            "/recite ten 5",
            "/recite 1 2 3",
            "/recite 1.5 2",
        ] {
            assert_eq!(ask(text).await.text(), USAGE, "{text}");
        }
        assert_eq!(ask("  /recite\n1  10000 ").await.text(), recited(1));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_streams_in_small_pieces() {
        for text in ["What is the capital of France?", "", "如何连接模型", "How do I connect Ollama?"] {
            let heard = ask(text).await;
            assert_eq!(heard.text(), answer::answer(text, &Here::default(), &Known::default()));
            assert_eq!(heard.chunks.last().unwrap().1, Chunk::Finish("stop".into()));
            assert!(heard.chunks.iter().all(|(at, _)| *at < Duration::from_secs(3)), "{text}");
            assert!(heard.chunks.len() > 60, "{text}: {}", heard.chunks.len());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn knows_when_a_model_is_there() {
        let guide = Guide::new(Here::default(), || Known { connected: true, ..Known::default() });
        let mut heard = Heard { start: Instant::now(), chunks: vec![], slow: Duration::ZERO };
        let messages = vec![PromptMessage::new(Role::User, "hi")];
        guide.reply(Request::new("guide", messages), &mut heard).await.unwrap();
        assert!(heard.text().contains("A model is connected"), "{}", heard.text());
    }

    #[tokio::test(start_paused = true)]
    async fn helps() {
        assert_eq!(ask("/help").await.text(), HELP);
        assert_eq!(ask("/what").await.text(), HELP);
    }

    #[test]
    fn says_the_bounds_that_it_has() {
        for bound in [TOKENS.end(), PER_SECOND.end()] {
            assert!(USAGE.contains(&bound.to_string()));
        }
    }
}
