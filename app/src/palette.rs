//! Everything by its name: commands and conversations, from Ctrl+K.
//!
//! What the page can do just now is what has a button on it: a command presses that button, so it cannot do anything else.

use crate::{
    appearance::{self, Appearance},
    browser::{focus_on_next_page, is_there, next_frame, press_button, reveal, value_at},
    later::later,
    sidebar::Drawer,
    stream::List,
    text::{LaterMsg, Msg},
    ui::{Glyph, Icon, Make, Only, Step, in_browser, modal},
    visit::Theme,
    wire::{ConversationId, Summary},
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use std::{borrow::Cow, sync::Arc};

const LIST: &str = "palette-list";
/// As many conversations are shown before somebody types.
const RECENT: usize = 6;
/// And as many of those that are found.
const MOST: usize = 30;

later! {
    pub fn palette_view(open: RwSignal<bool>, help: RwSignal<bool>) -> Make {
        Arc::new(move || view! { <Palette open help /> }.into_any())
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    NewChat,
    Settings,
    Sidebar,
    Help,
    Theme(Option<Theme>),
    /// The button that this selector finds.
    Press(&'static str),
    Open(ConversationId),
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    words: Cow<'static, str>,
    /// What it is about, where its words alone do not tell.
    about: Cow<'static, str>,
    icon: Glyph,
    /// The key that does the same.
    key: &'static str,
    act: Act,
}

/// Buttons that are on the page only sometimes.
fn buttons() -> Vec<Entry> {
    let press = |words, icon, selector| Entry { words, about: "".into(), icon, key: "", act: Act::Press(selector) };
    let all = [
        press(Msg::Stop.text(), Glyph::Stop, ".composer [data-action=stop]"),
        press(Msg::Continue.text(), Glyph::Right, "article[data-newest] [data-action=continue]"),
        press(Msg::Regenerate.text(), Glyph::Again, "article[data-newest] [data-action=regenerate]"),
        press(LaterMsg::CopyReply.text(), Glyph::Copy, "article[data-newest][data-role=assistant] [data-action=copy]"),
        press(LaterMsg::EditLast.text(), Glyph::Edit, ":nth-last-child(1 of [data-role=user]) > * [data-action=edit]"),
        press(LaterMsg::GoToModel.text(), Glyph::Simpler, ".composer [data-action=choose-model]"),
        press(Msg::AddImages.text(), Glyph::Image, ".composer [data-action=attach]"),
        press(Msg::ToEnd.text(), Glyph::Down, "[data-action=to-end]"),
    ];
    all.into_iter().filter(|entry| matches!(entry.act, Act::Press(selector) if is_there(selector))).collect()
}

fn commands() -> Vec<Entry> {
    let entry = |words, icon, key, act| Entry { words, about: "".into(), icon, key, act };
    let mut all = vec![entry(Msg::NewChat.text(), Glyph::New, "N", Act::NewChat)];
    all.extend(buttons());
    all.extend([
        entry(LaterMsg::ToggleSidebar.text(), Glyph::Sidebar, "S", Act::Sidebar),
        entry(Msg::Settings.text(), Glyph::Settings, "", Act::Settings),
        entry(Msg::Keys.text(), Glyph::Help, "?", Act::Help),
    ]);
    let theme = |choice| Entry {
        about: Msg::Appearance.text(),
        ..entry(appearance::words(choice), appearance::glyph(choice), "", Act::Theme(choice))
    };
    all.extend(appearance::CHOICES.map(theme));
    all
}

/// Commands and conversations with all of these words in their names: the commands first, those that are only about it behind the
/// others, the conversations newest first.
fn found(commands: &[Entry], conversations: &[Summary], query: &str) -> (Vec<Entry>, Vec<Entry>) {
    let query = query.to_lowercase();
    let words: Vec<_> = query.split_whitespace().collect();
    let fits = |name: &str| {
        let name = name.to_lowercase();
        words.iter().all(|word| name.contains(word))
    };
    let named = commands.iter().filter(|entry| fits(&entry.words));
    let about = |entry: &&Entry| !fits(&entry.words) && fits(&format!("{} {}", entry.words, entry.about));
    let commands = named.chain(commands.iter().filter(about)).cloned().collect();
    let most = if words.is_empty() { RECENT } else { MOST };
    let named = conversations.iter().filter(|row| fits(&row.title)).take(most).map(|row| Entry {
        words: Msg::conversation_title(row.title.clone()),
        about: "".into(),
        icon: Glyph::Brook,
        key: "",
        act: Act::Open(row.conversation),
    });
    (commands, named.collect())
}

#[component]
fn Palette(open: RwSignal<bool>, help: RwSignal<bool>) -> impl IntoView {
    let (dialog, close) = modal(Some("input"));
    let (query, at) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let (list, drawer, appearance) = (List::of_page(), Drawer::of_page(), Appearance::of_page());
    let navigate = use_navigate();
    // What is there when it opens.
    let commands = commands();
    let found = Memo::new(move |_| query.with(|query| list.rows().with(|rows| found(&commands, rows.rows(), query))));
    let count = move || found.with(|(commands, conversations)| commands.len() + conversations.len());
    in_browser(move || {
        at.track();
        found.track();
        if let Some(dialog) = dialog.get_untracked() {
            next_frame(move || reveal(&dialog, "[aria-selected=true]"));
        }
    });
    let choose = move |index: usize| {
        let entry = found.with_untracked(|(commands, conversations)| {
            commands.iter().chain(conversations).nth(index).map(|entry| entry.act)
        });
        let Some(act) = entry else { return };
        // The browser gives the focus back to where it was, and the command may take it from there.
        close();
        match act {
            Act::NewChat => {
                navigate("/", Default::default());
                focus_on_next_page(".composer-text");
            }
            Act::Settings => navigate("/settings", Default::default()),
            Act::Open(conversation) => navigate(&format!("/c/{conversation}"), Default::default()),
            Act::Sidebar => drawer.toggle(),
            Act::Help => help.set(true),
            Act::Theme(choice) => appearance.choose(choice),
            Act::Press(selector) => press_button(selector),
        }
    };
    let choose = Callback::new(choose);
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        let key = event.key();
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        match Step::by_key(&key).filter(|_| !matches!(key.as_str(), "Home" | "End")) {
            Some(step) => at.update(|at| *at = step.from(*at, untrack(count))),
            None if key == "Enter" => choose.run(at.get_untracked()),
            None => return,
        }
        event.prevent_default();
    };
    let typed = move |event| {
        query.set(event_target_value(&event));
        at.set(0);
    };
    let press = move |event: leptos::ev::MouseEvent| {
        if let Some(index) = value_at(&event, "data-at").and_then(|at| at.parse().ok()) {
            choose.run(index);
        }
    };
    let active = move || (count() > 0).then(|| format!("palette-{}", at.get().min(count() - 1)));
    let groups = move || {
        let (commands, conversations) = found.get();
        let before = commands.len();
        [group(LaterMsg::Actions.text(), commands, 0, at), group(Msg::Conversations.text(), conversations, before, at)]
            .collect_view()
    };
    view! {
        <dialog
            class="palette"
            aria-label=LaterMsg::Palette.text()
            closedby="any"
            node_ref=dialog
            on:close=move |_| open.set(false)
            on:keydown=press_key
        >
            <label class="palette-field">
                <Icon glyph=Glyph::Search />
                <input
                    type="text"
                    role="combobox"
                    aria-label=LaterMsg::PaletteField.text()
                    aria-expanded="true"
                    aria-controls=LIST
                    aria-autocomplete="list"
                    aria-activedescendant=active
                    placeholder=LaterMsg::PaletteField.text()
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    on:input=typed
                />
            </label>
            <span class="offscreen" role="status">
                {move || query.with(|query| !query.is_empty()).then(|| LaterMsg::PaletteFound { count: count() }.text())}
            </span>
            <div class="palette-list" id=LIST role="listbox" tabindex="-1" aria-label=LaterMsg::Palette.text() on:click=press>
                {groups}
            </div>
            <Only when=move || count() == 0>
                <p class="palette-words">{LaterMsg::PaletteNone.text()}</p>
            </Only>
        </dialog>
    }
    .into_any()
}

fn group(name: Cow<'static, str>, entries: Vec<Entry>, before: usize, at: RwSignal<usize>) -> Option<AnyView> {
    if entries.is_empty() {
        return None;
    }
    let row = |(index, entry): (usize, Entry)| {
        let index = before + index;
        let key = Some(entry.key).filter(|key| !key.is_empty());
        view! {
            <div
                class="palette-row"
                id=format!("palette-{index}")
                role="option"
                data-at=index.to_string()
                aria-selected=move || (at.get() == index).to_string()
            >
                <Icon glyph=entry.icon />
                <span class="palette-name" dir="auto">{entry.words}</span>
                <span class="palette-about">{entry.about}</span>
                {key.map(|key| view! { <kbd>{key}</kbd> }.into_any())}
            </div>
        }
        .into_any()
    };
    let title = format!("palette-group-{before}");
    let label = title.clone();
    let view = view! {
        <div role="group" aria-labelledby=label>
            <p class="palette-group" id=title role="presentation">{name}</p>
            {entries.into_iter().enumerate().map(row).collect_view()}
        </div>
    };
    Some(view.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::example::summary;

    #[test]
    fn what_is_found_has_all_words_in_its_name() {
        let command = |words: &'static str, about: &'static str| {
            let (words, about) = (words.into(), about.into());
            Entry { words, about, icon: Glyph::New, key: "", act: Act::NewChat }
        };
        let commands = [command("New chat", ""), command("Light", "Light or dark"), command("Dark", "Light or dark")];
        let conversations = ["A new brook", "新的对话", "Élan"];
        let conversations: Vec<_> =
            conversations.map(|title| Summary { title: title.into(), ..summary() }).into_iter().collect();
        let names = |query: &str| {
            let (commands, conversations) = found(&commands, &conversations, query);
            commands.into_iter().chain(conversations).map(|entry| entry.words.into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names("new"), ["New chat", "A new brook"]);
        assert_eq!(names("BROOK new"), ["A new brook"]);
        assert_eq!(names("对话"), ["新的对话"]);
        assert_eq!(names("él"), ["Élan"]);
        assert_eq!(names("dark"), ["Dark", "Light"]);
        assert_eq!(names("").len(), 6);
        assert!(names("nothing").is_empty());
    }
}
