//! What the page does in the browser, and the server never.

use leptos::prelude::*;

/// Runs once the page is drawn, and again whenever a signal that it read changes. `Effect::new`, compiled once for all.
pub fn in_browser(act: impl FnMut() + 'static) {
    let mut act: Box<dyn FnMut()> = Box::new(act);
    Effect::new(move |_| act());
}
