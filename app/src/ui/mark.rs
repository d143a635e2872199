//! How something stands that is not in sight, in one dot.

use crate::text::Msg;
use leptos::prelude::*;

#[component]
pub fn Mark(
    /// Its style knows `running`, `unread` and `failed`.
    state: &'static str,
    words: Msg,
) -> impl IntoView {
    let words = words.text();
    view! { <span class="mark" data-state=state role="img" aria-label=words.clone() title=words></span> }
}
