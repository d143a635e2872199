//! Enums that are one word each: the same word on the wire, in the database and in CSS.

use serde::de::{Error, Visitor};
use std::{fmt, marker::PhantomData};

/// An enum without fields, by its words.
pub trait Word: Copy + Sized + 'static {
    const WORDS: &'static [(&'static str, Self)];

    /// Its word, in snake case.
    fn word(self) -> &'static str;

    fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
    }
}

/// Reads a word. One for all enums: serde's derived readers are a tenth of the page's code otherwise.
pub struct WordVisitor<T>(pub PhantomData<T>);

impl<T: Word> Visitor<'_> for WordVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a known word")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<T, E> {
        T::from_word(word).ok_or_else(|| E::custom("an unknown word"))
    }
}

/// Defines an enum whose variants are words.
macro_rules! words {
    ($(#[$outer:meta])* pub enum $name:ident { $($(#[$inner:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$inner])* $variant,)+ }

        impl $crate::wire::Word for $name {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant),)+];

            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::wire::Word::word(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::wire::word::WordVisitor(std::marker::PhantomData))
            }
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use crate::wire::{Code, Word};

    #[test]
    fn each_word_is_snake_case_and_leads_back() {
        for (word, code) in Code::WORDS {
            assert_eq!((code.word(), Code::from_word(word)), (*word, Some(*code)));
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(serde_json::from_str::<Code>(&json).unwrap(), *code);
            let name: String = format!("{code:?}")
                .chars()
                .enumerate()
                .flat_map(|(at, char)| {
                    let gap = (at > 0 && char.is_uppercase()).then_some('_');
                    gap.into_iter().chain(char.to_lowercase())
                })
                .collect();
            assert_eq!(name, *word);
        }
        assert!(serde_json::from_str::<Code>("\"else\"").is_err());
    }
}
