//! What the follower is told, and what it says.

use crate::wire::{ConversationId, Cursor, Event};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The stream answered.
    Opened,
    /// An event came; the id is the stream's last, none before its first, or the place after a poll's last event. `t` is when it
    /// left, in milliseconds since its stream or poll began.
    Heard {
        what: What,
        id: Option<Cursor>,
        t: Option<u64>,
    },
    /// The answer of a poll came, and all its events were heard.
    Polled,
    /// The answer of a test came, with the place that it leads to.
    Tested(Option<Cursor>),
    /// The stream or the poll broke: closed for good, or the browser connects again.
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

/// When an event left, where it says so.
pub fn time_of(event: &Event) -> Option<u64> {
    match event {
        Event::Hello { t, .. } | Event::Ping { t } => Some(*t),
        Event::Delta(delta) => Some(delta.t),
        _ => None,
    }
}

/// What to do now, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A new stream instead of the one before.
    Open(Address),
    /// A poll instead of a stream or the poll before.
    Poll {
        address: Address,
        wait_s: u64,
    },
    /// A poll beside the stream that is answered at once.
    Test(Address),
    Close,
    /// Read the conversation anew, the sidebar too when `list`, and answer.
    AskAgain {
        list: bool,
    },
    Lock,
    Unlock,
}

/// Text of a conversation comes no more often than it is drawn, in milliseconds: twenty a second look like a steady flow.
const APART_MS: u64 = 50;

/// Milliseconds from one drawing to the next, by what the last one took: a tenth of the time goes into it, as long as there are
/// four a second, and a fourth where that does not do. The rest is for who reads and types, and for the battery.
pub fn drawn_apart(took: u64) -> u64 {
    const SELDOM_MS: u64 = 250;
    APART_MS.max((10 * took).min(SELDOM_MS)).max(4 * took)
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
    /// Of the stream.
    pub fn url(&self) -> String {
        let url = self.after("/api/events".into(), '?');
        if self.conversation.is_some() { format!("{url}&apart={APART_MS}") } else { url }
    }

    /// Of a poll that waits this long for news.
    pub fn poll_url(&self, wait_s: u64) -> String {
        self.after(format!("/api/poll?wait={wait_s}"), '&')
    }

    fn after(&self, mut url: String, mut mark: char) -> String {
        if let Some(id) = self.conversation {
            url += &format!("{mark}conversation={id}");
            mark = '&';
        }
        if let Some(after) = self.after {
            url += &format!("{mark}after={after}");
        }
        url
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
    /// Something on the way holds the stream back: the page polls.
    HeldBack,
}

impl Notice {
    /// The server cannot be heard.
    pub fn is_cut_off(self) -> bool {
        matches!(self, Self::Reconnecting | Self::Offline)
    }
}
