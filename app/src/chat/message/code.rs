//! What can be done with code, tables and images in a text. Their buttons are part of the text's HTML; this hears them.

use super::{
    file::file_name,
    preview::open_preview,
    table::{csv, of_table},
};
use crate::{
    browser::{Element, Selected, Timer, all_in, around, copy, part_lines, pressed, save, select_all, text_of},
    later::later,
    text::Msg,
    ui::Toasts,
};
use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;

/// How long a button says what it did.
const SAYING_MS: u64 = 2_000;

/// What was done, as long as it is said.
#[derive(Clone, Copy)]
pub struct Saying {
    words: RwSignal<Option<Msg>>,
    /// The button that says it, and what it said before.
    button: StoredValue<Option<SendWrapper<(Element, String)>>>,
    ends: StoredValue<Option<SendWrapper<Timer>>>,
    toasts: Toasts,
}

impl Saying {
    pub fn new() -> Self {
        Self {
            words: RwSignal::new(None),
            button: StoredValue::new(None),
            ends: StoredValue::new(None),
            toasts: Toasts::of_page(),
        }
    }

    /// Says on the button that it was copied.
    fn copied(self, button: Element) {
        self.end();
        let before = text_of(&button);
        let words = Msg::Copied;
        button.set_text_content(Some(&words.text()));
        self.words.try_set(Some(words));
        self.button.try_set_value(Some(SendWrapper::new((button, before))));
        let end = Timer::after(SAYING_MS, move || self.end());
        self.ends.try_set_value(end.map(SendWrapper::new));
    }

    fn end(self) {
        if let Some((button, before)) = self.button.try_update_value(Option::take).flatten().map(SendWrapper::take) {
            button.set_text_content(Some(&before));
        }
        self.words.try_set(None);
    }

    fn not_loaded(self) {
        self.toasts.say(Msg::PartNotLoaded.text());
    }
}

/// Does what a button in a text says, if that is what was pressed.
pub fn press(event: &leptos::ev::MouseEvent, saying: Saying) {
    let Some((button, action)) = pressed(event, "data-action") else { return };
    let Some(whole) = around(&button, "figure, .table-box") else { return };
    match action.as_str() {
        "copy-code" => copy_code(whole, button, saying),
        "copy-table" => spawn_local(async move {
            match table_text(whole.clone()).await {
                Ok(text) => copy_text(text, whole, button, saying, Msg::TableSelected).await,
                Err(_) => saying.not_loaded(),
            }
        }),
        "wrap-code" => {
            toggle(&whole, &button, "data-wrap");
        }
        "number-code" if toggle(&whole, &button, "data-numbers") => spawn_local(async move {
            if number_lines(whole).await.is_err() {
                saying.not_loaded();
            }
        }),
        "preview-code" => spawn_local(async move {
            if open_preview(whole).await.is_err() {
                saying.not_loaded();
            }
        }),
        "save-code" => spawn_local(async move {
            if save_code(whole).await.is_err() {
                saying.not_loaded();
            }
        }),
        _ => {}
    }
}

/// True when it is on now.
fn toggle(whole: &Element, button: &Element, attribute: &str) -> bool {
    // The names are ones that every browser takes.
    let on = whole.toggle_attribute(attribute).unwrap_or(false);
    let _ = button.set_attribute("aria-pressed", if on { "true" } else { "false" });
    on
}

later! {
    /// Where one of its lines is selected, they are parted when the text is looked at again.
    pub fn number_lines(figure: Element) -> () {
        let selected = Selected::now();
        for code in all_in(&figure, "code") {
            part_lines(&code, &selected);
        }
    }
}

later! {
    fn save_code(figure: Element) -> () {
        let language = figure.get_attribute("data-language").unwrap_or_default();
        for code in all_in(&figure, "code") {
            save(&file_name(&language), &text_of(&code));
        }
    }
}

later! {
    fn table_text(table: Element) -> String {
        csv(&of_table(&table))
    }
}

/// A button's own words are not read out when they change.
#[component]
pub fn Said(saying: Saying) -> impl IntoView {
    view! {
        <span class="offscreen" role="status">
            {move || saying.words.with(|words| words.as_ref().map(Msg::text))}
        </span>
    }
}

fn copy_code(figure: Element, button: Element, saying: Saying) {
    let Some(code) = all_in(&figure, "code").into_iter().next() else { return };
    let text = text_of(&code);
    spawn_local(copy_text(text, code, button, saying, Msg::CodeSelected));
}

/// Where the browser does not let the page copy, what was to be copied is selected.
async fn copy_text(text: String, whole: Element, button: Element, saying: Saying, selected: Msg) {
    if copy(&text).await {
        saying.copied(button);
    } else {
        select_all(&whole);
        saying.toasts.say(selected.text());
    }
}
