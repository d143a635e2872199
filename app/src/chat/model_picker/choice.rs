//! Which model is chosen, what the button says of it, and what the list shows: no page, only rules.

use crate::{
    text::{LaterMsg, Msg, called},
    wire::{Model, ModelFacts, ModelKind, ModelList},
};
use std::borrow::Cow;

/// From this many on there is a field to search in.
pub const MANY: usize = 9;

/// Models that come from the same place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub provider: String,
    pub source: String,
    pub spends_key: bool,
    pub models: Vec<Entry>,
}

/// A row of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub id: String,
    pub name: String,
    pub facts: ModelFacts,
    /// Where it comes from, where its group does not tell.
    pub from: Option<String>,
    /// Its place in the whole list.
    pub at: usize,
}

/// The model to begin with: the conversation's own, also while it is away; the one that its person wants new chats to begin
/// with; the one that was chosen last; the first of the list. The guide counts only for whoever chose it.
pub fn choose(list: &ModelList, last: Option<&str>, remembered: Option<&str>) -> Option<String> {
    let own = last.filter(|id| !is_guide_of(list, id));
    let there = |id: &&str| find(list, id).is_some_and(|model| !model.hidden);
    let first = || list.models.iter().find(|model| !model.hidden).map(|model| model.id.as_str());
    own.or(list.default.as_deref()).or(remembered.filter(there)).or_else(first).map(str::to_owned)
}

/// Nothing is there that could be chosen instead of the guide.
pub fn is_guide_alone(list: &ModelList) -> bool {
    list.models.iter().all(|model| model.hidden || model.kind == ModelKind::BuiltIn)
}

/// Whether a list that came later may change this choice, which nobody made by hand: only the guide gives way.
pub fn may_change(list: &ModelList, chosen: Option<&str>) -> bool {
    chosen.is_none_or(|id| is_guide_of(list, id))
}

fn is_guide_of(list: &ModelList, id: &str) -> bool {
    find(list, id).is_some_and(|model| model.kind == ModelKind::BuiltIn)
}

pub fn find<'a>(list: &'a ModelList, id: &str) -> Option<&'a Model> {
    list.models.iter().find(|model| model.id == id)
}

/// A model's name without what its provider calls it.
pub fn name_in(id: &str) -> &str {
    id.split_once('/').map_or(id, |(_, name)| name)
}

/// What the button says beside the name: where the model comes from, whether it spends a key, whether it is there at all.
pub fn note(list: &ModelList, chosen: &str) -> Cow<'static, str> {
    match find(list, chosen) {
        None => Msg::ModelAway,
        Some(model) if model.kind == ModelKind::BuiltIn && is_guide_alone(list) => Msg::NoModelConnected,
        Some(model) if model.kind == ModelKind::Key => Msg::SpendsKeyOf { provider: model.provider.clone() },
        Some(model) => Msg::ModelFrom { provider: model.provider.clone() },
    }
    .text()
}

/// Up to `most` offered models besides this one: the last used first. The guide is nobody's second choice.
pub fn others(list: &ModelList, model: Option<&str>, most: usize) -> Vec<String> {
    let recent = list.recent.iter().filter_map(|id| find(list, id));
    let mut others: Vec<String> = vec![];
    for other in recent.chain(&list.models) {
        let is_another = Some(&*other.id) != model && !others.contains(&other.id);
        if is_another && !other.hidden && other.kind != ModelKind::BuiltIn && others.len() < most {
            others.push(other.id.clone());
        }
    }
    others
}

/// The models with all words of the query in their names or their provider's, by where they come from. The chosen one that is
/// away stands before them.
pub fn groups(list: &ModelList, query: &str, chosen: Option<&str>) -> Vec<Group> {
    let query = query.to_ascii_lowercase();
    let words: Vec<_> = query.split_whitespace().collect();
    let fits = |model: &Model| {
        let text = format!("{} {} {}", model.name, name_in(&model.id), model.provider).to_ascii_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let mut groups: Vec<Group> = vec![];
    if let Some(away) = chosen.filter(|id| words.is_empty() && find(list, id).is_none()) {
        let entry = Entry { id: away.to_owned(), name: name_in(away).to_owned(), ..Entry::default() };
        let (provider, source) = (LaterMsg::UsedHere.text().into_owned(), Msg::ModelAway.text().into_owned());
        groups.push(Group { provider, source, spends_key: false, models: vec![entry] });
    }
    let entry = |model: &Model| {
        let (id, name) = (model.id.clone(), called(&model.name).into_owned());
        let facts = model.facts.unwrap_or_default();
        Entry { id, name, facts, from: None, at: 0 }
    };
    let offered = |model: &&Model| !model.hidden || chosen == Some(&*model.id);
    // Where all can be seen at once, nobody looks for the last ones.
    if words.is_empty() && list.models.iter().filter(offered).count() >= MANY && !list.recent.is_empty() {
        let last = |model: &Model| Entry { from: Some(note(list, &model.id).into_owned()), ..entry(model) };
        let models = list.recent.iter().filter_map(|id| find(list, id)).map(last).collect();
        let provider = LaterMsg::UsedLast.text().into_owned();
        groups.push(Group { provider, source: String::new(), spends_key: false, models });
    }
    let apart = groups.len();
    for model in list.models.iter().filter(offered).filter(|model| fits(model)) {
        let entry = entry(model);
        match groups
            .iter_mut()
            .skip(apart)
            .find(|group| group.provider == model.provider && group.source == model.source)
        {
            Some(group) => group.models.push(entry),
            None => groups.push(Group {
                provider: model.provider.clone(),
                source: model.source.clone(),
                spends_key: model.kind == ModelKind::Key,
                models: vec![entry],
            }),
        }
    }
    // A provider's models may not stand together in the list; in the groups they do.
    for (at, entry) in groups.iter_mut().flat_map(|group| &mut group.models).enumerate() {
        entry.at = at;
    }
    groups
}

/// What is offered and has all words of the query in its name: ids, names, and where they come from.
pub fn named(list: &ModelList, query: &str) -> Vec<(String, String, String)> {
    let mut entries = Vec::new();
    for group in groups(list, query, None) {
        for entry in group.models {
            // What was used last stands before its group, and in it.
            if !entries.iter().any(|(id, _, _)| *id == entry.id) {
                entries.push((entry.id, entry.name, entry.from.unwrap_or_else(|| group.provider.clone())));
            }
        }
    }
    entries
}

/// The first after `at`, in a ring, whose name begins with this letter: how a short list is searched.
pub fn by_letter(groups: &[Group], at: usize, letter: &str) -> Option<usize> {
    let entries: Vec<_> = groups.iter().flat_map(|group| &group.models).collect();
    let begins =
        |entry: &&&Entry| entry.name.get(..letter.len()).is_some_and(|start| start.eq_ignore_ascii_case(letter));
    let after = entries.iter().skip(at + 1);
    after.chain(entries.iter().take(at + 1)).find(begins).map(|entry| entry.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(id: &str, provider: &str, kind: ModelKind) -> Model {
        let (name, provider, source) = (name_in(id).into(), provider.into(), "here".into());
        Model { id: id.into(), name, provider, source, kind, hidden: false, facts: None }
    }

    fn list() -> ModelList {
        let models = vec![
            model("ollama/qwen3:8b", "Ollama", ModelKind::Local),
            model("ollama/llama3.2", "Ollama", ModelKind::Local),
            model("openai/gpt-5", "OpenAI", ModelKind::Key),
            guide(),
        ];
        ModelList { models, ..ModelList::default() }
    }

    fn guide() -> Model {
        model("brooklet/guide", "Brooklet", ModelKind::BuiltIn)
    }

    fn alone() -> ModelList {
        ModelList { models: vec![guide()], ..ModelList::default() }
    }

    #[test]
    fn the_conversations_own_comes_first_also_while_it_is_away() {
        let choose = |last, remembered| choose(&list(), last, remembered);
        assert_eq!(choose(Some("openai/gpt-5"), Some("ollama/llama3.2")).as_deref(), Some("openai/gpt-5"));
        assert_eq!(choose(Some("gone/x"), Some("ollama/llama3.2")).as_deref(), Some("gone/x"));
        assert_eq!(choose(None, Some("ollama/llama3.2")).as_deref(), Some("ollama/llama3.2"));
        assert_eq!(choose(None, Some("gone/y")).as_deref(), Some("ollama/qwen3:8b"));
        assert_eq!(choose(None, None).as_deref(), Some("ollama/qwen3:8b"));
        assert_eq!(super::choose(&ModelList::default(), None, None), None);
    }

    #[test]
    fn a_model_is_found_once_by_what_is_typed_of_its_name() {
        let ids = |query: &str| named(&list(), query).into_iter().map(|(id, _, _)| id).collect::<Vec<_>>();
        assert_eq!(ids("GPT"), ["openai/gpt-5"]);
        assert_eq!(ids("ollama").len(), 2);
        let mut many = list();
        let more = (0..MANY).map(|number| model(&format!("a/{number}"), "A", ModelKind::Local));
        many.models.extend(more.collect::<Vec<_>>());
        many.recent = vec!["openai/gpt-5".into()];
        let found = named(&many, "");
        assert_eq!(
            (found[0].0.as_str(), found.len()),
            ("openai/gpt-5", many.models.len()),
            "the last used comes first, once"
        );
    }

    #[test]
    fn what_its_person_prefers_comes_before_what_was_chosen_last() {
        let mut list = ModelList { default: Some("openai/gpt-5".into()), ..list() };
        assert_eq!(choose(&list, None, Some("ollama/llama3.2")).as_deref(), Some("openai/gpt-5"));
        assert_eq!(choose(&list, Some("gone/x"), None).as_deref(), Some("gone/x"));
        list.default = None;
        list.models[0].hidden = true;
        assert_eq!(choose(&list, None, Some("ollama/qwen3:8b")).as_deref(), Some("ollama/llama3.2"));
        list.models.iter_mut().take(3).for_each(|model| model.hidden = true);
        assert!(is_guide_alone(&list));
    }

    #[test]
    fn what_is_hidden_is_offered_to_whom_it_writes_for_and_the_last_used_stand_first_where_there_are_many() {
        let ids = |groups: Vec<Group>| -> Vec<String> {
            groups.into_iter().flat_map(|group| group.models).map(|entry| entry.id).collect()
        };
        let mut list = list();
        list.models[1].hidden = true;
        assert!(!ids(groups(&list, "", None)).contains(&"ollama/llama3.2".to_owned()));
        assert!(ids(groups(&list, "", Some("ollama/llama3.2"))).contains(&"ollama/llama3.2".to_owned()));
        list.recent = vec!["openai/gpt-5".into()];
        assert_eq!(groups(&list, "", None)[0].provider, "Ollama", "all can be seen at once");
        list.models.extend((0..MANY).map(|n| model(&format!("x/{n}"), "X", ModelKind::Local)));
        let shown = groups(&list, "", None);
        assert_eq!((shown[0].provider.as_str(), &*shown[0].models[0].id), ("Used last", "openai/gpt-5"));
        assert_eq!(shown[0].models[0].from.as_deref(), Some("OpenAI · key"));
        assert_eq!(groups(&list, "gpt", None).len(), 1, "who searches finds each once");
        let places: Vec<_> = shown.iter().flat_map(|group| &group.models).map(|entry| entry.at).collect();
        assert_eq!(places, (0..places.len()).collect::<Vec<_>>());
    }

    #[test]
    fn others_are_the_last_used_and_then_the_rest() {
        let mut list = list();
        assert_eq!(others(&list, Some("ollama/llama3.2"), 9), ["ollama/qwen3:8b", "openai/gpt-5"]);
        list.recent = vec!["openai/gpt-5".into(), "gone/x".into(), "ollama/qwen3:8b".into()];
        assert_eq!(others(&list, None, 2), ["openai/gpt-5", "ollama/qwen3:8b"]);
        list.models[2].hidden = true;
        assert_eq!(others(&list, Some("ollama/qwen3:8b"), 9), ["ollama/llama3.2"]);
    }

    #[test]
    fn the_guide_gives_way_unless_it_was_chosen() {
        assert_eq!(choose(&alone(), Some("brooklet/guide"), None).as_deref(), Some("brooklet/guide"));
        assert_eq!(choose(&list(), Some("brooklet/guide"), None).as_deref(), Some("ollama/qwen3:8b"));
        assert_eq!(choose(&list(), Some("brooklet/guide"), Some("brooklet/guide")).as_deref(), Some("brooklet/guide"));
        assert!(may_change(&list(), Some("brooklet/guide")) && may_change(&list(), None));
        assert!(!may_change(&list(), Some("ollama/llama3.2")) && !may_change(&list(), Some("gone/x")));
    }

    #[test]
    fn the_button_says_where_it_comes_from_and_what_it_spends() {
        assert_eq!(note(&list(), "ollama/llama3.2"), "Ollama");
        assert_eq!(note(&list(), "openai/gpt-5"), "OpenAI · key");
        assert_eq!(note(&list(), "brooklet/guide"), "Brooklet");
        assert_eq!(note(&alone(), "brooklet/guide"), "no model connected");
        assert_eq!(note(&list(), "gone/x"), "not there now");
    }

    #[test]
    fn models_stand_by_where_they_come_from_and_are_searched() {
        let shown = |query, chosen| {
            let groups = groups(&list(), query, chosen);
            groups
                .into_iter()
                .map(|group| (group.provider, group.models.into_iter().map(|entry| entry.name).collect()))
                .collect::<Vec<(String, Vec<String>)>>()
        };
        let group = |provider: &str, names: &[&str]| {
            (provider.to_owned(), names.iter().map(|name| (*name).to_owned()).collect())
        };
        let all =
            [group("Ollama", &["qwen3:8b", "llama3.2"]), group("OpenAI", &["gpt-5"]), group("Brooklet", &["guide"])];
        assert_eq!(shown("", Some("openai/gpt-5")), all);
        assert_eq!(shown(" ", Some("gone/x"))[0], group("Used in this conversation", &["x"]));
        assert_eq!(shown("OLLAMA 8b", Some("gone/x")), [group("Ollama", &["qwen3:8b"])]);
        assert_eq!(shown("gpt", None), [group("OpenAI", &["gpt-5"])]);
        assert_eq!(shown("nothing", None), []);
        let numbers: Vec<_> =
            groups(&list(), "", None).iter().flat_map(|group| &group.models).map(|entry| entry.at).collect();
        assert_eq!(numbers, [0, 1, 2, 3]);
    }

    #[test]
    fn letters_jump() {
        let groups = groups(&list(), "", None);
        assert_eq!(by_letter(&groups, 0, "G"), Some(2));
        assert_eq!(by_letter(&groups, 2, "g"), Some(3));
        assert_eq!(by_letter(&groups, 3, "g"), Some(2));
        assert_eq!(by_letter(&groups, 0, "问"), None);
    }
}
