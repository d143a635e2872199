//! Reading: each method is one read transaction, so what it gives belongs together.

use super::{
    counters::seq_now,
    readers::Readers,
    row::{
        MessageRow, chosen, fill, json, message_columns, newest_below, summary, summary_columns, to_i64, whole, word,
    },
};
use crate::store::{Bookmark, Change, Changes, Error, KeptProvider, Library, List, Orphan, Owner, Path, Said, Step};
use app::wire::{ConversationId, ConversationSetup, Cursor, KeptPreferences, Message, MessageId, PartKind, Summary};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::HashMap;
use uuid::Uuid;

pub struct SqliteLibrary {
    pub(super) readers: Readers,
    incarnation: Uuid,
    /// Names this process.
    boot: Uuid,
}

impl SqliteLibrary {
    pub(super) fn new(readers: Readers, incarnation: Uuid, boot: Uuid) -> Self {
        Self { readers, incarnation, boot }
    }

    fn cursor(&self, conversation: Option<ConversationId>, seq: u64, list: u64) -> Cursor {
        Cursor { log: self.log(conversation), seq, list }
    }
}

/// Messages that may have changed after `?2`: a running reply's own row does not tell.
macro_rules! changed_since {
    () => {
        "(m.seq > ?2 or m.status in ('waiting', 'streaming'))"
    };
}

/// Conversations that tell which models were used last.
const LOOKED_AT: usize = 30;

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
        let read = move |read: &Transaction<'_>| {
            let Some((summary, seq)) = conversation_row(read, owner, conversation)? else { return Ok(None) };
            let list = list_counter(read, owner)?;
            let start = match (before, leaf) {
                (Some(before), _) => parent(read, conversation, before)?,
                (None, Some(leaf)) => newest_below(read, conversation, leaf)?.map(Some),
                (None, None) => Some(chosen(read, conversation)?),
            };
            let Some(start) = start else { return Ok(None) };
            // One more than asked tells whether there are older ones.
            let mut rows: Vec<MessageRow> = read
                .prepare_cached(concat!(
                    "with recursive up (id, parent, depth) as (
                       select id, parent, 0 from messages where id = ?1
                       union all
                       select m.id, m.parent, up.depth + 1 from messages m join up on m.id = up.parent where up.depth < ?2
                     )
                     select ",
                    message_columns!(),
                    " from messages m join up on up.id = m.id order by up.depth"
                ))?
                .query_map(params![start, limit], MessageRow::read)?
                .collect::<Result<_, _>>()?;
            let more = rows.len() > limit as usize;
            rows.truncate(limit as usize);
            rows.reverse();
            fill(read, &mut rows)?;
            let mut beside = match rows.last() {
                Some(MessageRow { message, .. }) if message.together && before.is_none() => together(read, message)?,
                _ => Vec::new(),
            };
            fill(read, &mut beside)?;
            Ok(Some((summary, [rows, beside], more, seq, list)))
        };
        Ok(self.readers.read(read).await?.map(|(summary, rows, more, seq, list)| {
            let [messages, beside] = rows.map(|rows| rows.into_iter().map(|row| row.message).collect());
            Path { summary, messages, more, beside, cursor: self.cursor(Some(conversation), seq, list) }
        }))
    }

    async fn list(&self, owner: Owner, before: Option<ConversationId>, limit: u32) -> Result<List, Error> {
        let read = move |read: &Transaction<'_>| {
            let list = list_counter(read, owner)?;
            // Behind all that can be; a condition that may be absent would read all rows up to its place.
            let mut place = (i64::MAX, Uuid::max());
            if let Some(before) = before {
                // One that was deleted in the meantime still has its place; one that never was is before all.
                let updated_at: Option<i64> = read
                    .prepare_cached("select updated_at from conversations where id = ?1")?
                    .query_row([before.0], |row| row.get(0))
                    .optional()?;
                place = (updated_at.unwrap_or(i64::MIN), before.0);
            }
            let rows: Vec<Summary> = read
                .prepare_cached(concat!(
                    "select ",
                    summary_columns!(),
                    " from conversations c
                     where c.owner = ?1 and c.deleted_at is null and (c.updated_at, c.id) < (?2, ?3)
                     order by c.updated_at desc, c.id desc limit ?4"
                ))?
                .query_map(params![owner, place.0, place.1, limit + 1], summary)?
                .collect::<Result<_, _>>()?;
            Ok((rows, list))
        };
        let (mut rows, list) = self.readers.read(read).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        Ok(List { rows, more, cursor: self.cursor(None, 0, list) })
    }

    async fn changes(&self, owner: Owner, conversation: ConversationId, seq: u64) -> Result<Option<Changes>, Error> {
        let read = move |read: &Transaction<'_>| {
            let Some((_, now)) = conversation_row(read, owner, conversation)? else { return Ok(None) };
            let mut rows: Vec<MessageRow> = read
                .prepare_cached(concat!(
                    "select ",
                    message_columns!(),
                    " from messages m where m.conversation = ?1 and ",
                    changed_since!(),
                    " order by m.seq"
                ))?
                .query_map(params![conversation.0, to_i64(seq)], MessageRow::read)?
                .collect::<Result<_, _>>()?;
            rows.retain(|row| row.message.seq > seq);
            let (texts, upto) = texts_after(read, conversation, seq, now)?;
            fill(read, &mut rows)?;

            let runs: HashMap<MessageId, u32> = rows.iter().map(|row| (row.message.id, row.message.run)).collect();
            let mut changes: Vec<Change> = texts
                .into_iter()
                .filter_map(|(seq, message, step)| Some(Change { seq, message, run: *runs.get(&message)?, step }))
                .collect();
            changes.extend(rows.into_iter().flat_map(|row| whole_and_status(row, seq)));
            changes.retain(|change| change.seq <= upto);
            // Stable: a message comes before its first text, and a status after the last one.
            changes.sort_by_key(|change| change.seq);
            Ok(Some(Changes { changes, upto, more: upto < now }))
        };
        self.readers.read(read).await
    }

    async fn list_changes(&self, owner: Owner, list: u64) -> Result<(Vec<Summary>, u64), Error> {
        let read = move |read: &Transaction<'_>| {
            let now = list_counter(read, owner)?;
            let rows: Vec<Summary> = read
                .prepare_cached(concat!(
                    "select ",
                    summary_columns!(),
                    " from conversations c where c.owner = ?1 and c.list > ?2 order by c.list limit 100"
                ))?
                .query_map(params![owner, to_i64(list)], summary)?
                .collect::<Result<_, _>>()?;
            // A full page may not be all: the counter is then only as far as its last row.
            let upto = if rows.len() == 100 { rows.last().map_or(now, |row| row.list) } else { now };
            Ok((rows, upto))
        };
        self.readers.read(read).await
    }

    async fn lacks_title(&self, owner: Owner, conversation: ConversationId) -> Result<bool, Error> {
        let read = move |read: &Transaction<'_>| {
            let lacks: Option<bool> = read
                .prepare_cached(
                    "select titled = 0 and 1 = (select count(*) from (
                       select distinct parent from messages where conversation = ?1 and role = 'assistant' and status = 'complete' limit 2))
                     from conversations where id = ?1 and owner = ?2 and deleted_at is null",
                )?
                .query_row([conversation.0, owner], |row| row.get(0))
                .optional()?;
            Ok(lacks.unwrap_or_default())
        };
        self.readers.read(read).await
    }

    async fn prompt(&self, leaf: MessageId) -> Result<Vec<Said>, Error> {
        let read = move |read: &Transaction<'_>| {
            let said: Vec<Said> = read
                .prepare_cached(
                    "with recursive up (id, parent, role, depth) as (
                       select id, parent, role, 0 from messages where id = ?1
                       union all
                       select m.id, m.parent, m.role, up.depth + 1 from messages m join up on m.id = up.parent
                     )
                     select up.role,
                       (select group_concat(text, '' order by part) from parts where message = up.id and kind = 'text') as text,
                       (select group_concat(text, ' ' order by part) from parts where message = up.id and kind = 'image') as images,
                       (select json_group_array(text order by part) from parts where message = up.id and kind = 'paste') as pastes
                     from up order by up.depth desc",
                )?
                .query_map([leaf.0], |row| {
                    let images: Option<String> = row.get("images")?;
                    let pastes: String = row.get("pastes")?;
                    Ok(Said {
                        role: word(row, "role")?,
                        text: row.get::<_, Option<String>>("text")?.unwrap_or_default(),
                        images: images.iter().flat_map(|names| names.split(' ')).map(str::to_owned).collect(),
                        pastes: serde_json::from_str(&pastes).unwrap_or_default(),
                    })
                })?
                .collect::<Result<_, _>>()?;
            // A reply that failed before it said anything has nothing to show to a model.
            Ok(said.into_iter().filter(|said| !said.is_empty()).collect())
        };
        self.readers.read(read).await
    }

    async fn revised(&self, reply: MessageId) -> Result<Option<String>, Error> {
        let read = move |read: &Transaction<'_>| {
            let mut text = read.prepare_cached(
                "select group_concat(text, '' order by part) from parts
                 where kind = 'text' and message = (select revises from messages where id = ?1)",
            )?;
            Ok(text.query_row([reply.0], |row| row.get(0))?)
        };
        self.readers.read(read).await
    }

    async fn preferences(&self, owner: Owner) -> Result<KeptPreferences, Error> {
        let read = move |read: &Transaction<'_>| {
            let mut found = read.prepare_cached("select document, version from preferences where owner = ?1")?;
            let kept = found.query_row([owner], |row| {
                let preferences = json(row, "document")?.unwrap_or_default();
                Ok(KeptPreferences { preferences, version: row.get("version")? })
            });
            Ok(kept.optional()?.unwrap_or_default())
        };
        self.readers.read(read).await
    }

    async fn recent_models(&self, owner: Owner) -> Result<Vec<String>, Error> {
        let read = move |read: &Transaction<'_>| {
            let mut last = read.prepare_cached(
                "select (select model from messages where conversation = c.id and model is not null order by id desc limit 1) as model
                 from conversations c where c.owner = ?1 and c.deleted_at is null order by c.updated_at desc, c.id desc limit ?2",
            )?;
            let mut models: Vec<String> = Vec::new();
            for model in last.query_map(params![owner, LOOKED_AT], |row| row.get::<_, Option<String>>(0))? {
                models.extend(model?.filter(|model| !models.contains(model)));
            }
            Ok(models)
        };
        self.readers.read(read).await
    }

    async fn attachments(&self, owner: Option<Owner>, names: Vec<String>) -> Result<Vec<String>, Error> {
        let read = move |read: &Transaction<'_>| {
            let mut kept =
                read.prepare_cached("select 1 from attachments where name = ?1 and owner = coalesce(?2, owner)")?;
            let known = names.into_iter().map(|name| Ok(kept.exists(params![name, owner])?.then_some(name)));
            known.filter_map(Result::transpose).collect()
        };
        self.readers.read(read).await
    }

    async fn bookmark(&self, reply: MessageId) -> Result<Option<Bookmark>, Error> {
        let read = move |read: &Transaction<'_>| {
            let mut found = read.prepare_cached("select bookmark from messages where id = ?1")?;
            let bookmark: Option<Bookmark> =
                found.query_row([reply.0], |row| json(row, "bookmark")).optional()?.flatten();
            Ok(bookmark.filter(|bookmark| !bookmark.place.is_empty()))
        };
        self.readers.read(read).await
    }

    async fn orphans(&self) -> Result<Vec<Orphan>, Error> {
        let boot = self.boot;
        let read = move |read: &Transaction<'_>| {
            let orphans = read
                .prepare_cached(
                    "select c.owner, m.id, m.run, m.model from messages m join conversations c on c.id = m.conversation
                     where m.status in ('waiting', 'streaming') and m.boot is not ?1 order by m.id",
                )?
                .query_map([boot], |row| {
                    let reply = MessageId(row.get("id")?);
                    Ok(Orphan { owner: row.get("owner")?, reply, run: row.get("run")?, model: row.get("model")? })
                })?
                .collect::<Result<_, _>>()?;
            Ok(orphans)
        };
        self.readers.read(read).await
    }

    async fn setup(&self, owner: Owner, conversation: ConversationId) -> Result<Option<ConversationSetup>, Error> {
        let read = move |read: &Transaction<'_>| {
            let found = read
                .prepare_cached(
                    "select setup, version from conversations where id = ?1 and owner = ?2 and deleted_at is null",
                )?
                .query_row(params![conversation.0, owner], |row| {
                    let setup = json(row, "setup")?.unwrap_or_default();
                    Ok(ConversationSetup { setup, version: row.get("version")? })
                })
                .optional()?;
            Ok(found)
        };
        self.readers.read(read).await
    }

    async fn providers(&self) -> Result<Vec<KeptProvider>, Error> {
        let read = |read: &Transaction<'_>| {
            let provider = |row: &Row<'_>| {
                Ok(KeptProvider {
                    id: row.get("id")?,
                    service: row.get("service")?,
                    name: row.get("name")?,
                    base_url: row.get("base_url")?,
                    sealed: row.get("sealed")?,
                    only: json(row, "models")?.unwrap_or_default(),
                    enabled: row.get("enabled")?,
                    version: row.get("version")?,
                })
            };
            let mut all = read.prepare_cached("select * from providers order by created_at, id")?;
            Ok(all.query_map([], provider)?.collect::<Result<_, _>>()?)
        };
        self.readers.read(read).await
    }

    async fn message(&self, owner: Owner, id: MessageId) -> Result<Option<(Message, Cursor)>, Error> {
        let read = move |read: &Transaction<'_>| {
            let row = read
                .prepare_cached(concat!("select ", message_columns!(), " from messages m where m.id = ?1"))?
                .query_row([id.0], MessageRow::read)
                .optional()?;
            let Some(row) = row else { return Ok(None) };
            let Some((_, seq)) = conversation_row(read, owner, row.message.conversation)? else { return Ok(None) };
            let list = list_counter(read, owner)?;
            Ok(Some((whole(read, row)?, seq, list)))
        };
        let found = self.readers.read(read).await?;
        Ok(found.map(|(message, seq, list)| {
            let cursor = self.cursor(Some(message.conversation), seq, list);
            (message, cursor)
        }))
    }
}

/// A conversation that is there, and its counter.
fn conversation_row(
    read: &Connection,
    owner: Owner,
    conversation: ConversationId,
) -> Result<Option<(Summary, u64)>, Error> {
    let found = read
        .prepare_cached(concat!(
            "select ",
            seq_now!(),
            " as seq, ",
            summary_columns!(),
            " from conversations c where c.id = ?1 and c.owner = ?2 and c.deleted_at is null"
        ))?
        .query_row([conversation.0, owner], |row| Ok((summary(row)?, row.get("seq")?)))
        .optional()?;
    Ok(found)
}

fn list_counter(read: &Connection, owner: Owner) -> Result<u64, Error> {
    let list = read
        .prepare_cached("select list from lists where owner = ?1")?
        .query_row([owner], |row| row.get(0))
        .optional()?;
    Ok(list.unwrap_or(0))
}

/// The parent of a message of this conversation; none when there is no such message.
fn parent(read: &Connection, conversation: ConversationId, message: MessageId) -> Result<Option<Option<Uuid>>, Error> {
    Ok(read
        .prepare_cached("select parent from messages where id = ?1 and conversation = ?2")?
        .query_row([message.0, conversation.0], |row| row.get(0))
        .optional()?)
}

/// The replies that were asked for at once with this one.
fn together(read: &Connection, message: &Message) -> Result<Vec<MessageRow>, Error> {
    let mut rows = read.prepare_cached(concat!(
        "select ",
        message_columns!(),
        " from messages m where m.conversation = ?1 and m.parent is ?2 and m.together = 1 and m.id <> ?3 order by m.id"
    ))?;
    let place = params![message.conversation.0, message.parent.map(|id| id.0), message.id.0];
    Ok(rows.query_map(place, MessageRow::read)?.collect::<Result<_, _>>()?)
}

/// A piece of text, its seq first.
type Text = (u64, MessageId, Step);

/// A slice of the text after `seq`, and the seq up to which nothing is missing in it.
fn texts_after(read: &Connection, conversation: ConversationId, seq: u64, now: u64) -> Result<(Vec<Text>, u64), Error> {
    let mut query = read.prepare_cached(concat!(
        "select p.message, p.seq, p.part, p.kind, p.at, p.text from messages m join pieces p on p.message = m.id
         where m.conversation = ?1 and ",
        changed_since!(),
        " and p.seq > ?2 order by p.seq"
    ))?;
    let mut rows = query.query(params![conversation.0, to_i64(seq)])?;
    let (mut texts, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let (seq, text): (_, String) = (row.get("seq")?, row.get("text")?);
        bytes += text.len();
        let (part, kind, at) = (row.get("part")?, word::<PartKind>(row, "kind")?, row.get("at")?);
        texts.push((seq, MessageId(row.get("message")?), Step::Text { part, kind, at, text }));
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
