//! Messages and their replies: sending, editing, writing again, stopping.

use super::{
    super::{
        counters::{next_list, next_seq, now_ms, touch},
        end::end_run,
        ids::Ids,
        row::{chosen, newest_below, word},
    },
    Refusal, attachments,
    conversations::setup_column,
    message_row, not_found, owned, refused,
};
use crate::store::{Committed, End, Error, NewMessage, Outcome, Owner};
use app::wire::{Code, ConversationId, Event, Hint, Message, MessageId, Part, PartKind, Role, Sent, Status, Word};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

pub fn send(
    connection: &Connection,
    ids: &mut Ids,
    new: &NewMessage,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    if let Some(known) = known_request(connection, new)? {
        return known;
    }
    let now = now_ms();
    let (conversation, parent) = match new.conversation {
        None if new.parent.is_some() || new.edits.is_some() => return Err(not_found("there is no such conversation")),
        None => (begin_conversation(connection, ids, new, now)?, None),
        Some(conversation) => {
            owned(connection, new.owner, conversation)?;
            let parent = match new.edits {
                Some(edited) => parent_of_edit(connection, conversation, edited)?,
                None => parent_for(connection, conversation, new.parent)?,
            };
            (conversation, parent)
        }
    };

    attachments::show(connection, new.owner, &new.images)?;
    let part = |kind, text: &String| Part { kind, text: text.clone(), ms: None };
    let images = new.images.iter().map(|name| part(PartKind::Image, name));
    let pastes = new.pastes.iter().map(|text| part(PartKind::Paste, text));
    let text = Some(part(PartKind::Text, &new.text)).filter(|part| !part.text.is_empty());
    let message =
        Message { parts: images.chain(pastes).chain(text).collect(), ..blank(ids, conversation, parent, now) };
    let together = !new.also.is_empty();
    let replies: Vec<Message> = std::iter::once(&new.model)
        .chain(&new.also)
        .map(|model| Message { together, ..waiting(ids, conversation, message.id, Some(model.clone()), now) })
        .collect();
    let all: Vec<_> = replies.iter().map(|reply| Sent { conversation, message: message.id, reply: reply.id }).collect();
    let sent = all[0];
    add_messages(connection, vec![message], None, committed)?;
    add_messages(connection, replies, Some(ids.boot()), committed)?;
    let (request, body) = (new.request.0, new.body.as_slice());
    connection
        .prepare_cached(
            "insert into requests (request, owner, body, conversation, message, reply, created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![request, new.owner, body, sent.conversation.0, sent.message.0, sent.reply.0, now])?;
    was_here(connection, conversation)?;
    // Of several, the first one's: the last of them is no better for having come last.
    show_path(connection, conversation, Some(sent.reply).filter(|_| together))?;
    touch(connection, new.owner, conversation, Some(now), committed)?;
    Ok(if together { Outcome::Together(all) } else { Outcome::Begun { sent, run: 1, place: None } })
}

/// The same request again: what it made the first time, or a refusal where the body differs.
fn known_request(connection: &Connection, new: &NewMessage) -> Result<Option<Result<Outcome, Refusal>>, Refusal> {
    let known = connection
        .prepare_cached(
            "select owner = ?2 and body = ?3 as same, conversation, message, reply from requests where request = ?1",
        )?
        .query_row(params![new.request.0, new.owner, new.body.as_slice()], |row| {
            let sent = Sent {
                conversation: ConversationId(row.get("conversation")?),
                message: MessageId(row.get("message")?),
                reply: MessageId(row.get("reply")?),
            };
            Ok((row.get("same")?, sent))
        })
        .optional()?;
    let Some((same, sent)) = known else { return Ok(None) };
    Ok(Some(if same {
        Ok(Outcome::Known(sent))
    } else {
        Err(refused(Code::RequestReused, "this request id was used for another message")
            .into_hint("send it with a new id"))
    }))
}

fn begin_conversation(
    connection: &Connection,
    ids: &mut Ids,
    new: &NewMessage,
    now: u64,
) -> Result<ConversationId, Error> {
    let id = ConversationId(ids.next());
    let list = next_list(connection, new.owner)?;
    connection
        .prepare_cached(
            "insert into conversations (id, owner, title, list, created_at, updated_at, setup) values (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
        )?
        .execute(params![id.0, new.owner, new.title, list, now, setup_column(new.setup.as_deref())?])?;
    Ok(id)
}

/// Where a new message goes: below the given message, or to the end of the chosen path. Not below a reply that is being written.
fn parent_for(
    connection: &Connection,
    conversation: ConversationId,
    asked: Option<MessageId>,
) -> Result<Option<MessageId>, Refusal> {
    let asked = match asked {
        Some(asked) => asked,
        None => {
            let Some(chosen) = chosen(connection, conversation)? else { return Ok(None) };
            MessageId(chosen)
        }
    };
    let (role, status, _) = standing(connection, conversation, asked)?;
    if role != Role::Assistant {
        return Err(refused(Code::Invalid, "a message can follow only a reply"));
    }
    if status.is_running() {
        return Err(reply_running());
    }
    Ok(Some(asked))
}

/// Where a message goes that is written instead of another: below the same parent, if any.
fn parent_of_edit(
    connection: &Connection,
    conversation: ConversationId,
    edited: MessageId,
) -> Result<Option<MessageId>, Refusal> {
    let (role, _, parent) = standing(connection, conversation, edited)?;
    if role != Role::User {
        return Err(refused(Code::Invalid, "only a person's message can be edited"));
    }
    if let Some(parent) = parent
        && standing(connection, conversation, parent)?.1.is_running()
    {
        return Err(reply_running());
    }
    Ok(parent)
}

/// Role, status and parent of a message of this conversation.
fn standing(
    connection: &Connection,
    conversation: ConversationId,
    message: MessageId,
) -> Result<(Role, Status, Option<MessageId>), Refusal> {
    let standing = connection
        .prepare_cached("select role, status, parent from messages where id = ?1 and conversation = ?2")?
        .query_row([message.0, conversation.0], |row| {
            let parent = row.get::<_, Option<Uuid>>("parent")?.map(MessageId);
            Ok((word(row, "role")?, word(row, "status")?, parent))
        })
        .optional()?;
    standing.ok_or_else(|| not_found("there is no such message"))
}

pub fn regenerate(
    connection: &Connection,
    ids: &mut Ids,
    (owner, reply): (Owner, MessageId),
    (model, hint): (Option<&String>, Option<Hint>),
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    let old = message_row(connection, owner, reply)?.message;
    let Some(parent) = old.parent.filter(|_| old.role == Role::Assistant) else {
        return Err(refused(Code::Invalid, "only a reply can be written again"));
    };
    no_reply_runs_below(connection, old.conversation, parent)?;
    let now = now_ms();
    let new = Message { hint, ..waiting(ids, old.conversation, parent, model.cloned().or(old.model), now) };
    let sent = Sent { conversation: old.conversation, message: parent, reply: new.id };
    add_messages(connection, vec![new], Some(ids.boot()), committed)?;
    if hint.is_some() {
        connection
            .prepare_cached("update messages set revises = ?2 where id = ?1")?
            .execute([sent.reply.0, reply.0])?;
    }
    was_here(connection, old.conversation)?;
    show_path(connection, old.conversation, None)?;
    touch(connection, owner, old.conversation, Some(now), committed)?;
    Ok(Outcome::Begun { sent, run: 1, place: None })
}

/// The last choice wins. Its end is kept, so that whoever opens the conversation need not look for it far up.
pub fn choose(connection: &Connection, owner: Owner, message: MessageId) -> Result<Outcome, Refusal> {
    let conversation = message_row(connection, owner, message)?.message.conversation;
    let leaf = newest_below(connection, conversation, message)?;
    show_path(connection, conversation, leaf.map(MessageId))?;
    Ok(Outcome::Done)
}

/// Whoever opens the conversation sees the path through this message; without one, the newest.
fn show_path(connection: &Connection, conversation: ConversationId, leaf: Option<MessageId>) -> Result<(), Error> {
    connection
        .prepare_cached("update conversations set leaf = ?2 where id = ?1 and leaf is not ?2")?
        .execute(params![conversation.0, leaf.map(|id| id.0)])?;
    Ok(())
}

/// One reply at a time is written below a message, but for those that were asked for at once.
pub fn no_reply_runs_below(
    connection: &Connection,
    conversation: ConversationId,
    parent: MessageId,
) -> Result<(), Refusal> {
    let running = connection
        .prepare_cached(
            "select 1 from messages where conversation = ?1 and parent = ?2 and status in ('waiting', 'streaming')",
        )?
        .exists([conversation.0, parent.0])?;
    if running { Err(reply_running()) } else { Ok(()) }
}

pub fn stop(
    connection: &Connection,
    owner: Owner,
    reply: MessageId,
    committed: &mut Committed,
) -> Result<Outcome, Refusal> {
    message_row(connection, owner, reply)?;
    end_run(connection, reply, None, &End { status: Status::Stopped, error: None }, committed)?;
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
        hint: None,
        together: false,
        usage: None,
        finish: None,
        error: None,
        created_at: now,
        seq: 0,
    }
}

/// An empty reply before its first run.
fn waiting(ids: &mut Ids, conversation: ConversationId, parent: MessageId, model: Option<String>, now: u64) -> Message {
    let (role, run, status) = (Role::Assistant, 1, Status::Waiting);
    Message { role, run, status, model, ..blank(ids, conversation, Some(parent), now) }
}

/// Stores messages with the same parent, which then know of each other; of replies, `boot` names the process that their
/// runners are in.
fn add_messages(
    connection: &Connection,
    mut messages: Vec<Message>,
    boot: Option<Uuid>,
    committed: &mut Committed,
) -> Result<(), Error> {
    for message in &mut messages {
        message.seq = next_seq(connection, message.conversation)?;
        add_message(connection, message, boot)?;
    }
    for mut message in messages {
        message.siblings = siblings(connection, message.conversation, message.parent)?;
        committed.events.push((message.conversation, Event::Message(message)));
    }
    Ok(())
}

fn add_message(connection: &Connection, message: &Message, boot: Option<Uuid>) -> Result<(), Error> {
    connection
        .prepare_cached(
            "insert into messages (id, conversation, parent, role, run, status, model, created_at, begun, seq, boot, renewed_at, hint, together)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            message.id.0,
            message.conversation.0,
            message.parent.map(|id| id.0),
            message.role.word(),
            message.run,
            message.status.word(),
            message.model,
            message.created_at,
            message.seq,
            boot,
            boot.map(|_| now_ms()),
            message.hint.map(Word::word),
            message.together,
        ])?;
    for (index, part) in message.parts.iter().enumerate() {
        connection
            .prepare_cached("insert into parts (message, part, kind, text) values (?1, ?2, ?3, ?4)")?
            .execute(params![message.id.0, index, part.kind.word(), part.text])?;
    }
    Ok(())
}

/// All messages below this parent, the oldest first; none where there is only one.
fn siblings(
    connection: &Connection,
    conversation: ConversationId,
    parent: Option<MessageId>,
) -> Result<Vec<MessageId>, Error> {
    let ids: Vec<_> = connection
        .prepare_cached("select id from messages where conversation = ?1 and parent is ?2 order by id")?
        .query_map(params![conversation.0, parent.map(|id| id.0)], |row| row.get(0).map(MessageId))?
        .collect::<Result<_, _>>()?;
    Ok(if ids.len() > 1 { ids } else { Vec::new() })
}

/// Whoever writes in a conversation has read it.
pub fn was_here(connection: &Connection, conversation: ConversationId) -> Result<(), Error> {
    connection.prepare_cached("update conversations set read_seq = seq where id = ?1")?.execute([conversation.0])?;
    Ok(())
}

pub fn reply_running() -> Refusal {
    refused(Code::ReplyRunning, "a reply is being written here").into_hint("wait for it, or stop it first")
}
