//! Conversations as people handle them: list, read, rename, delete and bring back.

use crate::{
    journal::{Done, Journal},
    settings::checked_setup,
    store::{Intent, Library, Outcome, Owner, Path, unavailable},
};
use app::wire::{
    Code, ConversationId, ConversationList, ConversationPage, ConversationSetup, Error, GetConversation, MessageId,
    Setup, Summary,
};
use std::sync::Arc;

/// Rows or messages that one call gives at most, and without a limit.
const PAGE: u32 = 100;

/// Characters of a title at most.
const TITLE_CHARS: usize = 200;

#[derive(Clone)]
pub struct Conversations {
    pub journal: Journal,
    pub library: Arc<dyn Library>,
}

impl Conversations {
    pub async fn list(
        &self,
        owner: Owner,
        before: Option<ConversationId>,
        limit: Option<u32>,
    ) -> Result<ConversationList, Error> {
        let list = self.library.list(owner, before, page(limit)?).await.map_err(unavailable)?;
        Ok(ConversationList { conversations: list.rows, more: list.more, cursor: list.cursor })
    }

    pub async fn get(&self, owner: Owner, which: GetConversation) -> Result<ConversationPage, Error> {
        let GetConversation { conversation, leaf, before, limit } = which;
        let path = self.library.path(owner, conversation, leaf, before, page(limit)?).await.map_err(unavailable)?;
        let path = path.ok_or_else(|| Error::new(Code::NotFound, "there is no such conversation or message"))?;
        let Path { summary, messages, more, beside, cursor } = path;
        Ok(ConversationPage { summary, messages, more, beside, cursor })
    }

    /// The path through this message is shown to whoever opens its conversation.
    pub async fn choose(&self, owner: Owner, message: MessageId) -> Result<(), Error> {
        self.journal.submit(Intent::Choose { owner, message }).await.map(drop)
    }

    /// `seen` is the version of the title that the person saw.
    pub async fn rename(
        &self,
        owner: Owner,
        conversation: ConversationId,
        title: String,
        seen: u64,
    ) -> Result<Summary, Error> {
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ").replace('\0', "\u{fffd}");
        if title.is_empty() || title.chars().count() > TITLE_CHARS {
            let length = title.chars().count();
            return Err(Error::new(Code::Invalid, format!("a name has 1 to {TITLE_CHARS} characters, not `{length}`")));
        }
        self.changed(Intent::Rename { owner, conversation, title, seen }).await
    }

    pub async fn setup(&self, owner: Owner, conversation: ConversationId) -> Result<ConversationSetup, Error> {
        let found = self.library.setup(owner, conversation).await.map_err(unavailable)?;
        found.ok_or_else(|| Error::new(Code::NotFound, "there is no such conversation"))
    }

    /// `seen` is the version of what people set that the person saw.
    pub async fn change_setup(
        &self,
        owner: Owner,
        conversation: ConversationId,
        setup: Setup,
        seen: u64,
    ) -> Result<Summary, Error> {
        let setup = checked_setup(setup)?;
        self.changed(Intent::SetUp { owner, conversation, setup, seen }).await
    }

    /// Never goes back, and never beyond what has happened.
    pub async fn mark_read(&self, owner: Owner, conversation: ConversationId, seq: u64) -> Result<(), Error> {
        self.journal.submit(Intent::MarkRead { owner, conversation, seq }).await.map(drop)
    }

    /// Ends its replies in the same commit.
    pub async fn delete(&self, owner: Owner, conversation: ConversationId) -> Result<(), Error> {
        self.journal.submit(Intent::Delete { owner, conversation }).await.map(drop)
    }

    /// Within a minute of the deletion.
    pub async fn undelete(&self, owner: Owner, conversation: ConversationId) -> Result<Summary, Error> {
        self.changed(Intent::Undelete { owner, conversation }).await
    }

    /// Carries out an intent that answers with the row as it is then.
    async fn changed(&self, intent: Intent) -> Result<Summary, Error> {
        match self.journal.submit(intent).await? {
            Done::Outcome(Outcome::Changed(summary)) => Ok(summary),
            _ => Err(Error::new(Code::Internal, "a change gave no summary")),
        }
    }
}

fn page(limit: Option<u32>) -> Result<u32, Error> {
    match limit.unwrap_or(PAGE) {
        limit @ 1..=PAGE => Ok(limit),
        other => Err(Error::new(Code::Invalid, format!("the limit is 1 to {PAGE}, not `{other}`"))),
    }
}
