//! The reading connections: a few, each of which waits for the disk in a thread of tokio's blocking pool.

use super::settle;
use crate::{
    store::Error,
    sync::{Mutex, MutexGuard, PoisonError},
};
use rusqlite::{Connection, OpenFlags, Transaction};
use std::{path::PathBuf, sync::Arc};
use tokio::sync::Semaphore;

/// Cheap to clone.
#[derive(Clone)]
pub struct Readers {
    file: PathBuf,
    places: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// At most so many read at a time; who comes later waits.
    pub fn new(file: PathBuf, at_most: usize) -> Self {
        Self { file, places: Arc::new(Semaphore::new(at_most)), idle: Arc::default() }
    }

    /// These connections and no more.
    #[cfg(test)]
    pub fn of(file: PathBuf, connections: Vec<Connection>) -> Self {
        let readers = Self::new(file, connections.len());
        *readers.idle() = connections;
        readers
    }

    /// Runs `read` in one transaction, so that all that it sees belongs together.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Transaction<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let gone = |error: &dyn std::fmt::Display| Error::Broken(format!("a read did not end: {error}"));
        let place = self.places.clone().acquire_owned().await.map_err(|error| gone(&error))?;
        let readers = self.clone();
        let reading = move || {
            // One that meets an error, or a panic, is not used again.
            let mut connection = readers.idle().pop().map_or_else(|| readers.open(), Ok)?;
            let found = read(&connection.transaction()?)?;
            readers.idle().push(connection);
            drop(place);
            Ok(found)
        };
        tokio::task::spawn_blocking(reading).await.map_err(|error| gone(&error))?
    }

    fn open(&self) -> Result<Connection, Error> {
        let connection = Connection::open_with_flags(&self.file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        settle(&connection)?;
        Ok(connection)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
