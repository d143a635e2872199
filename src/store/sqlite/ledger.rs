//! Writing: a group becomes one transaction.
//!
//! It waits for the disk in the thread that calls it, which is the journal's own: a thread of SQLite's beside it would cost
//! more for the way there and back than most commits do.

use super::{
    counters::{last_seq, next_seq, now_ms},
    end::end_run,
    ids::Ids,
    intent,
    row::{MessageRow, message_columns, to_json, whole},
};
use crate::store::{Committed, Error, Group, Grown, Intent, Ledger, Piece};
use app::wire::{ConversationId, Delta, Event, MessageId, Word};
use rusqlite::{Connection, params};
use std::collections::{HashMap, hash_map::Entry};
use uuid::Uuid;

pub struct SqliteLedger {
    connection: Connection,
    ids: Ids,
    growing: Growing,
}

impl SqliteLedger {
    pub(super) fn new(connection: Connection, boot: Uuid) -> Result<Self, Error> {
        let last = connection.query_row(
            "select max(id) from (select max(id) as id from messages union all select max(id) from conversations)",
            [],
            |row| row.get(0),
        )?;
        Ok(Self { connection, ids: Ids::after(last, boot), growing: Growing::default() })
    }

    /// The database may have this many pages of 4 KiB at most; more is [`Error::Full`], as on a full disk.
    pub fn limit_pages(&mut self, pages: u32) -> Result<(), Error> {
        Ok(self.connection.pragma_update(None, "max_page_count", pages)?)
    }
}

#[async_trait::async_trait]
impl Ledger for SqliteLedger {
    async fn commit(&mut self, group: &Group) -> Result<Committed, Error> {
        let Self { connection, ids, growing } = self;
        let mut committed = Committed::default();
        let ended = transaction(connection, |connection| {
            for grown in &group.grown {
                growing.store(connection, grown, &mut committed)?;
            }
            for grown in &group.grown {
                if let Some(end) = &grown.end {
                    end_run(connection, grown.message, Some(grown.run), end, &mut committed)?;
                }
            }
            group.intents.iter().try_for_each(|intent| carry_out(connection, ids, intent, &mut committed))
        });
        let is_text_alone = group.intents.is_empty() && group.grown.iter().all(|grown| grown.end.is_none());
        if ended.is_err() || !is_text_alone {
            *growing = Growing::default();
        }
        ended.map(|()| committed)
    }
}

/// Runs `write` in a transaction. By cached statements: rusqlite's own transaction has its words parsed each time, thousands
/// of times a second.
fn transaction(connection: &Connection, write: impl FnOnce(&Connection) -> Result<(), Error>) -> Result<(), Error> {
    connection.prepare_cached("begin immediate")?.execute([])?;
    let written = write(connection).and_then(|()| Ok(connection.prepare_cached("commit")?.execute([])?));
    // A full disk makes SQLite roll back by itself.
    if written.is_err() && !connection.is_autocommit() {
        connection.execute_batch("rollback")?;
    }
    written.map(drop)
}

/// Carries out an intent; one that is refused changes nothing.
fn carry_out(connection: &Connection, ids: &mut Ids, intent: &Intent, committed: &mut Committed) -> Result<(), Error> {
    connection.execute_batch("savepoint intent")?;
    let mut attempt = Committed::default();
    let outcome = match intent::carry_out(connection, ids, intent, &mut attempt) {
        Ok(outcome) => {
            committed.events.append(&mut attempt.events);
            committed.summaries.append(&mut attempt.summaries);
            committed.deleted.append(&mut attempt.deleted);
            committed.ended.append(&mut attempt.ended);
            Ok(outcome)
        }
        Err(intent::Refusal::Refused(error)) => {
            connection.execute_batch("rollback to intent")?;
            Err(error)
        }
        Err(intent::Refusal::Store(error)) => return Err(error),
    };
    connection.execute_batch("release intent")?;
    committed.outcomes.push(outcome);
    Ok(())
}

/// What the database says of the replies that grow. Asked once a reply, and true until something else than text is written.
#[derive(Default)]
struct Growing {
    /// The run that owns each reply.
    runs: HashMap<MessageId, u32>,
    /// The last seq of each conversation.
    seqs: HashMap<ConversationId, u64>,
}

impl Growing {
    /// Stores what a runner says, unless the reply is not its own any more: then that is told, and nothing changes.
    fn store(&mut self, connection: &Connection, grown: &Grown, committed: &mut Committed) -> Result<(), Error> {
        let Grown { conversation, message, run, .. } = *grown;
        if !self.owns(connection, grown)? {
            committed.ended.push((message, run));
            return Ok(());
        }
        if grown.pieces.is_empty() {
            if let Some(why) = grown.delay.as_ref().filter(|_| grown.end.is_none()) {
                tell_delay(connection, grown, why.as_ref(), committed)?;
                self.seqs.remove(&conversation);
            }
            return Ok(());
        }
        let seq = match self.seqs.entry(conversation) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(last_seq(connection, conversation)?),
        };
        let mut insert = connection.prepare_cached(
            "insert into pieces (message, seq, part, kind, at, text, ms) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for Piece { part, kind, at, text, ms } in &grown.pieces {
            *seq += 1;
            insert.execute(params![message.0, *seq, part, kind.word(), at, text, ms])?;
            let (part, kind, at, text) = (*part, *kind, *at, text.clone());
            let delta = Delta { message, run, part, kind, at, text, seq: *seq, t: 0, pad: String::new() };
            committed.events.push((conversation, Event::Delta(delta)));
        }
        Ok(())
    }

    /// Whether the reply is still this runner's; writes what it says besides text.
    ///
    /// Text alone leaves the message's row as it is, which most commits would else write for each of their pieces: the seq of
    /// a running reply is that of its last piece.
    fn owns(&mut self, connection: &Connection, grown: &Grown) -> Result<bool, Error> {
        let says_more = grown.begins
            || grown.pieces.is_empty()
            || grown.finish_reason.is_some()
            || grown.usage.is_some()
            || grown.bookmark.is_some();
        let owns = if says_more {
            claim(connection, grown)?
        } else if self.runs.get(&grown.message) == Some(&grown.run) {
            return Ok(true);
        } else {
            connection
                .prepare_cached(
                    "select 1 from messages where id = ?1 and run = ?2 and status in ('waiting', 'streaming')",
                )?
                .exists(params![grown.message.0, grown.run])?
        };
        if owns {
            self.runs.insert(grown.message, grown.run);
        }
        Ok(owns)
    }
}

/// Stores why nothing comes for a while, and tells the message whole, as if its run began now: there is no text of it yet.
fn tell_delay(
    connection: &Connection,
    grown: &Grown,
    why: Option<&app::wire::Error>,
    committed: &mut Committed,
) -> Result<(), Error> {
    let seq = next_seq(connection, grown.conversation)?;
    connection
        .prepare_cached("update messages set error = ?2, begun = ?3, seq = ?3 where id = ?1")?
        .execute(params![grown.message.0, why.map(to_json).transpose()?, seq])?;
    let row = connection
        .prepare_cached(concat!("select ", message_columns!(), " from messages m where m.id = ?1"))?
        .query_row([grown.message.0], MessageRow::read)?;
    committed.events.push((grown.conversation, Event::Message(whole(connection, row)?)));
    Ok(())
}

/// Writes what a runner says besides text, where the reply is still its own, and says whether it is.
fn claim(connection: &Connection, grown: &Grown) -> Result<bool, Error> {
    let usage = grown.usage.as_ref().map(to_json).transpose()?;
    let bookmark = grown.bookmark.as_ref().map(to_json).transpose()?;
    let has_text = !grown.pieces.is_empty();
    let claimed = connection
        .prepare_cached(
            "update messages set
               status = case when ?3 then 'streaming' else status end,
               error = case when ?3 then null else error end,
               finish_reason = coalesce(?4, finish_reason),
               usage = coalesce(?5, usage),
               bookmark = coalesce(?7, bookmark),
               renewed_at = ?6
             where id = ?1 and run = ?2 and status in ('waiting', 'streaming')",
        )?
        .execute(params![grown.message.0, grown.run, has_text, grown.finish_reason, usage, now_ms(), bookmark])?;
    Ok(claimed > 0)
}
