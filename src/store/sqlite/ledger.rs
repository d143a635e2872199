//! Writing: a group becomes one transaction of a few statements, however many replies it holds.
//!
//! Text is inserted `select … where exists (…)`, so a piece of a run that has ended is left out and harms no other. Each intent
//! stands in a savepoint of its own.

use super::{counters::now_ms, end::end_run, ids::Ids, intent, row::to_json};
use crate::store::{Committed, Error, Group, Grown, Ledger, Piece};
use app::wire::{ConversationId, Delta, Event, MessageId, Word};
use serde_json::json;
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
/// The database is in a thread of its own, and the way there and back costs more than what a statement does: all goes at once.
async fn store_text(
    connection: &mut SqliteConnection,
    grown: &[Grown],
    rest: &'static str,
    committed: &mut Committed,
) -> Result<(), Error> {
    let (rows, counts) = pieces(grown);
    let counts: Vec<_> = counts.iter().map(|(id, count)| json!([hex(id.0), count])).collect();
    let sql = format!("begin immediate;\n{INSERT};\n{COUNT};\n{CLAIM};\n{rest}");
    let told = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(to_json(&rows)?)
        .bind(to_json(&claims(grown)?)?)
        .bind(now_ms() as i64)
        .bind(to_json(&counts)?)
        .try_map(|row| Ok((MessageId(row.try_get(0)?), row.try_get::<Option<i64>, _>(1)?)))
        .fetch_all(connection)
        .await?;
    // The replies that are still their runners', and the seqs of their pieces, the smallest first.
    let mut claimed: HashMap<MessageId, BTreeSet<u64>> = HashMap::new();
    for (message, seq) in told {
        claimed.entry(message).or_default().extend(seq.map(i64::unsigned_abs));
    }
    for reply in grown {
        let Some(seqs) = claimed.get(&reply.message) else {
            committed.ended.push((reply.message, reply.run));
            continue;
        };
        for (piece, seq) in reply.pieces.iter().zip(seqs) {
            let delta = Delta {
                message: reply.message,
                run: reply.run,
                part: piece.part,
                kind: piece.kind,
                at: piece.at,
                text: piece.text.clone(),
                seq: *seq,
                t: 0,
                pad: String::new(),
            };
            committed.events.push((reply.conversation, Event::Delta(delta)));
        }
    }
    // Replies of one conversation that grow side by side.
    committed.events.sort_by_key(|(conversation, event)| match event {
        Event::Delta(delta) => (*conversation, delta.seq),
        _ => (*conversation, 0),
    });
    Ok(())
}

/// The pieces as rows, each with its place among those of its conversation, from 1; and how many these are.
fn pieces(grown: &[Grown]) -> (Vec<serde_json::Value>, BTreeMap<ConversationId, u64>) {
    let mut counts: BTreeMap<ConversationId, u64> = BTreeMap::new();
    let mut rows = Vec::new();
    for reply in grown {
        let count = counts.entry(reply.conversation).or_default();
        let message = hex(reply.message.0);
        for Piece { part, kind, at, text, ms } in &reply.pieces {
            *count += 1;
            rows.push(json!([message, *count, reply.run, part, kind.word(), at, text, ms]));
        }
    }
    (rows, counts)
}

/// Stores the pieces of `$1` whose reply is still its runner's, and says which replies these are, and their seqs.
const INSERT: &str = "insert into pieces (message, seq, part, kind, at, text, ms)
     select m.id, c.seq + (j.value->>1), j.value->>3, j.value->>4, j.value->>5, j.value->>6, j.value->>7
     from json_each($1) j cross join messages m on m.id = unhex(j.value->>0) cross join conversations c on c.id = m.conversation
     where m.run = j.value->>2 and m.status in ('waiting', 'streaming')
     returning message, seq";

/// Advances each conversation's counter by its number of pieces in `$4`. A value that a refused piece would have had stays
/// unused: counters only promise to grow.
const COUNT: &str = "update conversations set seq = seq + g.n
     from (select unhex(value->>0) as id, value->>1 as n from json_each($4)) g where conversations.id = g.id";

/// Writes what the runners in `$2` say besides text, at the time `$3`, where the reply is still theirs, and says where it is.
const CLAIM: &str = "update messages set
       status = case when g.has_text then 'streaming' else messages.status end,
       finish_reason = coalesce(g.finish_reason, messages.finish_reason),
       usage = coalesce(g.usage, messages.usage),
       renewed_at = $3
     from (select unhex(value->>0) as id, value->>1 as run, value->>2 as has_text, value->>3 as finish_reason, value->>4 as usage
           from json_each($2)) g
     where messages.id = g.id and messages.run = g.run and messages.status in ('waiting', 'streaming')
     returning messages.id, null";

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
