//! The runs of a reply after its first: asked for by a person, or begun by the reaper where a runner is gone.

use super::{
    super::{
        counters::{next_seq, now_ms, touch},
        end::{close_run, end_run},
        ids::Ids,
        row::{MessageRow, to_json, whole},
    },
    Refusal, message_row, refused,
    replies::{no_reply_runs_below, reply_running, was_here},
};
use crate::store::{Committed, Continues, End, Error, LENGTH, Outcome, Owner, Place, REAPED_AT_MOST, REAPED_WITHIN};
use app::wire::{Code, Event, MessageId, Role, Seam, Sent, Status};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// Another run of a reply that ended before it was complete. Refused where something was written below it: that was said to
/// the text as it stood.
pub fn go_on(
    connection: &Connection,
    ids: &Ids,
    owner: Owner,
    reply: MessageId,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let row = message_row(connection, owner, reply)?;
    let message = &row.message;
    let Some(parent) = message.parent.filter(|_| message.role == Role::Assistant) else {
        return Err(refused(Code::Invalid, "only a reply can be continued"));
    };
    if !message.together {
        no_reply_runs_below(connection, message.conversation, parent)?;
    } else if message.status.is_running() {
        return Err(reply_running());
    }
    // One that stopped at the most that it may write goes on where it stopped.
    if message.status == Status::Complete && message.finish.as_deref() != Some(LENGTH) {
        return Err(
            refused(Code::Invalid, "this reply is complete").into_hint("ask for what you miss in a new message")
        );
    }
    let answered = connection
        .prepare_cached("select 1 from messages where conversation = ?1 and parent = ?2")?
        .exists([message.conversation.0, reply.0])?;
    if answered {
        return Err(refused(Code::Invalid, "the conversation went on below this reply")
            .into_hint("ask for what you miss in a new message"));
    }
    was_here(connection, message.conversation)?;
    begin_run(connection, ids, owner, row, 0, committed)
}

/// Ends a run that has no runner any more, or begins the next one. A run that has ended meanwhile stays as it is.
pub fn reap(
    connection: &Connection,
    ids: &Ids,
    reply: MessageId,
    run: u32,
    continues: Continues,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let found: Option<(Owner, bool, u32, u64)> = connection
        .prepare_cached(
            "select c.owner, m.finish_reason is not null as finished, m.reaped, coalesce(m.renewed_at, 0) as renewed_at
             from messages m join conversations c on c.id = m.conversation
             where m.id = ?1 and m.run = ?2 and m.status in ('waiting', 'streaming')",
        )?
        .query_row(params![reply.0, run], |row| {
            Ok((row.get("owner")?, row.get("finished")?, row.get("reaped")?, row.get("renewed_at")?))
        })
        .optional()?;
    let Some((owner, finished, reaped, renewed_at)) = found else { return Ok(Outcome::Done) };
    // A clock that was set back makes it young, and at most twice is at most twice.
    let in_time = u128::from(now_ms().saturating_sub(renewed_at)) <= REAPED_WITHIN.as_millis();
    if finished {
        end_run(connection, reply, Some(run), &End { status: Status::Complete, error: None }, committed)?;
        return Ok(Outcome::Done);
    }
    let error = app::wire::Error::new(Code::ServerStopped, "the server stopped while this was being written")
        .hint("all that was said is kept");
    let interrupted = End { status: Status::Interrupted, error: Some(error) };
    let message = whole(connection, message_row(connection, owner, reply)?)?;
    let goes_on = continues.behind(message.parts.last().map(|last| last.kind));
    if !(goes_on && in_time && reaped < REAPED_AT_MOST) {
        end_run(connection, reply, Some(run), &interrupted, committed)?;
        return Ok(Outcome::Done);
    }
    // Its text goes where ended ones have it. Nobody needs to hear of an end that is none.
    let mut unheard = Committed::default();
    close_run(connection, reply, Some(run), &interrupted, &mut unheard)?;
    committed.ended.append(&mut unheard.ended);
    let row = message_row(connection, owner, reply)?;
    begin_run(connection, ids, owner, row, reaped + 1, committed)
}

/// Begins the next run of a reply that has ended, and tells the message whole: marks into the runs before are given up, and
/// whoever stands there reads it anew.
fn begin_run(
    connection: &Connection,
    ids: &Ids,
    owner: Owner,
    row: MessageRow,
    reaped: u32,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let mut message = whole(connection, row)?;
    let place = message.parts.last().map(|last| Place {
        part: message.parts.len() as u32 - 1,
        kind: last.kind,
        at: last.text.len() as u64,
    });
    message.run += 1;
    // A run that said nothing leaves none behind.
    message.seams.retain(|seam| place.is_none_or(|place| (seam.part, seam.at) != (place.part, place.at)));
    message.seams.extend(place.map(|Place { part, at, .. }| Seam { run: message.run, part, at }));
    message.status = Status::Waiting;
    message.error = None;
    message.finish = None;
    message.seq = next_seq(connection, message.conversation)?;
    connection.prepare_cached("delete from pieces where message = ?1")?.execute([message.id.0])?;
    let seams = seams(&message.seams)?;
    connection
        .prepare_cached(
            "update messages set run = ?2, status = 'waiting', error = null, finish_reason = null, marks_until = null,
               begun = ?3, seq = ?3, seams = ?4, boot = ?5, renewed_at = ?6, reaped = ?7 where id = ?1",
        )?
        .execute(params![message.id.0, message.run, message.seq, seams, ids.boot(), now_ms(), reaped])?;
    let parent = message.parent.map_or(Uuid::nil(), |parent| parent.0);
    let sent = Sent { conversation: message.conversation, message: MessageId(parent), reply: message.id };
    let run = message.run;
    committed.events.push((sent.conversation, Event::Message(message)));
    touch(connection, owner, sent.conversation, None, committed)?;
    Ok(Outcome::Begun { sent, run, place })
}

fn seams(seams: &[Seam]) -> Result<Option<String>, Error> {
    if seams.is_empty() { Ok(None) } else { to_json(&seams).map(Some) }
}
