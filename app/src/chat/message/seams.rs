//! Where a reply went on after a break: the words around each place, for whoever wants to see them.

use crate::{
    chat::desk::Desk,
    later::later,
    text::LaterMsg,
    ui::{Make, Only},
    wire::{Message, MessageId, Seam},
};
use leptos::prelude::*;
use std::sync::Arc;

/// Characters that are shown on either side of a seam.
const AROUND: usize = 60;

later! {
    /// A word below a reply of more than one run, which opens the list of its seams.
    pub fn seams_view(desk: Desk, id: MessageId) -> Make {
        Arc::new(move || view! { <Seams desk id /> }.into_any())
    }
}

#[component]
fn Seams(desk: Desk, id: MessageId) -> impl IntoView {
    let open = RwSignal::new(false);
    let count = Memo::new(move |_| desk.thread.read(id, |message| seams(message).count()).unwrap_or_default());
    view! {
        <Only when=move || { count.get() > 0 }>
            <button
                class="message-opens"
                type="button"
                data-action="seams"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {move || LaterMsg::ContinuedTimes { count: count.get() }.text()}
            </button>
        </Only>
        <Only when=move || open.get()>
            <ol class="message-seams">{list(desk, id)}</ol>
        </Only>
    }
}

fn list(desk: Desk, id: MessageId) -> impl IntoView {
    let places = desk.thread.peek(id, |message| seams(message).map(|seam| around(message, seam)).collect());
    let places: Vec<(String, String)> = places.unwrap_or_default();
    let place = |(before, after): (String, String)| {
        view! {
            <li>
                {before} " " <mark class="message-seam">{LaterMsg::ContinuedHere.text()}</mark> " " {after}
            </li>
        }
    };
    places.into_iter().map(place).collect_view()
}

/// The seams behind which something was said: the last run may have come to nothing.
fn seams(message: &Message) -> impl Iterator<Item = Seam> {
    let end = message.parts.last().map(|last| (message.parts.len() as u32 - 1, last.text.len() as u64));
    message.seams.iter().copied().filter(move |seam| Some((seam.part, seam.at)) != end)
}

/// The words before a seam and behind it.
fn around(message: &Message, seam: Seam) -> (String, String) {
    let text = message.parts.get(seam.part as usize).map_or("", |part| &part.text);
    let (before, after) = text.split_at(text.floor_char_boundary(seam.at as usize));
    let from = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    let to = after.char_indices().nth(AROUND).map_or(after.len(), |(at, _)| at);
    let left = if from > 0 { "…" } else { "" };
    let right = if to < after.len() { "…" } else { "" };
    (format!("{left}{}", &before[from..]), format!("{}{right}", &after[..to]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        stream::example,
        wire::{Role, Status},
    };

    #[test]
    fn a_seam_without_text_behind_it_is_not_shown() {
        let seam = |run, at| Seam { run, part: 0, at };
        let mut message = example::message(1, Role::Assistant, Status::Waiting, "half");
        message.seams = vec![seam(2, 2), seam(3, 4)];
        assert_eq!(seams(&message).collect::<Vec<_>>(), [seam(2, 2)]);
    }

    #[test]
    fn shows_what_stands_around_a_seam_and_survives_one_that_cannot_be() {
        let text = format!("{}|{}", "溪".repeat(100), "b".repeat(10));
        let message = example::message(1, Role::Assistant, Status::Complete, &text);
        let (before, after) = around(&message, Seam { run: 2, part: 0, at: 300 });
        assert_eq!(before, format!("…{}", "溪".repeat(60)));
        assert_eq!(after, "|bbbbbbbbbb");
        assert_eq!(around(&message, Seam { run: 2, part: 7, at: 3 }), (String::new(), String::new()));
        assert_eq!(around(&message, Seam { run: 2, part: 0, at: 1 }).0, "");
        assert_eq!(around(&message, Seam { run: 2, part: 0, at: 9_999 }).1, "");
    }
}
