//! The models that can be asked.

use super::word::words;
use serde::{Deserialize, Serialize};

/// What can be asked, and what could not be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelList {
    /// In the order in which to offer them, the guide last.
    pub models: Vec<Model>,
    /// New chats begin with it; none: with the one that was chosen last, else with the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Those that wrote last, of those that are offered; the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recent: Vec<String>,
    /// Why some that were told of are not among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<ModelProblem>,
}

/// A model that can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// `{provider}/{model}`.
    pub id: String,
    /// What to call it on the page.
    pub name: String,
    /// What to call its provider on the page.
    pub provider: String,
    /// Where it was found, in words: `OPENAI_BASE_URL`, `port 11434 of this machine`, `built in`.
    pub source: String,
    pub kind: ModelKind,
    /// Its person does not want it offered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// Absent where nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<ModelFacts>,
}

/// What a model can do and costs, as far as its provider's list or a table tells. What is absent is unknown, which is neither yes
/// nor no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelFacts {
    /// It sees images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<bool>,
    /// It thinks before it speaks, or can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thinks: Option<bool>,
    /// It calls tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<bool>,
    /// It goes on with a text that broke off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<bool>,
    /// Tokens that it reads at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<ModelPrice>,
}

/// The list price of a million tokens, in millionths of the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelPrice {
    pub currency: Currency,
    /// Of what it reads.
    pub input: u64,
    /// Of what it writes.
    pub output: u64,
}

words! {
    pub enum Currency {
        Usd = "usd",
        Cny = "cny",
    }
}

words! {
    /// What asking a model takes.
    pub enum ModelKind {
        /// Nothing: a server of one's own, asked without a key.
        Local = "local",
        /// A key, whose owner may have to pay.
        Key = "key",
        /// Nothing: it is a part of Brooklet.
        BuiltIn = "built_in",
    }
}

/// A provider that was told of and gives no models now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelProblem {
    /// The first half of its models' ids.
    pub id: String,
    /// What to call it on the page.
    pub provider: String,
    /// What happened: lower case, no final period.
    pub message: String,
    /// What to do next, where we know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}
