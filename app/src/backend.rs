//! The port between the page and the server: `app` knows this trait, the server implements it.
//!
//! The server puts its implementation into Leptos' context for each request. A server function's body is one line
//! that calls it, so `app` needs no database and no axum, and a test gives a page any answers that it likes.

use crate::wire::{
    Code, CodeBlock, CodeSpan, ConversationId, ConversationList, ConversationPage, ConversationSetup, Error, Formula,
    GetConversation, Hint, KeptPreferences, MessageId, ModelList, NewProvider, Preferences, ProviderChange,
    ProviderList, ProviderSettings, SendMessage, Sent, Setup, Summary, Tested,
};
use leptos::prelude::use_context;
use std::sync::Arc;

/// What a person can ask of the server. Every method may also fail with [`Code::Unavailable`] or [`Code::Internal`].
#[async_trait::async_trait]
pub trait Backend: Send + Sync {
    /// Stores the message and begins its reply.
    /// Errors: `invalid` (empty, too many models), `not_found`, `model_not_found`, `reply_running`, `request_reused`.
    async fn send_message(&self, message: SendMessage) -> Result<Sent, Error>;

    /// Ends a running reply; all that was said is kept. Of a reply that has ended it changes nothing. Errors: `not_found`.
    async fn stop_reply(&self, reply: MessageId) -> Result<(), Error>;

    /// Begins another reply beside this one, by `model`, else by the same one; with a `hint` it is told what the reply said, and
    /// how to differ from it. Errors: `not_found`, `model_not_found`, `reply_running`.
    async fn regenerate_reply(
        &self,
        reply: MessageId,
        model: Option<String>,
        hint: Option<Hint>,
    ) -> Result<Sent, Error>;

    /// Whoever opens the conversation from now on sees the path through this message, until somebody chooses or writes another.
    /// Errors: `not_found`.
    async fn choose_branch(&self, message: MessageId) -> Result<(), Error>;

    /// Goes on with a reply that ended before it was complete, in its own place where its model can go on with a text. Where it
    /// cannot, another reply begins beside it: `Sent::reply` tells.
    /// Errors: `not_found`, `model_not_found`, `reply_running`, `invalid` (it is complete, or was answered).
    async fn continue_reply(&self, reply: MessageId) -> Result<Sent, Error>;

    /// Up to `limit` (1 to 100, else 100) conversations, the newest first, older than `before` where given.
    async fn list_conversations(
        &self,
        before: Option<ConversationId>,
        limit: Option<u32>,
    ) -> Result<ConversationList, Error>;

    /// Errors: `not_found`.
    async fn get_conversation(&self, which: GetConversation) -> Result<ConversationPage, Error>;

    /// Errors: `not_found`, `invalid` (empty or over 200 characters), `stale` (`seen` is not the current version).
    async fn rename_conversation(
        &self,
        conversation: ConversationId,
        title: String,
        seen: u64,
    ) -> Result<Summary, Error>;

    /// What its models are told beside its messages. Errors: `not_found`.
    async fn get_setup(&self, conversation: ConversationId) -> Result<ConversationSetup, Error>;

    /// Counts from the next reply on.
    /// Errors: `not_found`, `invalid` (a number out of its range), `too_large`, `stale` (`seen` is not the current version).
    async fn change_setup(&self, conversation: ConversationId, setup: Setup, seen: u64) -> Result<Summary, Error>;

    /// Somebody has looked at the conversation as far as `seq`. What was read stays read. Errors: `not_found`.
    async fn mark_read(&self, conversation: ConversationId, seq: u64) -> Result<(), Error>;

    /// Ends its running replies too. Deleting what is deleted changes nothing. Errors: `not_found`.
    async fn delete_conversation(&self, conversation: ConversationId) -> Result<(), Error>;

    /// Brings back what was deleted less than a minute ago, replies that ran as stopped ones. What is there stays as it is.
    /// Errors: `not_found`.
    async fn undelete_conversation(&self, conversation: ConversationId) -> Result<Summary, Error>;

    /// For each block its spans, in order; none for an unknown language, or for what could not be done in time.
    /// Errors: `too_large` (more than 64 blocks, or more than 256 KB together).
    async fn highlight_code(&self, blocks: Vec<CodeBlock>) -> Result<Vec<Vec<CodeSpan>>, Error>;

    /// Each formula as MathML, in order; none for one that is broken, unknown or too long, or that was not done in time.
    /// Errors: `too_large` (more than 128 formulas, or more than 64 KB together).
    async fn typeset_math(&self, formulas: Vec<Formula>) -> Result<Vec<Option<String>>, Error>;

    /// Never empty: the guide is always there, last. With `look` the providers are asked, two seconds at most; without it
    /// the answer is what is known, at once.
    async fn list_models(&self, look: bool) -> Result<ModelList, Error>;

    /// What this person prefers among the models, and the presets.
    async fn get_preferences(&self) -> Result<KeptPreferences, Error>;

    /// Errors: `invalid` (a preset without a name, two of one name, a number out of its range, too many), `stale`.
    async fn change_preferences(&self, preferences: Preferences, seen: u64) -> Result<KeptPreferences, Error>;

    /// How the providers are set up, and what else could be connected. No key is ever told.
    async fn list_providers(&self) -> Result<ProviderList, Error>;

    /// Errors: `invalid` (no such service, a name or address that cannot be, a key that is needed).
    async fn add_provider(&self, provider: NewProvider) -> Result<ProviderSettings, Error>;

    /// Errors: `not_found` (also for one of the environment's), `stale`, `invalid` (as for a new one; the address is another, and
    /// the key did not come again).
    async fn change_provider(&self, change: ProviderChange) -> Result<ProviderSettings, Error>;

    /// Forgets it and its key. Deleting what is deleted changes nothing.
    async fn delete_provider(&self, id: String) -> Result<(), Error>;

    /// Asks a provider for its models, and one of them for a first word, without keeping anything. With `id` the key that is
    /// kept for that one is used where none is given and the address is the same; without `provider`, one of the environment's
    /// is asked as it is set up.
    /// Errors: `invalid`, `not_found`, and what kept it from answering.
    async fn test_provider(&self, id: Option<String>, provider: Option<NewProvider>) -> Result<Tested, Error>;
}

/// The server's implementation, from the context of this request.
pub fn backend() -> Result<Arc<dyn Backend>, Error> {
    use_context().ok_or_else(|| Error::new(Code::Unavailable, "the server is not ready"))
}

/// Sets the status of the page that is being rendered, such as 404; the server puts one into the context.
#[derive(Clone)]
pub struct PageStatus(pub Arc<dyn Fn(u16) + Send + Sync>);

/// Sets the page's status while the server renders it; in the browser it does nothing.
pub fn set_page_status(status: u16) {
    if let Some(PageStatus(set)) = use_context() {
        set(status);
    }
}
