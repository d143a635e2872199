//! What the follower is told, and what it says.

use crate::wire::{ConversationId, Cursor, Event};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The stream answered.
    Opened,
    /// An event came; the id is the stream's last, none before its first.
    Heard {
        what: What,
        id: Option<Cursor>,
    },
    /// The stream broke: closed for good, or the browser connects again.
    Broken {
        closed: bool,
    },
    /// Comes about once a second.
    Tick,
    Visible,
    Hidden,
    /// `pageshow`; persisted is a page from the back-forward cache, whose connections are gone.
    Shown {
        persisted: bool,
    },
    Online,
    Offline,
    /// This tab is the one that keeps the sidebar's stream while hidden.
    LockHeld,
    /// The fold asked again.
    Gap,
    /// An event could not be read.
    Unreadable,
    /// The conversation was read anew; its cursor.
    Answered(Cursor),
    /// The sidebar was read anew; its cursor.
    Listed(Cursor),
    /// Reading anew failed.
    Unanswered,
    /// Reading anew found no conversation.
    Gone,
}

/// What the follower has to know of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Hello { heartbeat_s: u64 },
    Ping,
    Bye,
    Trouble,
    Change,
}

impl From<&Event> for What {
    fn from(event: &Event) -> Self {
        match event {
            Event::Hello { heartbeat_s, .. } => Self::Hello { heartbeat_s: *heartbeat_s },
            Event::Ping { .. } => Self::Ping,
            Event::Bye {} => Self::Bye,
            Event::Trouble { .. } => Self::Trouble,
            _ => Self::Change,
        }
    }
}

/// What to do now, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A new stream instead of the one before.
    Open(Address),
    Close,
    /// Read the conversation anew, the sidebar too when `list`, and answer.
    AskAgain {
        list: bool,
    },
    Lock,
    Unlock,
}

/// Where a stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// None for the sidebar alone.
    pub conversation: Option<ConversationId>,
    /// None for the current state.
    pub after: Option<Cursor>,
}

impl Address {
    pub fn url(&self) -> String {
        let conversation = self.conversation.map(|id| format!("conversation={id}"));
        let after = self.after.map(|cursor| format!("after={cursor}"));
        let query: Vec<_> = conversation.into_iter().chain(after).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/api/events{mark}{}", query.join("&"))
    }
}

/// What the person is told of the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notice {
    #[default]
    None,
    Reconnecting,
    Offline,
    DiskFull,
}
