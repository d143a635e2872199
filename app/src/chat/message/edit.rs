//! Writes a person's own message anew, in its place: what is saved begins a branch of its own.

use crate::{
    browser::{Key, fit_rows, focus, key},
    chat::{
        composer::{Destination, Draft, MOST_ROWS, Pressed, Standing, Tray, TrayView, send_message},
        desk::Desk,
    },
    later::later,
    text::{LaterMsg, Msg, sentence},
    ui::{Button, Glyph, IconButton, Make, Only, Problem, in_browser},
    wire::{Message, MessageId},
};
use leptos::{html, prelude::*, task::spawn_local};
use std::sync::Arc;

later! {
    pub fn edit_view(desk: Desk, id: MessageId) -> Make {
        Arc::new(move || view! { <Edit desk id /> }.into_any())
    }
}

#[component]
fn Edit(desk: Desk, id: MessageId) -> impl IntoView {
    let Desk { thread, models, editing, unsaved, .. } = desk;
    let area = NodeRef::<html::Textarea>::new();
    let form = NodeRef::<html::Form>::new();
    let draft = RwSignal::new(Draft::default());
    let original = StoredValue::new(thread.peek(id, Message::text).unwrap_or_default());
    // What was typed here before stays typed.
    let resumed = RwSignal::new(unsaved.get(id).is_some());
    let put = move |text: &str| {
        if let Some(area) = area.get_untracked() {
            area.set_value(text);
            fit_rows(&area, text, MOST_ROWS);
            focus(&area);
        }
    };
    in_browser(move || {
        if area.get().is_some() {
            let text = unsaved.get(id).unwrap_or_else(|| original.get_value());
            put(&text);
            desk.reader.reveal(id);
        }
    });
    let typed = move |_| {
        if let Some(area) = area.get_untracked() {
            fit_rows(&area, &area.value(), MOST_ROWS);
            unsaved.keep(id, area.value());
        }
    };
    let start_over = move || {
        unsaved.forget(id);
        resumed.set(false);
        original.with_value(|text| put(text));
    };
    let cancel = move || {
        desk.reader.focus_soon(id, Some("edit"));
        editing.set(None);
    };
    let save = Callback::new(move |()| {
        let Some(area) = area.get_untracked() else { return };
        let conversation = Some(thread.id);
        let (model, also) = (models.chosen.get_untracked(), models.also.get_untracked());
        let to = Destination { conversation, edits: Some(id), model, also, ..Destination::default() };
        let Some(Pressed::Send(message)) = draft.try_update(|draft| draft.press(&area.value(), to)).flatten() else {
            return;
        };
        spawn_local(async move {
            match send_message(message).await {
                Ok(sent) => {
                    unsaved.forget(id);
                    models.also.try_set(Vec::new());
                    // Another message may be open for editing by now.
                    editing.try_maybe_update(|editing| (editing.take_if(|editing| *editing == id).is_some(), ()));
                    desk.follow(sent.message, Some((sent.message, "edit")));
                }
                Err(error) => drop(draft.try_update(|draft| draft.failed(error))),
            }
        });
    });
    let tray = Tray::new(draft, save, None);
    thread.peek(id, |message| tray.fill(message));
    in_browser(move || {
        if let Some(form) = form.get() {
            tray.listen(Some(&form));
        }
    });
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        match key(&event) {
            Some(Key::Enter) => save.run(()),
            Some(Key::Escape) => cancel(),
            _ => return,
        }
        event.prevent_default();
    };
    let sending = Memo::new(move |_| draft.with(|draft| draft.standing == Standing::Sending));
    let words = move || if sending.get() { Msg::Sending.text() } else { LaterMsg::SaveEdit.text() };
    let problem = move || {
        draft.with(|draft| match &draft.standing {
            Standing::Failed(error) => Some(Msg::NotSent { why: sentence(error).into_owned() }.text()),
            Standing::Empty => Some(Msg::WriteFirst.text()),
            Standing::Attaching => Some(Msg::ImagesOnTheirWay.text()),
            Standing::NotAttached => Some(Msg::ImageNotTaken.text()),
            _ => None,
        })
    };
    view! {
        <form
            class="message-edit"
            aria-label=LaterMsg::EditMessage.text()
            on:submit=|event| event.prevent_default()
            node_ref=form
        >
            <TrayView tray />
            <textarea
                class="composer-text"
                name="edit"
                rows="1"
                autocomplete="off"
                enterkeyhint="send"
                aria-label=LaterMsg::EditMessage.text()
                readonly=move || sending.get()
                node_ref=area
                on:input=typed
                on:keydown=press_key
            ></textarea>
            <Problem words=problem />
            <div class="message-edit-row">
                <IconButton class="attach" action="attach" icon=Glyph::Image label=Msg::AddImages.text() press=move |()| tray.choose() />
                <Only when=move || resumed.get()>
                    <Button class="button small quiet" action="start-over" words=LaterMsg::StartOver.text() press=start_over />
                </Only>
                <Button class="button small" action="cancel" words=LaterMsg::Cancel.text() press=cancel />
                <Button class="button small primary" action="save" words press=save />
            </div>
        </form>
    }
    .into_any()
}
