//! A long text that a person pasted: one line that opens.

use crate::{
    stream::Thread,
    text::Msg,
    ui::{Glyph, Icon},
    wire::MessageId,
};
use leptos::prelude::*;

#[component]
pub fn PasteView(
    thread: Thread,
    id: MessageId,
    /// Of the message's parts.
    index: usize,
) -> impl IntoView {
    // What a person sent stays as it is.
    let text = thread.peek(id, |message| message.parts.get(index).map(|part| part.text.clone())).flatten();
    view! { <Pasted text=text.unwrap_or_default() /> }
}

/// The line and, below it, the text.
#[component]
pub fn Pasted(text: String) -> impl IntoView {
    let lines = text.lines().count();
    view! {
        <details class="pasted">
            <summary>
                <Icon glyph=Glyph::Text />
                {Msg::Pasted { lines }.text()}
            </summary>
            <pre class="pasted-text" tabindex="0" dir="auto">
                {text}
            </pre>
        </details>
    }
    .into_any()
}
