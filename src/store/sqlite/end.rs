//! The end of a run.

use super::{
    counters::{KEPT_MS, next_seq, now_ms, touch},
    row::{MessageRow, message_columns, number, parts_in_pieces, to_json},
};
use crate::store::{Committed, End, Error, Owner};
use app::wire::{ConversationId, Event, MessageId, Status, Word};
use sqlx::{Row, SqliteConnection};

/// Ends a run, once, and tells the sidebar. With another run, or when it has ended, nothing changes.
pub async fn end_run(
    connection: &mut SqliteConnection,
    message: MessageId,
    run: Option<u32>,
    end: &End,
    committed: &mut Committed,
) -> Result<(), Error> {
    let Some((conversation, seq)) = close_run(connection, message, run, end, committed).await? else { return Ok(()) };
    // Whoever stops a reply knows how it ended.
    let news = (end.status != Status::Stopped).then_some(seq as i64);
    let owner: Owner = sqlx::query_scalar(
        "update conversations set ended_seq = coalesce($2, ended_seq) where id = $1 returning owner",
    )
    .bind(conversation.0)
    .bind(news)
    .fetch_one(&mut *connection)
    .await?;
    touch(connection, owner, conversation, None, committed).await?;
    Ok(())
}

/// Ends a run, once: moves its text from pieces to parts and says their sizes. Gives the conversation, and the seq of the end.
pub async fn close_run(
    connection: &mut SqliteConnection,
    message: MessageId,
    run: Option<u32>,
    end: &End,
    committed: &mut Committed,
) -> Result<Option<(ConversationId, u64)>, Error> {
    let row = sqlx::query(
        "update messages set status = $2, error = $3, marks_until = $4
         where id = $1 and run = coalesce($5, run) and status in ('waiting', 'streaming') returning conversation, run",
    )
    .bind(message.0)
    .bind(end.status.word())
    .bind(end.error.as_ref().map(to_json).transpose()?)
    .bind((now_ms() + KEPT_MS) as i64)
    .bind(run)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (conversation, run) = (ConversationId(row.try_get("conversation")?), row.try_get("run")?);

    // Behind what the earlier runs said.
    sqlx::query(concat!(
        "insert into parts (message, part, kind, text, ms) ",
        parts_in_pieces!(),
        " on conflict (message, part) do update set text = parts.text || excluded.text, ms = coalesce(parts.ms, 0) + excluded.ms"
    ))
        .bind(message.0)
        .execute(&mut *connection)
        .await?;
    let seq = next_seq(connection, conversation).await?;
    sqlx::query("update messages set seq = $2 where id = $1")
        .bind(message.0)
        .bind(seq as i64)
        .execute(&mut *connection)
        .await?;

    let parts = sqlx::query("select octet_length(text) as size, ms from parts where message = $1 order by part")
        .bind(message.0)
        .try_map(|row| Ok((number(&row, "size")?, number(&row, "ms")?)))
        .fetch_all(&mut *connection)
        .await?;
    let row: MessageRow = sqlx::query_as(concat!("select ", message_columns!(), " from messages m where m.id = $1"))
        .bind(message.0)
        .fetch_one(&mut *connection)
        .await?;
    committed.events.push((conversation, Event::Status(row.end(parts.into_iter()))));
    committed.ended.push((message, run));
    Ok(Some((conversation, seq)))
}
