//! Text cut into paragraphs that never change once they are closed, so that a growing reply costs only its new text.
//!
//! Paragraphs keep every character: joined they are the text. White space is kept on the page as well, so a cut after
//! any line end looks the same as none, and a long text without blank lines (code) is cut there too.

use std::ops::Range;

/// From this size on a paragraph ends with its line: what the browser lays out anew for a token stays small.
const LONG: usize = 2048;

/// A place in a text that only grows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paragraphs {
    /// Where the open paragraph begins.
    open: usize,
    /// How far the text was read.
    read: usize,
}

/// What the next piece of text does. Ranges are bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Growth {
    /// Goes on with the open paragraph.
    Extend(Range<usize>),
    /// Closes the open paragraph and opens another.
    Begin(Range<usize>),
}

impl Paragraphs {
    /// Reads what is new. The text must begin with what was read before; a shorter one is left alone.
    pub fn grow(&mut self, text: &str) -> Vec<Growth> {
        let bytes = text.as_bytes();
        let mut growths = vec![];
        let mut from = self.read;
        for at in self.read..bytes.len() {
            if self.ends_before(bytes, at) {
                self.push(&mut growths, from..at);
                self.open = at;
                from = at;
            }
        }
        self.push(&mut growths, from..bytes.len());
        self.read = self.read.max(bytes.len());
        growths
    }

    /// Line ends belong to the paragraph before them: a cut comes only before another character, which follows an
    /// ASCII line end and so begins at a character's first byte.
    fn ends_before(&self, bytes: &[u8], at: usize) -> bool {
        let after_line = at > self.open && bytes[at] != b'\n' && bytes[at - 1] == b'\n';
        let after_blank = after_line && at >= self.open + 2 && bytes[at - 2] == b'\n';
        after_blank || (after_line && at - self.open >= LONG)
    }

    fn push(&self, growths: &mut Vec<Growth>, range: Range<usize>) {
        if !range.is_empty() {
            let begins = range.start == self.open;
            growths.push(if begins { Growth::Begin(range) } else { Growth::Extend(range) });
        }
    }
}

/// All paragraphs of a text.
pub fn paragraphs(text: &str) -> Vec<&str> {
    Paragraphs::default()
        .grow(text)
        .into_iter()
        .map(|growth| match growth {
            Growth::Extend(range) | Growth::Begin(range) => &text[range],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The paragraphs that the page shows after the text came in these cuts.
    fn shown(text: &str, cuts: &[usize]) -> Vec<String> {
        let mut state = Paragraphs::default();
        let mut shown: Vec<String> = vec![];
        for cut in cuts.iter().copied().filter(|cut| text.is_char_boundary(*cut)).chain([text.len()]) {
            for growth in state.grow(&text[..cut]) {
                match growth {
                    Growth::Begin(range) => shown.push(text[range].into()),
                    Growth::Extend(range) => shown.last_mut().unwrap().push_str(&text[range]),
                }
            }
        }
        shown
    }

    #[test]
    fn blank_lines_part_paragraphs() {
        assert_eq!(
            paragraphs("one\n\ntwo\nstill two\n\n\n\nthree\n"),
            ["one\n\n", "two\nstill two\n\n\n\n", "three\n"]
        );
        assert_eq!(paragraphs("\n\none"), ["\n\n", "one"]);
        assert!(paragraphs("").is_empty());
    }

    #[test]
    fn long_paragraphs_end_with_a_line() {
        let line = "x".repeat(1_500) + "\n";
        assert_eq!(paragraphs(&line.repeat(4)), [line.repeat(2), line.repeat(2)]);
    }

    #[test]
    fn new_text_alone_is_read() {
        let mut state = Paragraphs::default();
        assert_eq!(state.grow("one"), [Growth::Begin(0..3)]);
        assert_eq!(state.grow("one\n"), [Growth::Extend(3..4)]);
        assert_eq!(state.grow("one\n"), []);
        assert_eq!(state.grow("one\n\n二"), [Growth::Extend(4..5), Growth::Begin(5..8)]);
        assert_eq!(state.grow(""), [], "shorter than before");
    }

    proptest! {
        #[test]
        fn any_cuts_give_the_same_paragraphs_and_the_whole_text(
            text in r"([a-c\n 中文🙂]|\n\n){0,80}",
            mut cuts in proptest::collection::vec(0_usize..200, 0..40),
        ) {
            cuts.retain(|cut| *cut <= text.len());
            cuts.sort_unstable();
            let whole = paragraphs(&text);
            prop_assert_eq!(whole.concat(), text.clone());
            prop_assert_eq!(shown(&text, &cuts), whole);
        }

        #[test]
        fn any_cuts_of_a_long_text_give_the_same(
            lines in proptest::collection::vec("[x]{0,900}\n", 0..20),
            mut cuts in proptest::collection::vec(0_usize..10_000, 0..200),
        ) {
            let text = lines.concat();
            cuts.retain(|cut| *cut <= text.len());
            cuts.sort_unstable();
            prop_assert_eq!(shown(&text, &cuts), paragraphs(&text));
        }
    }
}
