//! What the server holds while it runs: one field a component, and the only place that knows their concrete kinds.

use crate::{
    attachments::Attachments,
    config::Config,
    conversations::Conversations,
    highlight::Highlighter,
    journal::{self, Journal, Tail},
    math::Typesetter,
    providers::Providers,
    relay::Relay,
    replies::{Replies, Sources},
    settings::{
        Settings,
        keys::{Keys, from_hex},
    },
    store::{self, Ledger, Library, sqlite},
};
use secrecy::ExposeSecret;
use std::{fs::File, path::Path, sync::Arc, thread, time::Duration};
use tokio::sync::{oneshot, watch};

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub conversations: Conversations,
    pub replies: Replies,
    pub attachments: Attachments,
    pub providers: Arc<Providers>,
    pub settings: Settings,
    pub highlighter: Highlighter,
    pub typesetter: Typesetter,
    /// Where followers read.
    pub sources: Sources,
    pub streams: Streams,
}

/// The open event streams: how many there are, and the word that ends them all.
#[derive(Clone)]
pub struct Streams {
    /// Held by each stream for as long as it lives.
    pub open: Arc<()>,
    /// True from the moment at which the server goes down.
    pub closing: watch::Receiver<bool>,
}

/// Why the server did not start, in one line for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the data folder `{folder}` cannot be used: {cause}; name another with --data-dir")]
    Folder { folder: String, cause: std::io::Error },
    #[error("another Brooklet already uses `{folder}`; stop it, or name another folder with --data-dir")]
    InUse { folder: String },
    #[error("the system gives no thread for the journal: {0}")]
    Thread(std::io::Error),
    #[error("the database `{file}` cannot be opened: {cause}")]
    Database { file: String, cause: String },
}

/// The open server: what requests use, and what keeps it alive.
pub struct Opened {
    pub state: AppState,
    /// Ends only when the store is broken; the process must then end too.
    pub work: tokio::task::JoinHandle<String>,
    /// Lets nobody else into the data folder.
    pub lock: File,
}

/// How often marks that are out of time, and what deleted conversations held, are looked for.
const PURGE_EVERY: Duration = Duration::from_secs(60);

/// The server goes down: what is in the database's log is moved into its file, so that whoever copies that has all of it. Where a
/// reader is in the way the log stays, and holds the rest.
pub fn leave(config: &Config) {
    if let Err(error) = sqlite::move_log(&config.database) {
        tracing::debug!("the database's log stays beside it: {error}");
    }
}

/// Opens the data folder and everything in it, and sees to what an earlier process left.
pub async fn open(config: &Config, closing: watch::Receiver<bool>) -> Result<Opened, OpenError> {
    let folder = config.data_dir.display().to_string();
    make_folder(&config.data_dir).map_err(|cause| OpenError::Folder { folder: folder.clone(), cause })?;
    let lock = lock(config)?;

    let failed = |cause: String| OpenError::Database { file: config.database.display().to_string(), cause };
    let opened = sqlite::open(config.database.clone(), config.durability).map_err(|error| failed(error.to_string()))?;
    let library: Arc<dyn Library> = Arc::new(opened.library);
    let (tail, relay) = (Arc::new(Tail::default()), Arc::new(Relay::default()));
    let (journal, work) = Journal::new(opened.ledger, tail.clone(), relay.clone());
    let (writing, checkpointing) = (write(work)?, opened.checkpointer.run());
    let work = tokio::spawn(async move {
        let broken = tokio::select! {
            ended = writing => ended.map_err(|_| "the journal is gone".to_owned()).and_then(|ended| ended.map_err(|error| error.to_string())),
            ended = checkpointing => ended.map_err(|error| error.to_string()),
        };
        broken.err().unwrap_or_else(|| "the journal ended".to_owned())
    });
    let attachments = Attachments::new(journal.clone(), library.clone(), config.data_dir.join("attachments"));
    tokio::spawn(purge(attachments.clone()));

    let providers = Arc::new(Providers::at(config.places.clone(), config.addr, config.system));
    let keys = match config.key.as_ref().and_then(|key| from_hex(key.expose_secret())) {
        Some(lock) => Keys::Given(lock),
        None => Keys::File(config.data_dir.join("key")),
    };
    let settings = Settings {
        journal: journal.clone(),
        library: library.clone(),
        providers: providers.clone(),
        keys: Arc::new(keys),
        changing: Arc::default(),
    };
    let replies = Replies {
        journal: journal.clone(),
        library: library.clone(),
        providers: providers.clone(),
        attachments: attachments.clone(),
        settings: settings.clone(),
        titles: config.titles,
        closing: closing.clone(),
        running: Arc::new(watch::channel(()).0),
    };
    settings.load().await.map_err(|error| failed(error.to_string()))?;
    tokio::spawn(replies.clone().reap_orphans());
    let state = AppState {
        conversations: Conversations { journal, library: library.clone() },
        replies,
        attachments,
        providers,
        settings,
        highlighter: Highlighter::default(),
        typesetter: Typesetter::default(),
        sources: Sources { library, tail, relay },
        streams: Streams { open: Arc::new(()), closing },
    };
    Ok(Opened { state, work, lock })
}

/// Runs the journal in a thread of its own, where it may rest for parts of a millisecond, which timers do not know. The
/// receiver hears how it ended.
fn write<L: Ledger + 'static>(
    work: journal::Work<L>,
) -> Result<oneshot::Receiver<Result<(), store::Error>>, OpenError> {
    let (ended, ends) = oneshot::channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(OpenError::Thread)?;
    let work = work.resting(thread::sleep);
    let run = move || {
        // Nobody hears of it where the process ends meanwhile.
        let _ = ended.send(runtime.block_on(work.run()));
    };
    thread::Builder::new().name("journal".to_owned()).spawn(run).map_err(OpenError::Thread)?;
    Ok(ends)
}

/// Whether another server has the data folder.
pub fn is_in_use(config: &Config) -> bool {
    matches!(lock(config), Err(OpenError::InUse { .. }))
}

/// One server a database: the lock lies beside it, and the system takes it away with the process, however that ends.
fn lock(config: &Config) -> Result<File, OpenError> {
    let unusable = |cause: std::io::Error| match config.database.starts_with(&config.data_dir) {
        true => OpenError::Folder { folder: config.data_dir.display().to_string(), cause },
        false => OpenError::Database { file: config.database.display().to_string(), cause: cause.to_string() },
    };
    // SQLite gives its other files the permissions of the first.
    own_file(&config.database).map_err(unusable)?;
    let file = own_file(&config.database.with_extension("lock")).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(OpenError::InUse { folder: config.data_dir.display().to_string() })
        }
        Err(std::fs::TryLockError::Error(cause)) => Err(unusable(cause)),
    }
}

/// What people say to models is not for the other users of the machine: a folder that is made here is its owner's alone.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Opens a file, or makes it for its owner alone.
fn own_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Takes away what is out of time, slice by slice, until the journal is gone.
async fn purge(attachments: Attachments) {
    if let Err(error) = attachments.sweep().await {
        tracing::warn!("files of deleted images stay: {}", error.message);
    }
    loop {
        match attachments.purge().await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(PURGE_EVERY).await,
            Err(_) => return,
        }
    }
}
