//! The formats that providers speak, a file each: from a request to JSON, and from what comes back to events. All of it is
//! pure; `reply` keeps what has to be remembered between two events.

mod anthropic;
mod chat;
mod gemini;
mod ollama;
mod responses;

use super::text::Loose;
use crate::providers::{Request, prefill::Form};
use app::wire::{Effort, Usage};
use serde::de::{DeserializeOwned, Error as _};
use serde_json::Value;

/// A format by which a provider is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// OpenAI's chat completions, which most others speak as well.
    Chat,
    /// OpenAI's responses, in background mode.
    Responses,
    /// Anthropic's messages.
    Anthropic,
    /// Google's `streamGenerateContent`.
    Gemini,
    /// Ollama's `/api/chat`.
    Ollama,
}

/// How a body is cut into events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Framing {
    /// Server-Sent Events.
    #[default]
    Events,
    /// A JSON object a line.
    Lines,
}

/// The way in which a key is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyHeader {
    Bearer,
    /// In a header of this name.
    Own(&'static str),
}

/// What one event says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// In the order in which the model said it.
    pub said: Vec<Said>,
    /// Counts that are not there are as they were.
    pub usage: Option<Usage>,
    /// Why the model stopped, in the words of [`crate::providers::Chunk::Finish`].
    pub finish: Option<String>,
    /// Where to come back to, should the connection break.
    pub place: Option<Place>,
    pub kind: Kind,
}

/// A place in a reply that the service keeps.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// Its id, where the event names it.
    pub response: Option<String>,
    /// The event's number: it goes on behind it.
    pub number: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    Text(Loose),
    Reasoning(Loose),
}

#[derive(Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// It belongs to a reply.
    Reply,
    /// It means nothing here: a sign of life, or what a later version of the format says.
    #[default]
    Other,
    /// An error, in the provider's own words.
    Error,
    /// The reply is whole, and nothing follows.
    End,
}

impl Format {
    pub fn framing(self) -> Framing {
        if self == Self::Ollama { Framing::Lines } else { Framing::Events }
    }

    pub fn key_header(self) -> KeyHeader {
        match self {
            Self::Chat | Self::Responses | Self::Ollama => KeyHeader::Bearer,
            Self::Anthropic => KeyHeader::Own("x-api-key"),
            Self::Gemini => KeyHeader::Own("x-goog-api-key"),
        }
    }

    /// Headers that every request carries.
    pub fn headers(self) -> &'static [(&'static str, &'static str)] {
        if self == Self::Anthropic { &[("anthropic-version", "2023-06-01")] } else { &[] }
    }

    /// Where a model is asked, below the base URL, and the query.
    pub fn path(self, model: &str) -> (Vec<String>, Option<(&'static str, &'static str)>) {
        let path = |segments: &[&str]| segments.iter().map(ToString::to_string).collect();
        match self {
            Self::Chat => (path(&["chat", "completions"]), None),
            Self::Responses => (path(&["responses"]), None),
            Self::Anthropic => (path(&["messages"]), None),
            Self::Gemini => gemini::path(model),
            Self::Ollama => (path(&["api", "chat"]), None),
        }
    }

    /// Where the models are listed, below the base URL, and the query that asks for all of them.
    pub fn list_path(self) -> (&'static [&'static str], Option<(&'static str, &'static str)>) {
        match self {
            Self::Chat | Self::Responses => (&["models"], None),
            Self::Anthropic => (&["models"], Some(("limit", "1000"))),
            Self::Gemini => (&["models"], Some(("pageSize", "1000"))),
            Self::Ollama => (&["api", "tags"], None),
        }
    }

    /// Some write their thoughts into the text, between tags.
    pub fn thinks_inline(self) -> bool {
        matches!(self, Self::Chat | Self::Ollama)
    }

    /// The body of a request. With a `form`, what the reply already says is its last message.
    pub fn to_wire(self, request: &Request, form: Option<Form>) -> Vec<u8> {
        let body = match self {
            Self::Chat => chat::to_wire(request, form),
            Self::Responses => responses::to_wire(request),
            Self::Anthropic => anthropic::to_wire(request, form),
            Self::Gemini => gemini::to_wire(request, form),
            Self::Ollama => ollama::to_wire(request, form),
        };
        body.to_string().into_bytes()
    }

    /// Reads an event, or a whole reply that was not streamed. Fails for what is no JSON, or has text that is no string.
    pub fn from_event(self, data: &[u8]) -> Result<Event, serde_json::Error> {
        match self {
            Self::Chat => chat::from_event(data),
            Self::Responses => responses::from_event(data),
            Self::Anthropic => anthropic::from_event(data),
            Self::Gemini => gemini::from_event(data),
            Self::Ollama => ollama::from_event(data),
        }
    }
}

impl Event {
    fn error() -> Self {
        Self { kind: Kind::Error, ..Self::default() }
    }

    /// Text or reasoning, where there is any.
    fn saying(said: impl IntoIterator<Item = Said>) -> Self {
        let said = said.into_iter().filter(|said| !said.is_empty()).collect();
        Self { said, kind: Kind::Reply, ..Self::default() }
    }
}

impl Said {
    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Reasoning(text) => text.is_empty(),
        }
    }
}

/// Reads an object. Derived structs could be read from arrays as well.
fn object<T: DeserializeOwned>(data: &[u8]) -> Result<T, serde_json::Error> {
    if !data.trim_ascii_start().starts_with(b"{") {
        return Err(serde_json::Error::custom("not an object"));
    }
    serde_json::from_slice(data)
}

/// Tokens as a provider counts them, where it does.
#[derive(Default)]
struct Tokens {
    /// With those of the two below.
    input: Option<u64>,
    cached: Option<u64>,
    kept: Option<u64>,
    /// With the reasoning.
    output: Option<u64>,
    reasoning: Option<u64>,
}

impl Tokens {
    /// The counts that are there, or none if none is.
    fn usage(self) -> Option<Usage> {
        let some = |tokens: Option<u64>| tokens.filter(|tokens| *tokens > 0);
        let usage = Usage {
            input_tokens: self.input,
            cached_tokens: some(self.cached),
            kept_tokens: some(self.kept),
            output_tokens: self.output,
            reasoning_tokens: self.reasoning,
            ..Usage::default()
        };
        (usage != Usage::default()).then_some(usage)
    }
}

/// The tokens of a test.
#[cfg(test)]
fn usage(input: Option<u64>, output: Option<u64>, reasoning: Option<u64>) -> Option<Usage> {
    Tokens { input, output, reasoning, ..Tokens::default() }.usage()
}

/// Sets a field, where there is something to say.
fn set<T: Into<Value>>(body: &mut Value, name: &str, value: Option<T>) {
    if let Some(value) = value {
        body[name] = value.into();
    }
}

/// How many tokens a model may think where only a number says so.
fn budget(effort: Effort) -> u32 {
    match effort {
        Effort::None => 0,
        Effort::Minimal => 1024,
        Effort::Low => 2048,
        Effort::Medium => 8192,
        Effort::High => 16_384,
        Effort::XHigh | Effort::Max => 32_768,
    }
}
