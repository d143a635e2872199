//! SQLite in the data folder: WAL, one writing connection for the journal, a few reading ones.
//!
//! `wal_autocheckpoint` is off, so that no commit of the journal pays for a checkpoint: a task on a connection of its own
//! moves the log into the database. A plain `begin` that reads and then writes fails under load, hence `begin immediate`.

mod counters;
mod end;
mod ids;
mod intent;
mod ledger;
mod library;
mod row;
mod upkeep;

use super::Error;
use app::wire::ConversationId;
use sha2::{Digest, Sha256};
use sqlx::{
    ConnectOptions, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::PathBuf, time::Duration};
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

/// Opens the database, making it and bringing it up to date where needed.
pub async fn open(path: PathBuf, durability: Durability) -> Result<Opened, Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match durability {
            Durability::Normal => SqliteSynchronous::Normal,
            Durability::Full => SqliteSynchronous::Full,
        })
        .busy_timeout(Duration::from_secs(5))
        .pragma("wal_autocheckpoint", "0")
        .disable_statement_logging();

    let mut writer = options.connect().await?;
    sqlx::migrate!("migrations/sqlite").run(&mut writer).await.map_err(|error| Error::Broken(error.to_string()))?;
    let incarnation = incarnation(&mut writer).await?;
    let boot = Uuid::now_v7();
    let ledger = SqliteLedger::new(writer, boot).await?;

    let readers = SqlitePoolOptions::new()
        .max_connections(4)
        .min_connections(1)
        .connect_with(options.clone().read_only(true))
        .await?;
    Ok(Opened {
        ledger,
        library: SqliteLibrary::new(readers, incarnation, boot),
        checkpointer: Checkpointer { options },
    })
}

/// An open store.
pub struct Opened {
    pub ledger: SqliteLedger,
    pub library: SqliteLibrary,
    pub checkpointer: Checkpointer,
}

/// Moves the write-ahead log into the database, beside the journal and never in its way.
pub struct Checkpointer {
    options: SqliteConnectOptions,
}

impl Checkpointer {
    /// How often; the log grows by what is written in the meantime.
    const EVERY: Duration = Duration::from_secs(1);

    /// Runs until it is dropped.
    pub async fn run(self) -> Result<(), Error> {
        let mut connection = self.options.connect().await?;
        let mut ticks = tokio::time::interval(Self::EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // Passive: it moves what no reader needs and leaves the rest for the next time. A full disk is the journal's to tell.
            match sqlx::query("pragma wal_checkpoint(passive)").execute(&mut connection).await.map_err(Error::from) {
                Ok(_) | Err(Error::Full) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

async fn incarnation(connection: &mut SqliteConnection) -> Result<Uuid, Error> {
    if let Some(known) = sqlx::query_scalar("select incarnation from store").fetch_optional(&mut *connection).await? {
        return Ok(known);
    }
    let new = Uuid::now_v7();
    sqlx::query("insert into store (incarnation) values ($1)").bind(new).execute(connection).await?;
    Ok(new)
}

/// Names this store and this conversation in a cursor, so that one of another is told apart.
fn log(incarnation: Uuid, conversation: Option<ConversationId>) -> u32 {
    let conversation = conversation.map_or(Uuid::nil(), |id| id.0);
    let hash = Sha256::new().chain_update(incarnation).chain_update(conversation).finalize();
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        // SQLITE_FULL is 13; the low byte is the primary code of an extended one.
        let full = error
            .as_database_error()
            .and_then(|error| error.code())
            .and_then(|code| code.parse::<i32>().ok())
            .is_some_and(|code| code & 0xff == 13);
        if full { Self::Full } else { Self::Broken(error.to_string()) }
    }
}

#[cfg(test)]
mod tests;
