//! A view whose code is not on the page yet.

use super::{Toasts, in_browser};
use crate::{later::NotCome, text::Msg};
use leptos::{prelude::*, task::spawn_local};
use std::{pin::Pin, sync::Arc};

/// Makes a view, each time it is called.
pub type Make = Arc<dyn Fn() -> AnyView + Send + Sync>;

/// A function of `later!` that returns what makes the view.
pub struct LaterView(Box<dyn Fn() -> Coming>);

type Coming = Pin<Box<dyn Future<Output = Result<Make, NotCome>>>>;

impl<V, F> From<V> for LaterView
where
    V: Fn() -> F + 'static,
    F: Future<Output = Result<Make, NotCome>> + 'static,
{
    fn from(view: V) -> Self {
        Self(Box::new(move || Box::pin(view())))
    }
}

/// Shows a view of the later file as long as `when` is true. Where the file does not come it says so and is closed again:
/// whoever opens it once more asks once more.
#[component]
pub fn Later(
    #[prop(into)] when: Signal<bool>,
    /// Makes `when` false.
    #[prop(into)]
    close: Callback<()>,
    /// Called in the browser, at openings until it has come.
    #[prop(into)]
    view: LaterView,
) -> impl IntoView {
    let there = Memo::new(move |_| when.get());
    let made = RwSignal::new(None::<Make>);
    let toasts = Toasts::of_page();
    in_browser(move || {
        if !there.get() || made.with_untracked(Option::is_some) {
            return;
        }
        let coming = (view.0)();
        spawn_local(async move {
            match coming.await {
                Ok(make) => drop(made.try_set(Some(make))),
                Err(_) => {
                    // Where the page has gone meanwhile, there is nothing to close.
                    close.try_run(());
                    toasts.say(Msg::PartNotLoaded.text());
                }
            }
        });
    });
    move || match made.get() {
        Some(make) if there.get() => make(),
        _ => ().into_any(),
    }
}
