//! One view for each of many things.

use leptos::prelude::*;

/// `For` with numbers for keys, and one piece of code for all its uses: `For` is compiled anew for each.
///
/// A thing whose key stays keeps its view.
#[component]
pub fn Each<T, C, V>(
    #[prop(into)] items: Signal<Vec<T>>,
    /// What makes a thing itself.
    key: fn(&T) -> u128,
    children: C,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
    C: Fn(T) -> V + Clone + Send + Sync + 'static,
{
    let row = move |item: T| {
        let (key, children) = (key(&item), children.clone());
        Row { key, view: Box::new(move || children(item).into_any()) }
    };
    rows(Box::new(move || items.get().into_iter().map(&row).collect()))
}

/// Outside of `Each`: what is written in there is compiled for each of its types.
fn rows(rows: Rows) -> AnyView {
    view! { <For each=rows key=|row| row.key children=|row| (row.view)() /> }.into_any()
}

type Rows = Box<dyn Fn() -> Vec<Row> + Send>;

struct Row {
    key: u128,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}
