//! What a provider is asked.

use app::wire::{Parameters, Role};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;

/// One reply, or the rest of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The second half of the model's id, as the provider names it.
    pub model: String,
    /// From the oldest to the newest.
    pub messages: Vec<PromptMessage>,
    /// What the reply already says: the chunks go on behind its last byte. Only for a provider that continues.
    pub said: Option<String>,
    /// The rest is asked for of a reply that the provider keeps; the messages are not looked at.
    pub resume: Option<Resume>,
    pub parameters: Parameters,
    /// What is known of the model. Whoever asks need not know: the provider fills it in.
    pub capabilities: Capabilities,
}

impl Request {
    pub fn new(model: impl Into<String>, messages: Vec<PromptMessage>) -> Self {
        let (said, resume, parameters, capabilities) = Default::default();
        Self { model: model.into(), messages, said, resume, parameters, capabilities }
    }
}

/// Where a reply goes on that the provider keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    /// As a [`super::Chunk::Bookmark`] had it.
    pub place: String,
    /// What is known behind that place will come again, and is skipped: so many bytes of text, and of reasoning.
    pub text: u64,
    pub reasoning: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptMessage {
    pub role: Role,
    pub text: String,
    /// Shown before the text.
    pub images: Vec<Image>,
}

impl PromptMessage {
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self { role, text: text.into(), images: Vec::new() }
    }

    /// There is nothing to send, as in a reply that was stopped before its first word.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.images.is_empty()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// `image/png`, `image/jpeg`, `image/webp` or `image/gif`.
    pub media_type: &'static str,
    pub bytes: Bytes,
}

impl Image {
    pub fn base64(&self) -> String {
        BASE64_STANDARD.encode(&self.bytes)
    }

    pub fn data_url(&self) -> String {
        format!("data:{};base64,{}", self.media_type, self.base64())
    }
}

/// What a model can do, as far as its provider tells. None is unknown, which is neither yes nor no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// It sees images.
    pub images: Option<bool>,
    pub thinking: Option<Thinking>,
    pub tools: Option<bool>,
    /// Tokens that it can read at once, those that it writes included with most providers.
    pub context: Option<u64>,
    /// Tokens that it can write at most.
    pub output: Option<u64>,
}

/// How a model thinks before it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thinking {
    Never,
    /// It does, and how it is told how much is the format's affair.
    Always,
    /// It takes a number of tokens.
    Budget,
    /// It decides for itself, and takes a word for how hard to try.
    Adaptive,
}

impl Capabilities {
    /// It is known to think.
    pub fn thinks(&self) -> bool {
        self.thinking.is_some_and(|thinking| thinking != Thinking::Never)
    }
}
