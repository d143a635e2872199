//! Between rows and wire types.

use crate::store::Error;
use app::wire::{ConversationId, Message, MessageId, Part, PartKind, Role, Status, StatusChange, Summary, Word};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

/// The columns of [`MessageRow`], for every query that reads messages.
macro_rules! message_columns {
    () => {
        "m.id, m.conversation, m.parent, (select group_concat(hex(s.id), '' order by s.id) from messages s \
         where s.conversation = m.conversation and s.parent is m.parent) as siblings, m.role, m.run, m.status, m.model, m.usage, m.error, m.created_at, m.added, m.seq, \
         exists (select 1 from pieces p where p.message = m.id) as has_pieces"
    };
}
pub(super) use message_columns;

/// The columns of [`summary`].
macro_rules! summary_columns {
    () => {
        "c.id, case when c.deleted_at is null then c.title else '' end as title, c.version, c.updated_at, c.list, \
         c.deleted_at is not null as deleted, c.deleted_at is null and c.ended_seq > c.read_seq as unread, exists (select 1 from messages m \
         where m.conversation = c.id and m.status in ('waiting', 'streaming')) as running"
    };
}
pub(super) use summary_columns;

/// The parts of a message that is being written, by their pieces: the columns of `parts`, `$1` for the message.
///
/// The first part begins with the run, and each ends where the next begins, or with its own last piece.
macro_rules! parts_in_pieces {
    () => {
        "select message, part, kind, group_concat(text, '' order by seq) as text, \
         max(0, coalesce(lead(min(ms)) over (order by part), max(ms)) - case when part = 0 then 0 else min(ms) end) as ms \
         from pieces where message = $1 group by part"
    };
}
pub(super) use parts_in_pieces;

/// A message as its row has it, its text still missing.
pub struct MessageRow {
    pub message: Message,
    /// The seq with which it came.
    pub added: u64,
    /// Its text is in `pieces`, so that a follower can go on from a mark.
    pub has_pieces: bool,
}

impl FromRow<'_, SqliteRow> for MessageRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let message = Message {
            id: MessageId(row.try_get("id")?),
            conversation: ConversationId(row.try_get("conversation")?),
            parent: row.try_get::<Option<Uuid>, _>("parent")?.map(MessageId),
            siblings: siblings(row.try_get("siblings")?)?,
            role: word::<Role>(row.try_get("role")?)?,
            run: row.try_get("run")?,
            status: word::<Status>(row.try_get("status")?)?,
            parts: Vec::new(),
            model: row.try_get("model")?,
            usage: json(row.try_get("usage")?)?,
            error: json(row.try_get("error")?)?,
            created_at: number(row, "created_at")?,
            seq: number(row, "seq")?,
        };
        Ok(Self { message, added: number(row, "added")?, has_pieces: row.try_get("has_pieces")? })
    }
}

impl MessageRow {
    /// The message as it came: a reply was empty then.
    pub fn born(&self) -> Message {
        let Message { id, conversation, parent, role, created_at, .. } = self.message;
        let (model, siblings) = (self.message.model.clone(), self.message.siblings.clone());
        let (run, status, parts, usage, error) = (self.message.run, Status::Waiting, Vec::new(), None, None);
        let seq = self.added;
        Message { id, conversation, parent, siblings, role, run, status, parts, model, usage, error, created_at, seq }
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
            error: message.error.clone(),
            sizes: Some(sizes),
            ms: Some(ms),
            seq: message.seq,
        }
    }
}

/// Reads the text of these messages into them.
pub async fn fill(connection: &mut SqliteConnection, messages: &mut [MessageRow]) -> Result<(), Error> {
    for row in messages {
        let message = &mut row.message;
        // A running reply has pieces only; an ended one has its parts, whether or not its marks are still there.
        let sql = if message.status.is_running() {
            concat!(parts_in_pieces!(), " order by part")
        } else {
            "select kind, text, ms from parts where message = $1 order by part"
        };
        for row in sqlx::query(sql).bind(message.id.0).fetch_all(&mut *connection).await? {
            let ms = row.try_get::<Option<i64>, _>("ms")?.map(|ms| ms.unsigned_abs());
            message.parts.push(Part { kind: word::<PartKind>(row.try_get("kind")?)?, text: row.try_get("text")?, ms });
        }
    }
    Ok(())
}

/// Reads the columns of `summary_columns!`.
pub fn summary(row: &SqliteRow) -> sqlx::Result<Summary> {
    Ok(Summary {
        conversation: ConversationId(row.try_get("id")?),
        title: row.try_get("title")?,
        version: number(row, "version")?,
        updated_at: number(row, "updated_at")?,
        running: row.try_get("running")?,
        unread: row.try_get("unread")?,
        deleted: row.try_get("deleted")?,
        list: number(row, "list")?,
    })
}

/// SQLite's integers are signed; ours never are.
pub fn number(row: &SqliteRow, column: &str) -> sqlx::Result<u64> {
    let value: i64 = row.try_get(column)?;
    u64::try_from(value).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// And a number from outside may be greater than any of ours.
pub fn to_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Ids as hex digits, one behind the other; a message alone has no siblings.
fn siblings(hex: &str) -> sqlx::Result<Vec<MessageId>> {
    const DIGITS: usize = 32;
    if hex.len() <= DIGITS {
        return Ok(Vec::new());
    }
    let ids = hex.as_bytes().chunks(DIGITS).map(|id| Ok(MessageId(Uuid::try_parse_ascii(id)?)));
    ids.collect::<Result<_, uuid::Error>>().map_err(|error| sqlx::Error::Decode(error.into()))
}

/// An enum's word in a column is its word on the wire.
pub fn word<T: Word>(text: &str) -> sqlx::Result<T> {
    T::from_word(text).ok_or_else(|| sqlx::Error::Decode(format!("`{text}` is not a word that is known").into()))
}

fn json<T: DeserializeOwned>(text: Option<&str>) -> sqlx::Result<Option<T>> {
    text.map(serde_json::from_str).transpose().map_err(|error| sqlx::Error::Decode(error.into()))
}

/// The other way round.
pub fn to_json<T: Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Broken(error.to_string()))
}
