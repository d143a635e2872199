//! The document that the guide recites: our own text, over and over, with a heading before each round.
//!
//! Token `n` is the same at all times, so whoever knows how many were recited knows the whole text, byte for byte.

use std::{borrow::Cow, sync::LazyLock};

static ROUND: LazyLock<Vec<&str>> = LazyLock::new(|| split(include_str!("recital.md").trim_end()));

/// Token `n`, counted from 0: a word with the white space before it, a single character of East Asian text, or a heading.
pub fn token(n: u32) -> Cow<'static, str> {
    let length = ROUND.len() as u32 + 1;
    match (n / length, n % length) {
        (0, 0) => "## Round 1\n\n".into(),
        (round, 0) => format!("\n\n## Round {}\n\n", round + 1).into(),
        (_, place) => ROUND[place as usize - 1].into(),
    }
}

/// Cuts text into pieces of about the size of a model's tokens; joined, they are the text.
pub fn split(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices();
    let Some((_, mut before)) = chars.next() else { return tokens };
    for (at, char) in chars {
        let ends = !before.is_whitespace() && (char.is_whitespace() || is_wide(char))
            || is_wide(before) && !char.is_whitespace();
        if ends {
            tokens.push(&text[start..at]);
            start = at;
        }
        before = char;
    }
    tokens.push(&text[start..]);
    tokens
}

/// Written without spaces between words, or an emoji.
fn is_wide(char: char) -> bool {
    char >= '\u{2e80}' && !('\u{ac00}'..='\u{d7a3}').contains(&char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_into_words_and_characters() {
        assert_eq!(
            split("a brook\n\nflows 小溪，yes 🐟."),
            ["a", " brook", "\n\nflows", " 小", "溪", "，", "yes", " 🐟", "."]
        );
        assert!(split("").is_empty());
        let text = include_str!("recital.md");
        assert_eq!(split(text).concat(), text);
    }

    #[test]
    fn begins_each_round_with_a_heading() {
        let length = ROUND.len() as u32 + 1;
        assert!(length > 200, "{length}");
        assert_eq!(token(0), "## Round 1\n\n");
        assert_eq!(token(1), "A");
        assert_eq!(token(length), "\n\n## Round 2\n\n");
        assert_eq!(token(length + 1), "A");
        assert!((0..=length).all(|n| !token(n).is_empty()));
    }
}
