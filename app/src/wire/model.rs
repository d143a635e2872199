//! The models that can be asked.

use super::word::words;
use serde::{Deserialize, Serialize};

/// What can be asked, and what could not be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelList {
    /// In the order in which to offer them, the default first and the guide last.
    pub models: Vec<Model>,
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
