//! What people prefer among the models, and the presets that they keep.

use super::{Settings, checked_setup, invalid};
use crate::store::{Intent, Owner, unavailable};
use app::wire::{Error, KeptPreferences, ModelKind, ModelList, Preferences, Prompt};
use std::collections::HashSet;

/// Of each at most: far more than anybody uses.
const HIDDEN: usize = 5_000;
const ORDERED: usize = 200;
const PRESETS: usize = 100;
const PROMPTS: usize = 200;

/// Characters of a preset's name, and bytes of a model's id, at most.
const NAME_CHARS: usize = 60;
const ID_BYTES: usize = 320;

/// Bytes of all prompts together: they travel with each change.
const PROMPT_BYTES: usize = 256 * 1024;

/// Models that were used last, as the picker shows them.
const RECENT: usize = 3;

impl Settings {
    pub async fn preferences(&self, owner: Owner) -> Result<KeptPreferences, Error> {
        self.library.preferences(owner).await.map_err(unavailable)
    }

    /// Errors as in `Backend::change_preferences`.
    pub async fn change_preferences(
        &self,
        owner: Owner,
        preferences: Preferences,
        seen: u64,
    ) -> Result<KeptPreferences, Error> {
        let preferences = checked(preferences)?;
        self.journal
            .submit(Intent::KeepPreferences { owner, preferences: Box::new(preferences.clone()), seen })
            .await?;
        Ok(KeptPreferences { preferences, version: seen + 1 })
    }

    /// The models as this person wants them offered. With `look` the providers are asked, and what each model can do is told;
    /// without it the answer is what is known, at once.
    pub async fn models(&self, owner: Owner, look: bool) -> Result<ModelList, Error> {
        let listing = if look { self.providers.look().await } else { self.providers.list_models().await };
        let preferences = self.preferences(owner).await?.preferences;
        let recent = self.library.recent_models(owner).await.map_err(unavailable)?;
        let mut list = arranged(listing.to_wire(), &preferences, recent);
        if !look {
            // The first page does without.
            list.models.iter_mut().for_each(|model| model.facts = None);
        }
        Ok(list)
    }

    /// The model that a new chat begins with where nobody names one.
    pub async fn first_model(&self, owner: Owner) -> Result<Option<String>, Error> {
        let list = self.models(owner, false).await?;
        let offered = list.models.into_iter().find(|model| !model.hidden);
        Ok(list.default.or(offered.map(|model| model.id)))
    }
}

/// The list in this person's order, with what is hidden marked. The guide stays last, and is always offered.
fn arranged(mut list: ModelList, preferences: &Preferences, recent: Vec<String>) -> ModelList {
    let hidden: HashSet<_> = preferences.hidden.iter().collect();
    let place = |id: &str| {
        let provider = id.split_once('/').map_or(id, |(provider, _)| provider);
        preferences.order.iter().position(|known| known == provider).unwrap_or(usize::MAX)
    };
    for model in &mut list.models {
        model.hidden = model.kind != ModelKind::BuiltIn && hidden.contains(&model.id);
    }
    list.models.sort_by_key(|model| (model.kind == ModelKind::BuiltIn, place(&model.id)));
    let offered = |id: &String| list.models.iter().any(|model| model.id == *id && !model.hidden);
    list.default = preferences.default_model.clone().filter(offered);
    list.recent = recent.into_iter().filter(offered).take(RECENT).collect();
    list
}

fn checked(mut preferences: Preferences) -> Result<Preferences, Error> {
    let Preferences { default_model, hidden, order, presets, prompts } = &mut preferences;
    let ids = hidden.iter().chain(&*order).chain(&*default_model);
    let ids = ids.chain(presets.iter().filter_map(|preset| preset.model.as_ref()));
    if hidden.len() > HIDDEN || order.len() > ORDERED || presets.len() > PRESETS {
        return Err(invalid(format!("there can be {PRESETS} presets, {HIDDEN} hidden models and {ORDERED} places")));
    }
    if ids.clone().any(|id| id.len() > ID_BYTES || id.contains('\0')) {
        return Err(invalid("a model's name is too long".to_owned()));
    }
    for preset in &mut *presets {
        if !is_name(&mut preset.name) {
            return Err(invalid(format!("a preset needs a name, {NAME_CHARS} characters at most")));
        }
        preset.setup = checked_setup(std::mem::take(&mut preset.setup))?;
    }
    if let Some(twice) = twice(presets.iter().map(|preset| &preset.name)) {
        return Err(invalid(format!("two presets are called `{twice}`")));
    }
    check_prompts(prompts)?;
    Ok(preferences)
}

fn check_prompts(prompts: &mut [Prompt]) -> Result<(), Error> {
    if prompts.len() > PROMPTS || prompts.iter().map(|prompt| prompt.text.len()).sum::<usize>() > PROMPT_BYTES {
        let limit = PROMPT_BYTES / 1024;
        return Err(invalid(format!("there can be {PROMPTS} prompts, {limit} KB together")));
    }
    for prompt in &mut *prompts {
        if !is_name(&mut prompt.name) {
            return Err(invalid(format!("a prompt needs a name, {NAME_CHARS} characters at most")));
        }
        if prompt.text.trim().is_empty() || prompt.text.contains('\0') {
            return Err(invalid(format!("the prompt `{}` says nothing", prompt.name)));
        }
    }
    match twice(prompts.iter().map(|prompt| &prompt.name)) {
        Some(twice) => Err(invalid(format!("two prompts are called `{twice}`"))),
        None => Ok(()),
    }
}

/// Trims it first.
fn is_name(name: &mut String) -> bool {
    *name = name.trim().to_owned();
    !name.is_empty() && name.chars().count() <= NAME_CHARS && !name.contains(char::is_control)
}

fn twice<'a>(mut names: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let mut known = HashSet::new();
    names.find(|name| !known.insert(*name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::wire::{Code, Model, Preset, Setup};

    fn model(id: &str) -> Model {
        let kind = if id.starts_with("brooklet/") { ModelKind::BuiltIn } else { ModelKind::Local };
        let (name, provider, source) = Default::default();
        Model { id: id.into(), name, provider, source, kind, hidden: false, facts: None }
    }

    fn ids(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn models_stand_as_their_person_wants_them_and_the_guide_last() {
        let models = ["a/1", "b/1", "a/2", "c/1", "brooklet/guide"].map(model).into();
        let preferences = Preferences {
            default_model: Some("b/1".into()),
            hidden: ids(&["a/1", "brooklet/guide", "gone/1"]),
            order: ids(&["gone", "c", "b"]),
            ..Preferences::default()
        };
        let recent = ids(&["gone/1", "a/1", "a/2", "c/1", "b/1", "brooklet/guide"]);
        let list = arranged(ModelList { models, ..ModelList::default() }, &preferences, recent);
        let told: Vec<_> = list.models.iter().map(|model| (model.id.as_str(), model.hidden)).collect();
        assert_eq!(told, [("c/1", false), ("b/1", false), ("a/1", true), ("a/2", false), ("brooklet/guide", false)]);
        assert_eq!((list.default.as_deref(), list.recent), (Some("b/1"), ids(&["a/2", "c/1", "b/1"])));
    }

    #[test]
    fn a_default_that_is_not_offered_is_none() {
        for hidden in [ids(&["a/1"]), ids(&[])] {
            let models = if hidden.is_empty() { vec![] } else { vec![model("a/1")] };
            let preferences = Preferences { default_model: Some("a/1".into()), hidden, ..Preferences::default() };
            assert_eq!(arranged(ModelList { models, ..ModelList::default() }, &preferences, vec![]).default, None);
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let preset = |name: &str| Preset { name: name.into(), ..Preset::default() };
        let of = |presets: Vec<Preset>| Preferences { presets, ..Preferences::default() };
        let long = "x".repeat(NAME_CHARS + 1);
        let mut hot = preset("hot");
        hot.setup.parameters.temperature = Some(7.0);
        let prompt = |name: &str, text: &str| Prompt { name: name.into(), text: text.into() };
        let says = |prompts: Vec<Prompt>| Preferences { prompts, ..Preferences::default() };
        for wrong in [
            of(vec![preset(" ")]),
            of(vec![preset(&long)]),
            of(vec![preset("a\nb")]),
            of(vec![preset("a"), preset(" a ")]),
            of(vec![hot]),
            of(vec![preset("a"); PRESETS + 1]),
            says(vec![prompt("", "text")]),
            says(vec![prompt("empty", " \n")]),
            says(vec![prompt("nul", "\0")]),
            says(vec![prompt("a", "x"), prompt("a ", "y")]),
            says(vec![prompt("large", &"x".repeat(PROMPT_BYTES + 1))]),
            says((0..=PROMPTS).map(|number| prompt(&number.to_string(), "x")).collect()),
            Preferences { default_model: Some("m".repeat(ID_BYTES + 1)), ..Preferences::default() },
            Preferences { hidden: vec!["x".into(); HIDDEN + 1], ..Preferences::default() },
        ] {
            assert_eq!(checked(wrong).unwrap_err().code, Code::Invalid);
        }
        let kept = checked(of(vec![Preset { setup: Setup::default(), ..preset(" short ") }])).unwrap();
        assert_eq!(kept.presets[0].name, "short");
    }
}
