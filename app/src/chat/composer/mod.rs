//! Where a person writes.

mod choices;
mod draft;
mod kept;
mod queue;
mod send_button;
mod tray;
mod words;

use choices::choices_view;
pub use draft::{Destination, Draft, Pressed, Standing};
use kept::Kept;
use queue::{Queue, QueueView};
use send_button::SendButton;
pub use send_button::Stopping;
use tray::{Asked, tray_view};
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
    stream::{Notice, Thread},
    text::Msg,
    ui::{Glyph, IconButton, Later, Only, Toasts, in_browser, patiently},
    wire::{Code, Error, MessageId, SendMessage, Sent},
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
    /// How the connection is.
    notice: ReadSignal<Notice>,
) -> impl IntoView {
    let thread = desk.map(|desk| desk.thread);
    let area = NodeRef::<html::Textarea>::new();
    let draft = RwSignal::new(Draft::default());
    let models = desk.map_or_else(Models::new, |desk| desk.models);
    let setup = SetupOf::new(thread.map(|thread| thread.id));
    let running = Memo::new(move |_| desk.map(running_replies).unwrap_or_default());
    let stopping = Stopping::new(running);
    let kept = Kept::new(thread.map(|thread| thread.id));
    let (attaches, tray_asked) = (RwSignal::new(false), RwSignal::new(None));
    let queue = desk.map(Queue::new);
    let toasts = Toasts::of_page();
    let navigate = use_navigate();

    in_browser(move || {
        let Some(area) = area.get() else { return };
        // Whoever typed before the page woke up keeps that.
        if let Some(text) = kept.recall().filter(|_| area.value().is_empty()) {
            area.set_value(&text);
        }
        fit_rows(&area, &area.value(), MOST_ROWS);
        let pastes = kept.pastes();
        if !pastes.is_empty() {
            attaches.set(true);
            draft.update(|draft| draft.paste_again(pastes));
        }
        if !kept.images().is_empty() {
            // The tray puts them in when it is here; nothing goes without them.
            draft.update(Draft::expects_images);
            attaches.set(true);
        }
        // On a phone a focus would open the keyboard over half of the window.
        if has_keyboard() && is_focus_free() {
            focus(&area);
        }
    });
    kept.until_the_page_goes();
    let pastes = Memo::new(move |_| draft.with(|draft| draft.pastes.clone()));
    in_browser(move || {
        let is_kept =
            pastes.with(|pastes| kept.keep_pastes(&pastes.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>()));
        if !is_kept {
            toasts.say_once(Msg::DraftTooLong.text());
        }
    });
    in_browser(move || {
        if !notice.get().is_cut_off() {
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
    let taken = move || {
        draft.update(Draft::taken);
        models.asked();
        if let Some(area) = area.get_untracked() {
            area.set_value("");
            fit_rows(&area, "", MOST_ROWS);
        }
    };
    let enqueue = Callback::new(move |message: SendMessage| {
        let Some(queue) = queue else { return };
        let (text, images, pastes) = (message.text.clone(), message.images.clone(), message.pastes.clone());
        if !queue.push(message) {
            let full = Error::new(Code::Invalid, "too many messages wait already");
            return draft.update(|draft| draft.failed(full));
        }
        kept.forget(&text);
        kept.forget_images(&images);
        kept.forget_pastes(&pastes);
        taken();
    });
    let submit = Callback::new(move |()| {
        let Some(area) = area.get_untracked() else { return };
        let to = Destination {
            conversation: thread.map(|thread| thread.id),
            parent: thread.and_then(|thread| thread.path().with_untracked(|path| path.last().copied())),
            edits: None,
            model: models.once.get_untracked().or_else(|| models.chosen.get_untracked()),
            also: if models.once.with_untracked(Option::is_some) { Vec::new() } else { models.also.get_untracked() },
            setup: setup.begun.get_untracked(),
            waits: queue.is_some_and(|queue| {
                untrack(|| !queue.is_empty() || !running.with(Vec::is_empty) || notice.get().is_cut_off())
            }),
        };
        let message = match draft.try_update(|draft| draft.press(&area.value(), to)).flatten() {
            Some(Pressed::Send(message)) => message,
            Some(Pressed::Queue(message)) => return enqueue.run(message),
            None => return,
        };
        let navigate = navigate.clone();
        spawn_local(async move {
            let text = message.text.clone();
            let answer = patiently(|| send_message(message.clone())).await;
            if answer.is_ok() {
                kept.forget(&text);
                kept.forget_images(&message.images);
                kept.forget_pastes(&message.pastes);
            }
            // Whoever went elsewhere meanwhile stays there.
            if draft.is_disposed() {
                return;
            }
            match answer {
                Ok(sent) => {
                    taken();
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
                Err(error) if error.code == Code::Unavailable && queue.is_some() => enqueue.run(message),
                Err(error) => draft.update(|draft| draft.failed(error)),
            }
        });
    });
    // A new conversation has no queue: its first message stays in sight, and goes as it is.
    in_browser(move || {
        if draft.with(Draft::waits_for_server) && !notice.get().is_cut_off() {
            submit.run(());
        }
    });
    let write_on = Callback::new(move |message: SendMessage| {
        let Some(area) = area.get_untracked() else { return };
        let text = match area.value() {
            begun if begun.is_empty() => message.text,
            begun => format!("{}\n\n{begun}", message.text),
        };
        area.set_value(&text);
        fit_rows(&area, &text, MOST_ROWS);
        focus(&area);
        kept.keep(text);
        if !message.pastes.is_empty() {
            attaches.set(true);
            draft.update(|draft| draft.paste_again(message.pastes));
        }
        if !message.images.is_empty() {
            draft.update(Draft::expects_images);
            attaches.set(true);
            tray_asked.set(Some(Asked::PutIn(message.images)));
        }
    });
    in_browser(move || {
        models.chosen.track();
        models.also.track();
        models.once.track();
        change(draft, Draft::model_changed);
    });
    let attach = move |()| {
        attaches.set(true);
        tray_asked.set(Some(Asked::Choose));
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
            Some(Key::Up) if area.value().is_empty() => match queue.and_then(Queue::take_last) {
                Some(message) => {
                    write_on.run(message);
                    true
                }
                None => desk.is_some_and(|desk| desk.edit_last()),
            },
            Some(Key::Page { down }) => area.value().is_empty() && desk.is_some_and(|desk| desk.reader.turn_page(down)),
            Some(Key::Up) | None => false,
        };
        if taken {
            event.prevent_default();
        }
    };
    let sending = Memo::new(move |_| draft.with(|draft| draft.standing == Standing::Sending));
    view! {
        <form class="composer" aria-label=Msg::Composer.text() on:submit=|event| event.prevent_default()>
            <Words draft stopping retry=submit />
            <noscript class="composer-words" inner_html=Msg::NeedsScripts.text().into_owned()></noscript>
            {queue.map(|queue| view! { <QueueView queue edit=write_on /> })}
            <div class="composer-box">
                <Later
                    when=move || attaches.get() || markdown::is_here()
                    close=move |()| attaches.set(false)
                    view=move || tray_view(draft, submit, tray_asked, kept)
                />
                <Later when=markdown::is_here close=|()| {} view=move || choices_view(area, models) />
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
                    // While Send is Stop, this is Send; shown where there is something to send.
                    <Only when=move || stopping.is_due()>
                        <IconButton
                            class="round composer-queue"
                            action="queue"
                            icon=Glyph::Send
                            label=Msg::QueueThis.text()
                            press=submit
                        />
                    </Only>
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
