//! Messages that wait until the reply before them is done, or until the server can be heard again.
//!
//! This browser holds them, and keeps them over a reload. Each is a whole request with an id, so two tabs that send the same one
//! send it once.

mod line;
mod view;

pub use view::QueueView;

use super::send_message;
use crate::{
    browser::{Timer, forget, is_visible, on_window, recall, remember},
    chat::desk::Desk,
    stream::newest_page,
    text::Msg,
    ui::{Toasts, in_browser},
    wire::{Code, Error, MessageId, RequestId, SendMessage, Status},
};
use leptos::{prelude::*, task::spawn_local};
use line::Line;
use send_wrapper::SendWrapper;

/// What did not go is tried again so often; and so often a hidden page, which has no stream, asks whether the reply is done.
const AGAIN_MS: u64 = 4_000;

/// The queue of a conversation's page.
#[derive(Clone, Copy)]
pub struct Queue {
    desk: Desk,
    line: RwSignal<Line>,
    wait: Memo<Option<Wait>>,
    /// Where the browser keeps it.
    key: StoredValue<String>,
    /// The browser kept all of it.
    is_kept: StoredValue<bool>,
    again: RwSignal<u32>,
    toasts: Toasts,
}

/// Why the first of them is still there.
#[derive(Clone, Debug, PartialEq)]
enum Wait {
    ForReply,
    ForServer,
    /// The reply before it failed or broke off: whether it still makes sense is for its writer to say.
    ForWriter,
    Trouble(Error),
    Going,
}

impl Queue {
    /// Sends what waits, as long as the calling component lives.
    pub fn new(desk: Desk) -> Self {
        let line = RwSignal::new(Line::default());
        let queue = Self {
            desk,
            line,
            wait: Memo::new(move |_| line.with(|line| line.first().map(|first| wait_of(desk, line, first)))),
            key: StoredValue::new(format!("brooklet.queue.{}", desk.thread.id)),
            is_kept: StoredValue::new(true),
            again: RwSignal::new(0),
            toasts: Toasts::of_page(),
        };
        in_browser(move || {
            queue.read();
            let others = SendWrapper::new(on_window("storage", move |_| queue.read()));
            on_cleanup(move || drop(others));
        });
        in_browser(move || {
            queue.again.track();
            if queue.wait.get() == Some(Wait::Going) {
                queue.send_first();
            }
        });
        let waits = Memo::new(move |_| !queue.is_empty());
        in_browser(move || {
            let clock = waits.get().then(|| Timer::every(AGAIN_MS, move || queue.tick())).flatten();
            let clock = SendWrapper::new(clock);
            on_cleanup(move || drop(clock));
        });
        queue
    }

    pub fn is_empty(self) -> bool {
        self.line.with(|line| line.waiting().is_empty())
    }

    /// False when there is no room.
    pub fn push(self, message: SendMessage) -> bool {
        let pushed = self.line.try_update(|line| line.push(message)) == Some(true);
        self.keep();
        pushed
    }

    /// Takes one out, for its writer to go on with or to forget.
    pub fn take(self, request: RequestId) -> Option<SendMessage> {
        let taken = self.line.try_update(|line| line.remove(request)).flatten();
        self.keep();
        taken
    }

    /// Takes out the last.
    pub fn take_last(self) -> Option<SendMessage> {
        let last = self.line.with_untracked(|line| line.waiting().last().map(|message| message.request));
        self.take(last?)
    }

    fn send_first(self) {
        let parent = |first: &SendMessage| untrack(|| parent_of(self.desk, first));
        let Some(parent) = self.line.with_untracked(|line| line.first().map(parent)) else { return };
        // Where another branch is looked at, it stays.
        let here = self.desk.thread.path().with_untracked(|path| path.last().copied()) == parent;
        let Some(message) = self.line.try_update(|line| line.send(parent)).flatten() else { return };
        let Some(key) = self.key.try_get_value() else { return };
        spawn_local(async move {
            let request = message.request;
            let (reply, shown) = match send_message(message).await {
                Ok(sent) => (Some(sent.reply), Some(sent.message)),
                // It went with another tab, which saw another path.
                Err(error) if error.code == Code::RequestReused => (None, None),
                Err(error) => {
                    self.line.try_update(|line| line.failed(error));
                    return;
                }
            };
            // Whoever went elsewhere meanwhile has sent it all the same.
            let mut kept = Line::default();
            kept.replace(kept_under(&key));
            kept.went(request, reply);
            keep_under(&key, kept.waiting());
            if self.line.try_update(|line| line.went(request, reply)).is_none() {
                return;
            }
            if let Some(shown) = shown.filter(|_| here) {
                self.desk.thread.show(shown);
            }
        });
    }

    /// Tries again. A hidden page has no stream and reads instead.
    fn tick(self) {
        let waits = self.line.try_with_untracked(|line| !line.is_sending() && line.trouble().is_none());
        if waits != Some(true) {
            return;
        }
        if is_visible() {
            self.again.try_update(|count| *count += 1);
            return;
        }
        let thread = self.desk.thread;
        spawn_local(async move {
            if let Ok(page) = newest_page(thread.id, thread.wanted()).await
                && !is_visible()
            {
                thread.replace(page);
                thread.draw();
                self.again.try_update(|count| *count += 1);
            }
        });
    }

    /// What is kept counts: another tab may have sent or added something.
    fn read(self) {
        let Some(key) = self.key.try_get_value() else { return };
        if self.is_kept.try_get_value() != Some(true) {
            return;
        }
        let kept = kept_under(&key);
        self.line.try_maybe_update(|line| {
            let changed = line.waiting() != kept;
            if changed {
                line.replace(kept);
            }
            (changed, ())
        });
    }

    fn keep(self) {
        let Some(key) = self.key.try_get_value() else { return };
        let kept = self.line.with_untracked(|line| keep_under(&key, line.waiting()));
        self.is_kept.set_value(kept);
        if !kept {
            self.toasts.say_once(Msg::NotKept.text());
        }
    }
}

fn wait_of(desk: Desk, line: &Line, first: &SendMessage) -> Wait {
    if let Some(error) = line.trouble() {
        return Wait::Trouble(error.clone());
    }
    if line.is_sending() {
        return Wait::Going;
    }
    if desk.is_cut_off() {
        return Wait::ForServer;
    }
    let thread = desk.thread;
    let runs = |id: &MessageId| thread.read(*id, |message| message.status.is_running()) == Some(true);
    let parent = parent_of(desk, first);
    if parent.is_some_and(|parent| runs(&parent) || thread.together(parent).iter().any(runs)) {
        return Wait::ForReply;
    }
    match parent.and_then(|parent| thread.read(parent, |message| message.status)) {
        Some(Status::Failed | Status::Interrupted) if !line.is_wanted() => Wait::ForWriter,
        _ => Wait::Going,
    }
}

/// What a message goes below: the reply that it was written behind, or of several side by side the one that was picked since.
fn parent_of(desk: Desk, message: &SendMessage) -> Option<MessageId> {
    let beside = desk.side_by_side();
    let last = desk.thread.path().with(|path| path.last().copied());
    message.parent.filter(|parent| !beside.contains(parent)).or(last)
}

/// What is there and makes no sense is nothing: anybody can write into a browser's storage.
fn kept_under(key: &str) -> Vec<SendMessage> {
    recall(key).and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

/// False when the browser does not keep it.
fn keep_under(key: &str, waiting: &[SendMessage]) -> bool {
    if waiting.is_empty() {
        forget(key);
        return true;
    }
    serde_json::to_string(waiting).is_ok_and(|json| remember(key, &json))
}
