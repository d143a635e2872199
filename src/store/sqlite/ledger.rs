//! Writing: a group becomes one transaction of a few statements, however many replies it holds.
//!
//! Text is inserted `select … where exists (…)`, so a piece of a run that has ended is left out and harms no other. Each intent
//! stands in a savepoint of its own.

use super::{counters::now_ms, end::end_run, ids::Ids, intent, row::to_json};
use crate::store::{Committed, Error, Group, Grown, Ledger};
use app::wire::{ConversationId, Delta, Event, MessageId, Word};
use serde_json::json;
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

pub struct SqliteLedger {
    connection: SqliteConnection,
    ids: Ids,
}

impl SqliteLedger {
    pub(super) async fn new(mut connection: SqliteConnection, boot: Uuid) -> Result<Self, Error> {
        let last: Option<Uuid> = sqlx::query_scalar(
            "select max(id) from (select max(id) as id from messages union all select max(id) from conversations)",
        )
        .fetch_one(&mut connection)
        .await?;
        Ok(Self { connection, ids: Ids::after(last, boot) })
    }
}

#[async_trait::async_trait]
impl Ledger for SqliteLedger {
    // The transaction is opened and ended by hand: a full disk makes SQLite roll it back by itself, and a counter of open
    // transactions beside it, such as sqlx keeps, is wrong from then on.
    async fn commit(&mut self, group: &Group) -> Result<Committed, Error> {
        let written = self.write(group).await;
        if written.is_err() {
            // It fails where SQLite was there before; were it still open, the next `begin` would say so.
            let _ = execute(&mut self.connection, "rollback").await;
        }
        written
    }
}

impl SqliteLedger {
    /// The database may have this many pages of 4 KiB at most; more is [`Error::Full`], as on a full disk.
    pub async fn limit_pages(&mut self, pages: u32) -> Result<(), Error> {
        execute(&mut self.connection, &format!("pragma max_page_count = {pages}")).await
    }

    async fn write(&mut self, group: &Group) -> Result<Committed, Error> {
        let connection = &mut self.connection;
        let mut committed = Committed::default();
        if group.grown.is_empty() {
            execute(connection, "begin immediate").await?;
        } else {
            let rest = if group.is_text_only() { "commit" } else { "" };
            store_text(connection, &group.grown, rest, &mut committed).await?;
            if group.is_text_only() {
                return Ok(committed);
            }
        }
        for grown in &group.grown {
            if let Some(end) = &grown.end {
                end_run(connection, grown.message, Some(grown.run), end, &mut committed).await?;
            }
        }
        for intent in &group.intents {
            execute(connection, "savepoint intent").await?;
            let mut attempt = Committed::default();
            match intent::carry_out(connection, &mut self.ids, intent, &mut attempt).await {
                Ok(outcome) => {
                    execute(connection, "release intent").await?;
                    committed.events.append(&mut attempt.events);
                    committed.summaries.append(&mut attempt.summaries);
                    committed.deleted.append(&mut attempt.deleted);
                    committed.ended.append(&mut attempt.ended);
                    committed.outcomes.push(Ok(outcome));
                }
                Err(intent::Refusal::Refused(error)) => {
                    execute(connection, "rollback to intent").await?;
                    execute(connection, "release intent").await?;
                    committed.outcomes.push(Err(error));
                }
                Err(intent::Refusal::Store(error)) => return Err(error),
            }
        }
        execute(connection, "commit").await?;
        Ok(committed)
    }
}

impl Group {
    /// Nothing but text, as nearly all groups.
    fn is_text_only(&self) -> bool {
        self.intents.is_empty() && self.grown.iter().all(|grown| grown.end.is_none())
    }
}

async fn execute(connection: &mut SqliteConnection, sql: &str) -> Result<(), Error> {
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

/// Begins the transaction and stores all pieces of the group; then comes `rest`, which may be `commit`.
///
/// The database is in a thread of its own, and each way there and back costs more than what a statement does: three of them
/// and the ends of the transaction are sent as two.
async fn store_text(
    connection: &mut SqliteConnection,
    grown: &[Grown],
    rest: &'static str,
    committed: &mut Committed,
) -> Result<(), Error> {
    let mut seqs = take_seqs(connection, grown).await?;
    let mut pieces = Vec::new();
    for reply in grown {
        let next = seqs.entry(reply.conversation).or_default();
        for piece in &reply.pieces {
            pieces.push((reply, piece, *next));
            *next += 1;
        }
    }

    let rows: Vec<_> = pieces
        .iter()
        .map(|(reply, piece, seq)| {
            json!([hex(reply.message.0), seq, reply.run, piece.part, piece.kind.word(), piece.at, piece.text, piece.ms])
        })
        .collect();
    let sql = format!("{INSERT};\n{CLAIM};\n{rest}");
    let claimed = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(to_json(&rows)?)
        .bind(to_json(&claims(grown)?)?)
        .bind(now_ms() as i64)
        .fetch_all(connection)
        .await?;
    let claimed: HashSet<_> = claimed.into_iter().map(MessageId).collect();
    for reply in grown {
        if !claimed.contains(&reply.message) {
            committed.ended.push((reply.message, reply.run));
        }
    }
    for (reply, piece, seq) in pieces {
        if claimed.contains(&reply.message) {
            let delta = Delta {
                message: reply.message,
                run: reply.run,
                part: piece.part,
                kind: piece.kind,
                at: piece.at,
                text: piece.text.clone(),
                seq,
                t: 0,
                pad: String::new(),
            };
            committed.events.push((reply.conversation, Event::Delta(delta)));
        }
    }
    Ok(())
}

/// Begins the transaction and advances each conversation's counter by its number of pieces; gives the first free value of each.
///
/// A value that a refused piece would have had stays unused: counters only promise to grow.
async fn take_seqs(connection: &mut SqliteConnection, grown: &[Grown]) -> Result<HashMap<ConversationId, u64>, Error> {
    let mut counts: BTreeMap<ConversationId, usize> = BTreeMap::new();
    for reply in grown {
        *counts.entry(reply.conversation).or_default() += reply.pieces.len();
    }
    let rows: Vec<_> = counts.iter().map(|(id, count)| json!([hex(id.0), count])).collect();
    let taken = sqlx::query(
        "begin immediate;
         update conversations set seq = seq + g.n from (select unhex(value->>0) as id, value->>1 as n from json_each($1)) g
         where conversations.id = g.id returning conversations.id, conversations.seq",
    )
    .bind(to_json(&rows)?)
    .fetch_all(connection)
    .await?;
    let mut first = HashMap::new();
    for row in taken {
        let id = ConversationId(row.try_get("id")?);
        let count = counts.get(&id).copied().unwrap_or_default() as u64;
        first.insert(id, super::row::number(&row, "seq")? + 1 - count);
    }
    Ok(first)
}

/// Stores the pieces of `$1` whose reply is still its runner's, and says which replies these are.
const INSERT: &str = "insert into pieces (message, seq, part, kind, at, text, ms)
     select unhex(j.value->>0), j.value->>1, j.value->>3, j.value->>4, j.value->>5, j.value->>6, j.value->>7 from json_each($1) j
     where exists (select 1 from messages m where m.id = unhex(j.value->>0) and m.run = j.value->>2
                   and m.status in ('waiting', 'streaming'))
     returning message";

/// Writes what the runners in `$2` say besides text, at the time `$3`, where the reply is still theirs, and says where it is.
const CLAIM: &str = "update messages set
       status = case when g.has_text then 'streaming' else messages.status end,
       finish_reason = coalesce(g.finish_reason, messages.finish_reason),
       usage = coalesce(g.usage, messages.usage),
       renewed_at = $3
     from (select unhex(value->>0) as id, value->>1 as run, value->>2 as has_text, value->>3 as finish_reason, value->>4 as usage
           from json_each($2)) g
     where messages.id = g.id and messages.run = g.run and messages.status in ('waiting', 'streaming')
     returning messages.id";

/// Those who say more than text. Text alone leaves the message's row as it is, which most commits would else write for each
/// of their pieces: the seq of a running reply is that of its last piece.
fn claims(grown: &[Grown]) -> Result<Vec<serde_json::Value>, Error> {
    let says_more = |reply: &&Grown| {
        reply.begins || reply.pieces.is_empty() || reply.finish_reason.is_some() || reply.usage.is_some()
    };
    let claim = |reply: &Grown| {
        let usage = reply.usage.as_ref().map(to_json).transpose()?;
        let has_text = !reply.pieces.is_empty();
        Ok(json!([hex(reply.message.0), reply.run, has_text, reply.finish_reason, usage]))
    };
    grown.iter().filter(says_more).map(claim).collect()
}

fn hex(id: Uuid) -> String {
    id.simple().to_string()
}
