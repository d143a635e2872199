//! Images that people uploaded: which there are, and which of them no message shows.

use super::{super::counters::now_ms, Refusal, refused};
use crate::store::{Error, Outcome, Owner};
use app::wire::Code;
use rusqlite::{Connection, params};

/// It is loose until a message shows it.
pub fn keep(connection: &Connection, owner: Owner, name: &str) -> Result<Outcome, Refusal> {
    connection
        .prepare_cached(
            "insert into attachments (name, owner, loose_at) values (?1, ?2, ?3)
             on conflict (name, owner) do update set loose_at = excluded.loose_at",
        )?
        .execute(params![name, owner, now_ms()])?;
    Ok(Outcome::Done)
}

/// A message shows these. Refused where one is not there: a draft may be older than it.
pub fn show(connection: &Connection, owner: Owner, names: &[String]) -> Result<(), Refusal> {
    for name in names {
        let there = connection
            .prepare_cached("update attachments set loose_at = null where name = ?1 and owner = ?2")?
            .execute(params![name, owner])?;
        if there == 0 {
            return Err(refused(Code::NotFound, "an image is not there any more").into_hint("add it again"));
        }
    }
    Ok(())
}

/// A message that goes away shows its images no longer. Perhaps another one does: that is looked at when they are due.
pub fn let_go(connection: &Connection, message: uuid::Uuid) -> Result<(), Error> {
    connection
        .prepare_cached(
            "update attachments set loose_at = coalesce(loose_at, 0) where (name, owner) in (
               select p.text, c.owner from parts p join messages m on m.id = p.message
               join conversations c on c.id = m.conversation where p.message = ?1 and p.kind = 'image')",
        )?
        .execute([message])?;
    Ok(())
}

/// Forgets up to `limit` of those that are loose since before `since`. Gives how many were looked at, and those that
/// nobody has any more.
pub fn forget(connection: &Connection, since: u64, limit: usize) -> Result<(usize, Vec<String>), Error> {
    let due: Vec<(String, Owner)> = connection
        .prepare_cached("select name, owner from attachments where loose_at < ?1 limit ?2")?
        .query_map(params![since, limit], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let count = due.len();
    let mut loose = Vec::new();
    for (name, owner) in due {
        let shown = connection
            .prepare_cached(
                "select 1 from parts p join messages m on m.id = p.message join conversations c on c.id = m.conversation
                 where p.kind = 'image' and p.text = ?1 and c.owner = ?2",
            )?
            .exists(params![name, owner])?;
        let change = match shown {
            true => "update attachments set loose_at = null where name = ?1 and owner = ?2",
            false => "delete from attachments where name = ?1 and owner = ?2",
        };
        connection.prepare_cached(change)?.execute(params![name, owner])?;
        if !connection.prepare_cached("select 1 from attachments where name = ?1")?.exists([&name])? {
            loose.push(name);
        }
    }
    Ok((count, loose))
}
