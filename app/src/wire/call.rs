//! What the server functions take and give.

use super::{AsIs, ConversationId, Cursor, Message, MessageId, RequestId, Summary};
use serde::{Deserialize, Serialize};

/// A message to send. Without `conversation` a new one begins; without `parent` and `edits` it goes to the end of the path that
/// was chosen last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SendMessage {
    /// The same id with the same body gives the same answer; with another body it is refused.
    pub request: RequestId,
    pub conversation: Option<ConversationId>,
    pub parent: Option<MessageId>,
    /// The message that it is written instead of: it stands beside that one, and `parent` says nothing.
    #[serde(default)]
    pub edits: Option<MessageId>,
    /// May be empty where there are images or pastes.
    pub text: String,
    /// The names of [`super::Attachment`]s, [`super::MOST_IMAGES`] at most. They are shown before the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// Long texts that are shown before the text, [`MOST_PASTES`] at most: the page folds them up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pastes: Vec<String>,
    /// `{provider}/{model}`; without it the conversation's last, or the first of the list.
    pub model: Option<String>,
    /// Other models that are asked the same at once, [`MOST_MODELS`] with `model` at most: their replies stand beside its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// A [`super::Setup`], of the conversation that begins; one that is there keeps its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<AsIs>,
}

/// Models that may be asked at once.
pub const MOST_MODELS: usize = 4;

/// Pastes of one message.
pub const MOST_PASTES: usize = 20;

/// What a sent message became.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    pub conversation: ConversationId,
    /// The person's message.
    pub message: MessageId,
    /// The reply that is being written below it; of several, the first model's.
    pub reply: MessageId,
}

/// Which part of a conversation to read: up to `limit` messages of the path that leads through `leaf`, or just before `before`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GetConversation {
    pub conversation: ConversationId,
    /// Any message: the path goes through it, and on to the newest of all that came below it. Without it, the path that was
    /// chosen last.
    pub leaf: Option<MessageId>,
    /// Read on upward from this message, itself not included.
    pub before: Option<MessageId>,
    /// 1 to 100; 100 without it.
    pub limit: Option<u32>,
}

/// Messages and cursor of one read: whoever follows from `cursor` misses nothing and sees nothing twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversationPage {
    pub summary: Summary,
    /// From the root towards the leaf.
    pub messages: Vec<Message>,
    /// There are older messages on this path.
    pub more: bool,
    /// The replies that were asked for at once with the last message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Message>,
    pub cursor: Cursor,
}

/// A page of the sidebar, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversationList {
    pub conversations: Vec<Summary>,
    /// There are older ones: ask again with `before` = the last one's id.
    pub more: bool,
    /// A place without a conversation (`seq` is 0) from which the sidebar can be followed.
    pub cursor: Cursor,
}
