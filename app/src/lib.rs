//! What the server and the page share.
//!
//! Read `wire` first (what travels, and the fold), then `backend` (the port to the server), `stream` (how the page stays
//! current), and then the features. No file here asks for which platform it is compiled: browser code runs in effects
//! and event handlers only, which the server never runs.

pub mod wire;

pub mod backend;

pub mod visit;

mod appearance;
mod browser;
mod chat;
mod keyboard;
mod lab;
mod language;
mod later;
pub mod markdown;
mod palette;
mod preferred;
mod settings;
mod sidebar;
mod stream;
mod tab;
pub mod text;
mod ui;

use appearance::Appearance;
use backend::set_page_status;
use chat::{ConversationPage, NewChat, Unsaved};
use keyboard::Keyboard;
use lab::LabPage;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};
use settings::SettingsPage;
use sidebar::{Deleted, Drawer, Sidebar, TopBar};
use stream::List;
use tab::mark_tab;
use text::{Language, Msg};
use ui::{Heading, PageTitle, ToastArea, Toasts, in_browser};

/// Before the page wakes up in the browser: it goes on in the language in which the server drew it.
pub fn listen() {
    browser::root_attribute("lang").and_then(|tag| Language::from_tag(&tag)).unwrap_or_default().speak();
}

/// The whole page, for the server's `<body>` and for the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let (list, heading, toasts) = (List::new(), Heading::new(), Toasts::new());
    let drawer = Drawer::new(toasts);
    provide_context(list);
    provide_context(heading);
    provide_context(toasts);
    provide_context(drawer);
    provide_context(Appearance::new(toasts));
    provide_context(Deleted::new(toasts));
    provide_context(Unsaved::new());
    mark_tab(list, heading);
    let help = RwSignal::new(false);
    // Says that the page answers to keys and clicks; tests wait for it, and styles dim what cannot work before.
    let ready = RwSignal::new(false);
    in_browser(move || ready.set(true));
    view! {
        <Router>
            <a class="skip" href="#main" inert=move || drawer.is_open()>
                {Msg::SkipToChat.text()}
            </a>
            <div class="page" data-ready=move || ready.get().then_some("true")>
                <Sidebar help=move |()| help.set(true) />
                <ToastArea />
                <main class="main" id="main" tabindex="-1" inert=move || drawer.is_open()>
                    <TopBar />
                    <FlatRoutes fallback=NoSuchPage>
                        <Route path=path!("/") view=NewChat ssr=SsrMode::Async />
                        <Route path=path!("/c/:conversation") view=ConversationPage ssr=SsrMode::Async />
                        <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async />
                        <Route path=path!("/lab/ui") view=LabPage ssr=SsrMode::Async />
                    </FlatRoutes>
                </main>
            </div>
            <Keyboard help />
        </Router>
    }
}

/// What stands at an address that is none of ours.
#[component]
fn NoSuchPage() -> impl IntoView {
    set_page_status(404);
    view! {
        <PageTitle words=Msg::NoSuchPage.text() />
        <div class="blank">
            <h1>{Msg::NoSuchPage.text()}</h1>
            <p>
                <a href="/">{Msg::StartNewChat.text()}</a>
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests;
