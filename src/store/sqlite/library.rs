//! Reading: each method is one read transaction, so what it gives belongs together.

use super::row::{MessageRow, fill, message_columns, number, summary, summary_columns, to_i64, word};
use crate::store::{Change, Changes, Error, Library, List, Orphan, Owner, Path, Step};
use app::wire::{ConversationId, Cursor, Message, MessageId, PartKind, Role, Summary};
use futures::TryStreamExt;
use sqlx::{Row, SqliteConnection, SqlitePool};
use std::collections::HashMap;
use uuid::Uuid;

pub struct SqliteLibrary {
    pub(super) pool: SqlitePool,
    incarnation: Uuid,
    /// Names this process.
    boot: Uuid,
}

impl SqliteLibrary {
    pub(super) fn new(pool: SqlitePool, incarnation: Uuid, boot: Uuid) -> Self {
        Self { pool, incarnation, boot }
    }

    fn cursor(&self, conversation: Option<ConversationId>, seq: u64, list: u64) -> Cursor {
        Cursor { log: self.log(conversation), seq, list }
    }
}

/// Messages that may have changed after `$2`: a running reply's own row does not tell.
macro_rules! changed_since {
    () => {
        "(m.seq > $2 or m.status in ('waiting', 'streaming'))"
    };
}

/// Text read at once for a follower that is far behind, in bytes.
const SLICE: usize = 256 * 1024;

#[async_trait::async_trait]
impl Library for SqliteLibrary {
    fn log(&self, conversation: Option<ConversationId>) -> u32 {
        super::log(self.incarnation, conversation)
    }

    async fn path(
        &self,
        owner: Owner,
        conversation: ConversationId,
        leaf: Option<MessageId>,
        before: Option<MessageId>,
        limit: u32,
    ) -> Result<Option<Path>, Error> {
        let mut read = self.pool.begin().await?;
        let Some((summary, seq)) = conversation_row(&mut read, owner, conversation).await? else { return Ok(None) };
        let list = list_counter(&mut read, owner).await?;

        let start: Option<Uuid> = match (before, leaf) {
            (Some(before), _) => match parent(&mut read, conversation, before).await? {
                Some(parent) => parent,
                None => return Ok(None),
            },
            (None, Some(leaf)) => match newest_below(&mut read, conversation, leaf).await? {
                Some(newest) => Some(newest),
                None => return Ok(None),
            },
            (None, None) => {
                sqlx::query_scalar("select max(id) from messages where conversation = $1")
                    .bind(conversation.0)
                    .fetch_one(&mut *read)
                    .await?
            }
        };
        // One more than asked tells whether there are older ones.
        let mut rows: Vec<MessageRow> = sqlx::query_as(concat!(
            "with recursive up (id, parent, depth) as (
               select id, parent, 0 from messages where id = $1
               union all
               select m.id, m.parent, up.depth + 1 from messages m join up on m.id = up.parent where up.depth < $2
             )
             select ",
            message_columns!(),
            " from messages m join up on up.id = m.id order by up.depth"
        ))
        .bind(start)
        .bind(limit)
        .fetch_all(&mut *read)
        .await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        rows.reverse();
        fill(&mut read, &mut rows).await?;
        let messages = rows.into_iter().map(|row| row.message).collect();
        Ok(Some(Path { summary, messages, more, cursor: self.cursor(Some(conversation), seq, list) }))
    }

    async fn list(&self, owner: Owner, before: Option<ConversationId>, limit: u32) -> Result<List, Error> {
        let mut read = self.pool.begin().await?;
        let list = list_counter(&mut read, owner).await?;
        // Behind all that can be; a condition that may be absent would read all rows up to its place.
        let mut place = (i64::MAX, Uuid::max());
        if let Some(before) = before {
            // One that was deleted in the meantime still has its place; one that never was is before all.
            let updated_at: Option<i64> = sqlx::query_scalar("select updated_at from conversations where id = $1")
                .bind(before.0)
                .fetch_optional(&mut *read)
                .await?;
            place = (updated_at.unwrap_or(i64::MIN), before.0);
        }
        let mut rows = sqlx::query(concat!(
            "select ",
            summary_columns!(),
            " from conversations c
             where c.owner = $1 and c.deleted_at is null and (c.updated_at, c.id) < ($2, $3)
             order by c.updated_at desc, c.id desc limit $4"
        ))
        .bind(owner)
        .bind(place.0)
        .bind(place.1)
        .bind(limit + 1)
        .try_map(|row| summary(&row))
        .fetch_all(&mut *read)
        .await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        Ok(List { rows, more, cursor: self.cursor(None, 0, list) })
    }

    async fn changes(&self, owner: Owner, conversation: ConversationId, seq: u64) -> Result<Option<Changes>, Error> {
        let mut read = self.pool.begin().await?;
        let Some((_, now)) = conversation_row(&mut read, owner, conversation).await? else { return Ok(None) };
        let mut rows: Vec<MessageRow> = sqlx::query_as(concat!(
            "select ",
            message_columns!(),
            " from messages m where m.conversation = $1 and ",
            changed_since!(),
            " order by m.seq"
        ))
        .bind(conversation.0)
        .bind(to_i64(seq))
        .fetch_all(&mut *read)
        .await?;
        rows.retain(|row| row.message.seq > seq);
        let (texts, upto) = texts_after(&mut read, conversation, seq, now).await?;
        fill(&mut read, &mut rows).await?;

        let runs: HashMap<MessageId, u32> = rows.iter().map(|row| (row.message.id, row.message.run)).collect();
        let mut changes: Vec<Change> = texts
            .into_iter()
            .filter_map(|(seq, message, step)| Some(Change { seq, message, run: *runs.get(&message)?, step }))
            .collect();
        changes.extend(rows.into_iter().flat_map(|row| whole_and_status(row, seq)));
        changes.retain(|change| change.seq <= upto);
        // Stable: a message comes before its first text, and a status after the last one.
        changes.sort_by_key(|change| change.seq);
        Ok(Some(Changes { changes, upto }))
    }

    async fn list_changes(&self, owner: Owner, list: u64) -> Result<(Vec<Summary>, u64), Error> {
        let mut read = self.pool.begin().await?;
        let now = list_counter(&mut read, owner).await?;
        let rows = sqlx::query(concat!(
            "select ",
            summary_columns!(),
            " from conversations c where c.owner = $1 and c.list > $2 order by c.list limit 100"
        ))
        .bind(owner)
        .bind(to_i64(list))
        .try_map(|row| summary(&row))
        .fetch_all(&mut *read)
        .await?;
        // A full page may not be all: the counter is then only as far as its last row.
        let upto = if rows.len() == 100 { rows.last().map_or(now, |row| row.list) } else { now };
        Ok((rows, upto))
    }

    async fn lacks_title(&self, owner: Owner, conversation: ConversationId) -> Result<bool, Error> {
        let lacks: Option<bool> = sqlx::query_scalar(
            "select titled = 0 and 1 = (select count(*) from (
               select 1 from messages where conversation = $1 and role = 'assistant' and status = 'complete' limit 2))
             from conversations where id = $1 and owner = $2 and deleted_at is null",
        )
        .bind(conversation.0)
        .bind(owner)
        .fetch_optional(&self.pool)
        .await?;
        Ok(lacks.unwrap_or_default())
    }

    async fn prompt(&self, leaf: MessageId) -> Result<Vec<(Role, String)>, Error> {
        let mut read = self.pool.begin().await?;
        let rows = sqlx::query(
            "with recursive up (id, parent, role, depth) as (
               select id, parent, role, 0 from messages where id = $1
               union all
               select m.id, m.parent, m.role, up.depth + 1 from messages m join up on m.id = up.parent
             )
             select up.role, (select group_concat(text, '' order by part) from parts where message = up.id and kind = 'text') as text
             from up order by up.depth desc",
        )
        .bind(leaf.0)
        .fetch_all(&mut *read)
        .await?;
        let mut prompt = Vec::with_capacity(rows.len());
        for row in rows {
            let text: Option<String> = row.try_get("text")?;
            // A reply that failed before it said anything has nothing to show to a model.
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                prompt.push((word::<Role>(row.try_get("role")?)?, text));
            }
        }
        Ok(prompt)
    }

    async fn orphans(&self) -> Result<Vec<Orphan>, Error> {
        let rows = sqlx::query(
            "select c.owner, m.id, m.run, m.model from messages m join conversations c on c.id = m.conversation
             where m.status in ('waiting', 'streaming') and m.boot is not $1 order by m.id",
        )
        .bind(self.boot)
        .try_map(|row| {
            let reply = MessageId(row.try_get("id")?);
            Ok(Orphan { owner: row.try_get("owner")?, reply, run: row.try_get("run")?, model: row.try_get("model")? })
        });
        Ok(rows.fetch_all(&self.pool).await?)
    }

    async fn message(&self, owner: Owner, id: MessageId) -> Result<Option<(Message, Cursor)>, Error> {
        let mut read = self.pool.begin().await?;
        let row: Option<MessageRow> =
            sqlx::query_as(concat!("select ", message_columns!(), " from messages m where m.id = $1"))
                .bind(id.0)
                .fetch_optional(&mut *read)
                .await?;
        let Some(row) = row else { return Ok(None) };
        let conversation = row.message.conversation;
        let Some((_, seq)) = conversation_row(&mut read, owner, conversation).await? else { return Ok(None) };
        let list = list_counter(&mut read, owner).await?;
        let mut rows = [row];
        fill(&mut read, &mut rows).await?;
        let [row] = rows;
        Ok(Some((row.message, self.cursor(Some(conversation), seq, list))))
    }
}

/// A conversation that is there, and its counter.
async fn conversation_row(
    read: &mut SqliteConnection,
    owner: Owner,
    conversation: ConversationId,
) -> Result<Option<(Summary, u64)>, Error> {
    let row = sqlx::query(concat!(
        "select c.seq, ",
        summary_columns!(),
        " from conversations c where c.id = $1 and c.owner = $2 and c.deleted_at is null"
    ))
    .bind(conversation.0)
    .bind(owner)
    .fetch_optional(read)
    .await?;
    Ok(row.map(|row| Ok::<_, sqlx::Error>((summary(&row)?, number(&row, "seq")?))).transpose()?)
}

async fn list_counter(read: &mut SqliteConnection, owner: Owner) -> Result<u64, Error> {
    let row = sqlx::query("select list from lists where owner = $1").bind(owner).fetch_optional(read).await?;
    Ok(row.map(|row| number(&row, "list")).transpose()?.unwrap_or(0))
}

/// The parent of a message of this conversation; none when there is no such message.
async fn parent(
    read: &mut SqliteConnection,
    conversation: ConversationId,
    message: MessageId,
) -> Result<Option<Option<Uuid>>, Error> {
    Ok(sqlx::query_scalar("select parent from messages where id = $1 and conversation = $2")
        .bind(message.0)
        .bind(conversation.0)
        .fetch_optional(read)
        .await?)
}

/// The newest of a message of this conversation and all that came below it; none when there is no such message.
///
/// A cross join keeps SQLite to the order as written: left to itself it reads the whole conversation once.
async fn newest_below(
    read: &mut SqliteConnection,
    conversation: ConversationId,
    message: MessageId,
) -> Result<Option<Uuid>, Error> {
    Ok(sqlx::query_scalar(
        "with recursive down (id) as (
           select id from messages where id = $1 and conversation = $2
           union all
           select m.id from down cross join messages m on m.conversation = $2 and m.parent = down.id
         )
         select max(id) from down",
    )
    .bind(message.0)
    .bind(conversation.0)
    .fetch_one(read)
    .await?)
}

/// A slice of the text after `seq`, and the seq up to which nothing is missing in it.
async fn texts_after(
    read: &mut SqliteConnection,
    conversation: ConversationId,
    seq: u64,
    now: u64,
) -> Result<(Vec<(u64, MessageId, Step)>, u64), Error> {
    let mut rows = sqlx::query(concat!(
        "select p.message, p.seq, p.part, p.kind, p.at, p.text from messages m join pieces p on p.message = m.id
         where m.conversation = $1 and ",
        changed_since!(),
        " and p.seq > $2 order by p.seq"
    ))
    .bind(conversation.0)
    .bind(to_i64(seq))
    .fetch(read);
    let (mut texts, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.try_next().await? {
        let text: String = row.try_get("text")?;
        bytes += text.len();
        let (part, kind) = (row.try_get("part")?, word::<PartKind>(row.try_get("kind")?)?);
        let seq = number(&row, "seq")?;
        texts.push((seq, MessageId(row.try_get("message")?), Step::Text { part, kind, at: number(&row, "at")?, text }));
        if bytes > SLICE {
            return Ok((texts, seq));
        }
    }
    Ok((texts, now))
}

/// What happened to a message apart from its text: that it came, or went on, and how it ended. Without marks it is told whole.
fn whole_and_status(row: MessageRow, after: u64) -> Vec<Change> {
    let (message, run) = (row.message.id, row.message.run);
    let change = |seq, step| Change { seq, message, run, step };
    if !row.has_pieces {
        return vec![change(row.message.seq, Step::Whole(Box::new(row.message)))];
    }
    let mut changes = Vec::new();
    if row.begun > after {
        changes.push(change(row.begun, Step::Whole(Box::new(row.born()))));
    }
    if !row.message.status.is_running() {
        let parts = row.message.parts.iter().map(|part| (part.text.len() as u64, part.ms.unwrap_or_default()));
        changes.push(change(row.message.seq, Step::Status(Box::new(row.end(parts)))));
    }
    changes
}
