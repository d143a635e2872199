//! What people ask for, carried out inside the journal's transaction.

use super::{
    ids::Ids,
    row::{MessageRow, message_columns, number, summary, summary_columns, to_json, to_word, word},
};
use crate::store::{Committed, End, Error, Intent, NewMessage, Outcome, Owner};
use app::wire::{
    Code, ConversationId, Event, Message, MessageId, Part, PartKind, Role, Sent, Status, Summary,
};
use sqlx::{Row, SqliteConnection};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// Why an intent was not carried out.
pub enum Refusal {
    /// It cannot be done; the person is told.
    Refused(app::wire::Error),
    /// The store failed.
    Store(Error),
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}

/// Marks and requests are kept this long, in milliseconds: a day.
const KEPT_MS: u64 = 24 * 60 * 60 * 1000;

/// Messages whose marks, or whose content, one purge takes away: a slice of well under 20 ms.
const PURGE_SLICE: u32 = 20;

pub async fn carry_out(
    connection: &mut SqliteConnection,
    ids: &mut Ids,
    intent: &Intent,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    match intent {
        Intent::Send(message) => send(connection, ids, message, committed).await,
        Intent::Regenerate { owner, reply } => regenerate(connection, ids, *owner, *reply, committed).await,
        Intent::Stop { owner, reply } => stop(connection, *owner, *reply, committed).await,
        Intent::Rename { owner, conversation, title, seen } => {
            rename(connection, *owner, *conversation, title, *seen, committed).await
        }
        Intent::Delete { owner, conversation } => delete(connection, *owner, *conversation, committed).await,
        Intent::Recover => recover(connection, committed).await,
        Intent::Purge => purge(connection).await,
    }
}

async fn send(
    connection: &mut SqliteConnection,
    ids: &mut Ids,
    new: &NewMessage,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    if let Some(known) = known_request(connection, new).await? {
        return known;
    }
    let now = now_ms();
    let (conversation, parent) = match new.conversation {
        None if new.parent.is_some() => return Err(not_found("conversation")),
        None => (begin_conversation(connection, ids, new, now).await?, None),
        Some(conversation) => {
            owned(connection, new.owner, conversation).await?;
            (conversation, parent_for(connection, conversation, new.parent).await?)
        }
    };

    let text = vec![Part { kind: PartKind::Text, text: new.text.clone() }];
    let message = Message { parts: text, ..blank(ids, conversation, parent, now) };
    let reply = Message {
        role: Role::Assistant,
        run: 1,
        status: Status::Waiting,
        model: Some(new.model.clone()),
        ..blank(ids, conversation, Some(message.id), now)
    };
    let sent = Sent { conversation, message: message.id, reply: reply.id };
    add_message(connection, message, committed).await?;
    add_message(connection, reply, committed).await?;
    sqlx::query("insert into requests (request, owner, body, conversation, message, reply, created_at) values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(new.request.0)
        .bind(new.owner)
        .bind(new.body.as_slice())
        .bind(sent.conversation.0)
        .bind(sent.message.0)
        .bind(sent.reply.0)
        .bind(now as i64)
        .execute(&mut *connection)
        .await?;
    touch(connection, new.owner, conversation, Some(now), committed).await?;
    Ok(Outcome::Begun { sent, run: 1 })
}

/// The same request again: what it made the first time, or a refusal where the body differs.
async fn known_request(
    connection: &mut SqliteConnection,
    new: &NewMessage,
) -> Result<Option<Result<Outcome, Refusal>>, Refusal> {
    let row = sqlx::query("select owner, body, conversation, message, reply from requests where request = $1")
        .bind(new.request.0)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let same = row.try_get::<Owner, _>("owner")? == new.owner && row.try_get::<&[u8], _>("body")? == new.body;
    Ok(Some(if same {
        Ok(Outcome::Known(Sent {
            conversation: ConversationId(row.try_get("conversation")?),
            message: MessageId(row.try_get("message")?),
            reply: MessageId(row.try_get("reply")?),
        }))
    } else {
        Err(refused(Code::RequestReused, "this request id was used for another message").into_hint("send it with a new id"))
    }))
}

async fn begin_conversation(
    connection: &mut SqliteConnection,
    ids: &mut Ids,
    new: &NewMessage,
    now: u64,
) -> Result<ConversationId, Error> {
    let id = ConversationId(ids.next());
    let list = next_list(connection, new.owner).await?;
    sqlx::query("insert into conversations (id, owner, title, list, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)")
        .bind(id.0)
        .bind(new.owner)
        .bind(&new.title)
        .bind(list as i64)
        .bind(now as i64)
        .execute(connection)
        .await?;
    Ok(id)
}

/// Where a new message goes: below the given message, or below the newest leaf. Not below a reply that is being written.
async fn parent_for(
    connection: &mut SqliteConnection,
    conversation: ConversationId,
    asked: Option<MessageId>,
) -> Result<Option<MessageId>, Refusal> {
    // The greatest id is the newest message, and the newest message has no children.
    let row = sqlx::query(
        "select id, role, status from messages where conversation = $1 and ($2 is null or id = $2) order by id desc limit 1",
    )
    .bind(conversation.0)
    .bind(asked.map(|id| id.0))
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return if asked.is_some() { Err(not_found("message")) } else { Ok(None) };
    };
    if word::<Status>(row.try_get("status")?)?.is_running() {
        return Err(reply_running());
    }
    if word::<Role>(row.try_get("role")?)? != Role::Assistant {
        return Err(refused(Code::Invalid, "a message can follow only a reply"));
    }
    Ok(Some(MessageId(row.try_get("id")?)))
}

async fn regenerate(
    connection: &mut SqliteConnection,
    ids: &mut Ids,
    owner: Owner,
    reply: MessageId,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let old = message_row(connection, owner, reply).await?.message;
    let Some(parent) = old.parent.filter(|_| old.role == Role::Assistant) else {
        return Err(refused(Code::Invalid, "only a reply can be written again"));
    };
    let running: bool = sqlx::query_scalar(
        "select exists (select 1 from messages where conversation = $1 and parent = $2 and status in ('waiting', 'streaming'))",
    )
    .bind(old.conversation.0)
    .bind(parent.0)
    .fetch_one(&mut *connection)
    .await?;
    if running {
        return Err(reply_running());
    }
    let now = now_ms();
    let new = Message {
        role: Role::Assistant,
        run: 1,
        status: Status::Waiting,
        model: old.model,
        ..blank(ids, old.conversation, Some(parent), now)
    };
    let sent = Sent { conversation: old.conversation, message: parent, reply: new.id };
    add_message(connection, new, committed).await?;
    touch(connection, owner, old.conversation, Some(now), committed).await?;
    Ok(Outcome::Begun { sent, run: 1 })
}

async fn stop(
    connection: &mut SqliteConnection,
    owner: Owner,
    reply: MessageId,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    message_row(connection, owner, reply).await?;
    end_run(connection, reply, None, &End { status: Status::Stopped, error: None }, committed).await?;
    Ok(Outcome::Done)
}

async fn rename(
    connection: &mut SqliteConnection,
    owner: Owner,
    conversation: ConversationId,
    title: &str,
    seen: u64,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let current = owned(connection, owner, conversation).await?;
    if current.version != seen {
        return Err(refused(Code::Stale, format!("it was renamed elsewhere to `{}`", current.title))
            .into_hint("look at the new name and rename it again if you still want to"));
    }
    sqlx::query("update conversations set title = $2, version = version + 1 where id = $1")
        .bind(conversation.0)
        .bind(title)
        .execute(&mut *connection)
        .await?;
    Ok(Outcome::Renamed(touch(connection, owner, conversation, None, committed).await?))
}

async fn delete(
    connection: &mut SqliteConnection,
    owner: Owner,
    conversation: ConversationId,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let row = sqlx::query("select deleted_at from conversations where id = $1 and owner = $2")
        .bind(conversation.0)
        .bind(owner)
        .fetch_optional(&mut *connection)
        .await?;
    let row = row.ok_or_else(|| not_found("conversation"))?;
    if row.try_get::<Option<i64>, _>("deleted_at")?.is_some() {
        return Ok(Outcome::Done);
    }
    let ended = sqlx::query(
        "update messages set status = 'stopped' where conversation = $1 and status in ('waiting', 'streaming') returning id, run",
    )
    .bind(conversation.0)
    .fetch_all(&mut *connection)
    .await?;
    for row in ended {
        committed.ended.push((MessageId(row.try_get("id")?), row.try_get("run")?));
    }
    // What it held is purged later, in slices; the title goes at once.
    sqlx::query("update conversations set deleted_at = $2, title = '' where id = $1")
        .bind(conversation.0)
        .bind(now_ms() as i64)
        .execute(&mut *connection)
        .await?;
    touch(connection, owner, conversation, None, committed).await?;
    committed.deleted.push(conversation);
    Ok(Outcome::Done)
}

async fn recover(connection: &mut SqliteConnection, committed: &mut Committed) -> Result<Outcome, Refusal> {
    let orphans = sqlx::query("select id, finish_reason from messages where status in ('waiting', 'streaming')")
        .fetch_all(&mut *connection)
        .await?;
    for row in orphans {
        let finished = row.try_get::<Option<&str>, _>("finish_reason")?.is_some();
        let end = if finished {
            End { status: Status::Complete, error: None }
        } else {
            let error = app::wire::Error::new(Code::ServerStopped, "the server stopped while this was being written")
                .hint("all that was said is kept; regenerate to try again");
            End { status: Status::Interrupted, error: Some(error) }
        };
        end_run(connection, MessageId(row.try_get("id")?), None, &end, committed).await?;
    }
    Ok(Outcome::Done)
}

async fn purge(connection: &mut SqliteConnection) -> Result<Outcome, Refusal> {
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
    let deleted: Vec<Uuid> = sqlx::query_scalar(
        "select m.id from conversations c join messages m on m.conversation = c.id where c.deleted_at is not null limit $1",
    )
    .bind(PURGE_SLICE)
    .fetch_all(&mut *connection)
    .await?;
    for id in &deleted {
        sqlx::query("delete from pieces where message = $1").bind(id).execute(&mut *connection).await?;
        sqlx::query("delete from parts where message = $1").bind(id).execute(&mut *connection).await?;
        sqlx::query("delete from messages where id = $1").bind(id).execute(&mut *connection).await?;
    }
    sqlx::query("delete from requests where created_at < $1")
        .bind(now.saturating_sub(KEPT_MS) as i64)
        .execute(connection)
        .await?;
    let slice = PURGE_SLICE as usize;
    Ok(Outcome::Purged { more: marked.len() == slice || deleted.len() == slice })
}

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
    .bind(to_word(end.status))
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

/// A message of this owner, in a conversation that is there.
async fn message_row(connection: &mut SqliteConnection, owner: Owner, id: MessageId) -> Result<MessageRow, Refusal> {
    let row: Option<MessageRow> = sqlx::query_as(concat!(
        "select ", message_columns!(), " from messages m join conversations c on c.id = m.conversation
         where m.id = $1 and c.owner = $2 and c.deleted_at is null"
    ))
    .bind(id.0)
    .bind(owner)
    .fetch_optional(connection)
    .await?;
    row.ok_or_else(|| not_found("message"))
}

/// A conversation of this owner that is there.
async fn owned(connection: &mut SqliteConnection, owner: Owner, id: ConversationId) -> Result<Summary, Refusal> {
    let row = sqlx::query(concat!(
        "select ", summary_columns!(), " from conversations c where c.id = $1 and c.owner = $2 and c.deleted_at is null"
    ))
    .bind(id.0)
    .bind(owner)
    .fetch_optional(connection)
    .await?;
    Ok(summary(&row.ok_or_else(|| not_found("conversation"))?)?)
}

/// A person's message without text, to be filled in.
fn blank(ids: &mut Ids, conversation: ConversationId, parent: Option<MessageId>, now: u64) -> Message {
    Message {
        id: MessageId(ids.next()),
        conversation,
        parent,
        role: Role::User,
        run: 0,
        status: Status::Complete,
        parts: Vec::new(),
        model: None,
        usage: None,
        error: None,
        created_at: now,
        seq: 0,
    }
}

async fn add_message(
    connection: &mut SqliteConnection,
    mut message: Message,
    committed: &mut Committed,
) -> Result<(), Error> {
    message.seq = next_seq(connection, message.conversation).await?;
    sqlx::query(
        "insert into messages (id, conversation, parent, role, run, status, model, created_at, added, seq)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
    )
    .bind(message.id.0)
    .bind(message.conversation.0)
    .bind(message.parent.map(|id| id.0))
    .bind(to_word(message.role))
    .bind(message.run)
    .bind(to_word(message.status))
    .bind(&message.model)
    .bind(message.created_at as i64)
    .bind(message.seq as i64)
    .execute(&mut *connection)
    .await?;
    for (index, part) in message.parts.iter().enumerate() {
        sqlx::query("insert into parts (message, part, kind, text) values ($1, $2, $3, $4)")
            .bind(message.id.0)
            .bind(index as i64)
            .bind(to_word(part.kind))
            .bind(&part.text)
            .execute(&mut *connection)
            .await?;
    }
    committed.events.push((message.conversation, Event::Message(message)));
    Ok(())
}

async fn next_seq(connection: &mut SqliteConnection, conversation: ConversationId) -> Result<u64, Error> {
    let row = sqlx::query("update conversations set seq = seq + 1 where id = $1 returning seq")
        .bind(conversation.0)
        .fetch_one(connection)
        .await?;
    Ok(number(&row, "seq")?)
}

async fn next_list(connection: &mut SqliteConnection, owner: Owner) -> Result<u64, Error> {
    let row = sqlx::query(
        "insert into lists (owner, list) values ($1, 1) on conflict (owner) do update set list = list + 1 returning list",
    )
    .bind(owner)
    .fetch_one(connection)
    .await?;
    Ok(number(&row, "list")?)
}

/// Tells sidebars that a conversation's row changed, and moves it up when a message came.
async fn touch(
    connection: &mut SqliteConnection,
    owner: Owner,
    conversation: ConversationId,
    updated_at: Option<u64>,
    committed: &mut Committed,
) -> Result<Summary, Error> {
    let list = next_list(connection, owner).await?;
    sqlx::query("update conversations set list = $2, updated_at = max(updated_at, coalesce($3, 0)) where id = $1")
        .bind(conversation.0)
        .bind(list as i64)
        .bind(updated_at.map(|time| time as i64))
        .execute(&mut *connection)
        .await?;
    let row = sqlx::query(concat!("select ", summary_columns!(), " from conversations c where c.id = $1"))
        .bind(conversation.0)
        .fetch_one(connection)
        .await?;
    let summary = summary(&row)?;
    committed.summaries.push((owner, summary.clone()));
    Ok(summary)
}

fn refused(code: Code, message: impl Into<String>) -> Refusal {
    Refusal::Refused(app::wire::Error::new(code, message))
}

fn not_found(what: &str) -> Refusal {
    refused(Code::NotFound, format!("there is no such {what}"))
}

fn reply_running() -> Refusal {
    Refusal::Refused(
        app::wire::Error::new(Code::ReplyRunning, "a reply is being written here").hint("wait for it, or stop it first"),
    )
}

impl Refusal {
    fn into_hint(self, hint: &str) -> Self {
        match self {
            Self::Refused(error) => Self::Refused(error.hint(hint)),
            store => store,
        }
    }
}

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
