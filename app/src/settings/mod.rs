//! The settings at `/settings`: who writes replies, and what to write with.
//!
//! The page itself comes in the later file; the first one holds its address.

mod calls;
mod form;
mod offers;
mod prompts;
mod provider;
mod providers;

use crate::{
    chat::NoticeBar,
    stream::{List, follow},
    text::Msg,
    ui::{Later, PageTitle},
};
use leptos::prelude::*;
use providers::providers_view;

/// `/settings`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    // The sidebar stays current.
    let notice = follow(List::of_page(), None);
    let there = RwSignal::new(true);
    view! {
        <PageTitle words=Msg::Settings.text() />
        <div class="settings-page">
            <div class="settings">
                <NoticeBar notice />
                <noscript inner_html=Msg::NeedsScripts.text().into_owned()></noscript>
                <Later when=there close=move |()| there.set(false) view=providers_view />
            </div>
        </div>
    }
}
