//! Who calls, and what they may do: the server's side of the port that the page knows as `Backend`.

use crate::{attachments::media_type, math::PageTypesetter, replies::Follower, state::AppState, store::Owner};
use app::{
    backend::Backend,
    wire::{
        Attachment, Code, CodeBlock, CodeSpan, ConversationId, ConversationList, ConversationPage, ConversationSetup,
        Cursor, Error, Formula, GetConversation, Hint, KeptPreferences, Message, MessageId, ModelList, NewProvider,
        PartKind, Preferences, ProviderChange, ProviderList, ProviderSettings, SendMessage, Sent, Setup, Summary,
        Tested,
    },
};
use bytes::Bytes;

/// The one owner, until there are accounts.
const OWNER: Owner = Owner::nil();

/// One request's way into the server, for its person.
#[derive(Clone)]
pub struct Caller {
    state: AppState,
    owner: Owner,
}

impl Caller {
    pub fn new(state: AppState) -> Self {
        Self { state, owner: OWNER }
    }

    /// Follows the sidebar, and a conversation where given; `cursor` as it came from outside.
    pub fn follow(&self, conversation: Option<ConversationId>, cursor: Option<&str>) -> Follower {
        Follower::new(self.state.sources.clone(), self.owner, conversation, cursor)
    }

    /// Takes in an image for a message to come. Errors: `invalid`, `too_large`.
    pub async fn add_attachment(&self, upload: Bytes) -> Result<Attachment, Error> {
        self.state.attachments.add(self.owner, upload).await
    }

    /// The image that a part of a message shows, and its media type. Errors: `not_found`.
    pub async fn attachment(&self, message: MessageId, part: usize) -> Result<(&'static str, Vec<u8>), Error> {
        let (message, _) = self.message(message).await?;
        let part = message.parts.get(part).filter(|part| part.kind == PartKind::Image);
        self.picture(&part.ok_or_else(no_image)?.text).await
    }

    /// An image that this person uploaded, by its name, and its media type. Errors: `not_found`.
    pub async fn upload(&self, name: &str) -> Result<(&'static str, Vec<u8>), Error> {
        if !self.state.attachments.has(self.owner, name).await? {
            return Err(no_image());
        }
        self.picture(name).await
    }

    async fn picture(&self, name: &str) -> Result<(&'static str, Vec<u8>), Error> {
        let media_type = media_type(name).ok_or_else(no_image)?;
        Ok((media_type, self.state.attachments.read(name).await.map_err(|_| no_image())?))
    }

    /// What draws the formulas of one page.
    pub fn typesetter(&self) -> PageTypesetter {
        self.state.typesetter.for_page()
    }

    /// A message as it is now, and the place from which to follow it. Errors: `not_found`.
    pub async fn message(&self, id: MessageId) -> Result<(Message, Cursor), Error> {
        self.state.replies.message(self.owner, id).await
    }
}

fn no_image() -> Error {
    Error::new(Code::NotFound, "there is no such image")
}

#[async_trait::async_trait]
impl Backend for Caller {
    async fn send_message(&self, message: SendMessage) -> Result<Sent, Error> {
        self.state.replies.send(self.owner, message).await
    }

    async fn stop_reply(&self, reply: MessageId) -> Result<(), Error> {
        self.state.replies.stop(self.owner, reply).await
    }

    async fn regenerate_reply(
        &self,
        reply: MessageId,
        model: Option<String>,
        hint: Option<Hint>,
    ) -> Result<Sent, Error> {
        self.state.replies.regenerate(self.owner, reply, model, hint).await
    }

    async fn choose_branch(&self, message: MessageId) -> Result<(), Error> {
        self.state.conversations.choose(self.owner, message).await
    }

    async fn continue_reply(&self, reply: MessageId) -> Result<Sent, Error> {
        self.state.replies.go_on(self.owner, reply).await
    }

    async fn list_conversations(
        &self,
        before: Option<ConversationId>,
        limit: Option<u32>,
    ) -> Result<ConversationList, Error> {
        self.state.conversations.list(self.owner, before, limit).await
    }

    async fn get_conversation(&self, which: GetConversation) -> Result<ConversationPage, Error> {
        self.state.conversations.get(self.owner, which).await
    }

    async fn rename_conversation(
        &self,
        conversation: ConversationId,
        title: String,
        seen: u64,
    ) -> Result<Summary, Error> {
        self.state.conversations.rename(self.owner, conversation, title, seen).await
    }

    async fn get_setup(&self, conversation: ConversationId) -> Result<ConversationSetup, Error> {
        self.state.conversations.setup(self.owner, conversation).await
    }

    async fn change_setup(&self, conversation: ConversationId, setup: Setup, seen: u64) -> Result<Summary, Error> {
        self.state.conversations.change_setup(self.owner, conversation, setup, seen).await
    }

    async fn mark_read(&self, conversation: ConversationId, seq: u64) -> Result<(), Error> {
        self.state.conversations.mark_read(self.owner, conversation, seq).await
    }

    async fn delete_conversation(&self, conversation: ConversationId) -> Result<(), Error> {
        self.state.conversations.delete(self.owner, conversation).await
    }

    async fn undelete_conversation(&self, conversation: ConversationId) -> Result<Summary, Error> {
        self.state.conversations.undelete(self.owner, conversation).await
    }

    async fn highlight_code(&self, blocks: Vec<CodeBlock>) -> Result<Vec<Vec<CodeSpan>>, Error> {
        self.state.highlighter.highlight(blocks).await
    }

    async fn typeset_math(&self, formulas: Vec<Formula>) -> Result<Vec<Option<String>>, Error> {
        self.state.typesetter.typeset(formulas).await
    }

    async fn list_models(&self, look: bool) -> Result<ModelList, Error> {
        self.state.settings.models(self.owner, look).await
    }

    async fn get_preferences(&self) -> Result<KeptPreferences, Error> {
        self.state.settings.preferences(self.owner).await
    }

    async fn change_preferences(&self, preferences: Preferences, seen: u64) -> Result<KeptPreferences, Error> {
        self.state.settings.change_preferences(self.owner, preferences, seen).await
    }

    async fn list_providers(&self) -> Result<ProviderList, Error> {
        Ok(self.state.settings.providers().await)
    }

    async fn add_provider(&self, provider: NewProvider) -> Result<ProviderSettings, Error> {
        self.state.settings.add_provider(provider).await
    }

    async fn change_provider(&self, change: ProviderChange) -> Result<ProviderSettings, Error> {
        self.state.settings.change_provider(change).await
    }

    async fn delete_provider(&self, id: String) -> Result<(), Error> {
        self.state.settings.delete_provider(id).await
    }

    async fn test_provider(&self, id: Option<String>, provider: Option<NewProvider>) -> Result<Tested, Error> {
        self.state.settings.test_provider(id, provider).await
    }
}
