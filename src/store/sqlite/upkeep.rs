//! What the server asks of the journal by itself: to take away what is out of time.

use super::{
    counters::{KEPT_MS, now_ms},
    intent::{Refusal, attachments},
};
use crate::store::{Outcome, UNDELETE};
use rusqlite::{Connection, params};
use uuid::Uuid;

/// Messages whose marks, or whose content, one purge takes away: a slice of well under 20 ms.
const PURGE_SLICE: usize = 20;

/// Uploads that no message shows are kept this long, for a draft that waits: a week.
const UNSENT_MS: u64 = 7 * KEPT_MS;

pub fn purge(connection: &Connection) -> Result<Outcome, Refusal> {
    let now = now_ms();
    let marked: Vec<Uuid> = connection
        .prepare_cached("select id from messages where marks_until < ?1 limit ?2")?
        .query_map(params![now, PURGE_SLICE], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in &marked {
        connection.prepare_cached("delete from pieces where message = ?1")?.execute([id])?;
        connection.prepare_cached("update messages set marks_until = null where id = ?1")?.execute([id])?;
    }
    let for_good = now.saturating_sub(UNDELETE.as_millis() as u64);
    let deleted: Vec<Uuid> = connection
        .prepare_cached(
            "select m.id from conversations c join messages m on m.conversation = c.id
             where c.deleted_at is not null and c.deleted_at <= ?1 and c.purged = 0 limit ?2",
        )?
        .query_map(params![for_good, PURGE_SLICE], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in &deleted {
        attachments::let_go(connection, *id)?;
        connection.prepare_cached("delete from pieces where message = ?1")?.execute([id])?;
        connection.prepare_cached("delete from parts where message = ?1")?.execute([id])?;
        connection.prepare_cached("delete from messages where id = ?1")?.execute([id])?;
    }
    let mut emptied = 0;
    if deleted.len() < PURGE_SLICE {
        // None of them holds anything any more.
        emptied = connection
            .prepare_cached(
                "update conversations set purged = 1, title = '' where id in (
                   select id from conversations where deleted_at is not null and deleted_at <= ?1 and purged = 0 limit ?2)",
            )?
            .execute(params![for_good, PURGE_SLICE])?;
    }
    connection.prepare_cached("delete from requests where created_at < ?1")?.execute([now.saturating_sub(KEPT_MS)])?;
    let (seen, loose) = attachments::forget(connection, now.saturating_sub(UNSENT_MS), PURGE_SLICE)?;
    Ok(Outcome::Purged { more: [marked.len(), deleted.len(), emptied, seen].contains(&PURGE_SLICE), loose })
}
