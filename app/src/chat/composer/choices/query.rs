//! What a writer looks for in the middle of writing: a prompt by `/`, a model by `@`.

use std::ops::Range;

/// Longer is no name that somebody types.
const LONGEST: usize = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    Prompt,
    Model,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub sought: Sought,
    /// What of its name is typed.
    pub words: String,
    /// What a choice takes the place of, its sign included, in UTF-16 units as browsers count.
    pub place: Range<u32>,
}

impl Query {
    /// `caret` in UTF-16 units. A prompt begins a message; a model may be named wherever a word begins.
    pub fn at(text: &str, caret: u32) -> Option<Self> {
        let before = before(text, caret)?;
        let (sought, start) = match before.rfind('@').filter(|at| begins_word(&before[..*at])) {
            Some(at) => (Sought::Model, at),
            None if before.starts_with('/') => (Sought::Prompt, 0),
            None => return None,
        };
        let word = &before[start..];
        let words = word[1..].to_owned();
        let length = word.encode_utf16().count() as u32;
        let is_name = words.len() <= LONGEST && !words.contains(char::is_whitespace);
        is_name.then_some(Self { sought, words, place: caret - length..caret })
    }
}

/// What follows is no address: nothing of a name stands before it.
fn begins_word(before: &str) -> bool {
    !before.ends_with(|character: char| character.is_ascii_alphanumeric() || "._-+/".contains(character))
}

/// The next blank to fill in, `{{…}}`, behind a place; both in UTF-16 units.
pub fn blank_after(text: &str, from: u32) -> Option<Range<u32>> {
    let before = before(text, from)?;
    let rest = &text[before.len()..];
    let open = rest.find("{{")?;
    let close = open + rest[open..].find("}}")? + 2;
    let start = from + rest[..open].encode_utf16().count() as u32;
    Some(start..start + rest[open..close].encode_utf16().count() as u32)
}

/// The text up to a place; none where that is inside of a character, or behind the end.
fn before(text: &str, caret: u32) -> Option<&str> {
    let mut units = 0;
    for (at, character) in text.char_indices() {
        if units >= caret {
            return (units == caret).then_some(&text[..at]);
        }
        units += character.len_utf16() as u32;
    }
    (units == caret).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(Sought, String, Range<u32>)> {
        let caret = text.encode_utf16().count() as u32;
        Query::at(text, caret).map(|query| (query.sought, query.words, query.place))
    }

    #[test]
    fn a_prompt_begins_the_message_and_a_model_a_word() {
        assert_eq!(at("/"), Some((Sought::Prompt, String::new(), 0..1)));
        assert_eq!(at("/summ"), Some((Sought::Prompt, "summ".into(), 0..5)));
        assert_eq!(at("@gpt"), Some((Sought::Model, "gpt".into(), 0..4)));
        assert_eq!(at("ask 🦊\n@通义"), Some((Sought::Model, "通义".into(), 7..10)));
        assert_eq!(at("请问@gpt"), Some((Sought::Model, "gpt".into(), 2..6)), "not every language has spaces");
        for none in ["", "a/b", "and /x", "/recite 3", "mail a@b", "@ ", &format!("/{}", "x".repeat(61))] {
            assert_eq!(at(none), None, "{none}");
        }
    }

    #[test]
    fn only_what_is_before_the_caret_counts() {
        assert_eq!(Query::at("/sum rest", 4).map(|query| query.words), Some("sum".into()));
        assert_eq!(Query::at("/sum", 9), None, "behind the end");
        assert_eq!(Query::at("🦊@", 1), None, "inside of a character");
    }

    #[test]
    fn blanks_are_found_one_after_the_other() {
        let text = "🦊 {{who}} and {{what}} {{";
        let first = blank_after(text, 0).unwrap();
        assert_eq!(first, 3..10);
        let second = blank_after(text, first.end).unwrap();
        assert_eq!(second, 15..23);
        assert_eq!(blank_after(text, second.end), None, "it does not close");
        assert_eq!(blank_after(text, 99), None);
    }
}
