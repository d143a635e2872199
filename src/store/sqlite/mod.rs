//! SQLite in the data folder: WAL, one writing connection in the journal's own thread, a few reading ones.
//!
//! `wal_autocheckpoint` is off, so that hardly a commit of the journal pays for a checkpoint: a task on a connection of its own
//! moves the log into the database. A plain `begin` that reads and then writes fails under load, hence `begin immediate`.
//!
//! Parameters are `?1`, never `$1`: SQLite takes that for a name, and counts names in the order in which they come.

mod counters;
mod end;
mod ids;
mod intent;
mod ledger;
mod library;
mod readers;
mod row;
mod upkeep;

use super::Error;
use app::wire::ConversationId;
use readers::Readers;
use rusqlite::{Connection, ErrorCode, OptionalExtension};
use rusqlite_migration::{M, Migrations};
use sha2::{Digest, Sha256};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use uuid::Uuid;

pub use ledger::SqliteLedger;
pub use library::SqliteLibrary;

/// What survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A killed process loses nothing; a power cut may lose the last moments.
    Normal,
    /// A power cut loses nothing; each commit waits for the disk.
    Full,
}

/// What each version of the database adds to the one before; SQLite's `user_version` counts them.
const MIGRATIONS: &[M<'_>] = &[
    M::up(include_str!("../../../migrations/sqlite/0001_conversations.sql")),
    M::up(include_str!("../../../migrations/sqlite/0002_runs.sql")),
    M::up(include_str!("../../../migrations/sqlite/0003_bookmarks.sql")),
    M::up(include_str!("../../../migrations/sqlite/0004_providers.sql")),
    M::up(include_str!("../../../migrations/sqlite/0005_setup.sql")),
    M::up(include_str!("../../../migrations/sqlite/0006_attachments.sql")),
    M::up(include_str!("../../../migrations/sqlite/0007_preferences.sql")),
    M::up(include_str!("../../../migrations/sqlite/0008_branches.sql")),
];

/// What the log may keep of the disk when it begins anew, in bytes.
const LOG_BYTES: u32 = 64 * 1024 * 1024;

/// Only the checkpointer is ever in the journal's way, and a slow disk may keep it for long. An error would end the process.
const WRITER_PATIENCE: Duration = Duration::from_secs(10 * 60);

/// So many reads at a time; more would only wait for the same disk.
const READERS: usize = 4;

/// Opens the database, making it and bringing it up to date where needed. It may wait for the disk.
pub fn open(file: PathBuf, durability: Durability) -> Result<Opened, Error> {
    let mut writer = Connection::open(&file)?;
    settle(&writer)?;
    writer.busy_timeout(WRITER_PATIENCE)?;
    writer.pragma_update(None, "journal_mode", "wal")?;
    writer.pragma_update(None, "wal_autocheckpoint", 0)?;
    writer.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
    writer.pragma_update(
        None,
        "synchronous",
        match durability {
            Durability::Normal => "normal",
            Durability::Full => "full",
        },
    )?;
    count_versions(&writer)?;
    let migrations = Migrations::from_slice(MIGRATIONS);
    migrations.to_latest(&mut writer).map_err(|error| Error::Broken(error.to_string()))?;
    let incarnation = incarnation(&writer)?;
    let boot = Uuid::now_v7();
    Ok(Opened {
        ledger: SqliteLedger::new(writer, boot)?,
        library: SqliteLibrary::new(Readers::new(file.clone(), READERS), incarnation, boot),
        checkpointer: Checkpointer { file },
    })
}

/// The first databases counted their versions by the rows of a table.
fn count_versions(writer: &Connection) -> rusqlite::Result<()> {
    if !writer.table_exists(None, "_sqlx_migrations")? {
        return Ok(());
    }
    let versions: u32 = writer.query_row("select count(*) from _sqlx_migrations", [], |row| row.get(0))?;
    writer.execute_batch(&format!("begin; pragma user_version = {versions}; drop table _sqlx_migrations; commit"))
}

/// What all connections have in common.
fn settle(connection: &Connection) -> rusqlite::Result<()> {
    // More than there are statements: each is prepared once.
    connection.set_prepared_statement_cache_capacity(128);
    connection.busy_timeout(Duration::from_secs(5))
}

/// An open store.
pub struct Opened {
    pub ledger: SqliteLedger,
    pub library: SqliteLibrary,
    pub checkpointer: Checkpointer,
}

/// Moves the write-ahead log into the database, beside the journal and never in its way.
pub struct Checkpointer {
    file: PathBuf,
}

impl Checkpointer {
    /// How often; the log grows by what is written in the meantime.
    const EVERY: Duration = Duration::from_secs(1);

    /// Longer than this, in pages of 4 KiB, the log is begun anew.
    const LOG_PAGES: i64 = 2048;

    /// Readers that are in the way are waited for so long at most, since the journal waits meanwhile.
    const PATIENCE: Duration = Duration::from_millis(50);

    /// Runs until it is dropped.
    pub async fn run(self) -> Result<(), Error> {
        let mut connection = Connection::open(self.file)?;
        connection.busy_timeout(Self::PATIENCE)?;
        let mut ticks = tokio::time::interval(Self::EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let moving = move || {
                let moved = Self::check(&connection);
                (connection, moved)
            };
            let moved = tokio::task::spawn_blocking(moving).await.map_err(|error| Error::Broken(error.to_string()))?;
            connection = moved.0;
            // A full disk is the journal's to tell.
            match moved.1.map_err(Error::from) {
                Ok(()) | Err(Error::Full) => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn check(connection: &Connection) -> rusqlite::Result<()> {
        if Self::advance(connection)? > Self::LOG_PAGES {
            Self::begin_anew(connection)?;
        }
        Ok(())
    }

    /// Moves what no reader needs, beside the journal. Gives the pages in the log.
    fn advance(connection: &Connection) -> rusqlite::Result<i64> {
        connection.query_row("pragma wal_checkpoint(passive)", [], |row| row.get("log"))
    }

    /// The log begins anew by itself once all of it was moved, which it never is while the journal goes on writing: so it waits
    /// here for the few pages that came since. Where a reader is in the way, the next time will do.
    fn begin_anew(connection: &Connection) -> rusqlite::Result<()> {
        connection.query_row("pragma wal_checkpoint(restart)", [], |_| Ok(()))
    }
}

/// Moves all of the log into the database and empties it. It may wait for the disk.
pub fn move_log(file: &Path) -> Result<(), Error> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(Checkpointer::PATIENCE)?;
    Ok(connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?)
}

fn incarnation(connection: &Connection) -> Result<Uuid, Error> {
    let known = connection.query_row("select incarnation from store", [], |row| row.get(0)).optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    let new = Uuid::now_v7();
    connection.execute("insert into store (incarnation) values (?1)", [new])?;
    Ok(new)
}

/// Names this store and this conversation in a cursor, so that one of another is told apart.
fn log(incarnation: Uuid, conversation: Option<ConversationId>) -> u32 {
    let conversation = conversation.map_or(Uuid::nil(), |id| id.0);
    let hash = Sha256::new().chain_update(incarnation).chain_update(conversation).finalize();
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            _ => Self::Broken(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;
