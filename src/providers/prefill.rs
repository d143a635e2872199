//! Going on with a text that broke off: how a provider is asked to, and how its words are joined to what is there.

use super::{Chunk, Sink};

/// The way of one provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefill {
    pub form: Form,
    /// It says the text again before it goes on.
    pub restates: bool,
}

/// How a request says that its last message, which is the assistant's, is to be gone on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Nothing more is needed.
    Trailing,
    /// `continue_final_message`, without the prompt that begins a new message.
    FinalMessage,
    /// `prefix` on the message; at this address, where it is another one.
    Prefix(Option<&'static str>),
}

impl Form {
    pub const fn plain(self) -> Prefill {
        Prefill { form: self, restates: false }
    }
}

/// The text as it is sent: models go on badly, or not at all, behind white space at its end.
pub fn sent(said: &str) -> &str {
    said.trim_end()
}

/// Passes on what comes after the text that is there. Only what the provider was not shown, or says again by custom, is left
/// out: the white space that was cut for the request, and the text itself, where it is restated whole.
pub struct Joint<'a> {
    sink: &'a mut dyn Sink,
    /// What is yet to be restated before anything is believed to be new.
    restated: &'a str,
    matched: usize,
    white: &'a str,
}

impl<'a> Joint<'a> {
    pub fn new(said: &'a str, restates: bool, sink: &'a mut dyn Sink) -> Self {
        let (text, white) = said.split_at(sent(said).len());
        Self { sink, restated: if restates { text } else { "" }, matched: 0, white }
    }

    /// The part of a text that is new.
    fn join(&mut self, text: String) -> String {
        let left = &self.restated[self.matched..];
        let same = common(left, &text);
        self.matched += same;
        if same == text.len() && !left.is_empty() {
            return String::new();
        }
        let text = if same == left.len() {
            text[same..].to_owned()
        } else {
            // It began alike and is another text: then all of it is new.
            format!("{}{}", &self.restated[..self.matched], &text[same..])
        };
        (self.restated, self.matched) = ("", 0);
        let same = common(self.white, &text);
        // White space may come in two chunks; the first other character ends it.
        self.white = if same == text.len() { &self.white[same..] } else { "" };
        text[same..].to_owned()
    }
}

/// Bytes that two texts begin with alike, at a character's end.
fn common(one: &str, two: &str) -> usize {
    let same = one.chars().zip(two.chars()).take_while(|(one, two)| one == two);
    same.map(|(char, _)| char.len_utf8()).sum()
}

#[async_trait::async_trait]
impl Sink for Joint<'_> {
    async fn push(&mut self, chunk: Chunk) {
        let Chunk::Text(text) = chunk else { return self.sink.push(chunk).await };
        let new = self.join(text);
        if !new.is_empty() {
            self.sink.push(Chunk::Text(new)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Heard(String);

    #[async_trait::async_trait]
    impl Sink for Heard {
        async fn push(&mut self, chunk: Chunk) {
            let Chunk::Text(text) = chunk else { panic!("{chunk:?}") };
            assert!(!text.is_empty());
            self.0 += &text;
        }
    }

    /// The whole text, after the answer came in these chunks; and in any others.
    async fn joined(said: &str, restates: bool, chunks: &[&str]) -> String {
        let mut whole: Vec<String> = Vec::new();
        let answer = chunks.concat();
        let each: Vec<String> = answer.chars().map(String::from).collect();
        for chunks in [chunks.iter().map(ToString::to_string).collect(), each, vec![answer]] {
            let mut heard = Heard(said.to_owned());
            let mut joint = Joint::new(said, restates, &mut heard);
            for chunk in chunks.into_iter().filter(|chunk| !chunk.is_empty()) {
                joint.push(Chunk::Text(chunk)).await;
            }
            whole.push(heard.0);
        }
        whole.dedup();
        assert_eq!(whole.len(), 1, "it depends on the chunks: {whole:?}");
        whole.remove(0)
    }

    #[tokio::test]
    async fn white_space_that_was_not_sent_is_not_doubled() {
        for (said, answer, whole) in [
            ("The brook", &[" runs"][..], "The brook runs"),
            ("The brook ", &[" runs"], "The brook runs"),
            ("The brook ", &["runs"], "The brook runs"),
            ("One.\n\n", &["\n", "\nTwo."], "One.\n\nTwo."),
            ("One.\n", &["\n\n- a"], "One.\n\n- a"),
            ("One.\n\n", &["- a"], "One.\n\n- a"),
            ("a", &["a", "a"], "aaa"),
            ("  ", &["  x"], "  x"),
        ] {
            assert_eq!(joined(said, false, answer).await, whole, "{said:?} {answer:?}");
        }
    }

    #[tokio::test]
    async fn what_is_restated_by_custom_is_left_out_where_it_is_whole() {
        for (said, answer, whole) in [
            ("The brook", &["The ", "brook", " runs"][..], "The brook runs"),
            ("The brook ", &["The brook", " runs"], "The brook runs"),
            ("溪流", &["溪", "流过"], "溪流过"),
            ("The brook", &[" runs"], "The brook runs"),
            ("The brook", &["The", " river"], "The brookThe river"),
            ("The brook", &["The"], "The brook"),
        ] {
            assert_eq!(joined(said, true, answer).await, whole, "{said:?} {answer:?}");
        }
    }
}
