//! An image of a message.

use super::large::large_view;
use crate::{
    stream::Thread,
    text::Msg,
    ui::Later,
    wire::{Message, MessageId, PartKind, size_of},
};
use leptos::prelude::*;

/// A side that one has at most on the page, in CSS pixels, alone and beside others.
const ALONE: u32 = 320;
const BESIDE: u32 = 128;

/// Where the server gives an image of a message; nothing about it ever changes.
pub fn image_url(message: MessageId, part: usize) -> String {
    format!("/api/messages/{message}/images/{part}")
}

/// Shown small, in room that is known before it comes; the whole of it is a click away, in a dialog.
#[component]
pub fn ImageView(
    thread: Thread,
    id: MessageId,
    /// Of the message's parts.
    index: usize,
) -> impl IntoView {
    let seen = |message: &Message| {
        let name = message.parts.get(index).map(|part| part.text.clone());
        let images = message.parts.iter().filter(|part| part.kind == PartKind::Image).count();
        (name.unwrap_or_default(), if images > 1 { BESIDE } else { ALONE })
    };
    let (name, side) = thread.peek(id, seen).unwrap_or_default();
    let (width, height) = shown_size(size_of(&name).unwrap_or_default(), side);
    // A person's message has its images first.
    let number = index + 1;
    let url = image_url(id, index);
    let src = url.clone();
    let opened = RwSignal::new(false);
    let open = move |event: leptos::ev::MouseEvent| {
        // Who wants it in a tab of its own asks the browser for one.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            opened.set(true);
        }
    };
    view! {
        <a class="message-image" href=url target="_blank" aria-haspopup="dialog" on:click=open>
            <img
                src=src
                width=width
                height=height
                alt=Msg::ImageNumber { number }.text()
                loading="lazy"
                decoding="async"
            />
        </a>
        <Later when=opened close=move |()| opened.set(false) view=move || large_view(thread, id, index, opened) />
    }
    .into_any()
}

/// Not larger than it is, and not larger than there is room for.
fn shown_size((width, height): (u32, u32), side: u32) -> (u32, u32) {
    let longest = width.max(height).max(side);
    let shown = |pixels: u32| (pixels * side / longest).max(1);
    (shown(width), shown(height))
}

#[cfg(test)]
mod tests {
    use super::shown_size;

    #[test]
    fn an_image_keeps_its_shape() {
        assert_eq!(shown_size((2048, 1024), 320), (320, 160));
        assert_eq!(shown_size((10, 2048), 320), (1, 320));
        assert_eq!(shown_size((1, 2048), 320), (1, 320));
        assert_eq!(shown_size((64, 32), 320), (64, 32));
        assert_eq!(shown_size((0, 0), 320), (1, 1));
        assert_eq!(shown_size((2048, 1024), 160), (160, 80));
    }
}
