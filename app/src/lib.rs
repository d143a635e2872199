//! What the server and the page share.
//!
//! Read `wire` first (what travels, and the fold), then `backend` (the port to the server), `stream` (how the page stays
//! current), and then the features. No file here asks for which platform it is compiled: browser code runs in effects
//! and event handlers only, which the server never runs.

pub mod wire;

pub mod backend;

#[allow(dead_code, unused_imports, reason = "the page's features take them up one by one")]
mod browser;
mod chat;
mod sidebar;
mod stream;
#[allow(dead_code, reason = "the page's features take them up one by one")]
mod text;
#[allow(dead_code, unused_imports, reason = "the page's features take them up one by one")]
mod ui;

use backend::set_page_status;
use chat::{ConversationPage, NewChat, Unsaved};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{A, FlatRoutes, Route, Router},
    path,
};
use sidebar::Sidebar;
use stream::List;
use text::Msg;
use ui::{ToastArea, Toasts, in_browser};

/// The whole page, for the server's `<body>` and for the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(List::new());
    provide_context(Unsaved::new());
    provide_context(Toasts::new());
    // Says that the page answers to keys and clicks; tests wait for it, and styles dim what cannot work before.
    let ready = RwSignal::new(false);
    in_browser(move || ready.set(true));
    view! {
        <Title formatter=|title: String| Msg::PageTitle { title }.text().into_owned() />
        <Router>
            <a class="skip" href="#main">
                {Msg::SkipToChat.text()}
            </a>
            <div class="page" data-ready=move || ready.get().then_some("true")>
                <Sidebar />
                <ToastArea />
                <main class="main" id="main">
                    <FlatRoutes fallback=NoSuchPage>
                        <Route path=path!("/") view=NewChat ssr=SsrMode::Async />
                        <Route path=path!("/c/:conversation") view=ConversationPage ssr=SsrMode::Async />
                    </FlatRoutes>
                </main>
            </div>
        </Router>
    }
}

/// What stands at an address that is none of ours.
#[component]
fn NoSuchPage() -> impl IntoView {
    set_page_status(404);
    view! {
        <Title text=Msg::NoSuchPage.text().into_owned() />
        <div class="blank">
            <h1>{Msg::NoSuchPage.text()}</h1>
            <p>
                <A href="/">{Msg::StartNewChat.text()}</A>
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests;
