//! What the server asks of the journal by itself: to take away what is out of time.

use super::{
    counters::{KEPT_MS, now_ms},
    intent::Refusal,
};
use crate::store::{Outcome, UNDELETE};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Messages whose marks, or whose content, one purge takes away: a slice of well under 20 ms.
const PURGE_SLICE: u32 = 20;

pub async fn purge(connection: &mut SqliteConnection) -> Result<Outcome, Refusal> {
    let now = now_ms();
    let marked: Vec<Uuid> = sqlx::query_scalar("select id from messages where marks_until < $1 limit $2")
        .bind(now as i64)
        .bind(PURGE_SLICE)
        .fetch_all(&mut *connection)
        .await?;
    for id in &marked {
        sqlx::query("delete from pieces where message = $1").bind(id).execute(&mut *connection).await?;
        sqlx::query("update messages set marks_until = null where id = $1").bind(id).execute(&mut *connection).await?;
    }
    let for_good = now.saturating_sub(UNDELETE.as_millis() as u64) as i64;
    let deleted: Vec<Uuid> = sqlx::query_scalar(
        "select m.id from conversations c join messages m on m.conversation = c.id
         where c.deleted_at is not null and c.deleted_at <= $1 and c.purged = 0 limit $2",
    )
    .bind(for_good)
    .bind(PURGE_SLICE)
    .fetch_all(&mut *connection)
    .await?;
    for id in &deleted {
        sqlx::query("delete from pieces where message = $1").bind(id).execute(&mut *connection).await?;
        sqlx::query("delete from parts where message = $1").bind(id).execute(&mut *connection).await?;
        sqlx::query("delete from messages where id = $1").bind(id).execute(&mut *connection).await?;
    }
    let slice = PURGE_SLICE as usize;
    let mut emptied = 0;
    if deleted.len() < slice {
        // None of them holds anything any more.
        emptied = sqlx::query(
            "update conversations set purged = 1, title = '' where id in (
               select id from conversations where deleted_at is not null and deleted_at <= $1 and purged = 0 limit $2)",
        )
        .bind(for_good)
        .bind(PURGE_SLICE)
        .execute(&mut *connection)
        .await?
        .rows_affected() as usize;
    }
    sqlx::query("delete from requests where created_at < $1")
        .bind(now.saturating_sub(KEPT_MS) as i64)
        .execute(connection)
        .await?;
    Ok(Outcome::Purged { more: [marked.len(), deleted.len(), emptied].contains(&slice) })
}
