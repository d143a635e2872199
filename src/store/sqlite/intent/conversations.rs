//! Conversations as the sidebar shows them: renaming, reading, deleting and bringing back.

use super::{
    super::{
        counters::{now_ms, touch},
        end::close_run,
        row::{to_i64, to_json},
    },
    Refusal, not_found, owned, refused,
};
use crate::store::{Committed, End, Error, Outcome, Owner, UNDELETE};
use app::wire::{Code, ConversationId, MessageId, Setup, Status};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

pub fn rename(
    connection: &Connection,
    owner: Owner,
    conversation: ConversationId,
    title: &str,
    seen: u64,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let current = owned(connection, owner, conversation)?;
    if current.version != seen {
        return Err(refused(Code::Stale, format!("it was renamed elsewhere to `{}`", current.title))
            .into_hint("look at the new name and rename it again if you still want to"));
    }
    connection
        .prepare_cached("update conversations set title = ?2, titled = 1, version = version + 1 where id = ?1")?
        .execute(params![conversation.0, title])?;
    Ok(Outcome::Changed(touch(connection, owner, conversation, None, committed)?))
}

pub fn set_up(
    connection: &Connection,
    owner: Owner,
    conversation: ConversationId,
    setup: &Setup,
    seen: u64,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    if owned(connection, owner, conversation)?.version != seen {
        return Err(
            refused(Code::Stale, "it was changed elsewhere").into_hint("look at it as it is now, and change it again")
        );
    }
    connection
        .prepare_cached("update conversations set setup = ?2, version = version + 1 where id = ?1")?
        .execute(params![conversation.0, setup_column(Some(setup))?])?;
    Ok(Outcome::Changed(touch(connection, owner, conversation, None, committed)?))
}

/// One that says nothing is none.
pub fn setup_column(setup: Option<&Setup>) -> Result<Option<String>, Error> {
    setup.filter(|setup| **setup != Setup::default()).map(to_json).transpose()
}

/// Takes it out of sight, its running replies ended. What it holds stays for [`UNDELETE`], and is purged then.
pub fn delete(
    connection: &Connection,
    owner: Owner,
    conversation: ConversationId,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let is_deleted: Option<bool> = connection
        .prepare_cached("select deleted_at is not null from conversations where id = ?1 and owner = ?2")?
        .query_row([conversation.0, owner], |row| row.get(0))
        .optional()?;
    if is_deleted.ok_or_else(|| not_found("there is no such conversation"))? {
        return Ok(Outcome::Done);
    }
    let running: Vec<Uuid> = connection
        .prepare_cached("select id from messages where conversation = ?1 and status in ('waiting', 'streaming')")?
        .query_map([conversation.0], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let stopped = End { status: Status::Stopped, error: None };
    for reply in running {
        close_run(connection, MessageId(reply), None, &stopped, committed)?;
    }
    connection
        .prepare_cached("update conversations set deleted_at = ?2 where id = ?1")?
        .execute(params![conversation.0, now_ms()])?;
    touch(connection, owner, conversation, None, committed)?;
    committed.deleted.push(conversation);
    Ok(Outcome::Done)
}

pub fn undelete(
    connection: &Connection,
    owner: Owner,
    conversation: ConversationId,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let in_time = now_ms().saturating_sub(UNDELETE.as_millis() as u64);
    let back = connection
        .prepare_cached(
            "update conversations set deleted_at = null where id = ?1 and owner = ?2 and deleted_at > ?3 and purged = 0",
        )?
        .execute(params![conversation.0, owner, in_time])?;
    Ok(Outcome::Changed(if back > 0 {
        touch(connection, owner, conversation, None, committed)?
    } else {
        // It may be there: nobody deleted it, or somebody brought it back already.
        owned(connection, owner, conversation)?
    }))
}

/// The version stays: it is of what people set, and who is about to set it has seen nothing that counts.
pub fn title(
    connection: &Connection,
    owner: Owner,
    conversation: ConversationId,
    title: &str,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    owned(connection, owner, conversation)?;
    let taken = connection
        .prepare_cached("update conversations set title = ?2, titled = 1 where id = ?1 and titled = 0")?
        .execute(params![conversation.0, title])?;
    if taken > 0 {
        touch(connection, owner, conversation, None, committed)?;
    }
    Ok(Outcome::Done)
}

pub fn mark_read(
    connection: &Connection,
    owner: Owner,
    conversation: ConversationId,
    seq: u64,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let was_unread = owned(connection, owner, conversation)?.unread;
    connection
        .prepare_cached("update conversations set read_seq = min(?2, seq) where id = ?1 and read_seq < min(?2, seq)")?
        .execute(params![conversation.0, to_i64(seq)])?;
    // Sidebars hear of it only where it changes what they show.
    if was_unread && !owned(connection, owner, conversation)?.unread {
        touch(connection, owner, conversation, None, committed)?;
    }
    Ok(Outcome::Done)
}
