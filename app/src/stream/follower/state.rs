//! What the follower does, and what it is about to do.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// With the time to try again, when it was closed by a failure.
    Closed {
        retry_at: Option<u64>,
    },
    Opening,
    Open,
    /// Broken, and the browser connects again by itself.
    Reconnecting,
    /// No stream: a poll is on its way.
    Polling,
}

/// What the stream carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The conversation of the page, where it has one, and the sidebar.
    Page,
    /// The sidebar alone, for all hidden tabs.
    Sidebar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    Visible,
    /// Never seen: it opens nothing.
    LoadedHidden,
    Hidden {
        since: u64,
        lock: Lock,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    Unasked,
    Asked,
    Held,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    No,
    /// As soon as the time is up.
    Wanted {
        list: bool,
    },
    /// On its way; the stream is closed until the answer.
    Asked {
        list: bool,
    },
}
