//! A model whose whole text is known beforehand, however often it is interrupted: its token `i` is always the same.
//!
//! Whoever goes on with a text of it is given the rest (see `going_on`), so the text of a complete reply is [`River::text`],
//! whatever happened on the way.

use crate::step::{Step, done};
use std::{fmt, str::FromStr, time::Duration};

/// What to say, as the user's message has it: `river <name> <thoughts> <tokens> <per second>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct River {
    /// Stands in each token, so that the text of one reply is never taken for another's.
    pub name: String,
    /// Tokens of reasoning that come first.
    pub thoughts: u32,
    pub tokens: u32,
    /// On the average: the gaps are anything from none to twice of it.
    pub per_second: u32,
}

/// One to four bytes a character, marks that combine, and several characters that are one for the eye.
const WORDS: [&str; 8] = ["brook", "溪流", "🐟", "naïve", "ёж", "नदी", "e\u{301}tang", "👩\u{200d}🚀"];

/// Tokens of one paragraph. The break stands before a token, never behind one: no text so far ends with white space.
const PARAGRAPH: u32 = 40;

impl River {
    /// All that it says.
    pub fn text(&self) -> String {
        (0..self.tokens).map(|index| self.token("", index)).collect()
    }

    /// All that it thinks before that.
    pub fn reasoning(&self) -> String {
        (0..self.thoughts).map(|index| self.token("?", index)).collect()
    }

    fn token(&self, mark: &str, index: u32) -> String {
        let before = match index {
            0 => "",
            _ if index.is_multiple_of(PARAGRAPH) => "\n\n",
            _ => " ",
        };
        format!("{before}{mark}{}.{index}{}", self.name, WORDS[index as usize % WORDS.len()])
    }

    pub(crate) fn steps(&self) -> Vec<Step> {
        let thoughts = (0..self.thoughts).flat_map(|index| [self.gap(index), Step::Reasoning(self.token("?", index))]);
        let tokens = (0..self.tokens).flat_map(|index| [self.gap(index), Step::Text(self.token("", index))]);
        [Step::stream()].into_iter().chain(thoughts).chain(tokens).chain([done(self.tokens as usize)]).collect()
    }

    /// Irregular, and the same each time.
    fn gap(&self, index: u32) -> Step {
        let mean = 1_000_000 / u64::from(self.per_second.max(1));
        let share = u64::from(index.wrapping_add(1).wrapping_mul(2_654_435_761) >> 16);
        Step::Wait(Duration::from_micros(2 * mean * share / (1 << 16)))
    }
}

impl fmt::Display for River {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "river {} {} {} {}", self.name, self.thoughts, self.tokens, self.per_second)
    }
}

impl FromStr for River {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let words: Vec<_> = text.split(' ').collect();
        let ["river", name, thoughts, tokens, per_second] = words[..] else { return Err(()) };
        let number = |word: &str| word.parse().map_err(drop);
        let (thoughts, tokens, per_second) = (number(thoughts)?, number(tokens)?, number(per_second)?);
        Ok(Self { name: name.to_owned(), thoughts, tokens, per_second })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::going_on::go_on;

    #[test]
    fn is_gone_on_with_behind_any_character() {
        let river: River = "river 7 3 90 50".parse().unwrap();
        assert_eq!(river.to_string(), "river 7 3 90 50");
        let text = river.text();
        assert!(text.starts_with("7.0brook 7.1溪流") && text.contains("\n\n7.40") && text.contains('\u{200d}'));
        let is_thought = |step: &Step| matches!(step, Step::Reasoning(_));
        assert_eq!(river.steps().into_iter().filter(is_thought).count(), 3);
        for (at, first) in text.char_indices() {
            let rest = go_on(river.steps(), &text[..at + first.len_utf8()]);
            let said: String = rest.iter().filter_map(Step::said).collect();
            assert_eq!(said, text[at + first.len_utf8()..], "from {at}");
            assert!(!rest.iter().any(is_thought));
        }
    }
}
