//! Messages in all their states.

use super::Bench;
use crate::{
    chat::{Desk, MessageView},
    stream::{Notice, Thread},
    wire::{
        Code, ConversationId, ConversationPage, Cursor, Error, Message, MessageId, Part, PartKind, Role, Seam, Status,
        Summary, Usage,
    },
};
use leptos::prelude::*;
use uuid::Uuid;

/// As the server says them.
const CUT: &str = "OpenAI broke off in the middle of its reply";
const REFUSED: &str = "OpenAI refused the key";
const ENTER: &str = "enter another one in the settings";
const MARKDOWN: &str = include_str!("samples.md");

#[component]
pub fn Samples() -> impl IntoView {
    samples()
        .into_iter()
        .map(|(name, message)| view! { <Bench name>{shown(message)}</Bench> }.into_any())
        .collect_view()
}

/// The message as a conversation of its own.
fn shown(message: Message) -> AnyView {
    let id = message.id;
    let summary = Summary {
        conversation: message.conversation,
        title: String::new(),
        version: 1,
        updated_at: 0,
        running: false,
        unread: false,
        set_up: false,
        deleted: false,
        list: 1,
    };
    let cursor = Cursor { log: 0, seq: 1, list: 0 };
    let page = ConversationPage { summary, messages: vec![message], more: false, beside: Vec::new(), cursor };
    let desk = Desk::new(Thread::new(page, None), RwSignal::new(Notice::None).read_only());
    view! { <MessageView desk id /> }.into_any()
}

fn samples() -> Vec<(&'static str, Message)> {
    let text = |text: &str| part(PartKind::Text, text);
    let reply = |number, status, parts| message(number, Role::Assistant, status, parts);
    let broken = Error::new(Code::ProviderCut, CUT);
    let refused = Error::new(Code::ProviderKey, REFUSED).hint(ENTER);
    let thought = Part { ms: Some(12_000), ..part(PartKind::Reasoning, "First this, then that.") };
    let usage = Usage { input_tokens: Some(1_200), output_tokens: Some(340), first_ms: Some(420), ..Usage::default() };
    let asked = "A question in a few words,\nand a second line.";
    let pasted = part(PartKind::Paste, "line 1\nline 2\nline 3");
    let seams = vec![Seam { run: 2, part: 0, at: 5 }];
    let siblings = vec![id(20), id(21), id(22)];
    vec![
        ("message-user", message(1, Role::User, Status::Complete, vec![text(asked)])),
        ("message-user-pasted", message(2, Role::User, Status::Complete, vec![pasted, text("What is in it?")])),
        ("message-complete", Message { usage: Some(usage), ..reply(3, Status::Complete, vec![text(MARKDOWN)]) }),
        ("message-thought", reply(4, Status::Complete, vec![thought, text("So it is.")])),
        ("message-waiting", reply(5, Status::Waiting, Vec::new())),
        ("message-streaming", reply(6, Status::Streaming, vec![text("It goes on and")])),
        ("message-stopped", reply(7, Status::Stopped, vec![text("It was going on")])),
        ("message-stopped-early", reply(8, Status::Stopped, Vec::new())),
        ("message-failed", Message { error: Some(refused), ..reply(9, Status::Failed, Vec::new()) }),
        (
            "message-interrupted",
            Message { error: Some(broken), ..reply(10, Status::Interrupted, vec![text("It broke")]) },
        ),
        ("message-empty", reply(11, Status::Complete, Vec::new())),
        (
            "message-length",
            Message { finish: Some("length".into()), ..reply(12, Status::Complete, vec![text("So long")]) },
        ),
        ("message-continued", Message { seams, run: 2, ..reply(13, Status::Complete, vec![text("One, two, three.")]) }),
        ("message-versions", Message { siblings, ..reply(21, Status::Complete, vec![text("The second of three.")]) }),
    ]
}

fn id(number: u128) -> MessageId {
    MessageId(Uuid::from_u128(number))
}

fn part(kind: PartKind, text: &str) -> Part {
    Part { kind, text: text.to_owned(), ms: None }
}

fn message(number: u128, role: Role, status: Status, parts: Vec<Part>) -> Message {
    Message {
        id: id(number),
        conversation: ConversationId(Uuid::from_u128(number)),
        parent: None,
        siblings: Vec::new(),
        role,
        run: u32::from(role == Role::Assistant),
        status,
        parts,
        seams: Vec::new(),
        model: (role == Role::Assistant).then(|| "example/model".into()),
        usage: None,
        hint: None,
        together: false,
        finish: None,
        error: None,
        created_at: 0,
        seq: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Word;

    #[test]
    fn each_state_of_a_message_has_a_sample() {
        let samples = samples();
        for (word, status) in Status::WORDS {
            assert!(samples.iter().any(|(_, message)| message.status == *status), "{word}");
        }
        let mut names: Vec<_> = samples.iter().map(|(name, _)| name).collect();
        names.dedup();
        assert_eq!(names.len(), samples.len());
    }
}
