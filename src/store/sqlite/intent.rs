//! What people ask for, carried out inside the journal's transaction.

use super::{
    counters::{next_list, next_seq, now_ms, touch},
    end::end_run,
    ids::Ids,
    row::{MessageRow, message_columns, summary, summary_columns, word},
    upkeep,
};
use crate::store::{Committed, End, Error, Intent, NewMessage, Outcome, Owner};
use app::wire::{Code, ConversationId, Event, Message, MessageId, Part, PartKind, Role, Sent, Status, Summary, Word};
use sqlx::{Row, SqliteConnection};

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
        Intent::Recover => upkeep::recover(connection, committed).await,
        Intent::Purge => upkeep::purge(connection).await,
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
        Err(refused(Code::RequestReused, "this request id was used for another message")
            .into_hint("send it with a new id"))
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
    sqlx::query(
        "insert into conversations (id, owner, title, list, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)",
    )
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

/// A message of this owner, in a conversation that is there.
async fn message_row(connection: &mut SqliteConnection, owner: Owner, id: MessageId) -> Result<MessageRow, Refusal> {
    let row: Option<MessageRow> = sqlx::query_as(concat!(
        "select ",
        message_columns!(),
        " from messages m join conversations c on c.id = m.conversation
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
        "select ",
        summary_columns!(),
        " from conversations c where c.id = $1 and c.owner = $2 and c.deleted_at is null"
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
    .bind(message.role.word())
    .bind(message.run)
    .bind(message.status.word())
    .bind(&message.model)
    .bind(message.created_at as i64)
    .bind(message.seq as i64)
    .execute(&mut *connection)
    .await?;
    for (index, part) in message.parts.iter().enumerate() {
        sqlx::query("insert into parts (message, part, kind, text) values ($1, $2, $3, $4)")
            .bind(message.id.0)
            .bind(index as i64)
            .bind(part.kind.word())
            .bind(&part.text)
            .execute(&mut *connection)
            .await?;
    }
    committed.events.push((message.conversation, Event::Message(message)));
    Ok(())
}

fn refused(code: Code, message: impl Into<String>) -> Refusal {
    Refusal::Refused(app::wire::Error::new(code, message))
}

fn not_found(what: &str) -> Refusal {
    refused(Code::NotFound, format!("there is no such {what}"))
}

fn reply_running() -> Refusal {
    Refusal::Refused(
        app::wire::Error::new(Code::ReplyRunning, "a reply is being written here")
            .hint("wait for it, or stop it first"),
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
