//! What the later file says in English: a row a message.

use super::LaterMsg;
use crate::{
    text::{
        Language,
        numbers::{amount, grouped, in_short, money, seconds, sign},
    },
    wire::{Effort, ModelPrice, Tested},
};
use std::borrow::Cow;

pub fn words(msg: &LaterMsg) -> Cow<'static, str> {
    match msg {
        LaterMsg::EditMessage => "Edit your message".into(),
        LaterMsg::Images => "Images".into(),
        LaterMsg::RemoveImage { number } => format!("Remove image {number}").into(),
        LaterMsg::PastedTexts => "Pasted texts".into(),
        LaterMsg::MostPastes { most } => format!("A message can have {most} pasted texts at most.").into(),
        LaterMsg::RemovePasted => "Remove the pasted text".into(),
        LaterMsg::PutIntoText => "Put it into the message".into(),
        LaterMsg::OnlyImages => "Only images can be added: PNG, JPEG, WebP or GIF.".into(),
        LaterMsg::MostImages { most } => {
            format!("{most} images are the most for one message. Send the others with your next one.").into()
        }
        LaterMsg::SaveEdit => "Save and send".into(),
        LaterMsg::StartOver => "Back to the original".into(),
        LaterMsg::Cancel => "Cancel".into(),
        LaterMsg::FindModel => "Find a model".into(),
        LaterMsg::ModelsOffered => "Models".into(),
        LaterMsg::ModelsAre => "What the model picker offers, and in which order.".into(),
        LaterMsg::BeginWith => "New chats begin with".into(),
        LaterMsg::ChosenLast => "The model that was chosen last".into(),
        LaterMsg::OfferAll => "All".into(),
        LaterMsg::OfferNone => "None".into(),
        LaterMsg::Earlier { provider } => format!("Offer {provider} earlier").into(),
        LaterMsg::Further { provider } => format!("Offer {provider} later").into(),
        LaterMsg::Offered { count, of } => format!("{count} of {of} offered").into(),
        LaterMsg::Preset => "Preset".into(),
        LaterMsg::NoPreset => "No preset".into(),
        LaterMsg::PresetKept { name, is_saved: true } => format!("“{name}” is kept.").into(),
        LaterMsg::PresetKept { name, is_saved: false } => {
            format!("“{name}” is kept for any conversation. Save uses it in this one.").into()
        }
        LaterMsg::NotSaved => "Your changes are not saved.".into(),
        LaterMsg::Discard => "Discard them".into(),
        LaterMsg::KeepEditing => "Keep editing".into(),
        LaterMsg::PresetName => "Name of the preset".into(),
        LaterMsg::PresetDeleted => "It is deleted. What it held is still in the fields: Keep as a preset brings it back.".into(),
        LaterMsg::NamePreset => "Give the preset a name first.".into(),
        LaterMsg::PresetIs => "It keeps these fields and the chosen model, for any conversation. One of the same name is replaced.".into(),
        LaterMsg::KeepPreset => "Keep as a preset".into(),
        LaterMsg::DeletePreset { name } => format!("Delete “{name}”").into(),
        LaterMsg::PresetModel { model } => format!("With the model {model}.").into(),
        LaterMsg::UsedLast => "Used last".into(),
        LaterMsg::SeesImages => "sees images".into(),
        LaterMsg::SeesNone => "sees no images".into(),
        LaterMsg::Thinks => "thinks".into(),
        LaterMsg::CallsTools => "tools".into(),
        LaterMsg::Reads { tokens } => format!("{} tokens", in_short(*tokens)).into(),
        LaterMsg::Price { price: ModelPrice { currency, input, output } } => {
            let sign = sign(*currency);
            format!("{sign}{} in, {sign}{} out a million", amount(*input), amount(*output)).into()
        }
        LaterMsg::KeyMayCost => "Asked with a key: its owner may have to pay".into(),
        LaterMsg::ModelAppears => {
            "Start a model server such as Ollama: it appears here by itself. Or connect a service by its key.".into()
        }
        LaterMsg::ModelAwayHint => {
            "It wrote here before, and nobody offers it now. Wait for it, or choose another one.".into()
        }
        LaterMsg::NoSuchModel => "No model has that in its name.".into(),
        LaterMsg::Formula => "Formula".into(),
        LaterMsg::NumberLines => "Line numbers".into(),
        LaterMsg::Preview => "Preview".into(),
        LaterMsg::PreviewIs => "Apart from Brooklet; nothing is loaded from other sites".into(),
        LaterMsg::PreviewComes => "Loading…".into(),
        LaterMsg::PreviewHalf => "This is what was there so far. Open it again once all is written.".into(),
        LaterMsg::PreviewFailed => "This could not be drawn, and this is why:".into(),
        LaterMsg::PreviewAway => "It wanted to go elsewhere; links lead nowhere here.".into(),
        LaterMsg::PreviewError => "A script in it failed, so some of it may not work.".into(),
        LaterMsg::PreviewNotLoaded => "What draws diagrams did not load. Close this and try again.".into(),
        LaterMsg::PreviewSilent => "This did not answer for twenty seconds, so it was stopped.".into(),
        LaterMsg::PreviewGone => "It left for another page, and a preview shows no other pages. Download it to run it elsewhere.".into(),
        LaterMsg::SaveCode => "Download".into(),
        LaterMsg::CopyCsv => "Copy as CSV".into(),
        LaterMsg::EarlierImage => "Previous image".into(),
        LaterMsg::LaterImage => "Next image".into(),
        LaterMsg::WholeImage => "Open in a new tab".into(),
        LaterMsg::AskSeveral => "Ask several at once".into(),
        LaterMsg::Palette => "Go anywhere, do anything".into(),
        LaterMsg::PaletteField => "A command, or a conversation…".into(),
        LaterMsg::PaletteNone => "Nothing of that name. More conversations are in the sidebar.".into(),
        LaterMsg::PaletteFound { count: 1 } => "One found".into(),
        LaterMsg::PaletteFound { count } => format!("{count} found").into(),
        LaterMsg::Actions => "Commands".into(),
        LaterMsg::GoToModel => "Choose a model".into(),
        LaterMsg::CopyReply => "Copy the last reply".into(),
        LaterMsg::EditLast => "Edit your last message".into(),
        LaterMsg::Prompts => "Prompts".into(),
        LaterMsg::PromptsAre => {
            "Type / at the beginning of a message to use one. What stands in {{double braces}} is selected for you to fill in; Tab goes to the next.".into()
        }
        LaterMsg::NoPromptsYet => "You have none yet.".into(),
        LaterMsg::PromptName => "Name".into(),
        LaterMsg::PromptText => "Text".into(),
        LaterMsg::AddPrompt => "Add a prompt".into(),
        LaterMsg::EditPrompt { name } => format!("Edit “{name}”").into(),
        LaterMsg::DeletePrompt { name } => format!("Delete “{name}”").into(),
        LaterMsg::PromptNeeds => "A prompt needs a name and a text.".into(),
        LaterMsg::PromptTaken { name } => format!("There is a prompt called “{name}” already.").into(),
        LaterMsg::ModelOnce => "A model for this message".into(),
        LaterMsg::Suggested { count: 1 } => "One suggestion: Enter takes it, Escape closes.".into(),
        LaterMsg::Suggested { count } => {
            format!("{count} suggestions: the arrow keys choose, Enter takes one, Escape closes.").into()
        }
        LaterMsg::NoPrompts => "You have no prompts yet.".into(),
        LaterMsg::WritePrompts => "Write one in the settings".into(),
        LaterMsg::AskedOnce { model } => format!("This message goes to {model}").into(),
        LaterMsg::NotOnce => "To the usual model instead".into(),
        LaterMsg::MostModels { most } => format!("{most} models are the most at once.").into(),
        LaterMsg::SpendsKey => "key".into(),
        LaterMsg::UsedHere => "Used in this conversation".into(),
        LaterMsg::KeysOn => "Single keys work outside of text fields".into(),
        LaterMsg::LeaveField => "Leave the text field, or close what is open".into(),
        LaterMsg::NewLine => "A new line in the message".into(),
        LaterMsg::StopByKeys => "Stop the reply, from the text field".into(),
        LaterMsg::ToggleSidebar => "Collapse or expand the sidebar".into(),
        LaterMsg::WriteMessage => "Write a message".into(),
        LaterMsg::Close => "Close".into(),
        LaterMsg::Table => "Table".into(),
        LaterMsg::WrapCode => "Wrap lines".into(),
        LaterMsg::AlertNote => "Note".into(),
        LaterMsg::AlertTip => "Tip".into(),
        LaterMsg::AlertImportant => "Important".into(),
        LaterMsg::AlertWarning => "Warning".into(),
        LaterMsg::AlertCaution => "Caution".into(),
        LaterMsg::TaskDone => "Done".into(),
        LaterMsg::TaskOpen => "To do".into(),
        LaterMsg::RenamedElsewhere { title } => format!(
            "Meanwhile it was renamed to “{title}”. Enter takes your title all the same, Escape keeps that one."
        )
        .into(),
        LaterMsg::Title => "Title".into(),
        LaterMsg::ContinuedTimes { count: 1 } => "Continued once".into(),
        LaterMsg::ContinuedTimes { count } => format!("Continued {count} times").into(),
        LaterMsg::ContinuedHere => "continued here".into(),

        LaterMsg::FactModel => "Model".into(),
        LaterMsg::FactRead => "Read".into(),
        LaterMsg::FactWritten => "Written".into(),
        LaterMsg::FactFirst => "First word".into(),
        LaterMsg::FactSpeed => "Speed".into(),
        LaterMsg::FactCost => "Cost".into(),
        LaterMsg::ModelId { model } => model.clone().into(),
        LaterMsg::TokensRead { tokens, cached: 0 } | LaterMsg::TokensWritten { tokens, reasoning: 0 } => {
            format!("{} tokens", grouped(*tokens)).into()
        }
        LaterMsg::TokensRead { tokens, cached } => {
            format!("{} tokens, {} of them known from before", grouped(*tokens), grouped(*cached)).into()
        }
        LaterMsg::TokensWritten { tokens, reasoning } => {
            format!("{} tokens, {} of them reasoning", grouped(*tokens), grouped(*reasoning)).into()
        }
        LaterMsg::TokensASecond { tokens, ms } => {
            format!("{} tokens a second", grouped(tokens.saturating_mul(1_000) / ms.max(&1))).into()
        }
        LaterMsg::Seconds { ms } => format!("after {}", seconds(*ms, Language::English)).into(),
        LaterMsg::Cost { micro: 0, .. } => "nothing, by list price".into(),
        LaterMsg::Cost { sign, micro } => format!("about {sign}{}, by list price", money(*micro)).into(),
        LaterMsg::Setup { set: false } => "Instructions and parameters".into(),
        LaterMsg::Setup { set: true } => "Instructions and parameters ✓".into(),
        LaterMsg::Instructions => "Instructions".into(),
        LaterMsg::InstructionsHint => "The model reads them before every reply, as the system’s message.".into(),
        LaterMsg::Temperature => "Temperature (0–2)".into(),
        LaterMsg::TopP => "Top-p (0–1)".into(),
        LaterMsg::MaxTokens => "Tokens at most".into(),
        LaterMsg::EffortName => "Thinking".into(),
        LaterMsg::Effort(effort) => match effort {
            Effort::None => "None",
            Effort::Minimal => "Minimal",
            Effort::Low => "Low",
            Effort::Medium => "Medium",
            Effort::High => "High",
            Effort::XHigh => "Very high",
            Effort::Max => "As much as it can",
        }
        .into(),
        LaterMsg::AsUsual => "As the model does".into(),
        LaterMsg::EmptyIsUsual => {
            "An empty field leaves it to the provider. It counts from the next reply on; a model that does not take one of these says so."
                .into()
        }
        LaterMsg::Clear => "Clear".into(),
        LaterMsg::Providers => "Providers".into(),
        LaterMsg::ProvidersAre => {
            "Who writes replies: services that take a key, and model servers of your own. A key is encrypted on this server, is never shown again, and goes only to its address."
                .into()
        }
        LaterMsg::NoProviders => "Nobody is connected yet.".into(),
        LaterMsg::Connect => "Connect a provider".into(),
        LaterMsg::Connecting => "A new provider".into(),
        LaterMsg::Editing { name } => format!("Change {name}").into(),
        LaterMsg::Service => "Service".into(),
        LaterMsg::ProviderName => "Name".into(),
        LaterMsg::Address => "Address".into(),
        LaterMsg::Key => "Key".into(),
        LaterMsg::KeyKept => "One is kept. Leave this empty to go on with it.".into(),
        LaterMsg::NoKeyNeeded => "Only if the server asks for one.".into(),
        LaterMsg::GetKey => "Get a key".into(),
        LaterMsg::Only => "Models".into(),
        LaterMsg::OnlyHint => "One name a line. Empty: all that the provider lists.".into(),
        LaterMsg::Save => "Save".into(),
        LaterMsg::Test => "Test".into(),
        LaterMsg::Testing => "Asking it…".into(),
        LaterMsg::TurnOff => "Turn off".into(),
        LaterMsg::TurnOn => "Turn on".into(),
        LaterMsg::DeleteForGood { name } => format!("Delete {name} and its key for good?").into(),
        LaterMsg::Off => "Off: its models are not offered.".into(),
        LaterMsg::NamedByHand => "named by hand".into(),
        LaterMsg::Models { count: 1 } => "1 model".into(),
        LaterMsg::Models { count } => format!("{count} models").into(),
        LaterMsg::From { source } => format!("From {source}; it is set where Brooklet is started, not here.").into(),
        LaterMsg::Forget => "Forget the key".into(),
        LaterMsg::KeyGoes => "The key is forgotten when you save.".into(),
        LaterMsg::OfFile { file, why } => format!("{file}: {why}").into(),
        LaterMsg::NameAt { name, what } => format!("{what}: {name}").into(),
        LaterMsg::Works(Tested { models, model, first_ms, unlisted }) => {
            let count = LaterMsg::Models { count: *models }.text();
            let works = format!("It works: {count}, and {model} answered in {}.", seconds(*first_ms, Language::English));
            match unlisted.join(", ") {
                none if none.is_empty() => works.into(),
                all => format!("{works} Its own list lacks {all}.").into(),
            }
        }
        LaterMsg::KeyGoesAlong => "The key that is kept was entered for another address: enter it again.".into(),
        LaterMsg::LetIn => "This browser is let in.".into(),
        LaterMsg::OpenBrooklet => "Open Brooklet".into(),
    }
}
