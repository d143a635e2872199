//! All words on the page, a table a language.
//!
//! Nothing else on the page holds a word that a person reads. Another language is another table like `english` and a line in
//! `text`; the compiler then asks for every row. What only the later file says is in tables of its own, beside these. Errors come
//! from the server in English, as programs get them; `sentence` has their words in the other language.

mod chinese;
mod english;
mod language;
mod later;
mod numbers;
mod sentence;

pub use language::Language;
pub use later::{LaterMsg, model_facts};
pub use sentence::{called, joined, paragraphs, sentence, sentence_in_full, sentences};

use crate::wire::Hint;
use std::borrow::Cow;

/// Characters.
const SHORT: usize = 48;

/// Something that the page says.
#[derive(Debug, PartialEq, Eq)]
pub enum Msg {
    PageTitle { title: String, busy: bool },
    Name,
    SkipToChat,
    NewChat,
    StartNewChat,
    Welcome,
    GuideWelcome,
    ConnectLocal,
    ConnectKey,
    WatchReply,
    Recite,
    Loading,
    NoSuchPage,
    NoSuchConversation,
    NotLoaded,
    ConversationDeleted,
    Untitled,

    Conversations,
    OpenConversations,
    CloseConversations,
    NoConversations,
    MoreConversations,
    ExpandSidebar,
    CollapseSidebar,
    NewChatKey,
    Running,
    Unread,
    Today,
    Yesterday,
    Previous7Days,
    Previous30Days,
    Month(u8, Option<i32>),
    OptionsOf { title: String },
    Rename,
    Delete,
    DeletedOne { title: String },
    DeletedMany { count: usize },
    Undo,
    NotDeleted { why: String },
    NotBroughtBack { title: String, why: String },
    Dismiss,
    NotKept,
    PartNotLoaded,
    Settings,
    Language,
    LanguageOfBrowser,
    LanguageName(Language),

    Appearance,
    ThemeSystem,
    ThemeLight,
    ThemeDark,
    Keys,

    Thread,
    ShowOlder,
    ToEnd,
    ToEndWithNews,
    You,
    Assistant,
    System,
    Tool,
    Thinking { ms: u64 },
    Thought { ms: Option<u64> },
    Waiting,
    StillWaiting,
    OpenSettings,
    Writing,
    Stopped,
    StoppedEarly,
    StoppedAtLength,
    StoppedByFilter,
    StoppedForTool,
    StoppedFor { word: String },
    AboutReply,
    Failed,
    Interrupted,
    ReplyRuns,
    ReplyComplete,
    CodeHere,
    Copy,
    Copied,
    NotCopied,
    CodeSelected,
    TableSelected,
    TextToCopy,
    Edit,
    Versions,
    VersionOf { number: usize, of: usize },
    EarlierVersion,
    LaterVersion,
    EmptyReply,
    WhatItSaid,
    TryAgain,
    Continue,
    BegunBeside,
    Regenerate,
    RegenerateBy { model: String },
    RegenerateWays,
    AsWanted(Hint),
    SideBySide,
    GoOnHere,
    GoesOnHere,
    StopThis,

    Composer,
    YourMessage,
    AddImages,
    ImagesOnTheirWay,
    ImageNotTaken,
    ImageNumber { number: usize },
    Pasted { lines: usize },
    Send,
    Sending,
    Stop,
    Stopping,
    NotSent { why: String },
    SendsWhenHeard,
    GoesAfterReply,
    GoesWhenHeard,
    GoesOnRequest,
    GoesNow,
    Queued,
    QueueThis,
    SendNow,
    RemoveQueued,
    EditQueued,
    WriteFirst,
    EscapeAgain,
    DraftTooLong,
    NeedsScripts,
    Model,
    ModelBefore,
    NoModelConnected,
    ModelAway,
    IsSetUp,
    SpendsKeyOf { provider: String },
    ModelFrom { provider: String },

    Reconnecting,
    Offline,
    DiskFull,
    HeldBack,
}

impl Msg {
    /// The words, in the language of the page.
    pub fn text(&self) -> Cow<'static, str> {
        match Language::spoken() {
            Language::English => english::words(self),
            Language::Chinese => chinese::words(self),
        }
    }

    /// What to call a conversation with this title.
    pub fn conversation_title(title: String) -> Cow<'static, str> {
        if title.trim().is_empty() { Self::Untitled.text() } else { title.into() }
    }
}

/// As much of a title as one line has room for.
fn short(title: &str) -> Cow<'_, str> {
    match title.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}…", title[..end].trim_end()).into(),
        None => title.into(),
    }
}

#[cfg(test)]
mod tests;
