//! A button that opens a few things to choose from.
//!
//! The list is a popover of the browser's own: it lies above everything, is not cut off by what scrolls around it, and a
//! click elsewhere closes it. Keys, place and focus are ours. It is made when it opens, so a thousand rows with a menu each
//! cost a thousand buttons.

use super::{Glyph, Icon, Later, Make, Popover, in_browser};
use crate::{
    browser::{FocusMove, open_popover},
    later::later,
};
use leptos::{html, prelude::*};
use std::{borrow::Cow, sync::Arc};

/// Something to choose.
#[derive(Clone)]
pub struct MenuItem {
    /// What it does, in `data-action`.
    pub action: &'static str,
    pub icon: Glyph,
    pub words: Cow<'static, str>,
    /// For one of several of which one holds: whether it is this.
    pub chosen: Option<bool>,
    /// It takes something away.
    pub danger: bool,
    pub press: Callback<()>,
}

#[component]
pub fn Menu(
    /// Classes of the button besides its own.
    #[prop(optional)]
    class: &'static str,
    /// What the button does, in `data-action`.
    action: &'static str,
    #[prop(into)] icon: Signal<Glyph>,
    /// What the menu is for: the button's name, its tooltip, and the list's name.
    #[prop(into)]
    label: Signal<Cow<'static, str>>,
    /// Read whenever it opens.
    #[prop(into)]
    items: Signal<Vec<MenuItem>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowDown" | "ArrowUp") {
            event.prevent_default();
            open.set(true);
        }
    };
    view! {
        <button
            class=format!("icon-button {class}")
            type="button"
            data-action=action
            title=move || label.get()
            aria-label=move || label.get()
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            node_ref=button
            on:click=move |_| open.update(|open| *open = !*open)
            on:keydown=press_key
        >
            <Icon glyph=icon />
        </button>
        <Later when=open close=move |()| open.set(false) view=move || list(open, button, label, items) />
    }
}

later! {
    fn list(
        open: RwSignal<bool>,
        button: NodeRef<html::Button>,
        label: Signal<Cow<'static, str>>,
        items: Signal<Vec<MenuItem>>,
    ) -> Make {
        Arc::new(move || view! { <List open button label items /> }.into_any())
    }
}

#[component]
fn List(
    open: RwSignal<bool>,
    button: NodeRef<html::Button>,
    label: Signal<Cow<'static, str>>,
    items: Signal<Vec<MenuItem>>,
) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    in_browser(move || {
        if let (Some(list), Some(button)) = (list.get(), button.get_untracked()) {
            open_popover(&list, &button);
            FocusMove::First.within(&list);
        }
    });
    let popover = Popover { panel: list, button, open };
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        let Some(list) = list.get_untracked() else { return };
        let key = event.key();
        match FocusMove::by_key(&key) {
            Some(step) => step.within(&list),
            // From the button, Tab goes on to what comes after it.
            None if key == "Tab" => return popover.close(),
            None if key == "Escape" => popover.close(),
            None => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let rows = untrack(|| items.get()).into_iter().map(|item| row(item, popover)).collect_view();
    view! {
        <div
            class="menu"
            role="menu"
            popover="auto"
            aria-label=move || label.get()
            node_ref=list
            on:keydown=press_key
            on:toggle=move |_| popover.toggled()
        >
            {rows}
        </div>
    }
}

fn row(item: MenuItem, popover: Popover) -> AnyView {
    let MenuItem { action, icon, words, chosen, danger, press } = item;
    let role = if chosen.is_some() { "menuitemradio" } else { "menuitem" };
    let choose = move |_| {
        popover.close();
        press.run(());
    };
    view! {
        <button
            class="menu-item"
            type="button"
            role=role
            tabindex="-1"
            data-action=action
            data-danger=danger.then_some("true")
            aria-checked=chosen.map(|chosen| chosen.to_string())
            on:click=choose
        >
            <Icon glyph=icon />
            <span>{words}</span>
            {(chosen == Some(true)).then(|| view! { <Icon glyph=Glyph::Check /> })}
        </button>
    }
    .into_any()
}
