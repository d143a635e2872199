//! What each model of this upstream does, by its name.

use crate::{
    mixed::Mixed,
    river::River,
    step::{Step, done, finish, frame},
};
use serde_json::json;
use std::time::Duration;

/// A model's name, and what it does with the last user message.
type Model = (&'static str, fn(&str) -> Vec<Step>);

const MODELS: &[Model] = &[
    // Replies with the user's text, word by word.
    ("echo", echo),
    // `count 200 50`: "tok1 tok2 …", 200 of them, 50 a second.
    ("count", count),
    // The user's text, each word behind a gate: `POST /control/release` lets the next one out.
    ("gated", gated),
    // `12 5 …`: all that comes behind the second space, 12 characters at a time, one each 5 ms.
    ("document", document),
    // Everything that is difficult about text.
    ("unicode", unicode),
    // What it is shown: see `Exchange::seen`.
    ("see", echo),
    // The same as `echo`; its list says that it sees nothing.
    ("blind", echo),
    // Reasoning in a field of its own, then the user's text.
    ("think", think),
    // The same, each word of the reasoning behind a gate.
    ("ponder", ponder),
    // `river 7 0 200 50`: a text that is known beforehand, at irregular times (see `river`).
    ("river", river),
    // `mixed 20000 4 100`: that many characters of mixed Markdown, 4 at a time, 100 times a second (see `mixed`).
    ("mixed", |user| match user.parse::<Mixed>() {
        Ok(mixed) => mixed.steps(),
        Err(()) => Step::answer(422, "application/json", error("that is no mixture", "invalid_request")),
    }),
    // `torn 812`: so many bytes of a transcript, and then the end.
    ("torn", torn),
    // `length …`: all that comes behind the first space, and that it stopped there for this reason.
    ("finish", |user| {
        let (reason, text) = user.split_once(' ').unwrap_or((user, ""));
        vec![Step::stream(), Step::text(text), Step::piece(finish(reason))]
    }),
    // The user's text as one JSON object, though a stream was asked for.
    ("whole", whole),
    // Breaks off inside a token.
    ("cut", cut),
    // Resets the connection inside a token.
    ("reset", reset),
    // Says nothing, for ever.
    ("hang", |_| vec![Step::stream(), Step::Hang]),
    ("html", |_| Step::answer(200, "text/html", "<!doctype html><title>A proxy's page</title>")),
    ("error-200", |_| Step::answer(200, "application/json", error("out of memory", "server_error"))),
    ("refuse-401", |_| Step::answer(401, "application/json", error("Incorrect API key provided", "invalid_api_key"))),
    ("refuse-429", |_| Step::answer(429, "application/json", error("Rate limit reached", "rate_limit_exceeded"))),
    // Wants to be left alone for as many seconds as the text says.
    ("refuse-wait", |user| {
        let seconds = user.split(' ').find(|word| word.parse::<u64>().is_ok()).unwrap_or("20");
        let limit = error("Rate limit reached", "rate_limit_exceeded");
        vec![Step::Head(429, vec![("retry-after", seconds.to_owned())]), Step::piece(limit)]
    }),
    ("refuse-500", |_| Step::answer(500, "application/json", error("the model is on fire", "server_error"))),
];

/// How Brooklet asks for a title, whatever the model.
const TITLE: &str = "Write a title";

/// What `model` answers to `user`.
pub fn steps(model: &str, user: &str) -> Vec<Step> {
    match MODELS.iter().find(|(name, _)| *name == model) {
        Some(_) if user.starts_with(TITLE) => title(user),
        Some((_, steps)) => steps(user),
        None => Step::answer(404, "application/json", error(&format!("no model `{model}`"), "model_not_found")),
    }
}

/// All models, in the order of their list.
pub fn names() -> Vec<&'static str> {
    MODELS.iter().map(|(name, _)| *name).collect()
}

fn echo(user: &str) -> Vec<Step> {
    let words = user.split_inclusive(' ').map(Step::text);
    [Step::stream()].into_iter().chain(words).chain([done(user.split(' ').count())]).collect()
}

/// The first three words of the question, dressed as models dress a title.
fn title(user: &str) -> Vec<Step> {
    let question = user.split_once("<question>").map_or("", |(_, question)| question);
    let words: Vec<_> = question.split_whitespace().take(3).collect();
    echo(&format!("**Title:** \"On {}.\"", words.join(" ")))
}

fn count(user: &str) -> Vec<Step> {
    let mut numbers = user.split_whitespace().filter_map(|word| word.parse().ok());
    let (tokens, per_second) = (numbers.next().unwrap_or(20_u64), numbers.next().unwrap_or(50_u64).max(1));
    let mut steps = vec![Step::stream()];
    for n in 1..=tokens {
        steps.push(Step::Until(Duration::from_micros((n - 1) * 1_000_000 / per_second)));
        steps.push(Step::Text(if n == 1 { "tok1".into() } else { format!(" tok{n}") }));
    }
    steps.push(done(tokens as usize));
    steps
}

fn gated(user: &str) -> Vec<Step> {
    let words = user.split_inclusive(' ').flat_map(|word| [Step::Gate, Step::text(word)]);
    [Step::stream()].into_iter().chain(words).chain([Step::Gate, done(1)]).collect()
}

fn document(user: &str) -> Vec<Step> {
    let mut words = user.splitn(3, ' ');
    let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(1_u64);
    let (characters, pause) = (number().max(1), number());
    let text: Vec<char> = words.next().unwrap_or_default().chars().collect();
    let pieces = text.chunks(characters as usize).enumerate().flat_map(|(index, piece)| {
        [Step::Until(Duration::from_millis(index as u64 * pause)), Step::Text(piece.iter().collect())]
    });
    [Step::stream()].into_iter().chain(pieces).chain([done(text.len())]).collect()
}

fn river(user: &str) -> Vec<Step> {
    match user.parse::<River>() {
        Ok(river) => river.steps(),
        Err(()) => Step::answer(422, "application/json", error("that is no river", "invalid_request")),
    }
}

fn torn(user: &str) -> Vec<Step> {
    let transcript = include_bytes!("../../it/transcripts/chat/deepseek.sse");
    let bytes = user.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(usize::MAX);
    vec![Step::stream(), Step::piece(&transcript[..bytes.min(transcript.len())])]
}

/// A transcript with inline thoughts, split tags, surrogate pairs in two chunks, NUL, and many scripts; each frame apart.
fn unicode(_: &str) -> Vec<Step> {
    let transcript = include_bytes!("../../it/transcripts/chat/unicode.sse");
    let text = include_str!("../../it/transcripts/chat/unicode.text").into();
    let reasoning = include_str!("../../it/transcripts/chat/unicode.reasoning").into();
    let mut steps = vec![Step::stream()];
    for frame in String::from_utf8_lossy(transcript).split_inclusive("\n\n") {
        // The wait comes first: whoever has read `[DONE]` may close at once, and what follows would not be played.
        steps.extend([Step::Wait(Duration::from_millis(10)), Step::piece(frame)]);
    }
    steps.push(Step::Meant { text, reasoning });
    steps
}

fn think(user: &str) -> Vec<Step> {
    let thoughts = "The user said something. I will say the same.".split_inclusive(' ');
    let mut steps = vec![Step::stream()];
    steps.extend(thoughts.map(|word| Step::Reasoning(word.into())));
    steps.extend(user.split_inclusive(' ').map(Step::text));
    steps.push(done(user.split(' ').count()));
    steps
}

fn ponder(user: &str) -> Vec<Step> {
    let gated = |step| if matches!(step, Step::Reasoning(_)) { vec![Step::Gate, step] } else { vec![step] };
    think(user).into_iter().flat_map(gated).collect()
}

fn whole(user: &str) -> Vec<Step> {
    let message = json!({"role": "assistant", "content": user});
    let reply = json!({
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 1},
    });
    let mut steps = Step::answer(200, "application/json", reply.to_string());
    steps.push(Step::Meant { text: user.into(), reasoning: String::new() });
    steps
}

fn cut(_: &str) -> Vec<Step> {
    let half = frame(json!({"content": "never seen"}));
    vec![Step::stream(), Step::text("This reply"), Step::text(" breaks"), Step::piece(&half[..half.len() / 2])]
}

fn reset(_: &str) -> Vec<Step> {
    // What was received is thrown away by a reset that comes too soon, so the client gets the time to read it.
    let mut steps = cut("");
    steps.extend([Step::Wait(Duration::from_millis(200)), Step::Reset]);
    steps
}

fn error(message: &str, code: &str) -> String {
    json!({"error": {"message": message, "type": "error", "code": code}}).to_string()
}
