//! The text of one part of a message.

use crate::{
    browser::{begin_paragraph, clear, extend_last, text_of},
    chat::paragraphs::{Growth, Paragraphs, paragraphs},
    stream::Thread,
    ui::in_browser,
    wire::MessageId,
};
use leptos::{html, prelude::*};

/// The text of a part. The first paint is a view like any other; from then on new text is appended to its nodes, and
/// nothing that was drawn is touched again.
#[component]
pub fn TextView(
    thread: Thread,
    id: MessageId,
    index: usize,
    /// What the element says it is, in `data-part`.
    name: &'static str,
) -> impl IntoView {
    let text = part_text(thread, id, index);
    let block = NodeRef::<html::Div>::new();
    let mut drawn = Paragraphs::default();
    drawn.grow(&text);
    let mut replacements = thread.replacements(id);
    // A parser of HTML changes these characters; whoever takes over its page draws such a text anew.
    let mut doubtful = text.contains(['\r', '\0']);
    in_browser(move || {
        let Some(block) = block.get() else { return };
        let replaced = thread.replacements(id);
        doubtful |= std::mem::replace(&mut replacements, replaced) != replaced;
        thread.read(id, |message| {
            let Some(part) = message.parts.get(index) else { return };
            if std::mem::take(&mut doubtful) && !part.text.starts_with(&text_of(&block)) {
                clear(&block);
                drawn = Paragraphs::default();
            }
            for growth in drawn.grow(&part.text) {
                match growth {
                    Growth::Extend(range) => extend_last(&block, &part.text[range]),
                    Growth::Begin(range) => begin_paragraph(&block, &part.text[range]),
                }
            }
        });
    });
    let first = paragraphs(&text).into_iter();
    let first = first.map(|text| view! { <p class="verbatim">{text.to_owned()}</p> }.into_any()).collect_view();
    view! {
        <div class="text" data-part=name node_ref=block>
            {first}
        </div>
    }
}

fn part_text(thread: Thread, id: MessageId, index: usize) -> String {
    let text = thread.peek(id, |message| message.parts.get(index).map(|part| part.text.clone()));
    text.flatten().unwrap_or_default()
}
