//! A message and its parts.

use super::{ConversationId, Error, MessageId, word::words};
use serde::{Deserialize, Serialize};

/// One message of a conversation's tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub conversation: ConversationId,
    /// The message that this one answers or follows; none at the root.
    pub parent: Option<MessageId>,
    /// All messages with the same parent, this one among them, the oldest first, as they were when it was told; empty where it
    /// stands alone. What came later, `Conversation::siblings` knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub siblings: Vec<MessageId>,
    pub role: Role,
    /// Counts the tries to write this reply, from 1; 0 for a message that nobody generates.
    pub run: u32,
    pub status: Status,
    /// In the order in which the model made them.
    pub parts: Vec<Part>,
    /// Where each run after the first went on with what was there, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seams: Vec<Seam>,
    /// `{provider}/{model}` that writes or wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// How it is to differ from an earlier reply to the same question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Hint>,
    /// It was asked for at once with those of its siblings that are marked so too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub together: bool,
    /// Why the model stopped, where it did not simply come to its end: `length`, `content_filter`, `tool_calls`, or its
    /// provider's own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<String>,
    /// Why the reply failed or was interrupted; while it is `waiting`, why nothing comes for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
    /// Milliseconds since 1970.
    pub created_at: u64,
    /// The conversation's counter at this message's last change, deltas included.
    pub seq: u64,
}

impl Message {
    /// The text without reasoning: what a person copies, and what the model is shown of it later.
    pub fn text(&self) -> String {
        self.parts.iter().filter(|part| part.kind == PartKind::Text).map(|part| part.text.as_str()).collect()
    }

    /// Bytes in each part.
    pub fn sizes(&self) -> Vec<u64> {
        self.parts.iter().map(|part| part.text.len() as u64).collect()
    }
}

/// The place at which a run went on with what the run before it had said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seam {
    pub run: u32,
    /// Index into the message's parts; the last one that was there.
    pub part: u32,
    /// UTF-8 bytes into that part, its end when the run began.
    pub at: u64,
}

/// A piece of a message of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub kind: PartKind,
    pub text: String,
    /// Milliseconds that the model spent on it: from its first piece (of the first part: from the beginning of the run) to the
    /// first piece of the next part, or to its own last piece. None for what nobody generated, and while deltas bring it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
}

words! {
    pub enum PartKind {
        Text = "text",
        /// What the model thought before it spoke; never sent back to a model.
        Reasoning = "reasoning",
        /// What a person shows to the model; its text is the name of an [`super::Attachment`].
        Image = "image",
        /// A long text that a person shows to the model beside what they say.
        Paste = "paste",
    }
}

words! {
    pub enum Role {
        User = "user",
        Assistant = "assistant",
        System = "system",
        Tool = "tool",
    }
}

words! {
    /// What is wanted of a reply that is written again.
    pub enum Hint {
        Shorter = "shorter",
        Longer = "longer",
        Simpler = "simpler",
    }
}

words! {
    /// Where a message stands. `Waiting` and `Streaming` are the states in which a runner owns it; the others are final for a run.
    pub enum Status {
        /// The provider was asked; nothing has come.
        Waiting = "waiting",
        /// Text is coming.
        Streaming = "streaming",
        /// The model said that it is done.
        Complete = "complete",
        /// A person stopped it.
        Stopped = "stopped",
        /// The provider refused or broke before it said anything.
        Failed = "failed",
        /// It broke off; all that was said is kept.
        Interrupted = "interrupted",
    }
}

impl Status {
    /// A runner is at work on it.
    pub fn is_running(self) -> bool {
        matches!(self, Self::Waiting | Self::Streaming)
    }
}

/// What a reply took, as far as it is known: tokens as the provider counted them, the rest as Brooklet did. Of all runs together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// Part of `input_tokens`: the provider had read these before, and mostly asks less for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<u64>,
    /// Part of `input_tokens`: the provider keeps these for the next time, and asks more for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_tokens: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// Part of `output_tokens`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_tokens: Option<u64>,
    /// Milliseconds from the beginning of the first run to its first piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_ms: Option<u64>,
    /// Milliseconds from the first piece of a run to its last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writing_ms: Option<u64>,
    /// What the tokens cost by the provider's list prices, in millionths of a dollar, or of a yuan where prices are in yuan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub micro_usd: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub micro_cny: Option<u64>,
}

impl std::ops::Add for Usage {
    type Output = Self;

    /// What two runs used together, in their order. What only one of them counted is taken as it is.
    fn add(self, other: Self) -> Self {
        let add = |of: fn(&Self) -> Option<u64>| match (of(&self), of(&other)) {
            (Some(one), Some(two)) => Some(one.saturating_add(two)),
            (one, two) => one.or(two),
        };
        Self {
            input_tokens: add(|usage| usage.input_tokens),
            cached_tokens: add(|usage| usage.cached_tokens),
            kept_tokens: add(|usage| usage.kept_tokens),
            output_tokens: add(|usage| usage.output_tokens),
            reasoning_tokens: add(|usage| usage.reasoning_tokens),
            first_ms: self.first_ms.or(other.first_ms),
            writing_ms: add(|usage| usage.writing_ms),
            micro_usd: add(|usage| usage.micro_usd),
            micro_cny: add(|usage| usage.micro_cny),
        }
    }
}
