//! Code that makes something to look at, shown in a frame of its own: see `src/http/preview` for what it may do there.

use crate::{
    browser::{
        Element, Timer, all_in, body, fetch_text, is_dark, is_visible, next_frame, on_frame, tell_frame, text_of,
    },
    later::later,
    markdown::Preview,
    text::LaterMsg,
    ui::{Glyph, IconButton, Only, in_browser, modal},
};
use leptos::{html, mount::mount_to, prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use std::{any::Any, cell::RefCell};

/// What draws diagrams; it comes when it is asked for.
const MERMAID: &str = "/mermaid.js";
/// A frame that says nothing for so long, twice, is taken away. It means to say something every second.
const SILENCE_MS: u64 = 5_000;

thread_local! {
    /// What is open. It goes when it is taken out.
    static OPENED: RefCell<Option<Box<dyn Any>>> = RefCell::default();
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Standing {
    Coming,
    Drawn,
    /// It says why.
    Failed(String),
    /// What draws it did not come.
    NotLoaded,
    Silent,
}

later! {
    /// Opens what code makes over the page.
    pub fn open_preview(figure: Element) -> () {
        let code = all_in(&figure, "code").into_iter().next();
        let preview = figure.get_attribute("data-language").as_deref().and_then(Preview::of);
        if let (Some(code), Some(preview), Some(body)) = (code, preview, body()) {
            let text = text_of(&code);
            let opened = mount_to(body, move || view! { <PreviewDialog preview text /> });
            OPENED.set(Some(Box::new(opened)));
        }
    }
}

#[component]
fn PreviewDialog(preview: Preview, text: String) -> impl IntoView {
    let standing = RwSignal::new(Standing::Coming);
    let ((dialog, close), frame) = (modal(None), NodeRef::<html::Iframe>::new());
    let silent = StoredValue::new(0);
    in_browser(move || {
        let Some(frame) = frame.get() else { return };
        let heard = on_frame(&frame, move |words| {
            silent.set_value(0);
            match words.as_str() {
                "drawn" => standing.set(Standing::Drawn),
                "close" => close(),
                _ => {
                    if let Some(why) = words.strip_prefix("failed ") {
                        standing.set(Standing::Failed(why.to_owned()));
                    }
                }
            }
        });
        let checks = Timer::every(SILENCE_MS, move || {
            // A page that nobody sees has slow timers, and so has the frame.
            if is_visible() && silent.try_update_value(|times| std::mem::replace(times, *times + 1)) == Some(1) {
                standing.set(Standing::Silent);
            }
        });
        let hooks = SendWrapper::new((heard, checks));
        on_cleanup(move || drop(hooks));
    });
    let text = StoredValue::new(text);
    let told = StoredValue::new(false);
    let tell = move || {
        // What runs in it may have it load again.
        if told.try_update_value(|told| std::mem::replace(told, true)) != Some(false) {
            return;
        }
        spawn_local(async move {
            let program = if preview == Preview::Mermaid { fetch_text(MERMAID).await } else { None };
            let Some(frame) = frame.try_get_untracked().flatten() else { return };
            if preview == Preview::Mermaid && program.is_none() {
                return standing.set(Standing::NotLoaded);
            }
            silent.set_value(0);
            text.with_value(|text| tell_frame(&frame, preview.name(), text, program.as_ref(), is_dark()));
        });
    };
    let is_there = move || standing.with(|standing| matches!(standing, Standing::Coming | Standing::Drawn));
    let words = move || {
        standing.with(|standing| match standing {
            Standing::Coming => Some(LaterMsg::PreviewComes.text()),
            Standing::Drawn => None,
            Standing::Failed(_) => Some(LaterMsg::PreviewFailed.text()),
            Standing::NotLoaded => Some(LaterMsg::PreviewNotLoaded.text()),
            Standing::Silent => Some(LaterMsg::PreviewSilent.text()),
        })
    };
    let why =
        move || standing.with(|standing| if let Standing::Failed(why) = standing { Some(why.clone()) } else { None });
    view! {
        <dialog
            class="preview"
            aria-labelledby="preview"
            closedby="any"
            node_ref=dialog
            // Not while its own handler runs.
            on:close=move |_| next_frame(|| drop(OPENED.take()))
        >
            <div class="preview-head">
                <h2 id="preview">{LaterMsg::Preview.text()}</h2>
                <p>{LaterMsg::PreviewIs.text()}</p>
                <IconButton class="small" action="close-preview" icon=Glyph::Close label=LaterMsg::Close.text() press=close />
            </div>
            <p class="preview-standing" role="status">
                {words}
            </p>
            <Only when=move || why().is_some()>
                <pre class="preview-why" tabindex="0">{why}</pre>
            </Only>
            <Only when=is_there>
                <iframe
                    src="/preview"
                    sandbox="allow-scripts"
                    title=LaterMsg::Preview.text()
                    data-drawn=move || standing.with(|standing| *standing == Standing::Drawn).then_some("true")
                    node_ref=frame
                    on:load=move |_| tell()
                ></iframe>
            </Only>
        </dialog>
    }
}
