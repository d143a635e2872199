//! Where a person writes.

mod draft;
mod kept;
mod send_button;
mod tray;
mod words;

use draft::Images;
pub use draft::{Destination, Draft, Standing};
use kept::Kept;
use send_button::SendButton;
pub use send_button::Stopping;
use tray::tray_view;
pub use tray::{Tray, TrayView};
use words::Words;

use super::{
    desk::Desk,
    model_picker::{ModelPicker, Models},
    setup::SetupOf,
};
use crate::{
    browser::{Key, fit_rows, focus, has_keyboard, is_focus_free, key},
    markdown,
    stream::Thread,
    text::Msg,
    ui::{Glyph, IconButton, Later, Toasts, in_browser, patiently},
    wire::{Error, MessageId, SendMessage, Sent},
};
use leptos::{html, prelude::*, server_fn::codec::Json, task::spawn_local};
use leptos_router::hooks::use_navigate;

/// Stores a message and begins its reply.
#[server(name = SendMessageCall, prefix = "/api", endpoint = "send_message", input = Json, output = Json)]
pub async fn send_message(#[server(flatten)] message: SendMessage) -> Result<Sent, Error> {
    crate::backend::backend()?.send_message(message).await
}

/// More rows than this scroll.
pub const MOST_ROWS: usize = 12;

#[component]
pub fn Composer(
    /// Of the conversation to write to; a new one without it.
    #[prop(optional)]
    desk: Option<Desk>,
) -> impl IntoView {
    let thread = desk.map(|desk| desk.thread);
    let area = NodeRef::<html::Textarea>::new();
    let draft = RwSignal::new(Draft::default());
    let models = desk.map_or_else(Models::new, |desk| desk.models);
    let setup = SetupOf::new(thread.map(|thread| thread.id));
    let running = Memo::new(move |_| desk.map(running_replies).unwrap_or_default());
    let stopping = Stopping::new(running);
    let kept = Kept::new(thread.map(|thread| thread.id));
    let (attaches, choosing) = (RwSignal::new(false), RwSignal::new(false));
    let toasts = Toasts::of_page();
    let navigate = use_navigate();

    in_browser(move || {
        let Some(area) = area.get() else { return };
        // Whoever typed before the page woke up keeps that.
        if let Some(text) = kept.recall().filter(|_| area.value().is_empty()) {
            area.set_value(&text);
        }
        fit_rows(&area, &area.value(), MOST_ROWS);
        if !kept.images().is_empty() {
            // The tray puts them in when it is here; nothing goes without them.
            draft.update(|draft| {
                if draft.images == Images::default() {
                    draft.images = Images::OnTheirWay;
                }
            });
            attaches.set(true);
        }
        // On a phone a focus would open the keyboard over half of the window.
        if has_keyboard() && is_focus_free() {
            focus(&area);
        }
    });
    kept.until_the_page_goes();
    in_browser(move || {
        if desk.is_some_and(|desk| !desk.is_cut_off()) {
            change(draft, Draft::reconnected);
            stopping.reconnected();
        }
    });
    in_browser(move || {
        if running.with(Vec::is_empty) {
            change(draft, Draft::reply_ended);
        }
    });
    let typed = move |_| {
        let Some(area) = area.get_untracked() else { return };
        let text = area.value();
        fit_rows(&area, &text, MOST_ROWS);
        change(draft, Draft::typed);
        if let Some(why) = kept.keep(text) {
            toasts.say_once(why.text());
        }
    };
    let submit = Callback::new(move |()| {
        let Some(area) = area.get_untracked() else { return };
        let to = Destination {
            conversation: thread.map(|thread| thread.id),
            parent: thread.and_then(|thread| thread.path().with_untracked(|path| path.last().copied())),
            edits: None,
            model: models.chosen.get_untracked(),
            also: models.also.get_untracked(),
            setup: setup.begun.get_untracked(),
            reply_runs: !running.with_untracked(Vec::is_empty),
        };
        let Some(message) = draft.try_update(|draft| draft.press(&area.value(), to)).flatten() else { return };
        let navigate = navigate.clone();
        spawn_local(async move {
            let text = message.text.clone();
            let answer = patiently(|| send_message(message.clone())).await;
            if answer.is_ok() {
                kept.forget(&text);
                kept.forget_images(&message.images);
            }
            // Whoever went elsewhere meanwhile stays there.
            if draft.is_disposed() {
                return;
            }
            match answer {
                Ok(sent) => {
                    draft.update(Draft::sent);
                    models.also.set(Vec::new());
                    area.set_value("");
                    fit_rows(&area, "", MOST_ROWS);
                    match desk {
                        Some(desk) => {
                            desk.follow(sent.message, None);
                            // It was the button that was pressed.
                            if has_keyboard() {
                                focus(&area);
                            }
                        }
                        None => {
                            setup.begin(None);
                            navigate(&format!("/c/{}", sent.conversation), Default::default());
                        }
                    }
                }
                Err(error) => draft.update(|draft| draft.failed(error)),
            }
        });
    });
    in_browser(move || {
        models.chosen.track();
        models.also.track();
        change(draft, Draft::model_changed);
    });
    let attach = move |()| {
        attaches.set(true);
        choosing.set(true);
    };
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        let Some(area) = area.get_untracked() else { return };
        let taken = match key(&event) {
            Some(Key::Enter) => {
                submit.run(());
                true
            }
            Some(Key::Escape) => {
                let runs = !running.with_untracked(Vec::is_empty);
                if draft.try_update(|draft| draft.escape(runs)) == Some(true) {
                    stopping.stop();
                }
                runs
            }
            // An empty text area has no use for these; the thread has.
            Some(Key::Up) => area.value().is_empty() && desk.is_some_and(|desk| desk.edit_last()),
            Some(Key::Page { down }) => area.value().is_empty() && desk.is_some_and(|desk| desk.reader.turn_page(down)),
            None => false,
        };
        if taken {
            event.prevent_default();
        }
    };
    let sending = Memo::new(move |_| draft.with(|draft| draft.standing == Standing::Sending));
    view! {
        <form class="composer" aria-label=Msg::Composer.text() on:submit=|event| event.prevent_default()>
            <Words draft stopping cut_off=move || desk.is_some_and(|desk| desk.is_cut_off()) retry=submit />
            <noscript class="composer-words" inner_html=Msg::NeedsScripts.text().into_owned()></noscript>
            <div class="composer-box">
                <Later
                    when=move || attaches.get() || markdown::is_here()
                    close=move |()| attaches.set(false)
                    view=move || tray_view(draft, submit, choosing, kept)
                />
                <textarea
                    class="composer-text"
                    name="text"
                    rows="1"
                    autocomplete="off"
                    enterkeyhint="send"
                    aria-label=Msg::YourMessage.text()
                    placeholder=Msg::YourMessage.text()
                    readonly=move || sending.get()
                    aria-busy=move || sending.get().to_string()
                    node_ref=area
                    on:input=typed
                    // The reply to what is written here will be drawn by it.
                    on:focus=|_| markdown::warm()
                    on:keydown=press_key
                ></textarea>
                <div class="composer-row">
                    <IconButton action="attach" icon=Glyph::Image label=Msg::AddImages.text() press=attach />
                    <ModelPicker models last=thread.and_then(last_model) setup />
                    <SendButton stopping sending submit />
                </div>
            </div>
        </form>
    }
    .into_any()
}

/// Changes the draft, and tells of it only when what is shown is another.
fn change(draft: RwSignal<Draft>, change: fn(&mut Draft)) {
    draft.try_maybe_update(|draft| {
        let before = draft.standing.clone();
        change(draft);
        (draft.standing != before, ())
    });
}

/// The reply that is being written at the end of the shown path, and those that are beside it; none as soon as it can be
/// answered.
fn running_replies(desk: Desk) -> Vec<MessageId> {
    let runs = |id: &MessageId| desk.thread.read(*id, |message| message.status.is_running()) == Some(true);
    let Some((leaf, _)) = desk.thread.leaf().filter(|(_, status)| status.is_running()) else { return Vec::new() };
    let beside = desk.side_by_side().into_iter().filter(|id| *id != leaf && runs(id));
    std::iter::once(leaf).chain(beside).collect()
}

/// The model of the newest reply that is shown.
fn last_model(thread: Thread) -> Option<String> {
    let path = thread.path().get_untracked();
    path.iter().rev().find_map(|id| thread.peek(*id, |message| message.model.clone()).flatten())
}
