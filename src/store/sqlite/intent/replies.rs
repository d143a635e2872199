//! Messages and their replies: sending, editing, writing again, stopping.

use super::{
    super::{
        counters::{next_list, next_seq, now_ms, touch},
        end::end_run,
        ids::Ids,
        row::word,
    },
    Refusal, message_row, not_found, owned, refused,
};
use crate::store::{Committed, End, Error, NewMessage, Outcome, Owner};
use app::wire::{Code, ConversationId, Event, Message, MessageId, Part, PartKind, Role, Sent, Status, Word};
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

pub async fn send(
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
        None if new.parent.is_some() || new.edits.is_some() => return Err(not_found("conversation")),
        None => (begin_conversation(connection, ids, new, now).await?, None),
        Some(conversation) => {
            owned(connection, new.owner, conversation).await?;
            let parent = match new.edits {
                Some(edited) => parent_of_edit(connection, conversation, edited).await?,
                None => parent_for(connection, conversation, new.parent).await?,
            };
            (conversation, parent)
        }
    };

    let text = vec![Part { kind: PartKind::Text, text: new.text.clone(), ms: None }];
    let message = Message { parts: text, ..blank(ids, conversation, parent, now) };
    let reply = Message {
        role: Role::Assistant,
        run: 1,
        status: Status::Waiting,
        model: Some(new.model.clone()),
        ..blank(ids, conversation, Some(message.id), now)
    };
    let sent = Sent { conversation, message: message.id, reply: reply.id };
    add_message(connection, message, None, committed).await?;
    add_message(connection, reply, Some(ids.boot()), committed).await?;
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
    was_here(connection, conversation).await?;
    touch(connection, new.owner, conversation, Some(now), committed).await?;
    Ok(Outcome::Begun { sent, run: 1, place: None })
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
    let asked = match asked {
        Some(asked) => asked,
        // The greatest id is the newest message, and the newest message has no children.
        None => {
            let newest: Option<Uuid> = sqlx::query_scalar("select max(id) from messages where conversation = $1")
                .bind(conversation.0)
                .fetch_one(&mut *connection)
                .await?;
            let Some(newest) = newest else { return Ok(None) };
            MessageId(newest)
        }
    };
    let (role, status, _) = standing(connection, conversation, asked).await?;
    if role != Role::Assistant {
        return Err(refused(Code::Invalid, "a message can follow only a reply"));
    }
    if status.is_running() {
        return Err(reply_running());
    }
    Ok(Some(asked))
}

/// Where a message goes that is written instead of another: below the same parent, if any.
async fn parent_of_edit(
    connection: &mut SqliteConnection,
    conversation: ConversationId,
    edited: MessageId,
) -> Result<Option<MessageId>, Refusal> {
    let (role, _, parent) = standing(connection, conversation, edited).await?;
    if role != Role::User {
        return Err(refused(Code::Invalid, "only a person's message can be edited"));
    }
    if let Some(parent) = parent
        && standing(connection, conversation, parent).await?.1.is_running()
    {
        return Err(reply_running());
    }
    Ok(parent)
}

/// Role, status and parent of a message of this conversation.
async fn standing(
    connection: &mut SqliteConnection,
    conversation: ConversationId,
    message: MessageId,
) -> Result<(Role, Status, Option<MessageId>), Refusal> {
    let row = sqlx::query("select role, status, parent from messages where id = $1 and conversation = $2")
        .bind(message.0)
        .bind(conversation.0)
        .fetch_optional(connection)
        .await?;
    let row = row.ok_or_else(|| not_found("message"))?;
    let parent = row.try_get::<Option<Uuid>, _>("parent")?.map(MessageId);
    Ok((word(row.try_get("role")?)?, word(row.try_get("status")?)?, parent))
}

pub async fn regenerate(
    connection: &mut SqliteConnection,
    ids: &mut Ids,
    owner: Owner,
    reply: MessageId,
    model: Option<&String>,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let old = message_row(connection, owner, reply).await?.message;
    let Some(parent) = old.parent.filter(|_| old.role == Role::Assistant) else {
        return Err(refused(Code::Invalid, "only a reply can be written again"));
    };
    no_reply_runs_below(connection, old.conversation, parent).await?;
    let now = now_ms();
    let new = Message {
        role: Role::Assistant,
        run: 1,
        status: Status::Waiting,
        model: model.cloned().or(old.model),
        ..blank(ids, old.conversation, Some(parent), now)
    };
    let sent = Sent { conversation: old.conversation, message: parent, reply: new.id };
    add_message(connection, new, Some(ids.boot()), committed).await?;
    was_here(connection, old.conversation).await?;
    touch(connection, owner, old.conversation, Some(now), committed).await?;
    Ok(Outcome::Begun { sent, run: 1, place: None })
}

/// One reply at a time is written below a message.
pub async fn no_reply_runs_below(
    connection: &mut SqliteConnection,
    conversation: ConversationId,
    parent: MessageId,
) -> Result<(), Refusal> {
    let running: bool = sqlx::query_scalar(
        "select exists (select 1 from messages where conversation = $1 and parent = $2 and status in ('waiting', 'streaming'))",
    )
    .bind(conversation.0)
    .bind(parent.0)
    .fetch_one(connection)
    .await?;
    if running { Err(reply_running()) } else { Ok(()) }
}

pub async fn stop(
    connection: &mut SqliteConnection,
    owner: Owner,
    reply: MessageId,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    message_row(connection, owner, reply).await?;
    end_run(connection, reply, None, &End { status: Status::Stopped, error: None }, committed).await?;
    Ok(Outcome::Done)
}

/// A person's message without text, to be filled in.
fn blank(ids: &mut Ids, conversation: ConversationId, parent: Option<MessageId>, now: u64) -> Message {
    Message {
        id: MessageId(ids.next()),
        conversation,
        parent,
        siblings: Vec::new(),
        role: Role::User,
        run: 0,
        status: Status::Complete,
        parts: Vec::new(),
        seams: Vec::new(),
        model: None,
        usage: None,
        error: None,
        created_at: now,
        seq: 0,
    }
}

/// Stores a message; of a reply, `boot` names the process that its runner is in.
async fn add_message(
    connection: &mut SqliteConnection,
    mut message: Message,
    boot: Option<Uuid>,
    committed: &mut Committed,
) -> Result<(), Error> {
    message.seq = next_seq(connection, message.conversation).await?;
    sqlx::query(
        "insert into messages (id, conversation, parent, role, run, status, model, created_at, begun, seq, boot, renewed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11)",
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
    .bind(boot)
    .bind(boot.map(|_| now_ms() as i64))
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
    message.siblings = siblings(connection, message.conversation, message.parent).await?;
    committed.events.push((message.conversation, Event::Message(message)));
    Ok(())
}

/// All messages below this parent, the oldest first; none where there is only one.
async fn siblings(
    connection: &mut SqliteConnection,
    conversation: ConversationId,
    parent: Option<MessageId>,
) -> Result<Vec<MessageId>, Error> {
    let ids: Vec<Uuid> =
        sqlx::query_scalar("select id from messages where conversation = $1 and parent is $2 order by id")
            .bind(conversation.0)
            .bind(parent.map(|id| id.0))
            .fetch_all(connection)
            .await?;
    Ok(if ids.len() > 1 { ids.into_iter().map(MessageId).collect() } else { Vec::new() })
}

/// Whoever writes in a conversation has read it.
pub async fn was_here(connection: &mut SqliteConnection, conversation: ConversationId) -> Result<(), Error> {
    sqlx::query("update conversations set read_seq = seq where id = $1")
        .bind(conversation.0)
        .execute(connection)
        .await?;
    Ok(())
}

fn reply_running() -> Refusal {
    refused(Code::ReplyRunning, "a reply is being written here").into_hint("wait for it, or stop it first")
}
