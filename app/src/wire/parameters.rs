//! How a model is to write, as far as a person said so.

use super::word::words;
use serde::{Deserialize, Serialize};

/// What is absent is left to the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// 0 to 2: how freely the next word is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// 0 to 1: only words among the likeliest, up to this share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// The longest reply, in tokens; with most providers what is thought counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Effort>,
}

/// What the models of a conversation are told, beside its messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// Before everything else, as the system's message; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instructions: String,
    #[serde(default)]
    pub parameters: Parameters,
}

/// A conversation's setup, and the version of what people set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConversationSetup {
    pub setup: Setup,
    /// A change names the one that it saw.
    pub version: u64,
}

words! {
    /// How much a model is to think before it speaks. Providers have fewer steps than these; the nearest is meant.
    pub enum Effort {
        None = "none",
        Minimal = "minimal",
        Low = "low",
        Medium = "medium",
        High = "high",
        XHigh = "xhigh",
        Max = "max",
    }
}
