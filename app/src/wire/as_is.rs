//! JSON that is only carried.

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A value as its JSON. Who carries it need not know how it is read and written: numbers with fractions alone would be two
/// kilobytes of the first page. It travels as a string; what is no string is taken as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AsIs(String);

impl AsIs {
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(Self)
    }

    /// What was kept of one by [`Self::json`].
    pub fn from_json(json: String) -> Self {
        Self(json)
    }

    pub fn json(&self) -> &str {
        &self.0
    }

    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(self.0.as_bytes())
    }
}

impl<'de> Deserialize<'de> for AsIs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::String(json) => json,
            value => value.to_string(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Parameters, Setup};

    #[test]
    fn is_what_it_was_made_of() {
        let parameters = Parameters { temperature: Some(0.5), ..Parameters::default() };
        let setup = Setup { instructions: "\"溪\"".into(), parameters };
        let carried = AsIs::of(&setup).unwrap();
        let as_text = serde_json::to_string(&carried).unwrap();
        let as_object = serde_json::to_string(&setup).unwrap();
        for json in [as_text, as_object] {
            let read: AsIs = serde_json::from_str(&json).unwrap();
            assert_eq!(read.read::<Setup>().unwrap(), setup, "{json}");
        }
        for json in ["\"{]\"", "[1]", "7", "null"] {
            assert!(serde_json::from_str::<AsIs>(json).unwrap().read::<Setup>().is_err(), "{json}");
        }
    }
}
