//! Between rows and wire types.

use crate::store::Error;
use app::wire::{ConversationId, Message, MessageId, Part, PartKind, Role, Status, StatusChange, Summary, Word};
use rusqlite::{Connection, OptionalExtension, Row, types::FromSqlError};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// The columns of [`MessageRow`], for every query that reads messages. The seq of a running reply is that of its last piece.
macro_rules! message_columns {
    () => {
        "m.id, m.conversation, m.parent, (select group_concat(hex(s.id), '' order by s.id) from messages s \
         where s.conversation = m.conversation and s.parent is m.parent) as siblings, m.role, m.run, m.status, m.model, m.usage, m.finish_reason, m.error, m.created_at, m.begun, m.seams, m.hint, m.together, \
         case when m.status in ('waiting', 'streaming') then max(m.seq, coalesce((select max(p.seq) from pieces p where p.message = m.id), 0)) \
         else m.seq end as seq, \
         exists (select 1 from pieces p where p.message = m.id) as has_pieces"
    };
}
pub(super) use message_columns;

/// The columns of [`summary`].
macro_rules! summary_columns {
    () => {
        "c.id, case when c.deleted_at is null then c.title else '' end as title, c.version, c.updated_at, c.list, \
         c.deleted_at is not null as deleted, c.deleted_at is null and c.setup is not null as set_up, c.deleted_at is null and c.ended_seq > c.read_seq as unread, exists (select 1 from messages m \
         where m.conversation = c.id and m.status in ('waiting', 'streaming')) as running"
    };
}
pub(super) use summary_columns;

/// The parts of a message that is being written, by their pieces: the columns of `parts`, `?1` for the message.
///
/// The first part begins with the run, and each ends where the next begins, or with its own last piece. The text is what the
/// last run added to the part.
macro_rules! parts_in_pieces {
    () => {
        "select message, part, kind, group_concat(text, '' order by seq) as text, \
         max(0, coalesce(lead(min(ms)) over (order by part), max(ms)) - case when part = min(part) over () then 0 else min(ms) end) as ms \
         from pieces where message = ?1 group by part"
    };
}
pub(super) use parts_in_pieces;

/// A message as its row has it, its text still missing.
pub struct MessageRow {
    pub message: Message,
    /// The seq with which its last run began; of the first run, with which it came.
    pub begun: u64,
    /// Its text is in `pieces`, so that a follower can go on from a mark.
    pub has_pieces: bool,
}

impl MessageRow {
    pub fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let message = Message {
            id: MessageId(row.get("id")?),
            conversation: ConversationId(row.get("conversation")?),
            parent: row.get::<_, Option<Uuid>>("parent")?.map(MessageId),
            siblings: siblings(row.get_ref("siblings")?.as_str()?)?,
            role: word::<Role>(row, "role")?,
            run: row.get("run")?,
            status: word::<Status>(row, "status")?,
            parts: Vec::new(),
            seams: json(row, "seams")?.unwrap_or_default(),
            model: row.get("model")?,
            hint: row.get_ref("hint")?.as_str_or_null()?.and_then(Word::from_word),
            together: row.get("together")?,
            usage: json(row, "usage")?,
            finish: row.get::<_, Option<String>>("finish_reason")?.filter(|reason| reason != "stop"),
            error: json(row, "error")?,
            created_at: row.get("created_at")?,
            seq: row.get("seq")?,
        };
        Ok(Self { message, begun: row.get("begun")?, has_pieces: row.get("has_pieces")? })
    }

    /// The message as it was when its last run began, with the text of the runs before it.
    pub fn born(&self) -> Message {
        let mut message = self.message.clone();
        message.status = Status::Waiting;
        message.usage = None;
        message.finish = None;
        message.error = None;
        message.seq = self.begun;
        match message.seams.last().filter(|seam| seam.run == message.run) {
            Some(seam) => {
                message.parts.truncate(seam.part as usize + 1);
                if let Some(last) = message.parts.last_mut() {
                    last.text.truncate(seam.at as usize);
                }
            }
            None => message.parts.clear(),
        }
        message
    }

    /// How it ended, as an event, by its size and time of each part.
    pub fn end(&self, parts: impl Iterator<Item = (u64, u64)>) -> StatusChange {
        let message = &self.message;
        let (sizes, ms) = parts.unzip();
        StatusChange {
            message: message.id,
            run: message.run,
            status: message.status,
            usage: message.usage,
            finish: message.finish.clone(),
            error: message.error.clone(),
            sizes: Some(sizes),
            ms: Some(ms),
            seq: message.seq,
        }
    }
}

/// Reads the text of these messages into them.
pub fn fill(connection: &Connection, messages: &mut [MessageRow]) -> rusqlite::Result<()> {
    for row in messages {
        let message = &mut row.message;
        read_parts(connection, message, "select part, kind, text, ms from parts where message = ?1 order by part")?;
        // What the last run said is in `pieces` until it ends; then it stands behind the rest, whether or not marks are left.
        if message.status.is_running() {
            read_parts(connection, message, concat!(parts_in_pieces!(), " order by part"))?;
        }
    }
    Ok(())
}

/// A message with its text.
pub fn whole(connection: &Connection, row: MessageRow) -> rusqlite::Result<Message> {
    let mut rows = [row];
    fill(connection, &mut rows)?;
    let [MessageRow { message, .. }] = rows;
    Ok(message)
}

/// Adds the parts that a query gives, behind what there is of each.
fn read_parts(connection: &Connection, message: &mut Message, sql: &str) -> rusqlite::Result<()> {
    let mut query = connection.prepare_cached(sql)?;
    let mut rows = query.query([message.id.0])?;
    while let Some(row) = rows.next()? {
        let ms: Option<u64> = row.get("ms")?;
        let kind = word::<PartKind>(row, "kind")?;
        match message.parts.get_mut(row.get::<_, usize>("part")?) {
            Some(Part { text, ms: before, .. }) => {
                text.push_str(row.get_ref("text")?.as_str()?);
                *before = before.zip(ms).map(|(before, ms)| before + ms).or(ms);
            }
            None => message.parts.push(Part { kind, text: row.get("text")?, ms }),
        }
    }
    Ok(())
}

/// Reads the columns of `summary_columns!`.
pub fn summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    Ok(Summary {
        conversation: ConversationId(row.get("id")?),
        title: row.get("title")?,
        version: row.get("version")?,
        updated_at: row.get("updated_at")?,
        running: row.get("running")?,
        unread: row.get("unread")?,
        set_up: row.get("set_up")?,
        deleted: row.get("deleted")?,
        list: row.get("list")?,
    })
}

/// The end of the path that was chosen last; without a choice, the message that came last.
pub fn chosen(connection: &Connection, conversation: ConversationId) -> rusqlite::Result<Option<Uuid>> {
    let leaf: Option<Option<Uuid>> = connection
        .prepare_cached("select leaf from conversations where id = ?1")?
        .query_row([conversation.0], |row| row.get(0))
        .optional()?;
    let below = match leaf.flatten() {
        Some(leaf) => newest_below(connection, conversation, MessageId(leaf))?,
        None => None,
    };
    match below {
        Some(leaf) => Ok(Some(leaf)),
        None => connection
            .prepare_cached("select max(id) from messages where conversation = ?1")?
            .query_row([conversation.0], |row| row.get(0)),
    }
}

/// The newest of a message of this conversation and all that came below it; none when there is no such message.
///
/// A cross join keeps SQLite to the order as written: left to itself it reads the whole conversation once.
pub fn newest_below(
    connection: &Connection,
    conversation: ConversationId,
    message: MessageId,
) -> rusqlite::Result<Option<Uuid>> {
    connection
        .prepare_cached(
            "with recursive down (id) as (
               select id from messages where id = ?1 and conversation = ?2
               union all
               select m.id from down cross join messages m on m.conversation = ?2 and m.parent = down.id
             )
             select max(id) from down",
        )?
        .query_row([message.0, conversation.0], |row| row.get(0))
}

/// SQLite's integers are signed, and a number from outside may be greater than any of ours.
pub fn to_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Ids as hex digits, one behind the other; a message alone has no siblings.
fn siblings(hex: &str) -> Result<Vec<MessageId>, FromSqlError> {
    const DIGITS: usize = 32;
    if hex.len() <= DIGITS {
        return Ok(Vec::new());
    }
    let id = |digits| Uuid::try_parse_ascii(digits).map(MessageId).map_err(FromSqlError::other);
    hex.as_bytes().chunks(DIGITS).map(id).collect()
}

/// An enum's word in a column is its word on the wire.
pub fn word<T: Word>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    Ok(T::from_word(text).ok_or_else(|| FromSqlError::Other(format!("`{text}` is not a word that is known").into()))?)
}

pub fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    Ok(text.map(serde_json::from_str).transpose().map_err(FromSqlError::other)?)
}

/// The other way round.
pub fn to_json<T: Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Broken(error.to_string()))
}
