//! Tells thoughts from the reply where a model writes both into its content: `<think>…</think>` at the very beginning.
//!
//! Tags may come in pieces, so what could still become a tag is held back, and nothing else. Later in the text the tags
//! are only text: somebody may ask about them.

use crate::providers::Chunk;

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// White space before the tag is let go with it. More bytes than this are no such beginning, and are said as they are.
const LEADING: usize = 64;

#[derive(Default)]
pub struct Think {
    place: Place,
    /// What came and was not said: the beginning of a tag, and the white space before it.
    held: String,
}

#[derive(Default)]
enum Place {
    #[default]
    Before,
    Inside,
    After,
}

impl Think {
    /// All is text.
    pub fn off() -> Self {
        Self { place: Place::After, ..Self::default() }
    }

    /// Adds what can be said of `text` to `out`.
    pub fn push(&mut self, text: &str, out: &mut Vec<Chunk>) {
        self.held += text;
        if let Place::Before = self.place {
            self.begin();
        }
        if let Place::Inside = self.place {
            match self.held.find(CLOSE) {
                Some(end) => {
                    let after = self.held.split_off(end + CLOSE.len());
                    self.held.truncate(end);
                    self.say(Chunk::Reasoning, out);
                    self.held = after;
                    self.place = Place::After;
                }
                None => {
                    let tag = self.held.split_off(self.held.len() - beginning_of_close(&self.held));
                    self.say(Chunk::Reasoning, out);
                    self.held = tag;
                }
            }
        }
        if let Place::After = self.place {
            self.say(Chunk::Text, out);
        }
    }

    /// Nothing follows: what was held back is no tag. Thoughts without an end are thoughts.
    pub fn finish(&mut self, out: &mut Vec<Chunk>) {
        match self.place {
            Place::Inside => self.say(Chunk::Reasoning, out),
            Place::Before | Place::After => self.say(Chunk::Text, out),
        }
        self.place = Place::After;
    }

    fn begin(&mut self) {
        let text = self.held.trim_start();
        if let Some(thoughts) = text.strip_prefix(OPEN) {
            self.held = thoughts.to_owned();
            self.place = Place::Inside;
        } else if !OPEN.starts_with(text) || self.held.len() > LEADING {
            self.place = Place::After;
        }
    }

    fn say(&mut self, kind: fn(String) -> Chunk, out: &mut Vec<Chunk>) {
        if !self.held.is_empty() {
            out.push(kind(std::mem::take(&mut self.held)));
        }
    }
}

/// How many bytes at the end of `text` could be the beginning of the closing tag.
fn beginning_of_close(text: &str) -> usize {
    (1..CLOSE.len()).rev().find(|&length| text.ends_with(&CLOSE[..length])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reasoning and text of a reply that came in `pieces`.
    fn split<'a>(pieces: impl IntoIterator<Item = &'a str>) -> (String, String) {
        let (mut think, mut out) = (Think::default(), Vec::new());
        for piece in pieces {
            think.push(piece, &mut out);
        }
        think.finish(&mut out);
        let (mut reasoning, mut text) = (String::new(), String::new());
        for chunk in out {
            match chunk {
                Chunk::Reasoning(more) => {
                    assert!(text.is_empty(), "thoughts after the text");
                    reasoning += &more;
                }
                Chunk::Text(more) => text += &more,
                other => panic!("{other:?}"),
            }
        }
        (reasoning, text)
    }

    #[test]
    fn splits_at_every_pair_of_places() {
        for (content, reasoning, text) in [
            ("<think>a <b> 想</think>\n\nc", "a <b> 想", "\n\nc"),
            (" \n<think>\na</thin </think>b", "\na</thin ", "b"),
            ("<think></think>b", "", "b"),
            ("<think>never </thi", "never </thi", ""),
            ("b <think>c</think>", "", "b <think>c</think>"),
            ("<thinner>", "", "<thinner>"),
            ("\n <th", "", "\n <th"),
            ("<think>a</think>b<think>c</think>", "a", "b<think>c</think>"),
        ] {
            let places: Vec<_> = (0..=content.len()).filter(|&at| content.is_char_boundary(at)).collect();
            for &a in &places {
                for &b in places.iter().filter(|&&b| b >= a) {
                    let pieces = [&content[..a], &content[a..b], &content[b..]];
                    assert_eq!(split(pieces), (reasoning.to_owned(), text.to_owned()), "{pieces:?}");
                }
            }
        }
    }

    #[test]
    fn holds_nothing_back_that_cannot_be_a_tag() {
        let (mut think, mut out) = (Think::default(), Vec::new());
        think.push("Hi", &mut out);
        think.push("<", &mut out);
        assert_eq!(out, [Chunk::Text("Hi".into()), Chunk::Text("<".into())]);
    }

    #[test]
    fn takes_endless_white_space_for_text() {
        let blank = " ".repeat(LEADING + 1);
        let (mut think, mut out) = (Think::default(), Vec::new());
        think.push(&blank, &mut out);
        assert_eq!(out, [Chunk::Text(blank)]);
    }
}
