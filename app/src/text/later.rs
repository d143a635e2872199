//! The words that only the later file says, so that they come with it.

use crate::wire::{Currency, Effort, ModelFacts, ModelPrice, Tested};
use std::borrow::Cow;

/// Something that the page says when the later file is there.
#[derive(Debug, PartialEq, Eq)]
pub enum LaterMsg {
    EditMessage,
    Images,
    RemoveImage { number: usize },
    OnlyImages,
    MostImages { most: usize },
    SaveEdit,
    StartOver,
    Cancel,
    FindModel,
    UsedLast,
    SeesImages,
    SeesNone,
    Thinks,
    CallsTools,
    Reads { tokens: u64 },
    Price { price: ModelPrice },
    KeyMayCost,
    ModelAppears,
    ModelAwayHint,
    NoSuchModel,
    AskSeveral,
    MostModels { most: usize },
    SpendsKey,
    UsedHere,
    KeysOn,
    LeaveField,
    NewLine,
    StopByKeys,
    ToggleSidebar,
    WriteMessage,
    Close,
    Table,
    Formula,
    WrapCode,
    NumberLines,
    SaveCode,
    CopyCsv,
    EarlierImage,
    LaterImage,
    WholeImage,
    AlertNote,
    AlertTip,
    AlertImportant,
    AlertWarning,
    AlertCaution,
    TaskDone,
    TaskOpen,
    RenamedElsewhere { title: String },
    Title,
    ContinuedTimes { count: usize },
    ContinuedHere,

    FactModel,
    FactRead,
    FactWritten,
    FactFirst,
    FactSpeed,
    FactCost,
    ModelId { model: String },
    TokensRead { tokens: u64, cached: u64 },
    TokensWritten { tokens: u64, reasoning: u64 },
    TokensASecond { tokens: u64, ms: u64 },
    Seconds { ms: u64 },
    Cost { sign: &'static str, micro: u64 },

    Setup { set: bool },
    Instructions,
    InstructionsHint,
    Temperature,
    TopP,
    MaxTokens,
    EffortName,
    Effort(Effort),
    AsUsual,
    EmptyIsUsual,
    Clear,

    Providers,
    ProvidersAre,
    NoProviders,
    Connect,
    Connecting,
    Editing { name: String },
    Service,
    ProviderName,
    Address,
    Key,
    KeyKept,
    NoKeyNeeded,
    GetKey,
    Only,
    OnlyHint,
    Save,
    Test,
    Testing,
    TurnOff,
    TurnOn,
    DeleteForGood { name: String },
    Off,
    Models { count: u32 },
    NamedByHand,
    From { source: String },
    Forget,
    KeyGoes,
    NameAt { name: String, what: String },
    ModelsOffered,
    ModelsAre,
    BeginWith,
    ChosenLast,
    OfferAll,
    OfferNone,
    Earlier { provider: String },
    Further { provider: String },
    Offered { count: usize, of: usize },
    Preset,
    NoPreset,
    PresetKept { name: String, is_saved: bool },
    NotSaved,
    Discard,
    KeepEditing,
    PresetName,
    KeepPreset,
    PresetIs,
    PresetDeleted,
    NamePreset,
    DeletePreset { name: String },
    PresetModel { model: String },
    Works(Tested),
    KeyGoesAlong,
}

impl LaterMsg {
    /// The words, in the language of the page.
    pub fn text(&self) -> Cow<'static, str> {
        match self {
            Self::EditMessage => "Edit your message".into(),
            Self::Images => "Images".into(),
            Self::RemoveImage { number } => format!("Remove image {number}").into(),
            Self::OnlyImages => "Only images can be added: PNG, JPEG, WebP or GIF.".into(),
            Self::MostImages { most } => {
                format!("{most} images are the most for one message. Send the others with your next one.").into()
            }
            Self::SaveEdit => "Save and send".into(),
            Self::StartOver => "Back to the original".into(),
            Self::Cancel => "Cancel".into(),
            Self::FindModel => "Find a model".into(),
            Self::ModelsOffered => "Models".into(),
            Self::ModelsAre => "What the model picker offers, and in which order.".into(),
            Self::BeginWith => "New chats begin with".into(),
            Self::ChosenLast => "The model that was chosen last".into(),
            Self::OfferAll => "All".into(),
            Self::OfferNone => "None".into(),
            Self::Earlier { provider } => format!("Offer {provider} earlier").into(),
            Self::Further { provider } => format!("Offer {provider} later").into(),
            Self::Offered { count, of } => format!("{count} of {of} offered").into(),
            Self::Preset => "Preset".into(),
            Self::NoPreset => "No preset".into(),
            Self::PresetKept { name, is_saved: true } => format!("“{name}” is kept.").into(),
            Self::PresetKept { name, is_saved: false } => {
                format!("“{name}” is kept for any conversation. Save uses it in this one.").into()
            }
            Self::NotSaved => "Your changes are not saved.".into(),
            Self::Discard => "Discard them".into(),
            Self::KeepEditing => "Keep editing".into(),
            Self::PresetName => "Name of the preset".into(),
            Self::PresetDeleted => "It is deleted. What it held is still in the fields: Keep as a preset brings it back.".into(),
            Self::NamePreset => "Give the preset a name first.".into(),
            Self::PresetIs => "It keeps these fields and the chosen model, for any conversation. One of the same name is replaced.".into(),
            Self::KeepPreset => "Keep as a preset".into(),
            Self::DeletePreset { name } => format!("Delete “{name}”").into(),
            Self::PresetModel { model } => format!("With the model {model}.").into(),
            Self::UsedLast => "Used last".into(),
            Self::SeesImages => "sees images".into(),
            Self::SeesNone => "sees no images".into(),
            Self::Thinks => "thinks".into(),
            Self::CallsTools => "tools".into(),
            Self::Reads { tokens } => format!("{} tokens", in_short(*tokens)).into(),
            Self::Price { price: ModelPrice { currency, input, output } } => {
                let sign = if *currency == Currency::Usd { "$" } else { "¥" };
                format!("{sign}{} in, {sign}{} out a million", amount(*input), amount(*output)).into()
            }
            Self::KeyMayCost => "Asked with a key: its owner may have to pay".into(),
            Self::ModelAppears => {
                "Start a model server such as Ollama: it appears here by itself. Or connect a service by its key.".into()
            }
            Self::ModelAwayHint => {
                "It wrote here before, and nobody offers it now. Wait for it, or choose another one.".into()
            }
            Self::NoSuchModel => "No model has that in its name.".into(),
            Self::AskSeveral => "Ask several at once".into(),
            Self::MostModels { most } => format!("{most} models are the most at once.").into(),
            Self::SpendsKey => "key".into(),
            Self::UsedHere => "Used in this conversation".into(),
            Self::KeysOn => "Single keys work outside of text fields".into(),
            Self::LeaveField => "Leave the text field, or close what is open".into(),
            Self::NewLine => "A new line in the message".into(),
            Self::StopByKeys => "Stop the reply, from the text field".into(),
            Self::ToggleSidebar => "Collapse or expand the sidebar".into(),
            Self::WriteMessage => "Write a message".into(),
            Self::Close => "Close".into(),
            Self::Table => "Table".into(),
            Self::Formula => "Formula".into(),
            Self::WrapCode => "Wrap lines".into(),
            Self::NumberLines => "Line numbers".into(),
            Self::SaveCode => "Download".into(),
            Self::CopyCsv => "Copy as CSV".into(),
            Self::EarlierImage => "Previous image".into(),
            Self::LaterImage => "Next image".into(),
            Self::WholeImage => "Open in a new tab".into(),
            Self::AlertNote => "Note".into(),
            Self::AlertTip => "Tip".into(),
            Self::AlertImportant => "Important".into(),
            Self::AlertWarning => "Warning".into(),
            Self::AlertCaution => "Caution".into(),
            Self::TaskDone => "Done".into(),
            Self::TaskOpen => "To do".into(),
            Self::RenamedElsewhere { title } => format!(
                "Meanwhile it was renamed to “{title}”. Enter takes your title all the same, Escape keeps that one."
            )
            .into(),
            Self::Title => "Title".into(),
            Self::ContinuedTimes { count: 1 } => "Continued once".into(),
            Self::ContinuedTimes { count } => format!("Continued {count} times").into(),
            Self::ContinuedHere => "continued here".into(),

            Self::FactModel => "Model".into(),
            Self::FactRead => "Read".into(),
            Self::FactWritten => "Written".into(),
            Self::FactFirst => "First word".into(),
            Self::FactSpeed => "Speed".into(),
            Self::FactCost => "Cost".into(),
            Self::ModelId { model } => model.clone().into(),
            Self::TokensRead { tokens, cached: 0 } | Self::TokensWritten { tokens, reasoning: 0 } => {
                format!("{} tokens", grouped(*tokens)).into()
            }
            Self::TokensRead { tokens, cached } => {
                format!("{} tokens, {} of them known from before", grouped(*tokens), grouped(*cached)).into()
            }
            Self::TokensWritten { tokens, reasoning } => {
                format!("{} tokens, {} of them reasoning", grouped(*tokens), grouped(*reasoning)).into()
            }
            Self::TokensASecond { tokens, ms } => {
                format!("{} tokens a second", grouped(tokens.saturating_mul(1_000) / ms.max(&1))).into()
            }
            Self::Seconds { ms } => format!("after {} s", tenths(*ms)).into(),
            Self::Cost { micro: 0, .. } => "nothing, by list price".into(),
            Self::Cost { sign, micro } => format!("about {sign}{}, by list price", money(*micro)).into(),
            Self::Setup { set: false } => "Instructions and parameters".into(),
            Self::Setup { set: true } => "Instructions and parameters ✓".into(),
            Self::Instructions => "Instructions".into(),
            Self::InstructionsHint => "The model reads them before every reply, as the system’s message.".into(),
            Self::Temperature => "Temperature (0–2)".into(),
            Self::TopP => "Top-p (0–1)".into(),
            Self::MaxTokens => "Tokens at most".into(),
            Self::EffortName => "Thinking".into(),
            Self::Effort(effort) => match effort {
                Effort::None => "None",
                Effort::Minimal => "Minimal",
                Effort::Low => "Low",
                Effort::Medium => "Medium",
                Effort::High => "High",
                Effort::XHigh => "Very high",
                Effort::Max => "As much as it can",
            }
            .into(),
            Self::AsUsual => "As the model does".into(),
            Self::EmptyIsUsual => {
                "An empty field leaves it to the provider. It counts from the next reply on; a model that does not take one of these says so."
                    .into()
            }
            Self::Clear => "Clear".into(),
            Self::Providers => "Providers".into(),
            Self::ProvidersAre => {
                "Who writes replies: services that take a key, and model servers of your own. A key is encrypted on this server, is never shown again, and goes only to its address."
                    .into()
            }
            Self::NoProviders => "Nobody is connected yet.".into(),
            Self::Connect => "Connect a provider".into(),
            Self::Connecting => "A new provider".into(),
            Self::Editing { name } => format!("Change {name}").into(),
            Self::Service => "Service".into(),
            Self::ProviderName => "Name".into(),
            Self::Address => "Address".into(),
            Self::Key => "Key".into(),
            Self::KeyKept => "One is kept. Leave this empty to go on with it.".into(),
            Self::NoKeyNeeded => "Only if the server asks for one.".into(),
            Self::GetKey => "Get a key".into(),
            Self::Only => "Models".into(),
            Self::OnlyHint => "One name a line. Empty: all that the provider lists.".into(),
            Self::Save => "Save".into(),
            Self::Test => "Test".into(),
            Self::Testing => "Asking it…".into(),
            Self::TurnOff => "Turn off".into(),
            Self::TurnOn => "Turn on".into(),
            Self::DeleteForGood { name } => format!("Delete {name} and its key for good?").into(),
            Self::Off => "Off: its models are not offered.".into(),
            Self::NamedByHand => "named by hand".into(),
            Self::Models { count: 1 } => "1 model".into(),
            Self::Models { count } => format!("{count} models").into(),
            Self::From { source } => format!("From {source}; it is set where Brooklet is started, not here.").into(),
            Self::Forget => "Forget the key".into(),
            Self::KeyGoes => "The key is forgotten when you save.".into(),
            Self::NameAt { name, what } => format!("{what}: {name}").into(),
            Self::Works(Tested { models, model, first_ms, unlisted }) => {
                let count = Self::Models { count: *models }.text();
                let works = format!("It works: {count}, and {model} answered in {} s.", tenths(*first_ms));
                match unlisted.join(", ") {
                    none if none.is_empty() => works.into(),
                    all => format!("{works} Its own list lacks {all}.").into(),
                }
            }
            Self::KeyGoesAlong => "The key that is kept was entered for another address: enter it again.".into(),
        }
    }
}

/// Thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Seconds with their tenths.
fn tenths(ms: u64) -> String {
    if ms < 100 {
        return "less than 0.1".to_owned();
    }
    let tenths = (ms + 50) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// With cents from a cent on; below that with two digits that count.
fn money(micro: u64) -> String {
    let places = match micro {
        1_000_000.. => 2,
        10_000.. => 3,
        1_000.. => 4,
        _ => 6,
    };
    let unit = 10_u64.pow(6 - places);
    let rounded = (micro + unit / 2) / unit;
    let whole = 10_u64.pow(places);
    format!("{}.{:0width$}", grouped(rounded / whole), rounded % whole, width = places as usize)
}

/// What is known of a model, in one line; empty where nothing is.
pub fn model_facts(facts: &ModelFacts) -> String {
    let ModelFacts { images, thinks, tools, context, price, .. } = facts;
    let can = |can: &Option<bool>, words| (*can == Some(true)).then_some(words);
    let known = [
        images.map(|sees| if sees { LaterMsg::SeesImages } else { LaterMsg::SeesNone }),
        can(thinks, LaterMsg::Thinks),
        can(tools, LaterMsg::CallsTools),
        context.map(|tokens| LaterMsg::Reads { tokens }),
        price.map(|price| LaterMsg::Price { price }),
    ];
    known.into_iter().flatten().map(|known| known.text()).collect::<Vec<_>>().join(" · ")
}

/// A count as people say it: 128K, 1M.
fn in_short(count: u64) -> String {
    match count {
        1_000_000.. if count % 1_000_000 < 100_000 => format!("{}M", count / 1_000_000),
        1_000.. => format!("{}K", (count + 500) / 1_000),
        _ => count.to_string(),
    }
}

/// Millionths as an amount, without zeros at its end.
fn amount(micro: u64) -> String {
    let (whole, rest) = (micro / 1_000_000, micro % 1_000_000);
    let cents = format!("{rest:06}");
    match cents.trim_end_matches('0') {
        "" => whole.to_string(),
        cents => format!("{whole}.{cents:0<2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_works_says_how_fast() {
        let works = |models, first_ms| {
            LaterMsg::Works(Tested { models, model: "echo".into(), first_ms, unlisted: vec![] }).text()
        };
        assert_eq!(works(1, 80), "It works: 1 model, and echo answered in less than 0.1 s.");
        assert_eq!(works(12, 12_345), "It works: 12 models, and echo answered in 12.3 s.");
        let unlisted = vec!["ehco".to_owned(), "gone".to_owned()];
        let some = Tested { models: 3, model: "echo".into(), first_ms: 0, unlisted };
        let told = "It works: 3 models, and echo answered in less than 0.1 s. Its own list lacks ehco, gone.";
        assert_eq!(LaterMsg::Works(some).text(), told);
    }

    #[test]
    fn what_is_known_of_a_model_fits_into_a_line() {
        let price = |input, output| Some(ModelPrice { currency: Currency::Usd, input, output });
        let facts = ModelFacts {
            images: Some(true),
            thinks: Some(false),
            tools: Some(true),
            continues: Some(true),
            context: Some(200_000),
            price: price(1_250_000, 10_000_000),
        };
        assert_eq!(model_facts(&facts), "sees images · tools · 200K tokens · $1.25 in, $10 out a million");
        assert_eq!(model_facts(&ModelFacts::default()), "");
        for (context, words) in
            [(8_192, "8K tokens"), (1_048_576, "1M tokens"), (1_500_000, "1500K tokens"), (500, "500 tokens")]
        {
            assert_eq!(model_facts(&ModelFacts { context: Some(context), ..ModelFacts::default() }), words);
        }
        let cheap = ModelFacts { price: price(50_000, 5_000), ..ModelFacts::default() };
        assert_eq!(model_facts(&cheap), "$0.05 in, $0.005 out a million");
    }

    #[test]
    fn numbers_are_read_at_a_glance() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        for (micro, text) in [
            (12_345_678, "12.35"),
            (1_000_000, "1.00"),
            (31_400, "0.031"),
            (3_140, "0.0031"),
            (42, "0.000042"),
            (1, "0.000001"),
        ] {
            assert_eq!(money(micro), text);
        }
    }
}
