//! Tells who hears the page read out how the reply stands, and what it says: by sentences, since tokens would be noise.

use crate::{
    browser::wall_ms,
    stream::Thread,
    text::Msg,
    ui::in_browser,
    wire::{Message, MessageId, PartKind, Role, Status},
};
use leptos::prelude::*;

/// What was said is followed by the next no sooner: a screen reader takes its time.
const PAUSE_MS: u64 = 1_500;
/// Characters that are said at once: whoever wants all of a long text reads it in its place.
const MOST: usize = 2_000;

#[component]
pub fn Announcer(thread: Thread) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let mut heard = None::<(MessageId, Status)>;
    let mut speech = Speech::default();
    let mut last = 0;
    in_browser(move || {
        let now = thread
            .leaf()
            .filter(|(leaf, _)| thread.peek(*leaf, |message| message.role == Role::Assistant) == Some(true));
        let before = std::mem::replace(&mut heard, now);
        let Some((leaf, status)) = now else { return };
        let Some((_, earlier)) = before.filter(|(before, _)| *before == leaf) else {
            // What is there already is read by whoever wants to; only what comes is told.
            speech = thread.peek(leaf, Speech::behind).unwrap_or_default();
            if status.is_running() {
                words.set(Msg::ReplyRuns.text().into_owned());
                last = wall_ms();
            }
            return;
        };
        let ended = !status.is_running();
        if ended && !earlier.is_running() || !ended && wall_ms() < last + PAUSE_MS {
            return;
        }
        let told = thread.peek(leaf, |message| speech.go_on(message, ended)).flatten();
        let end = ended.then(|| announcement(status).text().into_owned());
        let all: Vec<_> = told.into_iter().chain(end).collect();
        if !all.is_empty() {
            words.set(all.join(" "));
            last = wall_ms();
        }
    });
    view! {
        <p class="offscreen" role="status" data-announces="reply">
            {move || words.get()}
        </p>
    }
    .into_any()
}

fn announcement(status: Status) -> Msg {
    match status {
        Status::Waiting | Status::Streaming => Msg::ReplyRuns,
        Status::Complete => Msg::ReplyComplete,
        Status::Stopped => Msg::Stopped,
        Status::Failed => Msg::Failed,
        Status::Interrupted => Msg::Interrupted,
    }
}

/// How far a reply was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Speech {
    /// Index into the message's parts.
    part: usize,
    /// Bytes into that part.
    at: usize,
    /// It stands in a block of code, which nobody wants to hear.
    in_code: bool,
}

impl Speech {
    /// Nothing of what is there is told.
    fn behind(message: &Message) -> Self {
        let part = message.parts.len().saturating_sub(1);
        Self { part, at: message.parts.get(part).map_or(0, |part| part.text.len()), in_code: false }
    }

    /// The sentences that are whole by now; at the end all that is left.
    fn go_on(&mut self, message: &Message, ended: bool) -> Option<String> {
        let mut told = String::new();
        let last = message.parts.len().saturating_sub(1);
        for (index, part) in message.parts.iter().enumerate().skip(self.part) {
            if index > self.part {
                *self = Self { part: index, at: 0, in_code: false };
            }
            if part.kind != PartKind::Text {
                continue;
            }
            let rest = part.text.get(self.at..).unwrap_or_default();
            let whole = if ended || index < last { rest.len() } else { whole_sentences(rest) };
            self.say(&rest[..whole], &mut told);
            self.at += whole;
        }
        let told = told.trim();
        if told.is_empty() {
            return None;
        }
        Some(match told.char_indices().nth(MOST) {
            Some((end, _)) => format!("{}…", &told[..end]),
            None => told.to_owned(),
        })
    }

    /// Without the marks of Markdown, and of code only that it is there.
    fn say(&mut self, text: &str, told: &mut String) {
        for line in text.split_inclusive('\n') {
            let words = line.trim();
            if words.starts_with("```") || words.starts_with("~~~") {
                self.in_code = !self.in_code;
                if self.in_code {
                    told.push_str(&Msg::CodeHere.text());
                    told.push(' ');
                }
            } else if !self.in_code && !words.is_empty() {
                let begins = |c: char| matches!(c, '#' | '>' | '-' | '+' | '*' | '|' | ' ');
                let marks = |c: &char| !matches!(c, '*' | '`' | '|');
                told.extend(words.trim_start_matches(begins).chars().filter(marks));
                told.push(' ');
            }
        }
    }
}

/// Bytes up to the end of the last sentence. A full stop counts with the space behind it: before that it may be in a number.
fn whole_sentences(text: &str) -> usize {
    let ends = text.char_indices().rev().find_map(|(at, c)| match c {
        '\n' | '。' | '！' | '？' => Some(at + c.len_utf8()),
        '.' | '!' | '?' if text[at + 1..].starts_with(' ') => Some(at + 2),
        _ => None,
    });
    ends.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::example::message;

    fn reply(text: &str) -> Message {
        message(2, Role::Assistant, Status::Streaming, text)
    }

    /// What is told of a text that comes in these pieces.
    fn told(pieces: &[&str]) -> Vec<String> {
        let (mut speech, mut text, mut told) = (Speech::default(), String::new(), Vec::new());
        for (index, piece) in pieces.iter().enumerate() {
            text.push_str(piece);
            told.extend(speech.go_on(&reply(&text), index + 1 == pieces.len()));
        }
        told
    }

    #[test]
    fn a_reply_is_told_by_sentences() {
        let pieces = ["A br", "ook flows. It is 3", ".5 m wide. And", " deep", "!"];
        assert_eq!(told(&pieces), ["A brook flows.", "It is 3.5 m wide.", "And deep!"]);
        assert_eq!(told(&["溪水", "流淌。很", "清"]), ["溪水流淌。", "很清"]);
        assert_eq!(told(&["no end", " at all"]), ["no end at all"]);
        assert!(told(&["", " \n"]).is_empty());
    }

    #[test]
    fn marks_and_code_are_not_read_out() {
        let text = "## The *brook*\n\n- one `x`\n- two\n\n```rust\nlet secret = 1;\n```\n\n| a | b |\n";
        assert_eq!(told(&[text]), [format!("The brook one x two {} a  b", Msg::CodeHere.text())]);
        let halves = ["```\nlet a", " = 1;\nlet b;\n", "```\nafter\n"];
        assert_eq!(told(&halves), [Msg::CodeHere.text().into_owned(), "after".into()]);
    }

    #[test]
    fn what_was_there_before_is_not_told_and_a_flood_is_cut() {
        let mut speech = Speech::behind(&reply("Old words. "));
        assert_eq!(speech.go_on(&reply("Old words. New words. "), false).as_deref(), Some("New words."));
        let flood = "word ".repeat(2_000);
        let told = Speech::default().go_on(&reply(&flood), true).unwrap();
        assert_eq!(told.chars().count(), MOST + 1);
        assert_eq!(speech.go_on(&reply("short"), true), None, "another text");
    }
}
