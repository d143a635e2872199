//! Code that makes something to look at, shown in a frame of its own: see `src/http/preview` for what it may do there.

use crate::{
    browser::{
        Element, Timer, all_in, around, body, fetch_text, is_visible, next_frame, on_frame, tell_frame, text_of,
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
/// So often it is looked whether the code is still on the page.
const LOOK_MS: u64 = 500;
/// A frame that says nothing for so many looks is taken away. It means to say something every second.
const SILENT: u32 = 40;
/// So many are enough where something else was loaded into it, which says nothing.
const GONE: u32 = 10;

thread_local! {
    /// What is open. It goes when it is taken out.
    static OPENED: RefCell<Option<Box<dyn Any>>> = RefCell::default();
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Standing {
    Coming,
    Drawn,
    /// Drawn, and it wanted to go elsewhere.
    Away,
    /// Drawn, and a script of it failed.
    Error,
    /// It says why.
    Failed(String),
    /// What draws it did not come.
    NotLoaded,
    Silent,
    /// It is not there any more: it went elsewhere, or loaded itself again.
    Gone,
}

impl Standing {
    /// What it is after the frame said this. A page says what it likes: its words are never shown, and none takes it away.
    fn hear(&self, preview: Preview, words: &str) -> Option<Self> {
        let is_drawn = self.is_drawn();
        match words {
            "ready" => Some(Self::Gone),
            "drawn" if *self == Self::Coming => Some(Self::Drawn),
            "away" if is_drawn => Some(Self::Away),
            // Also from the first of its scripts, before all is there.
            "error" if is_drawn || preview == Preview::Html && *self == Self::Coming => Some(Self::Error),
            _ if *self == Self::Coming && preview != Preview::Html => {
                words.strip_prefix("failed ").map(|why| Self::Failed(why.to_owned()))
            }
            _ => None,
        }
    }

    fn words(&self) -> Option<LaterMsg> {
        match self {
            Self::Coming => Some(LaterMsg::PreviewComes),
            Self::Drawn => None,
            Self::Away => Some(LaterMsg::PreviewAway),
            Self::Error => Some(LaterMsg::PreviewError),
            Self::Failed(_) => Some(LaterMsg::PreviewFailed),
            Self::NotLoaded => Some(LaterMsg::PreviewNotLoaded),
            Self::Silent => Some(LaterMsg::PreviewSilent),
            Self::Gone => Some(LaterMsg::PreviewGone),
        }
    }

    fn why(&self) -> Option<String> {
        if let Self::Failed(why) = self { Some(why.clone()) } else { None }
    }

    fn is_drawn(&self) -> bool {
        matches!(self, Self::Drawn | Self::Away | Self::Error)
    }

    /// There is something to look at, or may be soon.
    fn is_there(&self) -> bool {
        *self == Self::Coming || self.is_drawn()
    }
}

later! {
    /// Opens what code makes over the page.
    pub fn open_preview(figure: Element) -> () {
        let code = all_in(&figure, "code").into_iter().next();
        let preview = figure.get_attribute("data-language").as_deref().and_then(Preview::of);
        if let (Some(code), Some(preview), Some(body)) = (code, preview, body()) {
            let text = text_of(&code);
            let half = around(&figure, "[data-status=streaming] .markdown > :last-child").is_some();
            let figure = SendWrapper::new(figure);
            let opened = mount_to(body, move || view! { <PreviewDialog preview text half figure /> });
            OPENED.set(Some(Box::new(opened)));
        }
    }
}

#[component]
fn PreviewDialog(
    preview: Preview,
    text: String,
    /// It is still being written.
    half: bool,
    /// What is shown goes when this does: to another conversation, or another page.
    figure: SendWrapper<Element>,
) -> impl IntoView {
    let standing = RwSignal::new(Standing::Coming);
    let ((dialog, close), frame) = (modal(None), NodeRef::<html::Iframe>::new());
    let silent = StoredValue::new(0);
    let loaded = StoredValue::new(false);
    let (text, told) = (StoredValue::new(text), StoredValue::new(false));
    let tell = move || {
        spawn_local(async move {
            let program = if preview == Preview::Mermaid { fetch_text(MERMAID).await } else { None };
            let Some(frame) = frame.try_get_untracked().flatten() else { return };
            if preview == Preview::Mermaid && program.is_none() {
                return standing.set(Standing::NotLoaded);
            }
            silent.set_value(0);
            text.with_value(|text| tell_frame(&frame, preview.name(), text, program.as_ref()));
        });
    };
    in_browser(move || {
        let Some(frame) = frame.get() else { return };
        let heard = on_frame(&frame, move |words| {
            silent.set_value(0);
            loaded.set_value(false);
            if words == "close" {
                close();
            } else if words == "ready" && told.try_update_value(|told| std::mem::replace(told, true)) == Some(false) {
                tell();
            } else if let Some(now) = standing.with_untracked(|standing| standing.hear(preview, &words)) {
                standing.set(now);
            }
        });
        let looks = Timer::every(LOOK_MS, move || {
            // A page that nobody sees has slow timers, and so has the frame.
            if !is_visible() {
                return;
            }
            match silent.try_update_value(|looks| std::mem::replace(looks, *looks + 1)) {
                Some(GONE) if loaded.get_value() => standing.set(Standing::Gone),
                Some(SILENT) => standing.set(Standing::Silent),
                _ => {}
            }
        });
        let hooks = SendWrapper::new((heard, looks));
        on_cleanup(move || drop(hooks));
    });
    in_browser(move || {
        let figure = figure.clone();
        let looks = Timer::every(LOOK_MS, move || {
            if !figure.is_connected() {
                close();
            }
        });
        let looks = SendWrapper::new(looks);
        on_cleanup(move || drop(looks));
    });
    let words = move || match standing.with(Standing::words) {
        None if half => Some(LaterMsg::PreviewHalf),
        words => words,
    };
    let why = move || standing.with(Standing::why);
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
                {move || words().map(|words| words.text())}
            </p>
            <Only when=move || why().is_some()>
                <pre class="preview-why" tabindex="0">{why}</pre>
            </Only>
            <Only when=move || standing.with(Standing::is_there)>
                <iframe
                    src="/preview"
                    sandbox="allow-scripts allow-forms"
                    // Long ones are scrolled by keys as well.
                    tabindex="0"
                    title=LaterMsg::Preview.text()
                    data-drawn=move || standing.with(|standing| *standing != Standing::Coming).then_some("true")
                    node_ref=frame
                    // Also what it wrote itself, which says something soon.
                    on:load=move |_| loaded.set_value(standing.with_untracked(Standing::is_drawn))
                ></iframe>
            </Only>
        </dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_believed_no_words_of_a_page() {
        let hear = |standing: &Standing, preview, words| standing.hear(preview, words);
        assert_eq!(hear(&Standing::Coming, Preview::Html, "failed Enter your key"), None);
        assert_eq!(hear(&Standing::Drawn, Preview::Mermaid, "failed late"), None);
        let failed = Standing::Failed("line 2".to_owned());
        assert_eq!(hear(&Standing::Coming, Preview::Mermaid, "failed line 2"), Some(failed.clone()));
        assert_eq!(hear(&failed, Preview::Mermaid, "drawn"), None, "it is gone");
        assert_eq!(hear(&Standing::Silent, Preview::Html, "error"), None);
        assert_eq!(hear(&Standing::Drawn, Preview::Html, "away"), Some(Standing::Away));
        assert_eq!(hear(&Standing::Coming, Preview::Html, "drawn"), Some(Standing::Drawn));
        assert_eq!(hear(&Standing::Coming, Preview::Html, "error"), Some(Standing::Error));
        assert_eq!(hear(&Standing::Error, Preview::Html, "drawn"), None);
        assert_eq!(hear(&Standing::Drawn, Preview::Html, "alive"), None);
        assert_eq!(hear(&Standing::Drawn, Preview::Html, "ready"), Some(Standing::Gone), "a second time");
    }
}
