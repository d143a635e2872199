//! Which model answers: a button that says it, and a list to choose another one from.

mod choice;
mod list;

use super::setup::{SetupOf, setup_view};
use crate::{
    browser::{Timer, is_visible, on_document, recall, remember},
    later::later,
    stream::List as Conversations,
    text::{Msg, called, sentence},
    ui::{Glyph, Icon, Later, Make, Problem, first_read, in_browser},
    wire::{Error, MOST_MODELS, ModelList},
};
pub use choice::{name_in, named};

use choice::{choose, find, is_guide_alone, may_change, note, others};
use leptos::{html, prelude::*, server_fn::codec::Json, task::spawn_local};
use list::List;
use send_wrapper::SendWrapper;
use std::{borrow::Cow, sync::Arc};

/// The models that can be asked, the default first: as far as is known, or after a `look` at all providers.
#[server(prefix = "/api", endpoint = "list_models", input = Json, output = Json)]
pub async fn list_models(look: Option<bool>) -> Result<ModelList, Error> {
    crate::backend::backend()?.list_models(look.unwrap_or_default()).await
}

const REMEMBERED: &str = "brooklet.model";

/// How often a page that shows no model looks for one; the server looks as often by itself.
const LOOK_AGAIN_MS: u64 = 30_000;

/// Which models there are, as far as is known, and which are asked next.
#[derive(Clone, Copy)]
pub struct Models {
    pub found: RwSignal<ModelList>,
    pub chosen: RwSignal<Option<String>>,
    /// Asked at once with the chosen one.
    pub also: RwSignal<Vec<String>>,
    /// Asked for one message, instead of these.
    pub once: RwSignal<Option<String>>,
}

impl Models {
    pub fn new() -> Self {
        Self {
            found: RwSignal::default(),
            chosen: RwSignal::new(None),
            also: RwSignal::default(),
            once: RwSignal::new(None),
        }
    }

    /// A message went to them: the next one goes to the chosen one alone.
    pub fn asked(self) {
        self.also.set(Vec::new());
        self.once.set(None);
    }

    /// All that are asked.
    fn all(self) -> Vec<String> {
        self.chosen.get().into_iter().chain(self.also.get()).collect()
    }

    /// One more, or one less; false where there would be too many. The last one stays.
    fn toggle(self, id: String) -> bool {
        let mut all = untrack(|| self.all());
        match all.iter().position(|one| *one == id) {
            Some(at) if all.len() > 1 => drop(all.remove(at)),
            Some(_) => {}
            None if all.len() >= MOST_MODELS => return false,
            None => all.push(id),
        }
        let also = all.split_off(1);
        self.chosen.set(all.pop());
        self.also.set(also);
        true
    }

    /// What a model is called.
    pub fn name_of(self, id: &str) -> String {
        self.found.with(|found| called(find(found, id).map_or(name_in(id), |model| &model.name)).into_owned())
    }

    /// Up to `most` others that could write instead of this one: the last used first.
    pub fn instead_of(self, model: Option<&str>, most: usize) -> Vec<String> {
        self.found.with(|found| others(found, model, most))
    }
}

#[component]
pub fn ModelPicker(
    /// Set from here.
    models: Models,
    /// The one that wrote this conversation's newest reply.
    last: Option<String>,
    setup: SetupOf,
) -> impl IntoView {
    let list = first_read(list_models(None));
    let last = StoredValue::new(last);
    view! {
        <Suspense fallback=|| {
            view! { <span class="model-picker">{Msg::Loading.text()}</span> }
        }>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(found) => view! { <Picker picking=Picking::new(found, models, last) setup /> }.into_any(),
                    Err(error) => view! { <Problem words=Some(sentence(&error)) /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// What is known and what is chosen.
#[derive(Clone, Copy)]
struct Picking {
    models: Models,
    /// The conversation's own model.
    last: StoredValue<Option<String>>,
    by_hand: StoredValue<bool>,
    /// Why the last look failed.
    problem: RwSignal<Option<Error>>,
    open: RwSignal<bool>,
}

impl Picking {
    fn new(found: ModelList, models: Models, last: StoredValue<Option<String>>) -> Self {
        models.found.set(found);
        let picking = Self {
            models,
            last,
            by_hand: StoredValue::new(false),
            problem: RwSignal::new(None),
            open: RwSignal::new(false),
        };
        picking.begin(None);
        picking
    }

    /// Chooses without a hand. What this browser remembers is unknown to the server; the first paint is without it.
    fn begin(self, remembered: Option<&str>) {
        let last = self.last.get_value();
        let Models { found, chosen, .. } = self.models;
        let choice = found.with_untracked(|found| choose(found, last.as_deref(), remembered));
        chosen.maybe_update(|chosen| {
            let differs = *chosen != choice;
            *chosen = choice;
            differs
        });
    }

    /// Asks all providers, and shows what they say in place.
    fn look(self) {
        spawn_local(async move {
            match list_models(Some(true)).await {
                Ok(found) => {
                    self.problem.try_set(None);
                    self.take(found);
                }
                Err(error) => drop(self.problem.try_set(Some(error))),
            }
        });
    }

    fn take(self, found: ModelList) {
        // Whoever left the page meanwhile needs no list.
        let Some(by_hand) = self.by_hand.try_get_value() else { return };
        let Models { found: known, chosen, .. } = self.models;
        known.try_maybe_update(|known| {
            let differs = *known != found;
            *known = found;
            (differs, ())
        });
        let gives_way =
            known.with_untracked(|found| chosen.with_untracked(|chosen| may_change(found, chosen.as_deref())));
        if gives_way && !by_hand {
            self.begin(recall(REMEMBERED).as_deref());
        }
    }

    /// A person chose it, and no other. Where there is nothing else, choosing says nothing.
    fn pick(self, id: String) {
        let Models { found, chosen, also, .. } = self.models;
        if found.with_untracked(|found| !is_guide_alone(found)) {
            remember(REMEMBERED, &id);
            self.by_hand.set_value(true);
        }
        chosen.set(Some(id));
        also.maybe_update(|also| !std::mem::take(also).is_empty());
    }
}

later! {
    fn list_view(picking: Picking, button: NodeRef<html::Button>, setup: SetupOf) -> Make {
        Arc::new(move || view! { <List picking button setup /> }.into_any())
    }
}

#[component]
fn Picker(picking: Picking, setup: SetupOf) -> impl IntoView {
    let Picking { models, open, .. } = picking;
    let Models { found, chosen, also, .. } = models;
    let button = NodeRef::<html::Button>::new();
    in_browser(move || {
        picking.begin(recall(REMEMBERED).as_deref());
        let look = move || {
            if is_visible() && found.try_with_untracked(is_guide_alone) == Some(true) {
                picking.look();
            }
        };
        look();
        let watching = SendWrapper::new((Timer::every(LOOK_AGAIN_MS, look), on_document("visibilitychange", look)));
        on_cleanup(move || drop(watching));
    });
    // A press that closes the list by being outside of it must not open it again.
    let was_open = StoredValue::new(false);
    let press = move |_| {
        let opens = !was_open.get_value();
        was_open.set_value(false);
        if opens {
            picking.look();
        }
        open.set(opens);
    };
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowDown" | "ArrowUp") {
            event.prevent_default();
            picking.look();
            open.set(true);
        }
    };
    let name = move || models.name_of(&chosen.get().unwrap_or_default());
    let conversations = Conversations::of_page();
    let note = Memo::new(move |_| {
        if !also.with(Vec::is_empty) {
            let names = also.with(|also| also.iter().map(|id| name_in(id)).collect::<Vec<_>>().join(" + "));
            return format!("+ {names}").into();
        }
        let note = chosen.with(|id| found.with(|found| note(found, id.as_deref().unwrap_or_default())));
        if setup.is_set(conversations) { format!("{} · {note}", Msg::IsSetUp.text()).into() } else { note }
    });
    let kind = move || chosen.with(|id| found.with(|found| kind_of(found, id.as_deref())));
    view! {
        <div class="model-picker">
            <button
                class="model-button"
                type="button"
                data-action="choose-model"
                data-model=move || chosen.get()
                data-kind=kind
                aria-haspopup="dialog"
                aria-expanded=move || open.get().to_string()
                node_ref=button
                on:pointerdown=move |_| was_open.set_value(open.get_untracked())
                on:click=press
                on:keydown=press_key
            >
                <span class="offscreen">{Msg::ModelBefore.text()}</span>
                <span class="model-name">{name}</span>
                " "
                <span class="model-note">{move || note.get()}</span>
                <Icon glyph=Glyph::Chevron />
            </button>
            <Later when=open close=move |()| open.set(false) view=move || list_view(picking, button, setup) />
            <Later when=setup.open close=move |()| setup.open.set(false) view=move || setup_view(setup, chosen) />
        </div>
    }
}

/// For styles: `local`, `key`, `built_in`, or `away`.
fn kind_of(found: &ModelList, id: Option<&str>) -> Cow<'static, str> {
    use crate::wire::Word;
    id.and_then(|id| find(found, id)).map_or("away", |model| model.kind.word()).into()
}
