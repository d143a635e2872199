//! Images that go with messages: taken in, kept as files, and given back.
//!
//! An upload is read as a picture and written anew, so that a file holds nothing but a picture. Its name tells its content,
//! so that the same picture is one file. The file is there before anybody hears of its name, and goes after the last row.

mod picture;

use crate::{
    journal::{Done, Journal},
    store::{Intent, Library, Outcome, Owner},
};
use app::wire::{Attachment, Code, Error, size_of};
use picture::Picture;
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{
    fs::{self, File},
    io::AsyncWriteExt,
    sync::{Mutex, Semaphore},
    task::spawn_blocking,
};
use uuid::Uuid;

/// An upload at most, in bytes. The page makes pictures smaller before it sends them.
pub const MAX_UPLOAD: usize = 20 * 1024 * 1024;

/// Pictures that are read at once: each may take 200 MB for a moment.
const AT_ONCE: usize = 2;

/// Names that are looked up at once.
const SWEPT: usize = 500;

/// All attachments of this server.
#[derive(Clone)]
pub struct Attachments {
    journal: Journal,
    library: Arc<dyn Library>,
    folder: PathBuf,
    reading: Arc<Semaphore>,
    /// Held from a file to its row, and from a row to its file.
    changing: Arc<Mutex<()>>,
}

impl Attachments {
    /// They lie in `folder`, which is made for the first.
    pub fn new(journal: Journal, library: Arc<dyn Library>, folder: PathBuf) -> Self {
        let reading = Arc::new(Semaphore::new(AT_ONCE));
        Self { journal, library, folder, reading, changing: Arc::default() }
    }

    /// Takes in what somebody uploaded. Errors: `invalid` (no picture), `too_large` (too many pixels).
    pub async fn add(&self, owner: Owner, upload: impl AsRef<[u8]> + Send + 'static) -> Result<Attachment, Error> {
        let permit = self.reading.clone().acquire_owned().await;
        let read = spawn_blocking(move || {
            let _permit = permit;
            picture::read(upload.as_ref())
        });
        // A decoder that panics has met bytes that are no picture.
        let picture = read.await.unwrap_or_else(|_| Err(picture::unreadable()))?;
        let name = picture.name.clone();
        let attachments = self.clone();
        // A task of its own: a browser that goes away must not leave the lock's work half done.
        let kept = tokio::spawn(async move {
            let _changing = attachments.changing.lock().await;
            attachments.write(&picture).await.map_err(|error| unwritable(&error))?;
            attachments.journal.submit(Intent::KeepAttachment { owner, name: picture.name }).await
        });
        kept.await.unwrap_or_else(|error| Err(Error::new(Code::Internal, error.to_string())))?;
        Ok(Attachment { name })
    }

    /// A whole file or none: it gets its name when all of it is on the disk.
    async fn write(&self, picture: &Picture) -> io::Result<()> {
        let to = self.folder.join(&picture.name);
        if fs::try_exists(&to).await? {
            return Ok(());
        }
        make_folder(&self.folder).await?;
        let part = self.folder.join(format!("{}.part", Uuid::new_v4().simple()));
        let written = async {
            let mut options = File::options();
            options.create_new(true).write(true);
            #[cfg(unix)]
            options.mode(0o600);
            let mut file = options.open(&part).await?;
            file.write_all(&picture.bytes).await?;
            file.sync_all().await?;
            fs::rename(&part, &to).await?;
            // The name, too, is to survive a loss of power.
            #[cfg(unix)]
            File::open(&self.folder).await?.sync_all().await?;
            Ok(())
        };
        let written: io::Result<()> = written.await;
        if written.is_err() {
            let _ = fs::remove_file(&part).await;
        }
        written
    }

    /// Whether this owner uploaded it, and it is kept.
    pub async fn has(&self, owner: Owner, name: &str) -> Result<bool, Error> {
        let kept = self.library.attachments(Some(owner), vec![name.to_owned()]).await;
        Ok(!kept.map_err(crate::store::unavailable)?.is_empty())
    }

    /// What a picture's file holds; the name as a message's part has it.
    pub async fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        if media_type(name).is_none() || name.contains(['/', '\\']) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no name of an attachment"));
        }
        fs::read(self.folder.join(name)).await
    }

    /// Takes away a slice of what is out of time, with the files of attachments that no message shows any more. Gives whether
    /// there is more.
    pub async fn purge(&self) -> Result<bool, Error> {
        let _changing = self.changing.lock().await;
        let Done::Outcome(Outcome::Purged { more, loose }) = self.journal.submit(Intent::Purge).await? else {
            return Ok(false);
        };
        for name in loose {
            self.remove(&name).await;
        }
        Ok(more)
    }

    /// At boot: takes away files without a row, which a crash can leave.
    pub async fn sweep(&self) -> Result<(), Error> {
        let _changing = self.changing.lock().await;
        let Ok(mut files) = fs::read_dir(&self.folder).await else { return Ok(()) };
        let mut names = Vec::new();
        while let Ok(Some(file)) = files.next_entry().await {
            names.extend(file.file_name().into_string().ok().filter(|name| is_ours(name)));
        }
        for names in names.chunks(SWEPT) {
            let kept = self.library.attachments(None, names.to_vec()).await.map_err(crate::store::unavailable)?;
            for name in names.iter().filter(|name| !kept.contains(name)) {
                self.remove(name).await;
            }
        }
        Ok(())
    }

    async fn remove(&self, name: &str) {
        if let Err(error) = fs::remove_file(self.folder.join(name)).await {
            tracing::warn!("the file of a deleted image stays: {error}");
        }
    }
}

/// The kind of a picture, by its name.
pub fn media_type(name: &str) -> Option<&'static str> {
    size_of(name)?;
    match Path::new(name).extension()?.to_str()? {
        "png" => Some("image/png"),
        "jpg" => Some("image/jpeg"),
        _ => None,
    }
}

/// A file that is here by our own hand; others, a person put here.
fn is_ours(name: &str) -> bool {
    media_type(name).is_some() || name.ends_with(".part")
}

/// For its owner alone, as the data folder is.
async fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(folder).await
}

fn unwritable(error: &io::Error) -> Error {
    tracing::error!("an image cannot be stored: {error}");
    let message = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the server's disk is full",
        _ => "the server cannot store images",
    };
    Error::new(Code::Unavailable, message).hint("the server's log says more; send the text alone meanwhile")
}
