//! The journal's side of the store: a group of writes goes in, one transaction comes out.

use super::Error;
use app::wire::{
    ConversationId, Event, Hint, MessageId, PartKind, Preferences, RequestId, Sent, Setup, Status, Summary, Usage,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// Whose conversations these are. Until there are accounts there is one owner.
pub type Owner = Uuid;

/// The one writer of the process. Nothing else writes.
#[async_trait::async_trait]
pub trait Ledger: Send {
    /// Commits the group as one transaction: first the text, then the ends, then the intents in their order.
    ///
    /// An intent that is refused changes nothing and harms no other. On [`Error::Full`] nothing is stored, and the same
    /// group may be committed again; after any other error the process must end.
    async fn commit(&mut self, group: &Group) -> Result<Committed, Error>;
}

/// What is written together.
#[derive(Debug, Default)]
pub struct Group {
    pub grown: Vec<Grown>,
    pub intents: Vec<Intent>,
}

/// What one runner has to store: text, and perhaps the end of its run.
#[derive(Clone, Debug, PartialEq)]
pub struct Grown {
    pub conversation: ConversationId,
    pub message: MessageId,
    pub run: u32,
    /// The run's first text is among the pieces.
    pub begins: bool,
    /// In the model's order, neighbours of the same part merged. Each is at most [`MAX_PIECE`] bytes.
    pub pieces: Vec<Piece>,
    pub finish_reason: Option<String>,
    pub usage: Option<Usage>,
    pub bookmark: Option<Bookmark>,
    /// Why nothing comes for a while; inner none: it is asked again, and no longer so. Not told with text or an end beside it.
    pub delay: Option<Option<app::wire::Error>>,
    pub end: Option<End>,
}

/// No event's text is longer, so that a batch stays small.
pub const MAX_PIECE: usize = 64 * 1024;

/// What was deleted is kept this long, for whoever did not mean it. The page offers it for less.
pub const UNDELETE: Duration = Duration::from_secs(60);

/// Text of one part, and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub part: u32,
    pub kind: PartKind,
    /// UTF-8 bytes into the part.
    pub at: u64,
    pub text: String,
    /// When its first byte came, in milliseconds since the run began.
    pub ms: u64,
}

/// The end of a message's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub part: u32,
    pub kind: PartKind,
    /// UTF-8 bytes into the part.
    pub at: u64,
}

/// Where a provider that keeps what it writes can be asked to go on. What is stored behind it will be said again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// In the provider's own form; empty where it keeps nothing any more.
    pub place: String,
    /// The part in which the text ended there, and how long that part was, in UTF-8 bytes.
    pub part: u32,
    pub at: u64,
}

/// Where a reply can be gone on with in its own place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continues {
    /// Only while nothing was said.
    Never,
    /// Behind its text, and not behind a thought.
    BehindText,
    /// The provider kept the rest.
    Anywhere,
}

impl Continues {
    /// Whether it can be gone on with behind this part.
    pub fn behind(self, last: Option<PartKind>) -> bool {
        match last {
            // Nothing was said: any model can begin.
            None => true,
            Some(PartKind::Text) => self != Self::Never,
            Some(_) => self == Self::Anywhere,
        }
    }
}

/// A reply whose runner did not survive the process that it was in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    pub owner: Owner,
    pub reply: MessageId,
    pub run: u32,
    pub model: Option<String>,
}

/// The reaper begins another run at most this often, until a person asks for one.
pub const REAPED_AT_MOST: u32 = 2;

/// And not where the runner was last heard of longer ago: nobody waits for that reply any more.
pub const REAPED_WITHIN: Duration = Duration::from_secs(10 * 60);

/// The finish reason of a reply that stopped at the most that its model may write at once.
pub const LENGTH: &str = "length";

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// One of the final ones.
    pub status: Status,
    pub error: Option<app::wire::Error>,
}

/// A change that somebody asked for.
#[derive(Clone, Debug)]
pub enum Intent {
    Send(NewMessage),
    Regenerate {
        owner: Owner,
        reply: MessageId,
        /// The same one without it. The caller has checked it.
        model: Option<String>,
        hint: Option<Hint>,
    },
    /// The path through this message is the one to show.
    Choose {
        owner: Owner,
        message: MessageId,
    },
    Stop {
        owner: Owner,
        reply: MessageId,
    },
    Rename {
        owner: Owner,
        conversation: ConversationId,
        title: String,
        seen: u64,
    },
    /// What its models are told beside its messages, from the next reply on.
    SetUp {
        owner: Owner,
        conversation: ConversationId,
        setup: Setup,
        seen: u64,
    },
    /// By a model: never over a title that a person or a model gave before.
    Title {
        owner: Owner,
        conversation: ConversationId,
        title: String,
    },
    /// Somebody looked at it as far as this seq.
    MarkRead {
        owner: Owner,
        conversation: ConversationId,
        seq: u64,
    },
    Delete {
        owner: Owner,
        conversation: ConversationId,
    },
    /// Takes a deletion back, for [`UNDELETE`].
    Undelete {
        owner: Owner,
        conversation: ConversationId,
    },
    /// Begins the next run of a reply that ended before it was complete: it goes on where the text ends.
    Continue {
        owner: Owner,
        reply: MessageId,
    },
    /// This run has no runner any more. Ends it where the model had said that it was done; else begins the next run, where
    /// that is not too late, not too often, and the caller says that it can go on; else marks it interrupted.
    Reap {
        reply: MessageId,
        run: u32,
        continues: Continues,
    },
    /// Keeps a provider: a new one without `seen`, else what that version becomes.
    KeepProvider {
        provider: KeptProvider,
        seen: Option<u64>,
    },
    ForgetProvider {
        id: String,
    },
    /// Keeps what a person prefers, where `seen` is the version that is kept.
    KeepPreferences {
        owner: Owner,
        preferences: Box<Preferences>,
        seen: u64,
    },
    /// An image was uploaded, and lies in the attachments' folder under this name.
    KeepAttachment {
        owner: Owner,
        name: String,
    },
    /// Takes away marks that are out of time, requests of yesterday, what deleted conversations
    /// held, and images that no message shows: a slice of it.
    Purge,
}

/// A provider as people entered it. The caller has checked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptProvider {
    pub id: String,
    pub service: String,
    pub name: String,
    pub base_url: String,
    /// Its key, encrypted.
    pub sealed: Option<Vec<u8>>,
    pub only: Vec<String>,
    pub enabled: bool,
    /// Counts its changes, from 1; the store sets it.
    pub version: u64,
}

/// A message to store with its empty reply. The caller has checked text and model.
#[derive(Clone, Debug)]
pub struct NewMessage {
    pub owner: Owner,
    pub request: RequestId,
    /// SHA-256 of what was asked.
    pub body: [u8; 32],
    pub conversation: Option<ConversationId>,
    pub parent: Option<MessageId>,
    /// It stands beside this one, instead of below `parent`.
    pub edits: Option<MessageId>,
    pub text: String,
    /// The names of attachments.
    pub images: Vec<String>,
    pub pastes: Vec<String>,
    /// The title, should this begin a conversation.
    pub title: String,
    /// The same. Seldom there, and large.
    pub setup: Option<Box<Setup>>,
    pub model: String,
    /// The same: they are asked at once with it.
    pub also: Vec<String>,
}

/// What an intent did.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A reply waits for its runner: its run is `run`, and its text goes on behind `place`.
    Begun {
        sent: Sent,
        run: u32,
        place: Option<Place>,
    },
    /// Several replies to one message wait for their runners, each for its first run.
    Together(Vec<Sent>),
    /// The request was known: this is what it had made.
    Known(Sent),
    /// A row of the sidebar, as it is now.
    Changed(Summary),
    Done,
    Purged {
        /// There is more to purge.
        more: bool,
        /// Attachments of nobody any more: their files can go.
        loose: Vec<String>,
    },
}

/// What a commit made true, for the tail and the followers.
#[derive(Debug, Default)]
pub struct Committed {
    /// In order of seq within each conversation.
    pub events: Vec<(ConversationId, Event)>,
    pub summaries: Vec<(Owner, Summary)>,
    pub deleted: Vec<ConversationId>,
    /// Runs that ended in this commit, by whatever hand, and runs whose text was refused since they had ended before.
    pub ended: Vec<(MessageId, u32)>,
    /// One for each intent of the group, in order.
    pub outcomes: Vec<Result<Outcome, app::wire::Error>>,
}
