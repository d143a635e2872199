//! What people ask for, carried out inside the journal's transaction.

pub mod attachments;
mod conversations;
mod preferences;
mod providers;
mod replies;
mod runs;

use super::{
    ids::Ids,
    row::{MessageRow, message_columns, summary, summary_columns},
    upkeep,
};
use crate::store::{Committed, Error, Intent, Outcome, Owner};
use app::wire::{Code, ConversationId, MessageId, Summary};
use rusqlite::{Connection, OptionalExtension};

/// Why an intent was not carried out.
pub enum Refusal {
    /// It cannot be done; the person is told.
    Refused(app::wire::Error),
    /// The store failed.
    Store(Error),
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}

pub fn carry_out(
    connection: &Connection,
    ids: &mut Ids,
    intent: &Intent,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    match intent {
        Intent::Send(message) => replies::send(connection, ids, message, committed),
        Intent::Regenerate { owner, reply, model, hint } => {
            replies::regenerate(connection, ids, (*owner, *reply), (model.as_ref(), *hint), committed)
        }
        Intent::Choose { owner, message } => replies::choose(connection, *owner, *message),
        Intent::Stop { owner, reply } => replies::stop(connection, *owner, *reply, committed),
        Intent::Rename { owner, conversation, title, seen } => {
            conversations::rename(connection, *owner, *conversation, title, *seen, committed)
        }
        Intent::SetUp { owner, conversation, setup, seen } => {
            conversations::set_up(connection, *owner, *conversation, setup, *seen, committed)
        }
        Intent::Title { owner, conversation, title } => {
            conversations::title(connection, *owner, *conversation, title, committed)
        }
        Intent::MarkRead { owner, conversation, seq } => {
            conversations::mark_read(connection, *owner, *conversation, *seq, committed)
        }
        Intent::Delete { owner, conversation } => conversations::delete(connection, *owner, *conversation, committed),
        Intent::Undelete { owner, conversation } => {
            conversations::undelete(connection, *owner, *conversation, committed)
        }
        Intent::Continue { owner, reply } => runs::go_on(connection, ids, *owner, *reply, committed),
        Intent::Reap { reply, run, continues } => runs::reap(connection, ids, *reply, *run, *continues, committed),
        Intent::KeepProvider { provider, seen } => providers::keep(connection, provider, *seen),
        Intent::ForgetProvider { id } => providers::forget(connection, id),
        Intent::KeepPreferences { owner, preferences, seen } => {
            preferences::keep(connection, *owner, preferences, *seen)
        }
        Intent::KeepAttachment { owner, name } => attachments::keep(connection, *owner, name),
        Intent::Purge => upkeep::purge(connection),
    }
}

/// A message of this owner, in a conversation that is there.
fn message_row(connection: &Connection, owner: Owner, id: MessageId) -> Result<MessageRow, Refusal> {
    let row = connection
        .prepare_cached(concat!(
            "select ",
            message_columns!(),
            " from messages m join conversations c on c.id = m.conversation
             where m.id = ?1 and c.owner = ?2 and c.deleted_at is null"
        ))?
        .query_row([id.0, owner], MessageRow::read)
        .optional()?;
    row.ok_or_else(|| not_found("there is no such message"))
}

/// A conversation of this owner that is there.
fn owned(connection: &Connection, owner: Owner, id: ConversationId) -> Result<Summary, Refusal> {
    let row = connection
        .prepare_cached(concat!(
            "select ",
            summary_columns!(),
            " from conversations c where c.id = ?1 and c.owner = ?2 and c.deleted_at is null"
        ))?
        .query_row([id.0, owner], summary)
        .optional()?;
    row.ok_or_else(|| not_found("there is no such conversation"))
}

fn refused(code: Code, message: impl Into<String>) -> Refusal {
    Refusal::Refused(app::wire::Error::new(code, message))
}

fn not_found(message: &str) -> Refusal {
    refused(Code::NotFound, message)
}

impl Refusal {
    fn into_hint(self, hint: &str) -> Self {
        match self {
            Self::Refused(error) => Self::Refused(error.hint(hint)),
            store => store,
        }
    }
}
