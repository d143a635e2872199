//! Conversations as the sidebar shows them: renaming, reading, deleting and bringing back.

use super::{
    super::{
        counters::{now_ms, touch},
        end::close_run,
        row::to_i64,
    },
    Refusal, not_found, owned, refused,
};
use crate::store::{Committed, End, Outcome, Owner, UNDELETE};
use app::wire::{Code, ConversationId, MessageId, Status};
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

pub async fn rename(
    connection: &mut SqliteConnection,
    owner: Owner,
    conversation: ConversationId,
    title: &str,
    seen: u64,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let current = owned(connection, owner, conversation).await?;
    if current.version != seen {
        return Err(refused(Code::Stale, format!("it was renamed elsewhere to `{}`", current.title))
            .into_hint("look at the new name and rename it again if you still want to"));
    }
    sqlx::query("update conversations set title = $2, titled = 1, version = version + 1 where id = $1")
        .bind(conversation.0)
        .bind(title)
        .execute(&mut *connection)
        .await?;
    Ok(Outcome::Changed(touch(connection, owner, conversation, None, committed).await?))
}

/// Takes it out of sight, its running replies ended. What it holds stays for [`UNDELETE`], and is purged then.
pub async fn delete(
    connection: &mut SqliteConnection,
    owner: Owner,
    conversation: ConversationId,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let row = sqlx::query("select deleted_at from conversations where id = $1 and owner = $2")
        .bind(conversation.0)
        .bind(owner)
        .fetch_optional(&mut *connection)
        .await?;
    let row = row.ok_or_else(|| not_found("conversation"))?;
    if row.try_get::<Option<i64>, _>("deleted_at")?.is_some() {
        return Ok(Outcome::Done);
    }
    let running: Vec<Uuid> =
        sqlx::query_scalar("select id from messages where conversation = $1 and status in ('waiting', 'streaming')")
            .bind(conversation.0)
            .fetch_all(&mut *connection)
            .await?;
    let stopped = End { status: Status::Stopped, error: None };
    for reply in running {
        close_run(connection, MessageId(reply), None, &stopped, committed).await?;
    }
    sqlx::query("update conversations set deleted_at = $2 where id = $1")
        .bind(conversation.0)
        .bind(now_ms() as i64)
        .execute(&mut *connection)
        .await?;
    touch(connection, owner, conversation, None, committed).await?;
    committed.deleted.push(conversation);
    Ok(Outcome::Done)
}

pub async fn undelete(
    connection: &mut SqliteConnection,
    owner: Owner,
    conversation: ConversationId,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let in_time = now_ms().saturating_sub(UNDELETE.as_millis() as u64);
    let back = sqlx::query(
        "update conversations set deleted_at = null where id = $1 and owner = $2 and deleted_at > $3 and purged = 0",
    )
    .bind(conversation.0)
    .bind(owner)
    .bind(in_time as i64)
    .execute(&mut *connection)
    .await?;
    Ok(Outcome::Changed(if back.rows_affected() > 0 {
        touch(connection, owner, conversation, None, committed).await?
    } else {
        // It may be there: nobody deleted it, or somebody brought it back already.
        owned(connection, owner, conversation).await?
    }))
}

/// The version stays: it is of what people set, and who is about to set it has seen nothing that counts.
pub async fn title(
    connection: &mut SqliteConnection,
    owner: Owner,
    conversation: ConversationId,
    title: &str,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    owned(connection, owner, conversation).await?;
    let taken = sqlx::query("update conversations set title = $2, titled = 1 where id = $1 and titled = 0")
        .bind(conversation.0)
        .bind(title)
        .execute(&mut *connection)
        .await?;
    if taken.rows_affected() > 0 {
        touch(connection, owner, conversation, None, committed).await?;
    }
    Ok(Outcome::Done)
}

pub async fn mark_read(
    connection: &mut SqliteConnection,
    owner: Owner,
    conversation: ConversationId,
    seq: u64,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let was_unread = owned(connection, owner, conversation).await?.unread;
    sqlx::query("update conversations set read_seq = min($2, seq) where id = $1 and read_seq < min($2, seq)")
        .bind(conversation.0)
        .bind(to_i64(seq))
        .execute(&mut *connection)
        .await?;
    // Sidebars hear of it only where it changes what they show.
    if was_unread && !owned(connection, owner, conversation).await?.unread {
        touch(connection, owner, conversation, None, committed).await?;
    }
    Ok(Outcome::Done)
}
