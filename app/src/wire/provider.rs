//! Providers as people set them up.

use super::Error;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A key on its way to the server; there is no way back. Where it would be printed, it is not.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// All providers but the guide, and what else could be connected.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProviderList {
    /// In the order in which their models are offered.
    pub providers: Vec<ProviderSettings>,
    pub services: Vec<Service>,
}

/// Something that can be connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Such as `anthropic`, or `openai-compatible`.
    pub id: String,
    /// What to call it on the page.
    pub name: String,
    /// Its own address; of a server of one's own, where it usually is. Empty: nobody knows.
    pub base_url: String,
    /// Where its website gives keys; it answers nobody without one. None: it needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys_at: Option<String>,
}

/// A provider, and how it is set up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProviderSettings {
    /// The first half of its models' ids.
    pub id: String,
    /// What to call it on the page.
    pub name: String,
    /// The id of its [`Service`]; empty where only the environment knows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// Where it is asked, without a query.
    pub base_url: String,
    pub has_key: bool,
    /// Only these models are offered; empty: those of its list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    pub enabled: bool,
    /// A change names the version that it saw.
    pub version: u64,
    /// Where it was told of, in words, if not on the page. It is changed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How many models it has.
    pub models: u32,
    /// Why it gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Error>,
}

/// A provider to connect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewProvider {
    pub service: String,
    /// None: the service's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// None: the service's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Secret>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
}

/// What to change of a provider: what is absent stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderChange {
    pub id: String,
    /// The version that was seen.
    pub seen: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A key does not go along: it must come again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// An empty one takes the key away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

impl ProviderChange {
    /// Nothing of this provider.
    pub fn of(id: String, seen: u64) -> Self {
        Self { id, seen, name: None, base_url: None, key: None, only: None, enabled: None }
    }
}

/// What a provider did that works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tested {
    /// How many models it has.
    pub models: u32,
    /// The one that was asked, as the provider calls it.
    pub model: String,
    /// Milliseconds to its first word.
    pub first_ms: u64,
    /// Models that were named by hand, and are not in its list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlisted: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_not_printed() {
        let key = Some(Secret("sk-0123456789".into()));
        let new = NewProvider { service: "openai".into(), name: None, base_url: None, key, only: vec![] };
        assert!(!format!("{new:?}").contains("0123"));
        let json = r#"{"service":"openai","key":"sk-0123456789"}"#;
        assert_eq!(serde_json::to_string(&new).unwrap(), json);
        assert_eq!(serde_json::from_str::<NewProvider>(json).unwrap(), new);
    }
}
