//! The tab's own sign: a reply is being written here, or something was not read yet.

use crate::{
    browser::set_attribute,
    stream::List,
    ui::{Heading, in_browser},
};
use leptos::prelude::*;

/// Keeps the tab's icon current for as long as the page lives.
pub fn mark_tab(list: List, heading: Heading) {
    let unread = Memo::new(move |_| list.rows().with(|rows| rows.rows().iter().any(|row| row.unread)));
    in_browser(move || set_attribute("link[rel='icon']", "href", icon(heading.is_busy(), unread.get())));
}

fn icon(busy: bool, unread: bool) -> &'static str {
    match (busy, unread) {
        (true, _) => "/favicon-running.svg",
        (false, true) => "/favicon-unread.svg",
        (false, false) => "/favicon.svg",
    }
}
