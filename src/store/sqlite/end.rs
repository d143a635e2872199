//! The end of a run.

use super::{
    counters::{KEPT_MS, next_seq, now_ms, touch},
    row::{MessageRow, message_columns, parts_in_pieces, to_json},
};
use crate::store::{Committed, End, Error, Owner};
use app::wire::{ConversationId, Event, MessageId, Status, Word};
use rusqlite::{Connection, OptionalExtension, params};

/// Ends a run, once, and tells the sidebar. With another run, or when it has ended, nothing changes.
pub fn end_run(
    connection: &Connection,
    message: MessageId,
    run: Option<u32>,
    end: &End,
    committed: &mut Committed,
) -> Result<(), Error> {
    let Some((conversation, seq)) = close_run(connection, message, run, end, committed)? else { return Ok(()) };
    // Whoever stops a reply knows how it ended.
    let news = (end.status != Status::Stopped).then_some(seq);
    let owner: Owner = connection
        .prepare_cached("update conversations set ended_seq = coalesce(?2, ended_seq) where id = ?1 returning owner")?
        .query_row(params![conversation.0, news], |row| row.get(0))?;
    touch(connection, owner, conversation, None, committed)?;
    Ok(())
}

/// Ends a run, once: moves its text from pieces to parts and says their sizes. Gives the conversation, and the seq of the end.
pub fn close_run(
    connection: &Connection,
    message: MessageId,
    run: Option<u32>,
    end: &End,
    committed: &mut Committed,
) -> Result<Option<(ConversationId, u64)>, Error> {
    let owned: Option<(_, u32)> = connection
        .prepare_cached(
            "select conversation, run from messages
             where id = ?1 and run = coalesce(?2, run) and status in ('waiting', 'streaming')",
        )?
        .query_row(params![message.0, run], |row| Ok((ConversationId(row.get(0)?), row.get(1)?)))
        .optional()?;
    let Some((conversation, run)) = owned else { return Ok(None) };
    // While it still counts as running, and its pieces with it.
    let seq = next_seq(connection, conversation)?;
    let error = end.error.as_ref().map(to_json).transpose()?;
    // What was stopped is stopped at the provider, too, and what is complete has no rest.
    let keeps_place = matches!(end.status, Status::Interrupted | Status::Failed);
    connection
        .prepare_cached(
            "update messages set status = ?2, error = ?3, marks_until = ?4, seq = ?5,
               bookmark = case when ?6 then bookmark end where id = ?1",
        )?
        .execute(params![message.0, end.status.word(), error, now_ms() + KEPT_MS, seq, keeps_place])?;

    connection
        .prepare_cached(
            "update messages set usage = json_set(coalesce(usage, '{}'), '$.first_ms', coalesce(usage ->> 'first_ms', t.first),
               '$.writing_ms', coalesce(usage ->> 'writing_ms', 0) + t.last - t.first)
             from (select min(ms) as first, max(ms) as last from pieces where message = ?1) as t
             where id = ?1 and t.first is not null",
        )?
        .execute([message.0])?;

    // Behind what the earlier runs said.
    connection
        .prepare_cached(concat!(
            "insert into parts (message, part, kind, text, ms) ",
            parts_in_pieces!(),
            " on conflict (message, part) do update set text = parts.text || excluded.text, ms = coalesce(parts.ms, 0) + excluded.ms"
        ))?
        .execute([message.0])?;

    let parts: Vec<(u64, u64)> = connection
        .prepare_cached("select octet_length(text), ms from parts where message = ?1 order by part")?
        .query_map([message.0], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let row = connection
        .prepare_cached(concat!("select ", message_columns!(), " from messages m where m.id = ?1"))?
        .query_row([message.0], MessageRow::read)?;
    committed.events.push((conversation, Event::Status(row.end(parts.into_iter()))));
    committed.ended.push((message, run));
    Ok(Some((conversation, seq)))
}
