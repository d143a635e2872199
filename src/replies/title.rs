//! A conversation's title by its model: asked for once, when the first reply is complete, beside everything else.
//!
//! Whatever goes wrong changes nothing: the first words of the message stand as the title from the beginning.

use super::Replies;
use crate::{
    providers::{Chunk, PromptMessage, Provider, Request, Sink},
    store::{Intent, Owner, Said},
};
use app::wire::{Role, Sent};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Notify, time::timeout};

/// What conversations are called until somebody names them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Titles {
    /// The first words, and after the first reply what its model makes of both.
    #[default]
    Model,
    /// The first words of the first message.
    Words,
}

/// Characters of a title at most.
const CHARS: usize = 60;

/// How long a model may take.
const TIME: Duration = Duration::from_secs(30);

/// Characters after which a model is not listened to any more: it is not writing a title.
const TEXT: usize = 200;
const REASONING: usize = 4_000;

/// Characters of question and answer that it is shown of each.
const SHOWN: usize = 2_000;

const ASK: &str = "Write a title for the conversation below: at most six words, in the language of the conversation, \
    without quotes and without a full stop at the end. Answer with the title and nothing else.";

impl Replies {
    /// Names the conversation, should this have been its first reply.
    pub(super) async fn name(&self, owner: Owner, sent: Sent, provider: &dyn Provider, model: String) {
        let Sent { conversation, reply, .. } = sent;
        if self.titles == Titles::Words || !provider.is_model() {
            return;
        }
        let Ok(true) = self.library.lacks_title(owner, conversation).await else { return };
        let Ok(path) = self.library.prompt(reply).await else { return };
        let Some(request) = request(model, &path) else { return };
        let Some(title) = ask(provider, request).await else { return };
        // Refused where it was deleted meanwhile.
        let _ = self.journal.submit(Intent::Title { owner, conversation, title }).await;
    }
}

fn request(model: String, path: &[Said]) -> Option<Request> {
    let [asked @ Said { role: Role::User, .. }, .., Said { role: Role::Assistant, text: answer, .. }] = path else {
        return None;
    };
    // What is said about a long text tells more of it than its beginning.
    let question = if asked.text.is_empty() { asked.words() } else { (&asked.text).into() };
    // Of images alone a model makes no title; it makes one of what was said of them.
    let question = if question.is_empty() { "(an image)" } else { &*question };
    let (question, answer) = (clip(question, SHOWN), clip(answer, SHOWN));
    let text = format!("{ASK}\n\n<question>\n{question}\n</question>\n\n<answer>\n{answer}\n</answer>");
    Some(Request::new(model, vec![PromptMessage::new(Role::User, text)]))
}

async fn ask(provider: &dyn Provider, request: Request) -> Option<String> {
    let mut heard = Heard::default();
    let enough = heard.enough.clone();
    let whole = tokio::select! {
        reply = timeout(TIME, provider.reply(request, &mut heard)) => reply.is_ok_and(|reply| reply.is_ok()),
        () = enough.notified() => true,
    };
    whole.then(|| clean(&heard.text)).flatten()
}

/// The beginning of what a model says.
#[derive(Default)]
struct Heard {
    text: String,
    chars: usize,
    thought: usize,
    enough: Arc<Notify>,
}

#[async_trait::async_trait]
impl Sink for Heard {
    async fn push(&mut self, chunk: Chunk) {
        match chunk {
            Chunk::Text(text) => {
                self.chars += text.chars().count();
                self.text.push_str(&text);
            }
            Chunk::Reasoning(text) => self.thought += text.chars().count(),
            Chunk::Usage(_) | Chunk::Bookmark(_) | Chunk::Finish(_) => {}
        }
        if self.chars >= TEXT || self.thought >= REASONING {
            self.enough.notify_one();
            // Whoever waits for enough drops this, and with it the connection.
            std::future::pending().await
        }
    }
}

/// What models put before a title.
const LABELS: [&str; 10] =
    ["title", "titel", "titre", "título", "titolo", "заголовок", "标题", "標題", "タイトル", "제목"];

const QUOTES: [(char, char); 11] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('*', '*'),
    ('_', '_'),
    ('“', '”'),
    ('‘', '’'),
    ('„', '“'),
    ('«', '»'),
    ('「', '」'),
    ('《', '》'),
];

/// The title in what a model said: one line, without what stands around it. None where nothing is left.
fn clean(said: &str) -> Option<String> {
    let said = said.replace(is_hidden, " ");
    let line = said.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("```"))?;
    // Nothing draws Markdown in a title.
    let words = line.replace("**", "").replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ");
    let mut title = words.as_str();
    loop {
        let less = without_label(title.trim_start_matches(['#', '>', '-', '•']).trim());
        let less = without_full_stop(without_quotes(less).trim());
        if less == title {
            break;
        }
        title = less;
    }
    (!title.is_empty()).then(|| shorten(title))
}

/// Characters that show nothing, or turn the direction of what follows.
fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn without_quotes(text: &str) -> &str {
    QUOTES.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close)).unwrap_or(text)
}

fn without_label(text: &str) -> &str {
    let Some((label, rest)) = text.split_once([':', '：']) else { return text };
    let label = label.trim_matches(|c: char| c.is_whitespace() || c == '*' || c == '_').to_lowercase();
    if LABELS.contains(&label.as_str()) { rest.trim_start_matches(['*', '_']).trim() } else { text }
}

/// Three of them are no full stop.
fn without_full_stop(text: &str) -> &str {
    match text.strip_suffix(['.', '。']) {
        Some(less) if !less.ends_with('.') => less,
        _ => text,
    }
}

/// Ends between words where there is a gap in its second half.
fn shorten(title: &str) -> String {
    if title.chars().count() <= CHARS {
        return title.to_owned();
    }
    let cut = clip(title, CHARS - 1);
    let gap = cut.rfind(' ').filter(|gap| *gap > cut.len() / 2);
    format!("{}…", gap.map_or(cut, |gap| &cut[..gap]).trim_end())
}

fn clip(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_what_is_left_when_the_trimmings_are_gone() {
        for (said, title) in [
            ("How brooks flow", "How brooks flow"),
            ("\"How brooks flow.\"", "How brooks flow"),
            ("**Title:** How brooks flow", "How brooks flow"),
            ("Title: \"How brooks flow\"", "How brooks flow"),
            ("# How *brooks* flow\n\nThis title says it all.", "How *brooks* flow"),
            ("\n\n```\n`How brooks flow`\n```", "How brooks flow"),
            ("标题：《溪水如何流动》。", "溪水如何流动"),
            ("「小溪」", "小溪"),
            ("«Comment coule un ruisseau»", "Comment coule un ruisseau"),
            ("What flows…", "What flows…"),
            ("And so on...", "And so on..."),
            ("Why: a question", "Why: a question"),
            ("\u{202e}evil\u{202c}\0 title\u{200b}", "evil title"),
            ("How **brooks** use `flow()`", "How brooks use flow()"),
            ("a\tb  c", "a b c"),
        ] {
            assert_eq!(clean(said).as_deref(), Some(title), "{said:?}");
        }
        for nothing in ["", " \n ", "\"\"", "Title:", "```\n```", ".", "**", "\u{200b}"] {
            assert_eq!(clean(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_title_is_short() {
        let long = clean(&"brooks flow ".repeat(20)).unwrap();
        assert!(long.chars().count() <= CHARS && long.ends_with("brooks…"), "{long}");
        let cjk = clean(&"溪".repeat(200)).unwrap();
        assert_eq!(cjk, format!("{}…", "溪".repeat(CHARS - 1)));
        assert_eq!(clean(&"溪".repeat(CHARS)).unwrap(), "溪".repeat(CHARS));
    }

    #[test]
    fn a_model_is_shown_the_beginning_of_both() {
        let path = |roles: &[Role]| -> Vec<_> {
            roles
                .iter()
                .map(|role| Said { role: *role, text: "溪".repeat(3_000), images: Vec::new(), pastes: Vec::new() })
                .collect()
        };
        let request = request("m".into(), &path(&[Role::User, Role::Assistant])).unwrap();
        let [message] = &request.messages[..] else { panic!("{request:?}") };
        assert!(message.role == Role::User && message.text.starts_with(ASK));
        assert_eq!(message.text.matches('溪').count(), 2 * SHOWN);
        assert!(super::request("m".into(), &path(&[Role::User])).is_none(), "a reply that said nothing");
        let mut images = path(&[Role::User, Role::Assistant]);
        images[0].text.clear();
        let text = &super::request("m".into(), &images).unwrap().messages[0].text;
        assert!(text.contains("<question>\n(an image)\n</question>"), "{text}");
    }

    /// Says one thing for ever, or hangs.
    struct Endless(Option<Chunk>);

    #[async_trait::async_trait]
    impl Provider for Endless {
        fn id(&self) -> &str {
            "endless"
        }

        async fn models(&self) -> Result<Vec<app::wire::Model>, crate::providers::Error> {
            Ok(vec![])
        }

        async fn reply(&self, _: Request, sink: &mut dyn Sink) -> Result<(), crate::providers::Error> {
            while let Some(chunk) = &self.0 {
                sink.push(chunk.clone()).await;
            }
            std::future::pending().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_model_that_does_not_end_is_not_waited_for() {
        let request = || Request::new("m", vec![]);
        let text = ask(&Endless(Some(Chunk::Text("on and ".into()))), request()).await;
        assert!(text.is_some_and(|title| title.starts_with("on and on")));
        assert_eq!(ask(&Endless(Some(Chunk::Reasoning("hm ".into()))), request()).await, None);
        let before = tokio::time::Instant::now();
        assert_eq!(ask(&Endless(None), request()).await, None);
        assert_eq!(before.elapsed(), TIME);
    }
}
