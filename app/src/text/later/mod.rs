//! The words that only the later file says, so that they come with it.

mod chinese;
mod english;

use super::Language;
use crate::wire::{Effort, ModelFacts, ModelPrice, Tested};
use std::borrow::Cow;

/// Something that the page says when the later file is there.
#[derive(Debug, PartialEq, Eq)]
pub enum LaterMsg {
    EditMessage,
    Images,
    RemoveImage { number: usize },
    PastedTexts,
    MostPastes { most: usize },
    RemovePasted,
    PutIntoText,
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
    Formula,
    NumberLines,
    Preview,
    PreviewIs,
    PreviewComes,
    PreviewHalf,
    PreviewFailed,
    PreviewAway,
    PreviewError,
    PreviewNotLoaded,
    PreviewSilent,
    PreviewGone,
    SaveCode,
    CopyCsv,
    EarlierImage,
    LaterImage,
    WholeImage,
    AskSeveral,
    Palette,
    PaletteField,
    PaletteNone,
    PaletteFound { count: usize },
    Actions,
    GoToModel,
    CopyReply,
    EditLast,
    Prompts,
    PromptsAre,
    NoPromptsYet,
    PromptName,
    PromptText,
    AddPrompt,
    EditPrompt { name: String },
    DeletePrompt { name: String },
    PromptNeeds,
    PromptTaken { name: String },
    ModelOnce,
    Suggested { count: usize },
    NoPrompts,
    WritePrompts,
    AskedOnce { model: String },
    NotOnce,
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
    WrapCode,
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
    OfFile { file: String, why: String },
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
    LetIn,
    OpenBrooklet,
}

impl LaterMsg {
    /// The words, in the language of the page.
    pub fn text(&self) -> Cow<'static, str> {
        match Language::spoken() {
            Language::English => english::words(self),
            Language::Chinese => chinese::words(self),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Currency;

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
}
