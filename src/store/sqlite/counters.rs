//! The counters that give each change its place, and the clock.

use super::row::{number, summary, summary_columns};
use crate::store::{Committed, Error, Owner};
use app::wire::{ConversationId, Summary};
use sqlx::SqliteConnection;
use std::time::{SystemTime, UNIX_EPOCH};

/// Marks and requests are kept this long, in milliseconds: a day.
pub const KEPT_MS: u64 = 24 * 60 * 60 * 1000;

pub async fn next_seq(connection: &mut SqliteConnection, conversation: ConversationId) -> Result<u64, Error> {
    let row = sqlx::query("update conversations set seq = seq + 1 where id = $1 returning seq")
        .bind(conversation.0)
        .fetch_one(connection)
        .await?;
    Ok(number(&row, "seq")?)
}

pub async fn next_list(connection: &mut SqliteConnection, owner: Owner) -> Result<u64, Error> {
    let row = sqlx::query(
        "insert into lists (owner, list) values ($1, 1) on conflict (owner) do update set list = list + 1 returning list",
    )
    .bind(owner)
    .fetch_one(connection)
    .await?;
    Ok(number(&row, "list")?)
}

/// Tells sidebars that a conversation's row changed, and moves it up when a message came.
pub async fn touch(
    connection: &mut SqliteConnection,
    owner: Owner,
    conversation: ConversationId,
    updated_at: Option<u64>,
    committed: &mut Committed,
) -> Result<Summary, Error> {
    let list = next_list(connection, owner).await?;
    sqlx::query("update conversations set list = $2, updated_at = max(updated_at, coalesce($3, 0)) where id = $1")
        .bind(conversation.0)
        .bind(list as i64)
        .bind(updated_at.map(|time| time as i64))
        .execute(&mut *connection)
        .await?;
    let row = sqlx::query(concat!("select ", summary_columns!(), " from conversations c where c.id = $1"))
        .bind(conversation.0)
        .fetch_one(connection)
        .await?;
    let summary = summary(&row)?;
    committed.summaries.push((owner, summary.clone()));
    Ok(summary)
}

pub fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
