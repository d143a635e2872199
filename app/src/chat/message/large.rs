//! An image of a message as large as the window takes, and the others of its message beside it.

use super::image::image_url;
use crate::{
    later::later,
    stream::Thread,
    text::{LaterMsg, Msg},
    ui::{Glyph, IconButton, Make, Only, modal},
    wire::{Message, MessageId, PartKind},
};
use leptos::prelude::*;
use std::sync::Arc;

later! {
    /// `index` is the part that is shown first.
    pub fn large_view(thread: Thread, id: MessageId, index: usize, opened: RwSignal<bool>) -> Make {
        Arc::new(move || view! { <Large thread id index opened /> }.into_any())
    }
}

#[component]
fn Large(thread: Thread, id: MessageId, index: usize, opened: RwSignal<bool>) -> impl IntoView {
    let parts = thread.peek(id, images).unwrap_or_default();
    let of = parts.len();
    let at = RwSignal::new(parts.iter().position(|part| *part == index).unwrap_or_default());
    let (dialog, close) = modal(None);
    let step = move |by: isize| at.update(|at| *at = at.saturating_add_signed(by).min(of.saturating_sub(1)));
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            _ => return,
        };
        event.prevent_default();
        step(by);
    };
    let number = move || at.get() + 1;
    let words = move || Msg::ImageNumber { number: number() }.text();
    let url = Memo::new(move |_| image_url(id, parts.get(at.get()).copied().unwrap_or(index)));
    view! {
        <dialog
            class="large-image"
            aria-label=words
            closedby="any"
            node_ref=dialog
            on:keydown=press_key
            on:close=move |_| opened.set(false)
        >
            <div class="large-image-head">
                <Only when=move || { of > 1 }>
                    <IconButton
                        class="small"
                        action="earlier-image"
                        icon=Glyph::Left
                        label=LaterMsg::EarlierImage.text()
                        disabled=Signal::derive(move || at.get() == 0)
                        press=move || step(-1)
                    />
                    <span>{move || Msg::VersionOf { number: number(), of }.text()}</span>
                    <IconButton
                        class="small"
                        action="later-image"
                        icon=Glyph::Right
                        label=LaterMsg::LaterImage.text()
                        disabled=Signal::derive(move || at.get() + 1 >= of)
                        press=move || step(1)
                    />
                </Only>
                <a class="large-image-whole" href=move || url.get() target="_blank">
                    {LaterMsg::WholeImage.text()}
                </a>
                <IconButton class="small" action="close-image" icon=Glyph::Close label=LaterMsg::Close.text() press=close />
            </div>
            // A click is a quick way out; the button is the way for keys.
            <img src=move || url.get() alt=words on:click=move |_| close() />
        </dialog>
    }
    .into_any()
}

/// The parts that are images.
fn images(message: &Message) -> Vec<usize> {
    let all = message.parts.iter().enumerate();
    all.filter(|(_, part)| part.kind == PartKind::Image).map(|(index, _)| index).collect()
}
