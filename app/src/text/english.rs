//! What the first file says in English: a row a message.

use super::{
    Language, Msg,
    numbers::{duration, month},
    short,
};
use crate::wire::Hint;
use std::borrow::Cow;

pub fn words(msg: &Msg) -> Cow<'static, str> {
    match msg {
        Msg::PageTitle { title, .. } if title.is_empty() => Msg::Name.text(),
        Msg::PageTitle { title, busy } => format!("{}{title} · Brooklet", if *busy { "… " } else { "" }).into(),
        Msg::Name => "Brooklet".into(),
        Msg::SkipToChat => "Skip to the chat".into(),
        Msg::NewChat => "New chat".into(),
        Msg::StartNewChat => "Start a new chat".into(),
        Msg::Welcome => "What is on your mind?".into(),
        Msg::GuideWelcome => "The guide needs no model, and tells how to connect one.".into(),
        Msg::ConnectLocal => "How do I connect Ollama on this machine?".into(),
        Msg::ConnectKey => "How do I connect a model by its key?".into(),
        Msg::WatchReply => "Watch a reply being written".into(),
        Msg::Recite => "/recite 300 60".into(),
        Msg::Loading => "Loading…".into(),
        Msg::NoSuchPage => "There is no such page".into(),
        Msg::NoSuchConversation => "There is no such conversation".into(),
        Msg::NotLoaded => "The conversation could not be read".into(),
        Msg::ConversationDeleted => "This conversation was deleted".into(),
        Msg::Untitled => "Untitled".into(),

        Msg::Conversations => "Conversations".into(),
        Msg::OpenConversations => "Show conversations".into(),
        Msg::CloseConversations => "Hide conversations".into(),
        Msg::NoConversations => "No conversations yet".into(),
        Msg::MoreConversations => "More".into(),
        Msg::ExpandSidebar => "Expand the sidebar".into(),
        Msg::CollapseSidebar => "Collapse the sidebar".into(),
        Msg::NewChatKey => "New chat (N)".into(),
        Msg::Running => "A reply is being written".into(),
        Msg::Unread => "A reply that you have not read".into(),
        Msg::Today => "Today".into(),
        Msg::Yesterday => "Yesterday".into(),
        Msg::Previous7Days => "Previous 7 days".into(),
        Msg::Previous30Days => "Previous 30 days".into(),
        Msg::Month(number, year) => month(*number, *year, Language::English).into(),
        Msg::OptionsOf { title } => format!("Options of “{title}”").into(),
        Msg::Rename => "Rename".into(),
        Msg::Delete => "Delete".into(),
        Msg::DeletedOne { title } => format!("“{}” is deleted", short(title)).into(),
        Msg::DeletedMany { count } => format!("{count} conversations are deleted").into(),
        Msg::Undo => "Undo".into(),
        Msg::NotDeleted { why } => format!("Not deleted. {why}").into(),
        Msg::NotBroughtBack { title, why } => format!("“{title}” could not be brought back. {why}").into(),
        Msg::Dismiss => "Dismiss".into(),
        Msg::Appearance => "Light or dark".into(),
        Msg::ThemeSystem => "As the system".into(),
        Msg::ThemeLight => "Light".into(),
        Msg::ThemeDark => "Dark".into(),
        Msg::Keys => "Keys".into(),
        Msg::PartNotLoaded => "This part of the page did not load. Check your connection and try again.".into(),
        Msg::Settings => "Settings".into(),
        // In both languages, for who cannot read the page.
        Msg::Language => "Language · 语言".into(),
        Msg::LanguageOfBrowser => "As the browser".into(),
        Msg::LanguageName(Language::English) => "English".into(),
        Msg::LanguageName(Language::Chinese) => "简体中文".into(),
        Msg::NotKept => {
            "This browser keeps nothing for this page: it works, but forgets drafts and choices when you leave".into()
        }

        Msg::Thread => "Messages".into(),
        Msg::ShowOlder => "Show older messages".into(),
        Msg::ToEnd => "To the end".into(),
        Msg::ToEndWithNews => "To the end, where something new was written".into(),
        Msg::You => "You".into(),
        Msg::Assistant => "Assistant".into(),
        Msg::System => "System".into(),
        Msg::Tool => "Tool".into(),
        Msg::Thinking { ms } => format!("Thinking… {}", duration(*ms, Language::English)).into(),
        Msg::Thought { ms: None } => "Thought about it".into(),
        Msg::Thought { ms: Some(ms) } if *ms < 1_000 => "Thought for a moment".into(),
        Msg::Thought { ms: Some(ms) } => format!("Thought for {}", duration(*ms, Language::English)).into(),
        Msg::Waiting => "Waiting for the model…".into(),
        Msg::StillWaiting => {
            "Nothing has come yet: it may be loading, or busy. Wait, or stop it and choose another model.".into()
        }
        Msg::OpenSettings => "Open the settings".into(),
        Msg::Writing => "Writing…".into(),
        Msg::StoppedEarly => "You stopped this reply before anything was said.".into(),
        Msg::StoppedAtLength => "The model stopped here: it writes no more at once.".into(),
        Msg::StoppedByFilter => {
            "The provider’s filter stopped the reply here. Say it in other words, or choose another model.".into()
        }
        Msg::StoppedForTool => "The model stopped to use a tool, and there is none here.".into(),
        Msg::StoppedFor { word } => format!("The model stopped for a reason of its provider’s: “{word}”.").into(),
        Msg::AboutReply => "About this reply".into(),
        Msg::Stopped => "You stopped this reply. All that was said is kept.".into(),
        Msg::Failed => "The reply failed.".into(),
        Msg::Interrupted => "The reply broke off.".into(),
        Msg::ReplyRuns => "A reply is being written.".into(),
        Msg::ReplyComplete => "The reply is complete.".into(),
        Msg::CodeHere => "Here is code.".into(),
        Msg::Copy => "Copy".into(),
        Msg::Copied => "Copied".into(),
        Msg::TableSelected => "This browser does not let the page copy. The table is selected: copy it by hand.".into(),
        Msg::CodeSelected => "This browser does not let the page copy. The code is selected: copy it by hand.".into(),
        Msg::NotCopied => {
            "This browser does not let the page copy. Here is the text, selected: copy it by hand.".into()
        }
        Msg::TextToCopy => "The text to copy".into(),
        Msg::Edit => "Edit".into(),
        Msg::Versions => "Versions".into(),
        Msg::VersionOf { number, of } => format!("{number} / {of}").into(),
        Msg::EarlierVersion => "Earlier version".into(),
        Msg::LaterVersion => "Later version".into(),
        Msg::WhatItSaid => "What it said".into(),
        Msg::EmptyReply => "The model sent an empty reply. Regenerate it, or choose another model.".into(),
        Msg::TryAgain => "Try again".into(),
        Msg::Continue => "Continue".into(),
        Msg::BegunBeside => {
            "This model cannot go on with a text. It writes another reply; the first one is kept.".into()
        }
        Msg::Regenerate => "Regenerate".into(),
        Msg::RegenerateBy { model } => format!("Regenerate with {model}").into(),
        Msg::RegenerateWays => "More ways to regenerate".into(),
        Msg::AsWanted(Hint::Shorter) => "Shorter".into(),
        Msg::AsWanted(Hint::Longer) => "Longer".into(),
        Msg::AsWanted(Hint::Simpler) => "Simpler".into(),
        Msg::SideBySide => "Replies side by side".into(),
        Msg::GoOnHere => "Go on here".into(),
        Msg::GoesOnHere => "You go on here".into(),
        Msg::StopThis => "Stop this reply".into(),

        Msg::Composer => "Write a message".into(),
        Msg::YourMessage => "Your message".into(),
        Msg::AddImages => "Add images".into(),
        Msg::ImagesOnTheirWay => "Your message is sent as soon as its images are there.".into(),
        Msg::ImageNotTaken => "An image is not there: try it again, or remove it. Your draft is kept.".into(),
        Msg::ImageNumber { number } => format!("Image {number}").into(),
        Msg::Pasted { lines: 1 } => "Pasted text · 1 line".into(),
        Msg::Pasted { lines } => format!("Pasted text · {lines} lines").into(),
        Msg::Send => "Send".into(),
        Msg::Sending => "Sending…".into(),
        Msg::Stop => "Stop".into(),
        Msg::Stopping => "Stopping…".into(),
        Msg::NotSent { why } => format!("Not sent; your draft is kept. {why}").into(),
        Msg::SendsWhenHeard => "The server cannot be heard. Your message goes out as soon as it is back.".into(),
        Msg::GoesAfterReply => "Goes out when the reply is done".into(),
        Msg::GoesWhenHeard => "Goes out when the server can be heard again".into(),
        Msg::GoesOnRequest => "Waits for you, since the reply before it did not come to its end".into(),
        Msg::GoesNow => "On its way…".into(),
        Msg::Queued => "Messages that wait".into(),
        Msg::QueueThis => "Send when the reply is done".into(),
        Msg::SendNow => "Send now".into(),
        Msg::RemoveQueued => "Remove this message".into(),
        Msg::EditQueued => "Write this message on".into(),
        Msg::WriteFirst => "There is nothing to send yet: write something first.".into(),
        Msg::EscapeAgain => "Press Escape again to stop the reply.".into(),
        Msg::DraftTooLong => {
            "This draft is too long for the browser to keep: it stays here until you send it or leave.".into()
        }
        Msg::NeedsScripts => {
            "You can read everything here. To write, allow JavaScript for this page and reload it.".into()
        }
        Msg::Model => "Model".into(),
        Msg::ModelBefore => "Model: ".into(),
        Msg::NoModelConnected => "no model connected".into(),
        Msg::ModelAway => "not there now".into(),
        Msg::IsSetUp => "set up".into(),
        Msg::SpendsKeyOf { provider } => format!("{provider} · key").into(),
        Msg::ModelFrom { provider } => provider.clone().into(),

        Msg::Reconnecting => "Reconnecting… What was said is kept.".into(),
        Msg::Offline => "You are offline. What was said is kept, and the page goes on when you are back.".into(),
        Msg::DiskFull => "The server’s disk is full. Nothing is lost: it goes on as soon as there is room.".into(),
        Msg::HeldBack => "A proxy on the way holds text back, so it comes in small steps. Nothing is lost.".into(),
    }
}
