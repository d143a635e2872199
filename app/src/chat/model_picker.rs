//! Which model answers.

use crate::{
    browser::{recall, remember},
    text::{Msg, sentence},
    ui::{Problem, first_read, in_browser},
    wire::{Error, Model},
};
use leptos::{prelude::*, server_fn::codec::Json};

/// The models that can be asked, the default first.
#[server(prefix = "/api", endpoint = "list_models", input = Json, output = Json)]
pub async fn list_models() -> Result<Vec<Model>, Error> {
    crate::backend::backend()?.list_models().await
}

const REMEMBERED: &str = "brooklet.model";

#[component]
pub fn ModelPicker(
    /// The chosen one; set from here.
    model: RwSignal<Option<String>>,
    /// The one that wrote this conversation's newest reply.
    last: Option<String>,
) -> impl IntoView {
    let models = first_read(list_models());
    let last = StoredValue::new(last);
    view! {
        <Suspense fallback=|| {
            view! { <span class="model-picker">{Msg::Loading.text()}</span> }
        }>
            {move || Suspend::new(async move {
                match models.await {
                    Ok(models) => view! { <Picker models model last=last.get_value() /> }.into_any(),
                    Err(error) => view! { <Problem words=Some(sentence(&error)) /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Picker(models: Vec<Model>, model: RwSignal<Option<String>>, last: Option<String>) -> impl IntoView {
    model.set(choose(&models, last.as_deref(), None));
    in_browser({
        let models = models.clone();
        move || {
            // What this browser remembers is unknown to the server; the first paint shows the choice without it.
            let remembered = recall(REMEMBERED);
            model.set(choose(&models, last.as_deref(), remembered.as_deref()));
        }
    });
    let pick = move |event| {
        let id = event_target_value(&event);
        remember(REMEMBERED, &id);
        model.set(Some(id));
    };
    let options = models
        .into_iter()
        .map(|Model { id, name, provider, source }| {
            let words = Msg::ModelChoice { name, provider, source };
            let (value, chosen) = (id.clone(), Memo::new(move |_| model.with(|model| model.as_ref() == Some(&id))));
            view! {
                <option value=value selected=move || chosen.get() prop:selected=move || chosen.get()>
                    {words.text()}
                </option>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <select class="model-picker" name="model" aria-label=Msg::Model.text() on:change=pick>
            {options}
        </select>
    }
}

/// The model to begin with: the conversation's own, the one that was used last, the server's default.
fn choose(models: &[Model], last: Option<&str>, remembered: Option<&str>) -> Option<String> {
    let there = |id: &&str| models.iter().any(|model| model.id == *id);
    let chosen = last.filter(there).or(remembered.filter(there)).map(str::to_owned);
    chosen.or_else(|| models.first().map(|model| model.id.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn models() -> Vec<Model> {
        let model =
            |id: &str| Model { id: id.into(), name: id.into(), provider: "Example".into(), source: "built in".into() };
        vec![model("a/one"), model("a/two"), model("b/three")]
    }

    #[test]
    fn the_conversations_own_comes_first() {
        let choose = |last, remembered| choose(&models(), last, remembered);
        assert_eq!(choose(Some("b/three"), Some("a/two")).as_deref(), Some("b/three"));
        assert_eq!(choose(None, Some("a/two")).as_deref(), Some("a/two"));
        assert_eq!(choose(None, None).as_deref(), Some("a/one"));
    }

    #[test]
    fn a_model_that_is_not_there_is_not_chosen() {
        assert_eq!(choose(&models(), Some("gone/x"), Some("gone/y")).as_deref(), Some("a/one"));
        assert_eq!(choose(&[], Some("gone/x"), None), None);
    }
}
