//! What is there only sometimes.

use leptos::{children::ChildrenFn, prelude::*};

/// `Show` without a fallback, and one piece of code for all its uses: `Show` is compiled anew for each.
#[component]
pub fn Only(
    /// As long as it is true, the children are there.
    #[prop(into)]
    when: Signal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let there = Memo::new(move |_| when.get());
    view! { {move || if there.get() { children() } else { ().into_any() }} }
}
