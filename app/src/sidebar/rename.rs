//! Another title, written in the row itself.
//!
//! Enter keeps it, Escape does not, and leaving the field keeps it as well, unless the whole window was left. Whoever else
//! renamed the conversation meanwhile is not overwritten unawares: the writer is told, the text stays, and Enter then
//! means it.

use crate::{
    browser::{Key, focus_on, key, next_frame, page_has_focus},
    later::later,
    stream::{List, summary_of},
    text::{LaterMsg, sentence},
    ui::{Make, in_browser},
    wire::{Code, ConversationId, Error, Event, Summary},
};
use leptos::{html, prelude::*, server_fn::codec::Json, task::spawn_local};
use std::{borrow::Cow, sync::Arc};

/// Gives a conversation another title; `seen` is the version that the writer saw.
#[server(prefix = "/api", endpoint = "rename_conversation", input = Json, output = Json)]
pub async fn rename_conversation(conversation: ConversationId, title: String, seen: u64) -> Result<Summary, Error> {
    crate::backend::backend()?.rename_conversation(conversation, title, seen).await
}

/// What is written, and what it was written over.
#[derive(Clone, Debug, PartialEq)]
struct Draft {
    /// The title that the writer knows.
    title: String,
    /// Its version.
    seen: u64,
    saving: bool,
    problem: Option<Cow<'static, str>>,
}

impl Draft {
    /// What is to be saved, if anything: nothing was changed, or nothing is left, and the old title stays.
    fn change(&self, text: &str) -> Option<String> {
        let text = text.trim();
        (!text.is_empty() && text != self.title.trim()).then(|| text.to_owned())
    }

    /// Somebody else was first: from now on that is what is written over.
    fn overtaken(&mut self, title: String, seen: u64) {
        self.problem = Some(LaterMsg::RenamedElsewhere { title: title.clone() }.text());
        (self.title, self.seen) = (title, seen);
    }
}

later! {
    pub fn rename_view(list: List, id: ConversationId, renaming: RwSignal<bool>) -> Make {
        Arc::new(move || view! { <Rename list id renaming /> }.into_any())
    }
}

#[component]
fn Rename(list: List, id: ConversationId, renaming: RwSignal<bool>) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let (title, seen) = untrack(|| list.get(id)).map(|row| (row.title, row.version)).unwrap_or_default();
    let value = title.clone();
    let draft = RwSignal::new(Draft { title, seen, saving: false, problem: None });
    in_browser(move || {
        if let Some(field) = field.get() {
            // A field that cannot take the focus can still be clicked.
            let _ = field.focus();
            field.select();
        }
    });
    // `back`: the keyboard goes on in the row; who clicked elsewhere is there already.
    let end = move |back: bool| {
        if renaming.try_set(false).is_none() && back {
            next_frame(move || {
                focus_on(&format!("[data-conversation='{id}'] .sidebar-link"));
            });
        }
    };
    let save = move |back: bool| {
        if draft.with_untracked(|draft| draft.saving) {
            return;
        }
        let Some(text) = field.get_untracked().map(|field| field.value()) else { return };
        let Some(text) = draft.with_untracked(|draft| draft.change(&text)) else { return end(back) };
        let seen = draft.with_untracked(|draft| draft.seen);
        draft.update(|draft| (draft.saving, draft.problem) = (true, None));
        spawn_local(async move {
            let answer = rename_conversation(id, text, seen).await;
            match answer {
                Ok(summary) => {
                    list.apply(&Event::Summary(summary));
                    end(back);
                }
                Err(error) => {
                    let told = tell(list, id, draft, error).await;
                    draft.try_update(|draft| (draft.saving, draft.problem) = (false, Some(told)));
                }
            }
        });
    };
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        if key(&event) == Some(Key::Enter) {
            event.prevent_default();
            save(true);
        } else if event.key() == "Escape" && !event.is_composing() {
            event.prevent_default();
            event.stop_propagation();
            end(true);
        }
    };
    let left = move |_| {
        // A field that goes away is left as well, and by then nothing is here any more.
        let open = renaming.try_get_untracked() == Some(true);
        // Leaving the window is not leaving the field; and what was refused is not sent again unasked.
        if open && page_has_focus() && draft.with_untracked(|draft| draft.problem.is_none()) {
            save(false);
        }
    };
    view! {
        <input
            class="sidebar-field"
            name="title"
            maxlength="200"
            autocomplete="off"
            enterkeyhint="done"
            aria-label=LaterMsg::Title.text()
            aria-describedby="rename-problem"
            aria-busy=move || draft.with(|draft| draft.saving).to_string()
            readonly=move || draft.with(|draft| draft.saving)
            value=value
            node_ref=field
            on:keydown=press_key
            on:blur=left
        />
        <p class="problem sidebar-problem" id="rename-problem" role="alert">
            {move || draft.with(|draft| draft.problem.clone())}
        </p>
    }
}

/// What to say of a refusal. After a conflict the writer learns the new title, and the draft its version.
async fn tell(list: List, id: ConversationId, draft: RwSignal<Draft>, error: Error) -> Cow<'static, str> {
    if error.code == Code::Stale
        && let Ok(summary) = summary_of(id).await
    {
        let (title, version) = (summary.title.clone(), summary.version);
        list.apply(&Event::Summary(summary));
        draft.try_update(|draft| draft.overtaken(title, version));
        if let Some(words) = draft.try_with_untracked(|draft| draft.problem.clone()).flatten() {
            return words;
        }
    }
    sentence(&error).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft { title: "Trees".into(), seen: 3, saving: false, problem: None }
    }

    #[test]
    fn only_a_change_is_saved() {
        for text in ["", "  ", "Trees", " Trees "] {
            assert_eq!(draft().change(text), None, "{text:?}");
        }
        assert_eq!(draft().change(" Rivers ").as_deref(), Some("Rivers"));
    }

    #[test]
    fn who_was_overtaken_and_told_writes_over_what_was_told() {
        // It stayed at the version of its opening, and every further try was refused as well.
        let mut draft = draft();
        draft.overtaken("Woods".into(), 4);
        assert_eq!((draft.seen, draft.change("Rivers").as_deref()), (4, Some("Rivers")));
        assert!(draft.problem.as_deref().is_some_and(|words| words.contains("Woods")));
    }
}
