//! The runs of a reply after its first: asked for by a person, or begun by the reaper where a runner is gone.

use super::{
    super::{
        counters::{next_seq, now_ms, touch},
        end::{close_run, end_run},
        ids::Ids,
        row::{MessageRow, fill, to_json},
    },
    Refusal, message_row, refused,
    replies::{no_reply_runs_below, was_here},
};
use crate::store::{Committed, End, Error, Outcome, Owner, Place, REAPED_AT_MOST, REAPED_WITHIN};
use app::wire::{Code, Event, MessageId, PartKind, Role, Seam, Sent, Status};
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

/// Another run of a reply that ended before it was complete. Refused where something was written below it: that was said to
/// the text as it stood.
pub async fn go_on(
    connection: &mut SqliteConnection,
    ids: &Ids,
    owner: Owner,
    reply: MessageId,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let row = message_row(connection, owner, reply).await?;
    let message = &row.message;
    let Some(parent) = message.parent.filter(|_| message.role == Role::Assistant) else {
        return Err(refused(Code::Invalid, "only a reply can be continued"));
    };
    no_reply_runs_below(connection, message.conversation, parent).await?;
    if message.status == Status::Complete {
        return Err(
            refused(Code::Invalid, "this reply is complete").into_hint("ask for what you miss in a new message")
        );
    }
    let answered: bool =
        sqlx::query_scalar("select exists (select 1 from messages where conversation = $1 and parent = $2)")
            .bind(message.conversation.0)
            .bind(reply.0)
            .fetch_one(&mut *connection)
            .await?;
    if answered {
        return Err(refused(Code::Invalid, "the conversation went on below this reply")
            .into_hint("ask for what you miss in a new message"));
    }
    was_here(connection, message.conversation).await?;
    begin_run(connection, ids, owner, row, 0, committed).await
}

/// Ends a run that has no runner any more, or begins the next one. A run that has ended meanwhile stays as it is.
pub async fn reap(
    connection: &mut SqliteConnection,
    ids: &Ids,
    reply: MessageId,
    run: u32,
    can_continue: bool,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let row = sqlx::query(
        "select c.owner, m.finish_reason, m.reaped, m.renewed_at from messages m join conversations c on c.id = m.conversation
         where m.id = $1 and m.run = $2 and m.status in ('waiting', 'streaming')",
    )
    .bind(reply.0)
    .bind(run)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(Outcome::Done) };
    let owner: Owner = row.try_get("owner")?;
    let finished = row.try_get::<Option<&str>, _>("finish_reason")?.is_some();
    let reaped: u32 = row.try_get("reaped")?;
    // A clock that was set back makes it young, and at most twice is at most twice.
    let renewed_at = row.try_get::<Option<i64>, _>("renewed_at")?.unwrap_or_default().unsigned_abs();
    let in_time = u128::from(now_ms().saturating_sub(renewed_at)) <= REAPED_WITHIN.as_millis();
    if finished {
        end_run(connection, reply, Some(run), &End { status: Status::Complete, error: None }, committed).await?;
        return Ok(Outcome::Done);
    }
    let error = app::wire::Error::new(Code::ServerStopped, "the server stopped while this was being written")
        .hint("all that was said is kept");
    let interrupted = End { status: Status::Interrupted, error: Some(error) };
    let row = message_row(connection, owner, reply).await?;
    let mut rows = [row];
    fill(connection, &mut rows).await?;
    let goes_on = match rows[0].message.parts.last() {
        // Nothing was said: any model can begin.
        None => true,
        Some(last) => can_continue && last.kind == PartKind::Text,
    };
    if !(goes_on && in_time && reaped < REAPED_AT_MOST) {
        end_run(connection, reply, Some(run), &interrupted, committed).await?;
        return Ok(Outcome::Done);
    }
    // Its text goes where ended ones have it. Nobody needs to hear of an end that is none.
    let mut unheard = Committed::default();
    close_run(connection, reply, Some(run), &interrupted, &mut unheard).await?;
    committed.ended.append(&mut unheard.ended);
    let row = message_row(connection, owner, reply).await?;
    begin_run(connection, ids, owner, row, reaped + 1, committed).await
}

/// Begins the next run of a reply that has ended, and tells the message whole: marks into the runs before are given up, and
/// whoever stands there reads it anew.
async fn begin_run(
    connection: &mut SqliteConnection,
    ids: &Ids,
    owner: Owner,
    row: MessageRow,
    reaped: u32,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let mut rows = [row];
    fill(connection, &mut rows).await?;
    let [MessageRow { mut message, .. }] = rows;
    let place = message.parts.last().map(|last| Place {
        part: message.parts.len() as u32 - 1,
        kind: last.kind,
        at: last.text.len() as u64,
    });
    message.run += 1;
    message.seams.extend(place.map(|Place { part, at, .. }| Seam { run: message.run, part, at }));
    message.status = Status::Waiting;
    message.error = None;
    message.seq = next_seq(connection, message.conversation).await?;
    sqlx::query("delete from pieces where message = $1").bind(message.id.0).execute(&mut *connection).await?;
    sqlx::query(
        "update messages set run = $2, status = 'waiting', error = null, finish_reason = null, marks_until = null,
           begun = $3, seq = $3, seams = $4, boot = $5, renewed_at = $6, reaped = $7 where id = $1",
    )
    .bind(message.id.0)
    .bind(message.run)
    .bind(message.seq as i64)
    .bind(seams(&message.seams)?)
    .bind(ids.boot())
    .bind(now_ms() as i64)
    .bind(reaped)
    .execute(&mut *connection)
    .await?;
    let parent = message.parent.map_or(Uuid::nil(), |parent| parent.0);
    let sent = Sent { conversation: message.conversation, message: MessageId(parent), reply: message.id };
    let run = message.run;
    committed.events.push((sent.conversation, Event::Message(message)));
    touch(connection, owner, sent.conversation, None, committed).await?;
    Ok(Outcome::Begun { sent, run, place })
}

fn seams(seams: &[Seam]) -> Result<Option<String>, Error> {
    if seams.is_empty() { Ok(None) } else { to_json(&seams).map(Some) }
}
