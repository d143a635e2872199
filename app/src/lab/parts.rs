//! The components of `ui/`, in their states.

use super::Bench;
use crate::{
    text::Msg,
    ui::{Button, Field, Glyph, Icon, IconButton, Menu, MenuItem, Offer, Problem, Toasts},
};
use leptos::prelude::*;
use std::borrow::Cow;

const CLASSES: [&str; 5] = ["button", "button primary", "button danger", "button quiet", "button small"];
const GLYPHS: [Glyph; 30] = [
    Glyph::Again,
    Glyph::Brook,
    Glyph::Check,
    Glyph::Chevron,
    Glyph::Close,
    Glyph::Copy,
    Glyph::Down,
    Glyph::Edit,
    Glyph::Help,
    Glyph::Image,
    Glyph::Left,
    Glyph::Longer,
    Glyph::Menu,
    Glyph::Moon,
    Glyph::More,
    Glyph::New,
    Glyph::Right,
    Glyph::Search,
    Glyph::Send,
    Glyph::Settings,
    Glyph::Shorter,
    Glyph::Sidebar,
    Glyph::Simpler,
    Glyph::Stop,
    Glyph::Sun,
    Glyph::System,
    Glyph::Text,
    Glyph::Trash,
    Glyph::Up,
    Glyph::Warning,
];

#[component]
pub fn Parts() -> impl IntoView {
    let toasts = Toasts::of_page();
    let nothing = Callback::new(|()| {});
    let button = move |class: &'static str| {
        view! {
            <Button class action="lab" words=Cow::Borrowed(class) press=nothing />
            <Button class action="lab" words=Cow::Borrowed(class) disabled=true press=nothing />
        }
        .into_any()
    };
    let glyph = |glyph: Glyph| view! { <Icon glyph /> }.into_any();
    let icon_button = move |class: &'static str| {
        let label = || Cow::from(format!("icon-button {class}"));
        view! {
            <IconButton class action="lab" icon=Glyph::Copy label=label() press=nothing />
            <IconButton class action="lab" icon=Glyph::Copy label=label() disabled=true press=nothing />
        }
        .into_any()
    };
    let items = move || {
        let item = |action, icon, chosen, danger| MenuItem {
            action,
            icon,
            words: action.into(),
            chosen,
            danger,
            press: Callback::new(|()| {}),
        };
        vec![
            item("plain", Glyph::Edit, None, false),
            item("chosen", Glyph::Sun, Some(true), false),
            item("not-chosen", Glyph::Moon, Some(false), false),
            item("danger", Glyph::Trash, None, true),
        ]
    };
    let offer =
        move || Offer { words: Msg::Undo.text(), accept: Callback::new(|()| {}), lapse: Callback::new(|()| {}) };
    let say = move |()| toasts.say("A quiet line about what was just done".into());
    let ask = move |()| toasts.offer("lab", "Something was taken away".into(), offer());
    view! {
        <Bench name="buttons">{CLASSES.map(button).collect_view()}</Bench>
        <Bench name="icon-buttons">{["", "small", "round", "round primary"].map(icon_button).collect_view()}</Bench>
        <Bench name="icons">{GLYPHS.map(glyph).collect_view()}</Bench>
        <Bench name="fields">
            <Field name="lab_empty" words="empty".into() value=RwSignal::new(String::new()) />
            <Field name="lab_filled" words="filled".into() value=RwSignal::new("a value".into()) />
            <Field name="lab_number" kind="number" words="number".into() value=RwSignal::new("0.7".into()) />
            <Field name="lab_words" words="with words below".into() value=RwSignal::new(String::new())>
                "What there is to say of it."
            </Field>
        </Bench>
        <Bench name="menu">
            <Menu action="lab-menu" icon=Glyph::More label=Cow::Borrowed("menu") items=Signal::derive(items) />
        </Bench>
        <Bench name="problem">
            <Problem words=|| Some("Something did not work. Try it again in a minute.".into()) />
        </Bench>
        <Bench name="toasts">
            <Button class="button" action="lab-say" words=Cow::Borrowed("say") press=say />
            <Button class="button" action="lab-offer" words=Cow::Borrowed("offer") press=ask />
        </Bench>
    }
    .into_any()
}
