//! The reading side of the store, and the shapes in which history is told.

use super::{Bookmark, Error, KeptProvider, Orphan, Owner};
use app::wire::{
    ConversationId, ConversationSetup, Cursor, KeptPreferences, Message, MessageId, PartKind, Role, StatusChange,
    Summary,
};
use std::borrow::Cow;

/// The reading side: each method is one read transaction.
#[async_trait::async_trait]
pub trait Library: Send + Sync {
    /// Names the store and the conversation in cursors; without a conversation it names the sidebar.
    fn log(&self, conversation: Option<ConversationId>) -> u32;

    /// Up to `limit` messages of the path through `leaf` (else of the one that was chosen last), or just above `before`.
    /// None: no such conversation, leaf or `before`.
    async fn path(
        &self,
        owner: Owner,
        conversation: ConversationId,
        leaf: Option<MessageId>,
        before: Option<MessageId>,
        limit: u32,
    ) -> Result<Option<Path>, Error>;

    /// Up to `limit` rows of the sidebar, the newest first, older than `before`.
    async fn list(&self, owner: Owner, before: Option<ConversationId>, limit: u32) -> Result<List, Error>;

    /// All of a conversation after `seq`, oldest change first, cut after some text; None when the conversation is not there.
    async fn changes(&self, owner: Owner, conversation: ConversationId, seq: u64) -> Result<Option<Changes>, Error>;

    /// Up to 100 rows of the sidebar that changed after `list`, tombstones included, in that order, and the counter now.
    async fn list_changes(&self, owner: Owner, list: u64) -> Result<(Vec<Summary>, u64), Error>;

    /// Whether its title is still the first words, and one reply is complete: the first.
    async fn lacks_title(&self, owner: Owner, conversation: ConversationId) -> Result<bool, Error>;

    /// What a model is shown, from the root down to `leaf`.
    async fn prompt(&self, leaf: MessageId) -> Result<Vec<Said>, Error>;

    /// The text of the reply from which this one is to differ.
    async fn revised(&self, reply: MessageId) -> Result<Option<String>, Error>;

    /// The running replies that this process did not begin: their runners ended with an earlier one.
    async fn orphans(&self) -> Result<Vec<Orphan>, Error>;

    /// Where the provider of an unfinished reply can be asked to go on; None where it keeps nothing.
    async fn bookmark(&self, reply: MessageId) -> Result<Option<Bookmark>, Error>;

    /// What a conversation's models are told beside its messages; None when the conversation is not there.
    async fn setup(&self, owner: Owner, conversation: ConversationId) -> Result<Option<ConversationSetup>, Error>;

    /// The providers that people entered, the oldest first.
    async fn providers(&self) -> Result<Vec<KeptProvider>, Error>;

    /// What a person prefers; nothing, at version 0, of who never said.
    async fn preferences(&self, owner: Owner) -> Result<KeptPreferences, Error>;

    /// The models that wrote last in the newest conversations, each once, the newest first.
    async fn recent_models(&self, owner: Owner) -> Result<Vec<String>, Error>;

    /// Those of these attachments that are kept and that this owner uploaded; without one, that anybody did.
    async fn attachments(&self, owner: Option<Owner>, names: Vec<String>) -> Result<Vec<String>, Error>;

    /// The conversation of a message and the message as it is now; None when it is not there.
    async fn message(&self, owner: Owner, id: MessageId) -> Result<Option<(Message, Cursor)>, Error>;
}

/// A message as a model is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub role: Role,
    pub text: String,
    /// The names of attachments.
    pub images: Vec<String>,
    /// Long texts that a person showed beside their own.
    pub pastes: Vec<String>,
}

impl Said {
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.images.is_empty() && self.pastes.is_empty()
    }

    /// All of its words: what was pasted, marked as that, before what was said about it.
    pub fn words(&self) -> Cow<'_, str> {
        if self.pastes.is_empty() {
            return (&self.text).into();
        }
        let pastes = self.pastes.iter().map(|text| format!("<pasted>\n{}\n</pasted>", text.trim_end_matches('\n')));
        let text = Some(self.text.clone()).filter(|text| !text.is_empty());
        pastes.chain(text).collect::<Vec<_>>().join("\n\n").into()
    }
}

/// A part of a path through a conversation.
#[derive(Debug)]
pub struct Path {
    pub summary: Summary,
    /// From the root towards the leaf.
    pub messages: Vec<Message>,
    /// There are older ones.
    pub more: bool,
    /// The replies that were asked for at once with the last message.
    pub beside: Vec<Message>,
    pub cursor: Cursor,
}

/// A part of the sidebar.
#[derive(Debug)]
pub struct List {
    pub rows: Vec<Summary>,
    pub more: bool,
    /// Without a conversation: its `seq` is 0.
    pub cursor: Cursor,
}

/// What happened in a conversation after a seq.
#[derive(Debug, Default)]
pub struct Changes {
    /// In order of seq.
    pub changes: Vec<Change>,
    /// All up to this seq is here.
    pub upto: u64,
    /// They were cut: there is more after it.
    pub more: bool,
}

/// One step of a conversation's history.
#[derive(Debug)]
pub struct Change {
    pub seq: u64,
    pub message: MessageId,
    pub run: u32,
    pub step: Step,
}

#[derive(Debug)]
pub enum Step {
    Whole(Box<Message>),
    Text { part: u32, kind: PartKind, at: u64, text: String },
    Status(Box<StatusChange>),
}
