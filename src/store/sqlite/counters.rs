//! The counters that give each change its place, and the clock.

use super::row::{summary, summary_columns};
use crate::store::{Committed, Error, Owner};
use app::wire::{ConversationId, Summary};
use rusqlite::{Connection, params};
use std::time::{SystemTime, UNIX_EPOCH};

/// Marks and requests are kept this long, in milliseconds: a day.
pub const KEPT_MS: u64 = 24 * 60 * 60 * 1000;

/// The last seq of conversation `c`. Its row has that of the last event that was no text: text is told of by its pieces alone,
/// or each commit would write the row of every conversation that grows.
macro_rules! seq_now {
    () => {
        "max(c.seq, coalesce((select max(p.seq) from messages r join pieces p on p.message = r.id \
         where r.conversation = c.id and r.status in ('waiting', 'streaming')), 0))"
    };
}
pub(super) use seq_now;

pub fn last_seq(connection: &Connection, conversation: ConversationId) -> Result<u64, Error> {
    Ok(connection
        .prepare_cached(concat!("select ", seq_now!(), " from conversations c where c.id = ?1"))?
        .query_row([conversation.0], |row| row.get(0))?)
}

pub fn next_seq(connection: &Connection, conversation: ConversationId) -> Result<u64, Error> {
    Ok(connection
        .prepare_cached(concat!(
            "update conversations as c set seq = ",
            seq_now!(),
            " + 1 where c.id = ?1 returning seq"
        ))?
        .query_row([conversation.0], |row| row.get(0))?)
}

pub fn next_list(connection: &Connection, owner: Owner) -> Result<u64, Error> {
    let mut upsert = connection.prepare_cached(
        "insert into lists (owner, list) values (?1, 1) on conflict (owner) do update set list = list + 1 returning list",
    )?;
    Ok(upsert.query_row([owner], |row| row.get(0))?)
}

/// Tells sidebars that a conversation's row changed, and moves it up when a message came.
pub fn touch(
    connection: &Connection,
    owner: Owner,
    conversation: ConversationId,
    updated_at: Option<u64>,
    committed: &mut Committed,
) -> Result<Summary, Error> {
    let list = next_list(connection, owner)?;
    connection
        .prepare_cached(
            "update conversations set list = ?2, updated_at = max(updated_at, coalesce(?3, 0)) where id = ?1",
        )?
        .execute(params![conversation.0, list, updated_at])?;
    let summary = connection
        .prepare_cached(concat!("select ", summary_columns!(), " from conversations c where c.id = ?1"))?
        .query_row([conversation.0], summary)?;
    committed.summaries.push((owner, summary.clone()));
    Ok(summary)
}

pub fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
