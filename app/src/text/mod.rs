//! All words on the page, in one table.
//!
//! Nothing else on the page holds a word that a person reads. Another language is another function like `english` and a
//! line in `text`; the compiler then asks for every row. What only the later file says is in a table of its own, beside this one.

mod later;
mod sentence;

pub use later::{LaterMsg, model_facts};
pub use sentence::{sentence, sentence_in_full, sentences};

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
    Send,
    Sending,
    Stop,
    Stopping,
    NotSent { why: String },
    WaitForReply,
    WaitForServer,
    WriteFirst,
    EscapeAgain,
    DraftTooLong,
    NeedsScripts,
    Model,
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
        self.english()
    }

    fn english(&self) -> Cow<'static, str> {
        match self {
            Self::PageTitle { title, .. } if title.is_empty() => Self::Name.text(),
            Self::PageTitle { title, busy } => format!("{}{title} · Brooklet", if *busy { "… " } else { "" }).into(),
            Self::Name => "Brooklet".into(),
            Self::SkipToChat => "Skip to the chat".into(),
            Self::NewChat => "New chat".into(),
            Self::StartNewChat => "Start a new chat".into(),
            Self::Welcome => "What is on your mind?".into(),
            Self::GuideWelcome => "The guide needs no model, and tells how to connect one.".into(),
            Self::ConnectLocal => "How do I connect Ollama on this machine?".into(),
            Self::ConnectKey => "How do I connect a model by its key?".into(),
            Self::WatchReply => "Watch a reply being written".into(),
            Self::Recite => "/recite 300 60".into(),
            Self::Loading => "Loading…".into(),
            Self::NoSuchPage => "There is no such page".into(),
            Self::NoSuchConversation => "There is no such conversation".into(),
            Self::NotLoaded => "The conversation could not be read".into(),
            Self::ConversationDeleted => "This conversation was deleted".into(),
            Self::Untitled => "Untitled".into(),

            Self::Conversations => "Conversations".into(),
            Self::OpenConversations => "Show conversations".into(),
            Self::CloseConversations => "Hide conversations".into(),
            Self::NoConversations => "No conversations yet".into(),
            Self::MoreConversations => "More".into(),
            Self::ExpandSidebar => "Expand the sidebar".into(),
            Self::CollapseSidebar => "Collapse the sidebar".into(),
            Self::NewChatKey => "New chat (N)".into(),
            Self::Running => "A reply is being written".into(),
            Self::Unread => "A reply that you have not read".into(),
            Self::Today => "Today".into(),
            Self::Yesterday => "Yesterday".into(),
            Self::Previous7Days => "Previous 7 days".into(),
            Self::Previous30Days => "Previous 30 days".into(),
            Self::Month(month, None) => month_name(*month).into(),
            Self::Month(month, Some(year)) => format!("{} {year}", month_name(*month)).into(),
            Self::OptionsOf { title } => format!("Options of “{title}”").into(),
            Self::Rename => "Rename".into(),
            Self::Delete => "Delete".into(),
            Self::DeletedOne { title } => format!("“{}” is deleted", short(title)).into(),
            Self::DeletedMany { count } => format!("{count} conversations are deleted").into(),
            Self::Undo => "Undo".into(),
            Self::NotDeleted { why } => format!("Not deleted. {why}").into(),
            Self::NotBroughtBack { title, why } => format!("“{title}” could not be brought back. {why}").into(),
            Self::Dismiss => "Dismiss".into(),
            Self::Appearance => "Light or dark".into(),
            Self::ThemeSystem => "As the system".into(),
            Self::ThemeLight => "Light".into(),
            Self::ThemeDark => "Dark".into(),
            Self::Keys => "Keys".into(),
            Self::PartNotLoaded => "This part of the page did not load. Check your connection and try again.".into(),
            Self::Settings => "Settings".into(),
            Self::NotKept => {
                "This browser keeps nothing for this page: it works, but forgets drafts and choices when you leave"
                    .into()
            }

            Self::Thread => "Messages".into(),
            Self::ShowOlder => "Show older messages".into(),
            Self::ToEnd => "To the end".into(),
            Self::ToEndWithNews => "To the end, where something new was written".into(),
            Self::You => "You".into(),
            Self::Assistant => "Assistant".into(),
            Self::System => "System".into(),
            Self::Tool => "Tool".into(),
            Self::Thinking { ms } => format!("Thinking… {}", duration(*ms)).into(),
            Self::Thought { ms: None } => "Thought about it".into(),
            Self::Thought { ms: Some(ms) } if *ms < 1_000 => "Thought for a moment".into(),
            Self::Thought { ms: Some(ms) } => format!("Thought for {}", duration(*ms)).into(),
            Self::Waiting => "Waiting for the model…".into(),
            Self::StillWaiting => {
                "Nothing has come yet: it may be loading, or busy. Wait, or stop it and choose another model.".into()
            }
            Self::OpenSettings => "Open the settings".into(),
            Self::Writing => "Writing…".into(),
            Self::StoppedEarly => "You stopped this reply before anything was said.".into(),
            Self::StoppedAtLength => "The model stopped here: it writes no more at once.".into(),
            Self::StoppedByFilter => {
                "The provider’s filter stopped the reply here. Say it in other words, or choose another model.".into()
            }
            Self::StoppedForTool => "The model stopped to use a tool, and there is none here.".into(),
            Self::StoppedFor { word } => format!("The model stopped for a reason of its provider’s: “{word}”.").into(),
            Self::AboutReply => "About this reply".into(),
            Self::Stopped => "You stopped this reply. All that was said is kept.".into(),
            Self::Failed => "The reply failed.".into(),
            Self::Interrupted => "The reply broke off.".into(),
            Self::ReplyRuns => "A reply is being written.".into(),
            Self::ReplyComplete => "The reply is complete.".into(),
            Self::Copy => "Copy".into(),
            Self::Copied => "Copied".into(),
            Self::CodeSelected => {
                "This browser does not let the page copy. The code is selected: copy it by hand.".into()
            }
            Self::TableSelected => {
                "This browser does not let the page copy. The table is selected: copy it by hand.".into()
            }
            Self::NotCopied => {
                "This browser does not let the page copy. Here is the text, selected: copy it by hand.".into()
            }
            Self::TextToCopy => "The text to copy".into(),
            Self::Edit => "Edit".into(),
            Self::Versions => "Versions".into(),
            Self::VersionOf { number, of } => format!("{number} / {of}").into(),
            Self::EarlierVersion => "Earlier version".into(),
            Self::LaterVersion => "Later version".into(),
            Self::WhatItSaid => "What it said".into(),
            Self::EmptyReply => "The model sent an empty reply. Regenerate it, or choose another model.".into(),
            Self::TryAgain => "Try again".into(),
            Self::Continue => "Continue".into(),
            Self::BegunBeside => {
                "This model cannot go on with a text. It writes another reply; the first one is kept.".into()
            }
            Self::Regenerate => "Regenerate".into(),
            Self::RegenerateBy { model } => format!("Regenerate with {model}").into(),
            Self::RegenerateWays => "More ways to regenerate".into(),
            Self::AsWanted(Hint::Shorter) => "Shorter".into(),
            Self::AsWanted(Hint::Longer) => "Longer".into(),
            Self::AsWanted(Hint::Simpler) => "Simpler".into(),
            Self::SideBySide => "Replies side by side".into(),
            Self::GoOnHere => "Go on here".into(),
            Self::GoesOnHere => "You go on here".into(),
            Self::StopThis => "Stop this reply".into(),

            Self::Composer => "Write a message".into(),
            Self::YourMessage => "Your message".into(),
            Self::AddImages => "Add images".into(),
            Self::ImagesOnTheirWay => "Your message is sent as soon as its images are there.".into(),
            Self::ImageNotTaken => "An image is not there: try it again, or remove it. Your draft is kept.".into(),
            Self::ImageNumber { number } => format!("Image {number}").into(),
            Self::Send => "Send".into(),
            Self::Sending => "Sending…".into(),
            Self::Stop => "Stop".into(),
            Self::Stopping => "Stopping…".into(),
            Self::NotSent { why } => format!("Not sent; your draft is kept. {why}").into(),
            Self::WaitForServer => {
                "The server cannot be heard just now. Your draft is kept: send it when it is back.".into()
            }
            Self::WaitForReply => {
                "A reply is still being written: wait for its end or stop it. Your draft is kept.".into()
            }
            Self::WriteFirst => "There is nothing to send yet: write something first.".into(),
            Self::EscapeAgain => "Press Escape again to stop the reply.".into(),
            Self::DraftTooLong => {
                "This draft is too long for the browser to keep: it stays here until you send it or leave.".into()
            }
            Self::NeedsScripts => {
                "You can read everything here. To write, allow JavaScript for this page and reload it.".into()
            }
            Self::Model => "Model".into(),
            Self::NoModelConnected => "no model connected".into(),
            Self::ModelAway => "not there now".into(),
            Self::IsSetUp => "set up".into(),
            Self::SpendsKeyOf { provider } => format!("{provider} · key").into(),
            Self::ModelFrom { provider } => provider.clone().into(),

            Self::Reconnecting => "Reconnecting… What was said is kept.".into(),
            Self::Offline => "You are offline. What was said is kept, and the page goes on when you are back.".into(),
            Self::DiskFull => "The server’s disk is full. Nothing is lost: it goes on as soon as there is room.".into(),
            Self::HeldBack => "A proxy on the way holds text back, so it comes in small steps. Nothing is lost.".into(),
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

fn month_name(month: u8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    NAMES[usize::from(month.clamp(1, 12) - 1)]
}

/// In whole seconds, which is as exact as anybody reads it.
fn duration(ms: u64) -> String {
    match ms / 1_000 {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_as_a_person_would_say_it() {
        let thought = |ms| Msg::Thought { ms }.text().into_owned();
        assert_eq!(Msg::Thinking { ms: 0 }.text(), "Thinking… 0 s");
        assert_eq!(thought(None), "Thought about it");
        assert_eq!(thought(Some(999)), "Thought for a moment");
        assert_eq!(thought(Some(12_999)), "Thought for 12 s");
        assert_eq!(thought(Some(65_000)), "Thought for 1 min 5 s");
    }

    #[test]
    fn a_page_without_a_title_is_the_products() {
        let title = |title: &str, busy| Msg::PageTitle { title: title.into(), busy }.text();
        assert_eq!(title("", true), "Brooklet");
        assert_eq!(title("Trees", false), "Trees · Brooklet");
        assert_eq!(title("Trees", true), "… Trees · Brooklet");
        assert_eq!(Msg::conversation_title("  ".into()), "Untitled");
    }
}
