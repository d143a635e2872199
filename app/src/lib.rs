//! What the server and the page share.
//!
//! Read `wire` first (what travels, and the fold), then `backend` (the port to the server), then the features.

pub mod wire;

pub mod backend;
#[leptos::component]
pub fn App() -> impl leptos::prelude::IntoView {}
