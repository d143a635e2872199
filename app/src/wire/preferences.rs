//! What a person prefers: which models, in which order, setups to begin with, and prompts to write with.

use super::Setup;
use serde::{Deserialize, Serialize};

/// Of one person. Models are named as `{provider}/{model}`, providers by the first half of that; what is not there any more does no
/// harm, and counts again when it is back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preferences {
    /// New chats begin with it. None: with the model that was chosen last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_model: Option<String>,
    /// Models that are not offered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<String>,
    /// The providers to offer first, in this order; the others follow in their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<String>,
    /// In the order in which they were made; no two of one name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub presets: Vec<Preset>,
    /// Texts to begin a message with, in the order in which they were written; no two of one name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prompts: Vec<Prompt>,
}

/// A text with a name. What stands between `{{` and `}}` in it is filled in by whoever uses it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Prompt {
    pub name: String,
    pub text: String,
}

/// A setup with a name, and the model that it is for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preset {
    pub name: String,
    /// None: whichever is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(default)]
    pub setup: Setup,
}

/// Preferences as they are kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeptPreferences {
    pub preferences: Preferences,
    /// Counts the changes; a change names the one that it saw. 0 before the first.
    pub version: u64,
}
