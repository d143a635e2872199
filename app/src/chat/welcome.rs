//! What stands on a page where nothing was said yet.

use crate::{
    browser::{press_button, write_into},
    text::Msg,
    ui::{Button, Glyph, Icon},
};
use leptos::prelude::*;

#[component]
pub fn Welcome() -> impl IntoView {
    view! {
        <div class="welcome">
            <Icon glyph=Glyph::Brook />
            <h1>{Msg::Welcome.text()}</h1>
        </div>
    }
}

/// For whoever has no model yet: what the built-in guide can do. Styles show it while the guide is chosen; a person with a
/// model knows what to ask.
#[component]
pub fn Suggestions() -> impl IntoView {
    let suggestion = |words: Msg, text: Msg| {
        let press = move || {
            write_into(".composer-text", &text.text());
            press_button(".composer-send");
        };
        view! { <Button class="button suggestion" action="suggest" words=words.text() press /> }
    };
    view! {
        <div class="suggestions">
            <p>{Msg::GuideWelcome.text()}</p>
            {suggestion(Msg::ConnectLocal, Msg::ConnectLocal)}
            {suggestion(Msg::ConnectKey, Msg::ConnectKey)}
            {suggestion(Msg::WatchReply, Msg::Recite)}
        </div>
    }
}
