//! Between rows and wire types.

use crate::store::Error;
use app::wire::{ConversationId, Message, MessageId, Part, PartKind, Role, Status, StatusChange, Summary, Word};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

/// The columns of [`MessageRow`], for every query that reads messages.
macro_rules! message_columns {
    () => {
        "m.id, m.conversation, m.parent, m.role, m.run, m.status, m.model, m.usage, m.error, m.created_at, m.added, m.seq, \
         exists (select 1 from pieces p where p.message = m.id) as has_pieces"
    };
}
pub(super) use message_columns;

/// The columns of [`summary`].
macro_rules! summary_columns {
    () => {
        "c.id, c.title, c.version, c.updated_at, c.list, c.deleted_at is not null as deleted, exists (select 1 from messages m \
         where m.conversation = c.id and m.status in ('waiting', 'streaming')) as running"
    };
}
pub(super) use summary_columns;

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
        let model = self.message.model.clone();
        let (run, status, parts, seq) = (self.message.run, Status::Waiting, Vec::new(), self.added);
        Message { id, conversation, parent, role, run, status, parts, model, usage: None, error: None, created_at, seq }
    }

    /// Its state, as an event; the sizes are those of the parts.
    pub fn status(&self, sizes: Option<Vec<u64>>) -> StatusChange {
        let message = &self.message;
        StatusChange {
            message: message.id,
            run: message.run,
            status: message.status,
            usage: message.usage,
            error: message.error.clone(),
            sizes,
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
            "select part, kind, group_concat(text, '' order by seq) as text from pieces where message = $1 group by part order by part"
        } else {
            "select part, kind, text from parts where message = $1 order by part"
        };
        for row in sqlx::query(sql).bind(message.id.0).fetch_all(&mut *connection).await? {
            message.parts.push(Part { kind: word::<PartKind>(row.try_get("kind")?)?, text: row.try_get("text")? });
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
        deleted: row.try_get("deleted")?,
        list: number(row, "list")?,
    })
}

/// SQLite's integers are signed; ours never are.
pub fn number(row: &SqliteRow, column: &str) -> sqlx::Result<u64> {
    let value: i64 = row.try_get(column)?;
    u64::try_from(value).map_err(|error| sqlx::Error::Decode(error.into()))
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
