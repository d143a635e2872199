//! The end of a run.

use super::{
    counters::{KEPT_MS, next_seq, now_ms, touch},
    row::{MessageRow, message_columns, number, to_json},
};
use crate::store::{Committed, End, Error, Owner};
use app::wire::{ConversationId, Event, MessageId, Word};
use sqlx::{Row, SqliteConnection};

/// Ends a run, once: moves its text from pieces to parts, says its sizes and tells the sidebar. With another run, or when it has ended, nothing changes.
pub async fn end_run(
    connection: &mut SqliteConnection,
    message: MessageId,
    run: Option<u32>,
    end: &End,
    committed: &mut Committed,
) -> Result<(), Error> {
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
    let Some(row) = row else { return Ok(()) };
    let (conversation, run) = (ConversationId(row.try_get("conversation")?), row.try_get("run")?);

    sqlx::query(
        "insert into parts (message, part, kind, text)
         select message, part, kind, group_concat(text, '' order by seq) from pieces where message = $1 group by part",
    )
    .bind(message.0)
    .execute(&mut *connection)
    .await?;
    let seq = next_seq(connection, conversation).await?;
    sqlx::query("update messages set seq = $2 where id = $1")
        .bind(message.0)
        .bind(seq as i64)
        .execute(&mut *connection)
        .await?;

    let sizes = sqlx::query("select octet_length(text) as size from parts where message = $1 order by part")
        .bind(message.0)
        .try_map(|row| number(&row, "size"))
        .fetch_all(&mut *connection)
        .await?;
    let row: MessageRow = sqlx::query_as(concat!("select ", message_columns!(), " from messages m where m.id = $1"))
        .bind(message.0)
        .fetch_one(&mut *connection)
        .await?;
    committed.events.push((conversation, Event::Status(row.status(Some(sizes)))));
    committed.ended.push((message, run));

    let owner: Owner = sqlx::query_scalar("select owner from conversations where id = $1")
        .bind(conversation.0)
        .fetch_one(&mut *connection)
        .await?;
    touch(connection, owner, conversation, None, committed).await?;
    Ok(())
}
